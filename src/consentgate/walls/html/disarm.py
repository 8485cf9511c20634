"""Disarming one tag, or one URL within a sheet or a map, by insertions alone.

A browser ignores a repeated attribute, so an attribute inserted first replaces what is written, and a prefix inserted
before a name makes it another attribute. Every attribute of that name gets the prefix, or the second one would come
alive. A URL gets a scheme before it that fetches nothing, so that the rest of its sheet or map stays alive. What is
inserted holds no quote and no bracket: where it lands in another reading's attribute or text, it ends nothing there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import quote

from consentgate.model import Vendor
from consentgate.walls.html.attributes import Tag, attribute_starts, read_tag
from consentgate.walls.html.css import SheetUrl, read_sheet
from consentgate.walls.html.elements import Load
from consentgate.walls.html.foreign import foreign_text
from consentgate.walls.html.frames import placeholder
from consentgate.walls.html.loads import loading_attributes
from consentgate.walls.html.preload import preloaded
from consentgate.walls.html.scripts import UrlMap, url_map
from consentgate.walls.html.tokens import MAYBE_ABSOLUTE, TAG
from consentgate.walls.html.vendors import (
    vendors_behind,
    vendors_in_code,
    vendors_in_map,
    vendors_in_sheet,
    vendors_of,
)
from consentgate.walls.html.window import Window

PREFIX = b"data-cg-"
_WITHOUT_URL = frozenset({Load.DOCUMENT, Load.HANDLER})
_UNQUOTED = re.compile(r"[^A-Za-z0-9_.,-]")


def disarm_loads(window: Window, tag: Tag) -> bool:
    """Disarm the tag if anything it loads is a vendor's to keep out. Returns whether it was."""
    hits: dict[bytes, list[Vendor]] = {}
    for attribute, load in loading_attributes(tag).items():
        if load in _WITHOUT_URL or MAYBE_ABSOLUTE.search(tag.values[attribute]):
            vendors = vendors_of(window, tag.text(attribute), load)
            if vendors:
                hits[attribute] = vendors
    if hits:
        _disarm(window, tag, frozenset(hits), [vendor for vendors in hits.values() for vendor in vendors])
    return bool(hits)


def disarm_inline(window: Window, start: int, end: int, *, as_html: bool) -> None:
    """Disarm the script from `start` to its end tag at `end` if its text is a vendor's snippet to keep out; else let
    it run.
    """
    found = TAG.match(window.data, start)
    if found is None:
        return
    tag = read_tag(window.data, found)
    kind = url_map(tag)
    if kind is not None and as_html:
        _disarm_map(window, tag.end, end, kind)
        _let_run(window, tag)
        return
    text = bytes(window.data[tag.end : end])
    vendors = [vendor for _, vendor in vendors_in_map(window, text, 0)] if kind else vendors_in_code(window, text)
    if not vendors and not as_html:
        vendors = vendors_in_code(window, foreign_text(text))
    if vendors:
        _disarm(window, tag, frozenset(), vendors)
    else:
        _let_run(window, tag)


def disarm_sheet(window: Window, sheet: Iterable[SheetUrl]) -> None:
    """Disarm the URLs of a style element's text that are a vendor's to keep out.

    One by one whatever the element's type: preload scanners don't look at it.
    """
    for url in sheet:
        for vendor in vendors_behind(window, url.text)[:1]:
            window.edits.insert(url.at, _fetches_nothing(vendor), (vendor,))


def disarm_whole_sheet(window: Window, start: int, end: int) -> None:
    """Disarm the URLs of a style element whose whole text is there."""
    _, urls = read_sheet(window.data, start, end, ended=True)
    _, imports = preloaded(window.data, start, end, ended=True)
    disarm_sheet(window, [*urls, *imports])


def disarm_foreign_style(window: Window, tag: Tag, end: int) -> None:
    """Disarm a style element of SVG or MathML: its text as it is written, and all of it where markup changes that."""
    disarm_whole_sheet(window, tag.end, end)
    written = bytes(window.data[tag.end : end])
    text = foreign_text(written)
    vendors = [] if text == written else vendors_in_sheet(window, text.decode("utf-8", "replace"))
    if vendors:
        _disarm(window, tag, frozenset(), vendors)


def _disarm_map(window: Window, start: int, end: int, kind: UrlMap) -> None:
    for at, vendor in vendors_in_map(window, window.data[start:end], start):
        # A module that is a comment, so that the other entries of an import map still hold.
        empty = b"data:text/javascript;cg-" + _name(vendor) + b",//"
        window.edits.insert(at, empty if kind is UrlMap.IMPORTS else _fetches_nothing(vendor), (vendor,))


def _disarm(window: Window, tag: Tag, names: frozenset[bytes], vendors: list[Vendor]) -> None:
    """Mark the tag with the categories it waits for, keep a script from running, and rename what loads.

    An iframe gets a placeholder's address for what it would have loaded.
    """
    categories = ",".join(dict.fromkeys(vendor.category for vendor in vendors))
    mark = b" data-cg=" + _UNQUOTED.sub(_reference, categories).encode()
    if tag.name in {b"script", b"style"}:
        mark = b" type=text/plain" + mark
        names |= {b"type"}
    mark += placeholder(tag, names, vendors, window.injection.placeholders)
    _write(window, tag, mark, names, vendors)


def _let_run(window: Window, tag: Tag) -> None:
    """Give an inline script the nonce of the response, unless it has one that counts in it.

    One of its own that counts nowhere is renamed: with two, browsers heed neither (CSP Level 3, section 6.7.3.1).
    """
    nonce = window.injection.nonce
    if nonce is not None and tag.text(b"nonce") not in nonce.of_the_site:
        _write(window, tag, b" nonce=" + nonce.own.encode("ascii"), frozenset({b"nonce"}))


def _write(window: Window, tag: Tag, text: bytes, names: frozenset[bytes], vendors: Iterable[Vendor] = ()) -> None:
    """Write attributes first in the tag, and rename those it has of these names."""
    if window.data[tag.name_end] == ord("/"):
        text += b" "  # An unquoted value would swallow the slash of `<img/src=...>`.
    window.edits.insert(tag.name_end, text, tuple(dict.fromkeys(vendors)))
    for start in attribute_starts(window.data, tag, names):
        window.edits.insert(start, PREFIX)


def _fetches_nothing(vendor: Vendor) -> bytes:
    """What makes an absolute URL after it a part of one that holds nothing."""
    return b"data:cg-" + _name(vendor) + b","


def _name(vendor: Vendor) -> bytes:
    return quote(vendor.category, safe="").encode()


def _reference(character: re.Match[str]) -> str:
    return f"&#{ord(character[0])};"
