"""One element of XML, written down as HTML, with a way back for every place in it."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from operator import attrgetter
from typing import NamedTuple

from consentgate.model import Vendor
from consentgate.walls.html.attributes import decoded
from consentgate.walls.html.disarm import PREFIX
from consentgate.walls.html.edits import Insertion
from consentgate.walls.html.limits import LimitReachedError
from consentgate.walls.xhtml.tags import Attribute, StartTag

_UNCARRIED = "xhtml"
_UNNAMED = b"x"
"""Stands for a name that HTML would not take for one. No such element loads by itself, but it may have a style."""

# Text that would end its element in HTML. One byte of each sign makes way, and all others keep their places.
_MARKUP_IN_TEXT = re.compile(rb"<(?=[/!])")


class Run(NamedTuple):
    """A stretch of an element's text from `start`, as written; `verbatim` where it has no references."""

    start: int
    text: bytes
    verbatim: bool


class _Piece(NamedTuple):
    """Bytes of the HTML from `start` to `end`, and where they stand in XML: None for text that had to be decoded."""

    start: int
    end: int
    origin: int | None


class Edit(NamedTuple):
    """Bytes to insert, at an offset from the start tag's first byte."""

    at: int
    text: bytes
    vendors: tuple[Vendor, ...] = ()


class Question:
    """One element as HTML, and where its bytes come from."""

    def __init__(self, tag: StartTag, attributes: list[Attribute], text: Iterable[Run]) -> None:
        name = tag.name if tag.name[:1].isalpha() else _UNNAMED
        self.html = bytearray(b"<" + name)
        self._tag = tag
        self._name_end = len(self.html)
        self._pieces: list[_Piece] = []
        for attribute in attributes:
            self.html += b" "
            self._add(b"", attribute.local)
            self.html += attribute.key + b"="
            self._add(attribute.value, attribute.value_start)
        self.html += b">"
        if text:
            self._add_text(text)
            self.html += b"</" + name + b">"

    def _add(self, written: bytes, origin: int | None) -> None:
        self._pieces.append(_Piece(len(self.html), len(self.html) + len(written), origin))
        self.html += written

    def _add_text(self, text: Iterable[Run]) -> None:
        begin = len(self.html)
        for run in _joined(text):
            exact = run.verbatim or b"&" not in run.text
            self._add(run.text if exact else _decoded(run.text), run.start if exact else None)
        self.html[begin:] = _MARKUP_IN_TEXT.sub(b" ", self.html[begin:])

    def carried_back(self, insertion: Insertion) -> Iterator[Edit]:
        """The same insertion in XML. One within text that had to be decoded has no place: the element is turned off."""
        if insertion.at == self._name_end:
            yield Edit(self._tag.name_end, insertion.text, insertion.vendors)
            return
        found = bisect_right(self._pieces, insertion.at, key=attrgetter("start"))
        piece = self._pieces[found - 1] if found else None
        if piece is None or insertion.at > piece.end:
            raise LimitReachedError(_UNCARRIED)
        if piece.origin is not None:
            yield Edit(piece.origin + insertion.at - piece.start, insertion.text, insertion.vendors)
            return
        categories = ",".join(dict.fromkeys(vendor.category for vendor in insertion.vendors))
        yield Edit(self._tag.name_end, b" type=text/plain data-cg=" + categories.encode(), insertion.vendors)
        yield from (Edit(one.local, PREFIX) for one in self._tag.attributes if one.key == b"type")


def _joined(text: Iterable[Run]) -> Iterator[Run]:
    """The runs, those put together again that came in pieces."""
    waiting: list[Run] = []
    end = 0
    for run in text:
        if waiting and (run.start != end or run.verbatim != waiting[0].verbatim):
            yield _one(waiting)
            waiting = []
        waiting.append(run)
        end = run.start + len(run.text)
    if waiting:
        yield _one(waiting)


def _one(runs: list[Run]) -> Run:
    return Run(runs[0].start, b"".join(run.text for run in runs), runs[0].verbatim)


def _decoded(text: bytes) -> bytes:
    return decoded(text.decode("utf-8", "surrogateescape")).encode("utf-8", "surrogateescape")
