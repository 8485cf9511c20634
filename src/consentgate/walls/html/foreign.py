"""Script and style elements in foreign content: their content is markup (WHATWG HTML, 13.2.6.5), and their text is only
what stands directly in it. In a tree that is unsure they may be raw text as well.
"""

from __future__ import annotations

from consentgate.walls.html.attributes import decoded
from consentgate.walls.html.limits import FOREIGN_DEPTH, LimitReachedError
from consentgate.walls.html.reading import Escape
from consentgate.walls.html.scripts import find_end
from consentgate.walls.html.tokens import FOREIGN_TEXT, NO_TEXT, TAG
from consentgate.walls.html.window import Window


def possible_ends(window: Window, name: bytes, start: int, stop: int) -> list[int] | None:
    """Where the text of a script or style element that begins at `start` may end; None where more data is needed.

    At the first end tag, at the one that ends a script of HTML, or at the one that ends it as markup; a style that the
    page ends in applies all the same, while a script never runs. Raises LimitReachedError where elements of that name
    are nested too deeply, or too many are never closed.
    """
    ends: list[int | None] = [window.end_tag(name, start, stop)]
    if ends[0] is not None:
        ends.append(_end_as_markup(window, name, start, stop))
        if name == b"script":
            ends.append(find_end(window, start, stop, Escape.NONE)[0])
    known = {end for end in ends if end is not None}
    if None not in ends:
        return sorted(known)
    if not window.ends_at(stop):
        return None
    if name == b"style":
        window.count_unclosed()
        known.add(stop)
    return sorted(known)


def _end_as_markup(window: Window, name: bytes, start: int, stop: int) -> int | None:
    depth, at, end = 1, start, start
    while depth:
        text = FOREIGN_TEXT[name].match(window.data, at, stop)
        tag = TAG.match(window.data, text.end() if text else at, stop)
        if tag is None:
            return None
        depth += -1 if tag[1] else not tag[3].endswith(b"/")
        if depth > FOREIGN_DEPTH:
            raise LimitReachedError("foreign_depth")
        end, at = tag.start(), tag.end()
    return end


def foreign_text(markup: bytes) -> bytes:
    """What a foreign element that holds `markup` has for text of its own, its character references decoded."""
    text = _direct_text(markup) if b"<" in markup else markup
    return decoded(text.decode("utf-8", "replace")).encode("utf-8", "replace") if b"&" in text else text


def _direct_text(markup: bytes) -> bytes:
    """What is neither in a comment nor in an element within."""
    pieces, at, depth = [], 0, 0
    for found in NO_TEXT.finditer(markup):
        if not depth:
            pieces.append(markup[at : found.start()])
        at = found.end()
        if found["slash"] is not None and found["void"] is None:
            depth = max(0, depth - 1) if found["slash"] else depth + 1
    return b"".join(pieces) + (b"" if depth else markup[at:])
