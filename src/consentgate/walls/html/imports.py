"""What a script imports, statically or dynamically (ECMAScript, sections 16.2.2 and 13.3.10)."""

from __future__ import annotations

import re

# White space (section 12.2, as UTF-8) and comments, of a length that keeps hostile scripts linear.
_GAP = (
    rb"(?:\s|\xc2\xa0|\xef\xbb\xbf|\xe1\x9a\x80|\xe2\x80[\x80-\x8a\xa8\xa9\xaf]|\xe2\x81\x9f|\xe3\x80\x80"
    rb"|/\*(?:[^*]|\*(?!/)){0,100}+\*/|//[^\n\r]*+)*+"
)
# Looked ahead, since `from` may be a name in quotes, and the next one begins within the match.
_IMPORTED = re.compile(
    rb"\b(?:from|import)(?=(?:" + _GAP + rb"\()*+" + _GAP + rb"(?:"
    rb"\"((?:[^\"\\\n]++|\\(?:\r\n|[\s\S]))++)\"|'((?:[^'\\\n]++|\\(?:\r\n|[\s\S]))++)'|`((?:[^`\\]++|\\(?:\r\n|[\s\S]))++)`))"
)
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|u\{0*+([0-9A-Fa-f]{1,5})\}|(\r\n|[\s\S]))")
_CONTROLS = {"0": "\0", "n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v"}
_MEANINGS = _CONTROLS | dict.fromkeys(("\n", "\r\n", "\r"), "")
"""Escapes that mean another character. At the end of a line a backslash continues it."""


def imported_urls(script: bytes) -> list[str]:
    """The specifiers that stand in a script as texts, their escapes decoded."""
    if b"import" not in script and b"export" not in script:
        return []
    found = (b"".join(url).decode("utf-8", "replace") for url in _IMPORTED.findall(script))
    return [_ESCAPE.sub(_character, url) if "\\" in url else url for url in found]


def _character(escape: re.Match[str]) -> str:
    digits = escape[1] or escape[2] or escape[3]
    return chr(int(digits, 16)) if digits else _MEANINGS.get(escape[4], escape[4])
