"""Text up to an end tag: raw text, scripts, and what is text in one reading and markup in another.

WHATWG HTML, 13.2.5.2 to 13.2.5.5. Each `read_` function reads to the end of the text, or returns False where that has
not come yet.
"""

from __future__ import annotations

from consentgate.walls.html.css import read_sheet
from consentgate.walls.html.disarm import disarm_inline, disarm_sheet, disarm_whole_sheet
from consentgate.walls.html.limits import HELD_BYTES
from consentgate.walls.html.preload import preloaded
from consentgate.walls.html.reading import Doubt, Mode, Patience, Reading
from consentgate.walls.html.scripts import find_end
from consentgate.walls.html.window import Window


def read_raw_text(reading: Reading, window: Window, stop: int) -> bool:
    """Read the text of a `title`, a `style` and the like."""
    end = window.end_tag(reading.text, reading.at, stop)
    if end is None:
        reading.at = _before_partial_end_tag(reading, window, stop)
        return False
    reading.leave_text(end)
    return True


def read_style(reading: Reading, window: Window, stop: int) -> bool:
    """Read a style sheet as it comes, token by token."""
    end = window.end_tag(reading.text, _not_searched_yet(reading), stop)
    ended = end is not None or window.ends_at(stop)
    until = _before_partial_end_tag(reading, window, stop) if end is None else end
    if reading.patience and not ended and not reading.patience.pays(window.data, reading.at, b""):
        return False
    reading.held, imports = preloaded(window.data, reading.hold, until, ended=ended)
    reading.at, urls = read_sheet(window.data, reading.at, until, ended=ended)
    disarm_sheet(window, [*urls, *imports])
    reading.patience = None
    if not ended:
        reading.patience = Patience()
        reading.patience.disappointed(until - reading.at)
        return False
    reading.leave_text(until)
    return True


def _not_searched_yet(reading: Reading) -> int:
    """Where to look for the end tag, without the part of an unfinished token that was looked through before."""
    seen = reading.patience.seen if reading.patience else 0
    return reading.at + max(0, seen - len(b"</") - len(reading.text))


def read_script(reading: Reading, window: Window, stop: int) -> bool:
    """Read a script. One that the page ends in never runs (13.2.6.4.8), so there is nothing to judge in it."""
    end, at, escape = find_end(window, reading.at, stop, reading.escape)
    if end is None and not window.ends_at(stop):
        reading.at, reading.escape = at, escape
        return False
    if end is not None and reading.held is not None:
        disarm_inline(window, reading.held, end, as_html=True)
    reading.leave_text(stop if end is None else end)
    return True


def read_either(reading: Reading, window: Window, stop: int) -> bool:
    """Text here, markup in the other reading: held until its end is known, then in doubt."""
    end = window.end_tag(reading.text, reading.at, stop)
    start = reading.hold
    if end is not None or window.ends_at(stop):
        if reading.text == b"style":
            disarm_whole_sheet(window, start, stop if end is None else end)
        # Text up to the end of the page has no effect, so there is but the other reading to go on with.
        reading.leave_text(start if end is None else end)
        reading.doubt = None if end is None else Doubt(start, end)
        return True
    reading.at = _before_partial_end_tag(reading, window, stop)
    if stop - start > HELD_BYTES:
        window.readings.append(reading.fork(start))
        reading.mode, reading.held = Mode.RAW_TEXT, None
    return False


def read_plaintext(reading: Reading, _: Window, stop: int) -> bool:
    """Nothing ends `plaintext`."""
    reading.at = stop
    return True


def _before_partial_end_tag(reading: Reading, window: Window, stop: int) -> int:
    if window.ends_at(stop):
        return stop
    return max(reading.at, stop - len(b"</") - len(reading.text))
