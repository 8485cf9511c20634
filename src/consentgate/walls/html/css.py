"""Style sheets within a page: the URLs that they load (CSS Syntax Module Level 3, section 4, Tokenization).

Every string and every `url()` counts that may be an absolute URL, whatever property or rule it stands in: a custom
property may hand it on to one that loads. Comments and what a selector compares an attribute with don't count.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_SPACE = rb"[ \t\n\r\f]"
_COMMENT = rb"/\*[^*]*+(?:\*(?!/)[^*]*+)*+\*/"

# An absolute URL needs two slashes (URL parsers drop tabs between them), a scheme that reaches a host even without
# slashes (http, https, ftp, ws, wss), or an escape. `data:` is left to be looked into, but for images and fonts; behind
# `@import` its type says nothing, since a page without doctype takes any type for a sheet.
_RELATIVE = rb"/(?!\t*+/)|:(?<![tT][pP]:)(?<![pPwWsS][sS]:)(?<![tT][aA]:)(?<!\t:)"
_INERT_DATA = rb"[dD][aA][tT][aA]:(?i:image|font|application/(?:x-)?font)"
_IS_URL = rb"\((?<=[uU][rR][lL]\()"
# An identifier with escapes (section 4.3.7): before a bracket it may be `url`, as in `\75 rl(`.
_HEX = rb"[0-9A-Fa-f]{1,6}+(?:\r\n|" + _SPACE + rb")?+"
_ESCAPED = rb"(?:\\(?:" + _HEX + rb"|[^\n\r\f0-9A-Fa-f])[A-Za-z0-9_-]*+)++"
_SKIPPED = (
    _COMMENT,
    rb"\"(?:" + _INERT_DATA + rb"[^\"\\\n\r\f]*+|(?:[^\"\\/:\n\r\f]++|" + _RELATIVE + rb")*+)[\"\n\r\f]",
    rb"'(?:" + _INERT_DATA + rb"[^'\\\n\r\f]*+|(?:[^'\\/:\n\r\f]++|" + _RELATIVE + rb")*+)['\n\r\f]",
    rb"(?<==)(?:\"[^\"\\\n\r\f]*+[\"\n\r\f]|'[^'\\\n\r\f]*+['\n\r\f])",
    rb"\((?<![uU][rR][lL]\()",
    _IS_URL + _SPACE + rb"*+(?=[\"'])",
    _IS_URL + _SPACE + rb"*+(?:" + _INERT_DATA + rb"[^\"'()\\ \t\n\r\f]*+"
    rb"|(?:[^\"'()\\/: \t\n\r\f]++|" + _RELATIVE + rb")*+)" + _SPACE + rb"*+\)",
    rb"/(?!\*|\Z)",
    rb"@(?:(?![iI\\]|\Z)|[iI](?![mM\\]|\Z))",
    _ESCAPED + rb"(?![(\\]|\Z)",
)
_PLAIN = rb"[^\"'/\\(@]*+"
_SKIP = re.compile(_PLAIN + rb"(?:(?:" + rb"|".join(_SKIPPED) + rb")" + _PLAIN + rb")*+")
"""As much of a style sheet as loads nothing from elsewhere."""

_LOOKED_BACK_AT = re.compile(rb"(?:[uU](?:[rR][lL]?+)?+|=)\Z")
"""What decides about the byte after it, so that the two have to be seen together."""

# What the end of the sheet cuts off is closed there (sections 4.3.5 and 4.3.6), so it may load all the same. A quote, a
# bracket or a gap within a bare URL spoils it up to the next closing bracket (section 4.3.14).
_IN_DOUBLE = rb"(?:[^\"\\\n\r\f]++|\\(?:" + _HEX + rb"|\r\n|[\s\S]|\Z))*+"
_IN_SINGLE = rb"(?:[^'\\\n\r\f]++|\\(?:" + _HEX + rb"|\r\n|[\s\S]|\Z))*+"
_BARE = rb"(?:[^\"'()\\ \t\n\r\f]++|\\(?:" + _HEX + rb"|[^\n\r\f]|\Z))*+"
_TOKEN = re.compile(
    rb"(?P<at>@(?:[A-Za-z_-]|\\(?:" + _HEX + rb"|[^\n\r\f]))++(?:" + _SPACE + rb"|" + _COMMENT + rb")*+)?+"
    rb"(?:\"(?P<double>" + _IN_DOUBLE + rb")[\"\n\r\f]?+|'(?P<single>" + _IN_SINGLE + rb")['\n\r\f]?+"
    rb"|(?:[uU][rR][lL](?=\())?+(?:" + _IS_URL + rb"|" + _ESCAPED + rb"\()" + _SPACE + rb"*+"
    rb"(?:\"(?P<url_double>" + _IN_DOUBLE + rb")[\"\n\r\f]?+|'(?P<url_single>" + _IN_SINGLE + rb")['\n\r\f]?+"
    rb"|(?P<bare>" + _BARE + rb")" + _SPACE + rb"*+(?:\)|\Z|(?P<spoilt>(?:[^)\\]++|\\(?:[\s\S]|\Z))*+\)?+)))"
    rb"|(?(at)|(?!)))"
)
_BEGUN = re.compile(rb"(?:/(?:\*[\s\S]*+)?+|[uU](?:[rR][lL]?+)?+|\\[^(]*+)\Z")
_NO_URL = frozenset({"at", "spoilt"})
_IDENTIFIER = re.compile(_ESCAPED)
_ESCAPE = re.compile(r"\\(?:([0-9A-Fa-f]{1,6})(?:\r\n|[ \t\n\r\f])?|\r\n|[\n\r\f]|\Z|([\s\S]))")
_LAST_CODE_POINT = 0x10FFFF


class SheetUrl(NamedTuple):
    """What may be an absolute URL, its escapes decoded, and the offset in the sheet at which it begins."""

    at: int
    text: str


def read_sheet(data: bytes | bytearray, at: int, stop: int, *, ended: bool) -> tuple[int, list[SheetUrl]]:
    """Read a sheet from `at`, between two tokens, to `stop`, where it has `ended` or goes on.

    Returns how far it was read, which is less than `stop` where a token's end has not come, and the URLs in between.
    """
    found: list[SheetUrl] = []
    while True:
        skipped = _SKIP.match(data, at, stop)
        at = skipped.end() if skipped else at
        if at >= stop:
            return (stop if ended else _with_what_decides(data, stop)), found
        token = _TOKEN.match(data, at, stop)
        if not ended and (token is None or token.end() == stop or _may_go_on(token, data, stop)):
            return _with_what_decides(data, at), found
        if token is not None and token.lastgroup is not None and token.lastgroup not in _NO_URL:
            found.append(SheetUrl(token.start(token.lastgroup), _decoded(token[token.lastgroup])))
        at = token.end() if token else _after_no_token(data, at, stop)


def sheet_urls(text: str) -> list[str]:
    """What may be an absolute URL in a whole sheet or declaration."""
    data = text.encode("utf-8", "replace")
    return [url.text for url in read_sheet(data, 0, len(data), ended=True)[1]]


def _may_go_on(token: re.Match[bytes], data: bytes | bytearray, stop: int) -> bool:
    """Whether what an at-rule's name is followed by has not come whole."""
    return token.lastgroup == "at" and _BEGUN.match(data, token.end(), stop) is not None


def _with_what_decides(data: bytes | bytearray, at: int) -> int:
    """Where to read on with more data, so that what decides about the byte at `at` is still there."""
    before = _LOOKED_BACK_AT.search(data, max(0, at - len(b"url")), at)
    return before.start() if before else at


def _after_no_token(data: bytes | bytearray, at: int, stop: int) -> int:
    """What is left is a comment that the sheet ends in, an identifier, or a backslash at the end of a line."""
    if data.startswith(b"/*", at):
        return stop
    identifier = _IDENTIFIER.match(data, at, stop)
    return identifier.end() if identifier else at + 1


def _decoded(body: bytes) -> str:
    text = body.decode("utf-8", "replace")
    return _ESCAPE.sub(_character, text) if "\\" in text else text


def _character(escape: re.Match[str]) -> str:
    if escape[1] is None:
        return escape[2] or ""
    code = int(escape[1], 16)
    return chr(code) if code <= _LAST_CODE_POINT else "\ufffd"
