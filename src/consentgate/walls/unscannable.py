"""Pages that the HTML wall can't read: they go out as they are, under a policy that lets nothing load from elsewhere.

That is failing closed: the page is served, the tags stay out. Measured in Chromium, this Content-Security-Policy
stops all that a page loads by itself but for a refresh and for navigation by script.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from functools import lru_cache

STRICT_CSP = b"default-src 'self' 'unsafe-inline' data: blob:"

LONGEST_MARK = 6
"""Bytes of a page that must be there before `is_marked_unscannable` can tell."""

_CHARSET = re.compile(r"""charset\s*=\s*["']?([^\s"';,]+)""", re.IGNORECASE)
_MARKS = (
    codecs.BOM_UTF16_LE,
    codecs.BOM_UTF16_BE,
    # An XML declaration gives UTF-16 away too (WHATWG HTML, section 13.2.3.2, encoding sniffing).
    "<?x".encode("utf-16-le"),
    "<?x".encode("utf-16-be"),
)
_ASCII = "".join(map(chr, range(0x20, 0x7F)))
_ESCAPING = ("iso2022", "hz", "utf-7", "punycode", "idna", "unicode_escape", "raw_unicode_escape")
"""Codecs whose bytes look like ASCII but mean something else after an escape."""
_LIKE_ASCII_TO_BROWSERS = frozenset(
    "windows-874 dos-874 windows-949 windows-31j x-sjis ms932 x-gbk gb_2312-80 csiso58gb231280 iso-8859-8-i logical "
    "csiso88598i x-mac-cyrillic x-mac-ukrainian x-mac-roman x-cp1250 x-cp1251 x-cp1252 x-cp1253 x-cp1254 x-cp1255 "
    "x-cp1256 x-cp1257 x-cp1258 x-x-big5 cn-big5 csbig5 x-euc-jp cseucpkdfmtjapanese cseuckr csksc56011987 "
    "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8 x-user-defined".split()
)
"""Labels of the WHATWG Encoding standard (section 4.2) that Python does not know."""


def is_declared_unscannable(content_types: Iterable[str]) -> bool:
    """Whether any charset named is not known to have the bytes of ASCII for ASCII.

    Which of several a browser believes depends on the browser, so all have to be like ASCII.
    """
    return not all(_is_like_ascii(label) for value in content_types for label in _CHARSET.findall(value))


@lru_cache(256)
def _is_like_ascii(label: str) -> bool:
    if label.lower() in _LIKE_ASCII_TO_BROWSERS:
        return True
    try:
        codec = codecs.lookup(label)
        encoded, _ = codec.encode(_ASCII)
    except (LookupError, ValueError, TypeError):
        return False
    return encoded == _ASCII.encode("ascii") and not codec.name.startswith(_ESCAPING)


def is_marked_unscannable(start: bytes) -> bool:
    """Whether a page begins as UTF-16: with a byte order mark, which outranks any charset, or an XML declaration."""
    return start.startswith(_MARKS)
