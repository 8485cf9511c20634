"""What the wall knows of elements: which of them load, and which change how the bytes after them are read.

The one place for both: the tables of what loads decide what `skip.SKIP` may pass over unread, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class Load(StrEnum):
    """How an attribute names what it loads.

    `url`: an address. `source`: one whose own content may load, where it is `javascript:` or `data:`. `urls` and
    `values`: several, between spaces or semicolons. `base`: what relative addresses start from. `document`: a whole
    page. `css` and `handler`: code that may load.
    """

    URL = "url"
    SOURCE = "source"
    SRCSET = "srcset"
    URLS = "urls"
    VALUES = "values"
    REFRESH = "refresh"
    BASE = "base"
    DOCUMENT = "document"
    CSS = "css"
    HANDLER = "handler"


_SRC = {b"src": Load.URL}
_SOURCE = {b"src": Load.SOURCE}
_IMAGE = {b"src": Load.URL, b"srcset": Load.SRCSET}
_SVG = {b"href": Load.URL, b"xlink:href": Load.URL}
_ANIMATED = dict.fromkeys((b"to", b"from", b"by", b"values"), Load.VALUES)
_BACKGROUND = {b"background": Load.URL}

LOADS: Mapping[bytes, Mapping[bytes, Load]] = MappingProxyType(
    {
        b"script": _SOURCE | dict.fromkeys(_SVG, Load.SOURCE),
        b"iframe": _SOURCE | {b"srcdoc": Load.DOCUMENT},
        b"frame": _SOURCE,
        b"img": _IMAGE,
        # Outside of SVG the tree builder turns `image` into `img` (13.2.6.4.7), so it has the attributes of both.
        b"image": _IMAGE | _SVG,
        b"source": _IMAGE,
        b"input": _SRC,
        b"embed": _SOURCE,
        b"object": {b"data": Load.SOURCE},
        # Obsolete, and in browsers of a few years ago still an address for the object around it.
        b"param": {b"value": Load.URL},
        b"video": _SRC | {b"poster": Load.URL},
        b"audio": _SRC,
        b"track": _SRC,
        b"link": {b"href": Load.SOURCE, b"imagesrcset": Load.SRCSET},
        b"base": {b"href": Load.BASE},
        b"meta": {b"content": Load.REFRESH},
        b"feimage": _SVG,
        b"use": dict.fromkeys(_SVG, Load.SOURCE),
        b"font-face-uri": _SVG,
        # SMIL: what changes an `href`, a `style` or a `fill` makes it load as if it had stood there.
        b"animate": _ANIMATED,
        b"set": _ANIMATED,
        # Obsolete, still rendered: 15.3.3 for `body`, 15.3.10 for the parts of a table.
        **dict.fromkeys(b"body table thead tbody tfoot tr td th col colgroup".split(), _BACKGROUND),
    }
)
"""Element -> attribute -> how it loads (WHATWG HTML, SVG 2; checked against Chromium)."""

ANYWHERE: Mapping[bytes, Load] = MappingProxyType(
    {
        b"style": Load.CSS,
        b"ping": Load.URLS,
        b"attributionsrc": Load.URLS,
        # SVG's presentation attributes that may hold a `url()` of another document.
        **dict.fromkeys(
            b"fill stroke filter mask clip-path cursor marker marker-start marker-mid marker-end".split(), Load.CSS
        ),
    }
)
"""Attributes that load whatever element they stand on; event handlers do, too (`load_anywhere`)."""

HANDLER = b"on"
"""How the names of event handlers begin (8.1.8.2)."""

BY_THE_VISITOR = tuple(
    b"click dblclick auxclick contextmenu submit change input key mouse pointer touch wheel drag drop copy cut"
    b" paste".split()
)
"""How the names of events begin that only the visitor's doing fires. Their handlers load nothing by themselves, and the
`onclick` of a button to share names a vendor's page.
"""


def load_anywhere(attribute: bytes) -> Load | None:
    """How this attribute loads on an element that it has no meaning of its own on."""
    if attribute.startswith(HANDLER) and not attribute.startswith(BY_THE_VISITOR, len(HANDLER)):
        return Load.HANDLER
    return ANYWHERE.get(attribute)


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
