"""How much a page may ask of the scanner before the wall fails closed. Ordinary pages stay far below."""

from __future__ import annotations

HELD_BYTES = 512 * 1024
"""The longest tag, or stretch of text that can be read in two ways, held until its end is known."""

HELD_SCRIPT_BYTES = 4 * 1024 * 1024
"""The longest inline script held until its end. Frameworks inline whole states, so it may be longer than a tag."""

READINGS = 8
"""Readings of the same page that may still differ after a feed."""

READINGS_AT_ONCE = 64
"""Readings that may arise within one feed, before equal ones are merged."""

ATTRIBUTES = 4096
"""Attributes of a tag that has to be read. One that is passed over unread may have more."""

FOREIGN_DEPTH = 200
"""Elements nested within the outermost `svg` or `math`."""

UNCLOSED = 4
"""Style elements of SVG and MathML that the page never closes."""

SRCDOC_DEPTH = 4
"""Documents within documents by `srcdoc`."""


class LimitReachedError(Exception):
    """The page can't be scanned within a limit. Stays inside this package: the wall turns it into `failed_closed`."""

    def __init__(self, limit: str) -> None:
        self.limit = limit
        super().__init__(f"The page goes beyond the limit {limit}.")
