"""URLs that carry content of their own: what `javascript:` would run and what `data:` (RFC 2397) holds."""

from __future__ import annotations

import base64
import re
from urllib.parse import unquote, unquote_to_bytes

_C0_AND_SPACE = "".join(map(chr, range(0x21)))
_TAB_OR_NEWLINE = str.maketrans("", "", "\t\n\r")
_SCHEME = re.compile(r"(javascript|data):", re.IGNORECASE)
_BASE64_LETTERS = re.compile(r"[^A-Za-z0-9+/]")
_IS_BASE64 = re.compile(r"; *base64 *\Z")
_UNLIKE_ASCII = re.compile(r"charset=[\"']?(?:(utf-16be)|(utf-16)|(iso-2022-jp|csiso2022jp))")
_MARKS = {b"\xfe\xff": "utf-16-be", b"\xff\xfe": "utf-16-le"}

_MENTIONED = re.compile(r"(?<![\w/\\])[/\\]{2,}+[^\s\"'`<>(){},]++")
"""An absolute URL somewhere in code or markup, without its scheme."""


def nested_in(url: str) -> str | None:
    """The content that a URL carries; None for a URL that is fetched.

    Its type is left out: what is loaded as a script or a sheet is one, whatever it calls itself.
    """
    url = url.strip(_C0_AND_SPACE).translate(_TAB_OR_NEWLINE)
    scheme = _SCHEME.match(url)
    if scheme is None:
        return None
    rest = url[scheme.end() :]
    return unquote(rest) if scheme[1].lower() == "javascript" else _data(rest)


def mentioned_urls(text: str) -> list[str]:
    """The absolute URLs that stand in code or markup, its slashes plain or escaped as JSON has them."""
    return _MENTIONED.findall(text.replace("\\/", "/")) if "/" in text or "\\" in text else []


def _data(rest: str) -> str:
    kind, _, body = rest.partition(",")
    kind = kind.lower()
    octets = _base64(body) if _IS_BASE64.search(kind) else unquote_to_bytes(body)
    return octets.decode(_codec(kind, octets), "replace")


def _codec(kind: str, octets: bytes) -> str:
    """A byte order mark outranks the charset (WHATWG Encoding, section 6)."""
    named = _UNLIKE_ASCII.search(kind)
    codecs = ("utf-16-be", "utf-16-le", "iso2022_jp")
    by_name = codecs[named.lastindex - 1] if named and named.lastindex else "utf-8"
    return _MARKS.get(octets[:2], by_name)


def _base64(body: str) -> bytes:
    """As browsers read it (WHATWG Infra, forgiving-base64 decode), and more forgiving still."""
    letters = _BASE64_LETTERS.sub("", unquote(body))
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    return base64.b64decode(letters + "=" * (-len(letters) % 4))
