"""Scripts: which of them run inline, and where their text ends (WHATWG HTML, 4.12.1 and 13.2.5.15 to 13.2.5.31)."""

from __future__ import annotations

import re
from enum import StrEnum

from consentgate.walls.html.attributes import Tag
from consentgate.walls.html.reading import Escape
from consentgate.walls.html.tokens import COMMENT_START, SCRIPT_SIGN
from consentgate.walls.html.window import Window

# Wider than the JavaScript MIME types (MIME Sniffing, section 4.6): what might run is not a data block.
_RUNNABLE_TYPE = re.compile(
    r"javascript|ecmascript|jscript|livescript|module|importmap|speculationrules|webbundle", re.IGNORECASE
)
_LONGEST_SIGN = len(b"</script>")


class UrlMap(StrEnum):
    """Types of scripts that run nothing but say what else to load (4.12.1.1; Speculation Rules; Web Bundles)."""

    IMPORTS = "importmap"
    SPECULATION = "speculationrules"
    BUNDLE = "webbundle"


def url_map(tag: Tag) -> UrlMap | None:
    """Which map the text of this script is, if it is one."""
    kind = tag.text(b"type").strip().lower() if b"type" in tag.values else ""
    return UrlMap(kind) if kind in list(UrlMap) else None


def runs_inline(tag: Tag, *, as_html: bool) -> bool:
    """Whether a browser would run the text of this script: it has no source, and it is not data."""
    sources = (b"src",) if as_html else (b"href", b"xlink:href")
    return tag.values.keys().isdisjoint(sources) and not (is_data_block(tag) or (as_html and _is_other_language(tag)))


def is_data_block(tag: Tag) -> bool:
    """Whether the `type` says that the script is data, such as JSON-LD."""
    return b"type" in tag.values and _runs_nowhere(tag.text(b"type"))


def _is_other_language(tag: Tag) -> bool:
    """Without a `type` HTML's obsolete `language` counts; scripts of SVG have none."""
    return b"type" not in tag.values and _runs_nowhere(tag.text(b"language"))


def _runs_nowhere(kind: str) -> bool:
    return bool(kind.strip()) and _RUNNABLE_TYPE.search(kind) is None


def find_end(window: Window, start: int, stop: int, escape: Escape) -> tuple[int | None, int, Escape]:
    """Look for the end tag of a script whose text is read from `start` in the state `escape`.

    Returns where the end tag begins, or None; where to read on with more data; and in which state.
    """
    if escape is Escape.NONE:
        end = window.end_tag(b"script", start, stop)
        comment = window.data.find(COMMENT_START, start, stop if end is None else end)
        if comment < 0:
            return end, max(start, stop - _LONGEST_SIGN + 1), escape
        start = comment
    return _find_end_escaped(window, start, stop, escape)


def _find_end_escaped(window: Window, start: int, stop: int, escape: Escape) -> tuple[int | None, int, Escape]:
    at = start
    while (sign := SCRIPT_SIGN.search(window.data, at, stop)) is not None:
        at = sign.end()
        if sign[0] == COMMENT_START:
            escape = Escape.ONCE if escape is Escape.NONE else escape
            at = sign.start() + 2  # The dashes may be those of an end too: `<!-->`.
        elif sign[0] == b"-->":
            escape = Escape.NONE
        elif not sign[1]:
            escape = Escape.TWICE if escape is Escape.ONCE else escape
        elif escape is Escape.TWICE:
            escape = Escape.ONCE
        else:
            return sign.start(), sign.start(), escape
    return None, max(at, stop - _LONGEST_SIGN + 1), escape
