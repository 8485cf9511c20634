"""The HTML wall: bytes in, bytes out, with a vendor's tags disarmed and the page's own additions in place."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from consentgate.model import Vendor
from consentgate.walls.html.buffered import BufferedWall
from consentgate.walls.html.edits import Insertion
from consentgate.walls.html.limits import READINGS, READINGS_AT_ONCE, SRCDOC_DEPTH, LimitReachedError
from consentgate.walls.html.placement import Injection, Placement
from consentgate.walls.html.reading import Mode, Reading
from consentgate.walls.html.scanner import run
from consentgate.walls.html.window import TagJudge, Window

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_NOTHING = Injection()
_SHORT_DOCUMENT = 2048
_REMEMBERED_DOCUMENTS = 64


class HtmlWall(BufferedWall):
    """Disarms the tags of one HTML page as it streams by, and injects what belongs into it.

    It only ever inserts bytes: without the insertions the output is the input. It holds back an incomplete tag, an
    inline script or text that may be markup, and nothing else. Where a page goes beyond a limit it fails closed: what
    is safely scanned is sent, and the rest of the page never is.
    """

    def __init__(self, judge: TagJudge, injection: Injection = _NOTHING, *, depth: int = 0) -> None:
        """`depth` counts the documents around this one, which is then the value of a `srcdoc`."""
        super().__init__()
        self._judge = judge
        self._injection = injection
        self._begun = False
        self._depth = depth
        self._blocked: Counter[str] = Counter()
        self._vendors: dict[str, Vendor] = {}
        self._documents: dict[str, list[Vendor]] = {}
        placement = Placement(injection, self._edits)
        self._readings = [Reading(placement=None if placement.done else placement)]

    @property
    def blocked(self) -> Mapping[str, int]:
        """Vendor id -> number of tags disarmed so far."""
        return self._blocked

    def _may_begin(self, *, final: bool) -> bool:
        """A byte order mark is not text (13.2.3.1), so the first bytes wait until it is known whether they are one."""
        if self._begun or final:
            return True
        if len(self._buffer) < len(_BYTE_ORDER_MARK) and _BYTE_ORDER_MARK.startswith(self._buffer):
            return False
        self._begun = True
        if self._buffer.startswith(_BYTE_ORDER_MARK):
            self._readings[0].at = len(_BYTE_ORDER_MARK)
        return True

    def _scan(self, *, final: bool) -> None:
        """Let every reading go as far as it gets. The first one, which carries the placement, stays the first."""
        shared = (self._judge, self._readings, self._vendors_in_document, self._injection)
        window = Window(self._buffer, final, self._edits, *shared)
        for reading in self._readings:  # The list grows while readings split off, and the loop reaches them too.
            run(reading, window, len(self._buffer))
            if len(self._readings) > READINGS_AT_ONCE:
                raise LimitReachedError("readings_at_once")
        self._readings = _distinct(self._readings)
        if len(self._readings) > READINGS:
            raise LimitReachedError("readings")
        if final:
            self._place_the_rest(self._readings[0])

    def _place_the_rest(self, first: Reading) -> None:
        """At the end of the page, before an unfinished tag that browsers drop; not within a comment or raw text."""
        if first.placement and first.mode is Mode.DATA:
            first.placement.page_end(first.at)

    @property
    def _hold(self) -> int:
        return min(reading.hold for reading in self._readings)

    def _count(self, insertions: list[Insertion]) -> None:
        for insertion in insertions:
            for vendor in insertion.vendors:
                self._vendors[vendor.id] = vendor
                self._blocked[vendor.id] += 1

    def _moved(self, count: int) -> None:
        for reading in self._readings:
            reading.moved(count)

    def _vendors_in_document(self, document: str) -> list[Vendor]:
        """The vendors whose tags would have to be disarmed in a document within this one."""
        known = self._documents.get(document)
        if known is not None:
            return known
        if self._depth == SRCDOC_DEPTH:
            raise LimitReachedError("srcdoc_depth")
        wall = HtmlWall(self._judge, depth=self._depth + 1)
        wall.feed(document.encode("utf-8", "replace"))
        wall.close()
        if wall.failed_closed is not None:
            raise LimitReachedError(wall.failed_closed)
        vendors = list(wall._vendors.values())
        if len(document) <= _SHORT_DOCUMENT and len(self._documents) < _REMEMBERED_DOCUMENTS:
            self._documents[document] = vendors
        return vendors


def _distinct(readings: list[Reading]) -> list[Reading]:
    """Readings of equal state will never differ again, so the first of them goes on for all."""
    if len(readings) == 1:
        return readings
    return list({reading.state: reading for reading in reversed(readings)}.values())[::-1]
