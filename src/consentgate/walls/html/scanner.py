"""Scanning a page's bytes (WHATWG HTML, 13.2.5 Tokenization, with as much tree as it takes).

Each reader reads one construct and moves the reading behind it, or returns False and stays where the end is missing.

Where a page can be read in two ways, both are followed: text that might be markup is scanned as markup too, and if
that reading does not end where the text ends, in the same state, it lives on by itself, a fork. This is not only a
matter of doubt: browsers' preload scanners know no tree, and `noscript` depends on scripting, so that both readings
happen.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from consentgate.walls.html.attributes import Tag, read_tag
from consentgate.walls.html.comments import read_bogus_comment, read_cdata, read_comment, read_endless
from consentgate.walls.html.disarm import disarm_foreign_style, disarm_inline, disarm_loads
from consentgate.walls.html.elements import LOADS, RAW_TEXT
from consentgate.walls.html.foreign import possible_ends
from consentgate.walls.html.raw_text import read_either, read_plaintext, read_raw_text, read_script, read_style
from consentgate.walls.html.reading import Doubt, Mode, Patience, Reading
from consentgate.walls.html.scripts import runs_inline
from consentgate.walls.html.skip import ONE_HOST, SKIP, SKIP_IN_HEAD, SKIP_IN_SVG
from consentgate.walls.html.tokens import (
    CDATA_START,
    FOREIGN_TEXT,
    LOADS_ANYWHERE,
    MAYBE_ABSOLUTE,
    NOT_A_TAG,
    TAG,
)
from consentgate.walls.html.tree import ROOTS, Tree
from consentgate.walls.html.window import Window

_TEXT = RAW_TEXT | {b"plaintext"}
_ALWAYS_READ = frozenset(ROOTS) | {b"select", b"frameset", b"script"}
"""Tags whose attributes or effect on the tree matter even where nothing absolute stands in them."""


def run(reading: Reading, window: Window, stop: int) -> None:
    """Read on to `stop`, or to where more data is needed. Raises LimitReachedError.

    Readings that split off on the way join the window's.
    """
    advanced = True
    while advanced and reading.at < stop:
        advanced = _READERS[reading.mode](reading, window, stop)
        if reading.doubt is not None:
            _read_also_as_markup(reading, window, reading.doubt)
        if reading.junctions:
            window.readings += reading.pass_junctions()
    if window.ends_at(stop):
        window.readings += reading.give_up_junctions()
    elif stop == len(window.data):
        reading.check_limits(stop)


def _read_also_as_markup(reading: Reading, window: Window, doubt: Doubt) -> None:
    """Follow the reading in which data state goes on where the doubt begins; keep it unless it becomes this one again.

    It joins the window's before it runs: should it reach a limit, nothing is sent beyond where it stands.
    """
    reading.doubt = None
    fork = reading.fork(doubt.start, literal=doubt.literal)
    window.readings.append(fork)
    known = len(window.readings)
    run(fork, window, doubt.end)
    fork.patience = None
    if len(window.readings) == known and fork.joins(reading, doubt.end):
        window.readings.pop()


# Data state: text, tags, comments


def _read_data(reading: Reading, window: Window, stop: int) -> bool:
    if reading.patience and not window.final and not reading.patience.pays(window.data, reading.at):
        return False
    if (reading.tree.plain or reading.tree.in_svg) and _skip(reading, window, stop):
        return reading.at < stop
    if not _read_token(reading, window, stop):
        reading.patience = reading.patience or Patience()
        reading.patience.disappointed(stop - reading.at)
        return False
    reading.patience = None
    return True


def _skip(reading: Reading, window: Window, stop: int) -> bool:
    """Pass what is not worth reading. Whether that led to `stop` or to a junction, where reading pauses."""
    pause = reading.junctions[0] if reading.junctions else stop
    if not reading.tree.plain:
        passed = SKIP_IN_SVG.match(window.data, reading.at, pause) if reading.placement is None else None
        reading.at = passed.end() if passed else reading.at
    elif reading.placement is None:
        reading.at = _after_all_harmless(window, reading.at, pause)
    elif reading.placement.in_head and (passed := SKIP_IN_HEAD.match(window.data, reading.at, pause)):
        reading.at = passed.end()
    return reading.at >= stop or (bool(reading.junctions) and reading.at == pause)


def _after_all_harmless(window: Window, at: int, stop: int) -> int:
    """Behind what loads nothing from elsewhere, or only from hosts where nothing has to stay out."""
    while (passed := SKIP.match(window.data, at, stop)) is not None:
        at = passed.end()
        loader = ONE_HOST.match(window.data, at, stop)
        if loader is None or not window.is_harmless(loader[1]):
            break
        at = loader.end()
    return at


def _read_token(reading: Reading, window: Window, stop: int) -> bool:
    """Read a tag, a comment or text. False where its end is missing."""
    found = TAG.match(window.data, reading.at, stop)
    if found is None:
        return _read_no_tag(reading, window, stop)
    name = found[2].lower()
    if found[1]:
        _read_end_tag(reading, found, name)
        return True
    absolute = _may_load(name, window.data, *found.span(3))
    if absolute or not reading.tree.plain or name in _ALWAYS_READ:
        return _read_start_tag(reading, window, read_tag(window.data, found), stop, loads=absolute)
    if name == b"html" and reading.placement:
        reading.placement.language = reading.placement.language or read_tag(window.data, found).text(b"lang")
    reading.place_start_tag(name, found.start(), found.end())
    reading.at = found.end()
    if name in _TEXT:
        reading.enter_text(name)
    return True


def _may_load(name: bytes, data: bytearray, start: int, end: int) -> bool:
    if MAYBE_ABSOLUTE.search(data, start, end) is None:
        return False
    return name in LOADS or LOADS_ANYWHERE.search(data, start, end) is not None


def _read_end_tag(reading: Reading, found: re.Match[bytes], name: bytes) -> None:
    reading.place_end_tag(name, found.start())
    if found.start() != reading.text_end:  # The end tag of text closes that alone, and text is not in the tree.
        reading.tree = reading.tree.closed(name)
    reading.at = found.end()


def _read_no_tag(reading: Reading, window: Window, stop: int) -> bool:
    if window.data.startswith(CDATA_START, reading.at):
        return read_cdata(reading, window, stop)
    found = NOT_A_TAG.match(window.data, reading.at, stop)
    if found is None:
        return read_endless(reading, window, stop)
    if found[1]:
        reading.place_text(window.data, found.start(), found.end())
    reading.at = found.end()
    return True


# Start tags


def _read_start_tag(reading: Reading, window: Window, tag: Tag, stop: int, *, loads: bool) -> bool:
    tree, as_html = reading.tree.opened(tag)
    ends: list[int] = []
    if _needs_end_tag(tag, tree, as_html=as_html):
        in_sight = _ends_in_sight(window, tag, stop)
        if in_sight is None:
            return False
        ends = in_sight
    reading.place_start_tag(tag.name, tag.start, tag.end)
    disarmed = loads and disarm_loads(window, tag)  # Before moving on: a tag that a limit keeps from it is never sent.
    reading.tree, reading.at = tree, tag.end
    inline = tag.name == b"script" and not disarmed and _runs_inline(tag, tree, as_html=as_html)
    if as_html and tag.name in _TEXT:
        reading.enter_text(tag.name, tag.start if inline else None)
    if ends:
        _read_text_in_sight(reading, window, tag, ends, inline=inline, as_html=as_html)
    return True


def _needs_end_tag(tag: Tag, tree: Tree, *, as_html: bool) -> bool:
    """Whether a raw text element can only be read once its end tag is in sight: foreign ones, and scripts in doubt."""
    if tag.name not in RAW_TEXT:
        return False
    if as_html:
        return tag.name == b"script" and tree.doubts_text_of(tag.name)
    return tree.unsure or not tag.self_closing


def _ends_in_sight(window: Window, tag: Tag, stop: int) -> list[int] | None:
    """Where the text of the element may end, the first end tag first; empty where the page ends in it."""
    if tag.name in FOREIGN_TEXT:
        return possible_ends(window, tag.name, tag.end, stop)
    end = window.end_tag(tag.name, tag.end, stop)
    if end is None:
        return [] if window.ends_at(stop) else None
    return [end]


def _runs_inline(tag: Tag, tree: Tree, *, as_html: bool) -> bool:
    if tree.unsure:
        return runs_inline(tag, as_html=True) or runs_inline(tag, as_html=False)
    return runs_inline(tag, as_html=as_html)


def _read_text_in_sight(
    reading: Reading, window: Window, tag: Tag, ends: list[int], *, inline: bool, as_html: bool
) -> None:
    """The content of a raw text element that is, or may be, markup up to one of its `ends`."""
    for end in ends if inline else ():
        disarm_inline(window, tag.start, end, as_html=as_html and not reading.tree.unsure)
    for end in ends if tag.name == b"style" and not as_html else ():
        disarm_foreign_style(window, tag, end)
    if not as_html:
        # A reading without a tree takes the content for text. It only matters if it ends elsewhere than this one.
        reading.expect_junction(ends[0])


_READERS: Mapping[Mode, Callable[[Reading, Window, int], bool]] = MappingProxyType(
    {
        Mode.DATA: _read_data,
        Mode.COMMENT: read_comment,
        Mode.BOGUS_COMMENT: read_bogus_comment,
        Mode.RAW_TEXT: read_raw_text,
        Mode.EITHER: read_either,
        Mode.SCRIPT: read_script,
        Mode.STYLE: read_style,
        Mode.PLAINTEXT: read_plaintext,
    }
)
