"""Comments, what browsers take for comments, and CDATA sections (WHATWG HTML, 13.2.5.41 to 13.2.5.53 and 13.2.5.69).

Each `read_` function reads one construct and moves the reading behind it, or returns False where more data is needed.
"""

from __future__ import annotations

import re

from consentgate.walls.html.reading import Doubt, Mode, Reading
from consentgate.walls.html.tokens import CDATA_END, CDATA_START, COMMENT_END, COMMENT_START
from consentgate.walls.html.window import Window

_BOGUS_START = re.compile(rb"<(?:[!?]|/[^A-Za-z])")


def read_endless(reading: Reading, window: Window, stop: int) -> bool:
    """A comment is passed on as it comes, however long; whatever else has no end is a tag and must be whole."""
    if stop - reading.at < len(CDATA_START):
        return False
    if window.data.startswith(COMMENT_START, reading.at):
        reading.mode, reading.at = Mode.COMMENT, reading.at + len(COMMENT_START)
        return True
    if _BOGUS_START.match(window.data, reading.at):
        reading.mode, reading.at = Mode.BOGUS_COMMENT, stop
        return True
    return False


def read_comment(reading: Reading, window: Window, stop: int) -> bool:
    """Read on within a comment whose start has passed already."""
    found = COMMENT_END.search(window.data, reading.at, stop)
    if found is None:
        reading.at = stop if window.ends_at(stop) else max(reading.at, stop - len(b"--!"))
        return False
    reading.mode, reading.at = Mode.DATA, found.end()
    return True


def read_bogus_comment(reading: Reading, window: Window, stop: int) -> bool:
    """Read on within a bogus comment whose start has passed already."""
    end = window.data.find(b">", reading.at, stop)
    if end < 0:
        reading.at = stop
        return False
    reading.mode, reading.at = Mode.DATA, end + 1
    return True


def read_cdata(reading: Reading, window: Window, stop: int) -> bool:
    """A CDATA section in foreign content, a bogus comment elsewhere, and everywhere to preload scanners."""
    bogus_end = window.data.find(b">", reading.at, stop)
    if reading.literal or not (reading.tree.in_cdata_content or reading.tree.unsure):
        reading.mode = Mode.DATA if bogus_end >= 0 else Mode.BOGUS_COMMENT
        reading.at = bogus_end + 1 if bogus_end >= 0 else stop
        return True
    section_end = window.data.find(CDATA_END, reading.at + len(CDATA_START), stop)
    if section_end < 0 and not window.ends_at(stop):
        return False
    end = stop if section_end < 0 else section_end + len(CDATA_END)
    if 0 <= bogus_end < end - 1:
        reading.doubt = Doubt(bogus_end + 1, end, literal=True)
    reading.at = end
    return True
