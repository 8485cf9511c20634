"""What the wall knows of elements: which of them load, and which change how the bytes after them are read.

The one place for both: the table of what loads decides what `tokens.SKIP` may pass over unread, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Load(StrEnum):
    """How an attribute names what it loads."""

    URL = "url"
    SRCSET = "srcset"
    REFRESH = "refresh"
    DOCUMENT = "document"


_SRC = {b"src": Load.URL}
_IMAGE = {b"src": Load.URL, b"srcset": Load.SRCSET}
_SVG = {b"href": Load.URL, b"xlink:href": Load.URL}
_BACKGROUND = {b"background": Load.URL}

LOADS: Mapping[bytes, Mapping[bytes, Load]] = MappingProxyType(
    {
        b"script": _SRC | _SVG,
        b"iframe": _SRC | {b"srcdoc": Load.DOCUMENT},
        b"frame": _SRC,
        b"img": _IMAGE,
        # Outside of SVG the tree builder turns `image` into `img` (13.2.6.4.7), so it has the attributes of both.
        b"image": _IMAGE | _SVG,
        b"source": _IMAGE,
        b"input": _SRC,
        b"embed": _SRC,
        b"object": {b"data": Load.URL},
        b"video": _SRC | {b"poster": Load.URL},
        b"audio": _SRC,
        b"track": _SRC,
        b"link": {b"href": Load.URL, b"imagesrcset": Load.SRCSET},
        b"base": {b"href": Load.URL},
        b"meta": {b"content": Load.REFRESH},
        b"feimage": _SVG,
        b"use": _SVG,
        # Obsolete, still rendered: 15.3.3 for `body`, 15.3.10 for the parts of a table.
        **dict.fromkeys((b"body", b"table", b"thead", b"tbody", b"tfoot", b"tr", b"td", b"th"), _BACKGROUND),
    }
)
"""Element -> attribute -> how it loads (WHATWG HTML, SVG 2; checked against Chromium)."""

RAW_TEXT = frozenset(
    {b"title", b"textarea", b"style", b"xmp", b"iframe", b"noembed", b"noframes", b"noscript", b"script"}
)
"""Elements whose content is text up to their end tag (13.2.5.2 to 13.2.5.4; `noscript` only where scripting is on)."""

SWITCHES = RAW_TEXT | {b"plaintext", b"svg", b"math", b"select", b"frameset"}
"""Elements that change how what follows is read."""

ONLY_BACKGROUND = frozenset(name for name, attributes in LOADS.items() if attributes == _BACKGROUND)
"""Elements that load by `background` alone, and are too frequent to stop at for any other attribute."""

ONLY_URLS = frozenset(LOADS) - SWITCHES - ONLY_BACKGROUND
"""Elements that matter only where an attribute holds an absolute URL."""

SHAPES = frozenset(
    b"path g circle rect line polygon polyline ellipse defs symbol clippath mask lineargradient radialgradient stop"
    b" text tspan".split()
)
"""What an icon is made of. Nothing in it loads, breaks out of it or is raw text in another reading."""
