"""In which encoding browsers will read a page: byte order mark, then Content-Type, then what the page says of itself.

WHATWG HTML, section 13.2.3.2, and the same order for XML. Where a browser may also guess (Chromium looks for a `meta`
far beyond the first kilobyte, guesses ISO-2022-JP by its escapes, and lets a frame inherit the encoding around it), the
charset is not `sure`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from consentgate.walls.labels import ENCODINGS, ISO_2022_JP, LIKE_ASCII, REPLACEMENT, UTF_16BE, UTF_16LE

LONGEST_MARK = 6
"""Bytes of a page that must be there before `charset_of` can tell."""

_PRESCANNED = 1024
_BYTE_ORDER_MARKS = ((b"\xef\xbb\xbf", LIKE_ASCII), (b"\xff\xfe", UTF_16LE), (b"\xfe\xff", UTF_16BE))
_XML_DECLARATIONS = (("<?x".encode("utf-16-le"), UTF_16LE), ("<?x".encode("utf-16-be"), UTF_16BE))
_PARAMETER = re.compile(r"""charset\s*=\s*["']?([^\s"';,]+)""", re.IGNORECASE)
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_SAYS_OF_ITSELF = re.compile(
    rb"""<meta[\s/][^>]*?charset\s*=\s*["']?\s*([^\s"';>/]+)|\A<\?xml[^>]*?encoding\s*=\s*["']([^"'>]+)""",
    re.IGNORECASE,
)


class Charset(NamedTuple):
    """How a page is to be read. `sure`: no browser can read it otherwise, once `declare` is in its Content-Type.

    `encoding` is one of `labels`. `declare` is the label that has to be put there, empty for none.
    """

    encoding: str
    sure: bool = True
    declare: str = ""


def charset_of(content_types: Iterable[str], start: bytes) -> Charset | None:
    """The charset of a page with these Content-Type headers that begins with `start`; None where it can't be told.

    Which of several charsets a browser believes depends on the browser, so they have to agree.
    """
    by_mark = next((encoding for mark, encoding in _BYTE_ORDER_MARKS if start.startswith(mark)), None)
    if by_mark is not None:
        return Charset(by_mark)
    labels = [label.lower() for value in content_types for label in _PARAMETER.findall(value)]
    declared = {ENCODINGS[label] for label in labels if label in ENCODINGS}
    if len(declared) > 1 or REPLACEMENT in declared:
        return None
    if declared and all(label in ENCODINGS for label in labels):
        return Charset(declared.pop())
    return _by_itself(start) if declared <= {LIKE_ASCII} else None


def _by_itself(start: bytes) -> Charset:
    """The charset by the page's first bytes. An encoding not like ASCII has to be declared: else a browser may differ.

    A `meta` that can be read as ASCII does not mean it where it says UTF-16, so then it is UTF-8 (13.2.3.3).
    """
    encoding = next((encoding for mark, encoding in _XML_DECLARATIONS if start.startswith(mark)), None)
    if encoding is None:
        said = _SAYS_OF_ITSELF.search(_COMMENT.sub(b"", start[:_PRESCANNED]))
        label = (said[1] or said[2]).decode("latin-1").lower() if said else ""
        encoding = ISO_2022_JP if ENCODINGS.get(label) == ISO_2022_JP else LIKE_ASCII
    if encoding == LIKE_ASCII:
        return Charset(LIKE_ASCII, sure=False)
    return Charset(encoding, declare=encoding)
