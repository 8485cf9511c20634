"""Disarming one tag by insertions alone.

A browser ignores a repeated attribute, so an attribute inserted first replaces what is written, and a prefix inserted
before a name makes it another attribute. Every attribute of that name gets the prefix, or the second one would come
alive. What is inserted holds no quote and no bracket: where it lands in another reading's attribute or text, it ends
nothing there.
"""

from __future__ import annotations

import re

from consentgate.model import Vendor
from consentgate.walls.html.attributes import Tag, attribute_starts, decoded, read_tag
from consentgate.walls.html.elements import Load
from consentgate.walls.html.loads import loading_attributes, urls
from consentgate.walls.html.scripts import is_data_block
from consentgate.walls.html.tokens import MAYBE_ABSOLUTE, TAG
from consentgate.walls.html.window import TagJudge, Window

PREFIX = b"data-cg-"
_UNQUOTED = re.compile(r"[^A-Za-z0-9_.,-]")


def disarm_loads(window: Window, tag: Tag) -> bool:
    """Disarm the tag if anything it loads is a vendor's to keep out. Returns whether it was."""
    if tag.name == b"script" and is_data_block(tag):
        return False
    hits: dict[bytes, list[Vendor]] = {}
    for attribute, load in loading_attributes(tag).items():
        if MAYBE_ABSOLUTE.search(tag.values[attribute]) or load is Load.DOCUMENT:
            vendors = _vendors(window, tag.text(attribute), load)
            if vendors:
                hits[attribute] = vendors
    if hits:
        _disarm(window, tag, frozenset(hits), [vendor for vendors in hits.values() for vendor in vendors])
    return bool(hits)


def disarm_inline(window: Window, start: int, end: int, *, as_html: bool) -> None:
    """Disarm the script from `start` to its end tag at `end` if its text is a vendor's snippet to keep out."""
    found = TAG.match(window.data, start)
    if found is None:
        return
    vendor = _snippet_vendor(window.judge, bytes(window.data[found.end() : end]), as_html=as_html)
    if vendor is not None:
        _disarm(window, read_tag(window.data, found), frozenset(), [vendor])


def _snippet_vendor(judge: TagJudge, text: bytes, *, as_html: bool) -> Vendor | None:
    """The text of a foreign script is markup, so its character references count."""
    vendor = judge.inline(text)
    if vendor is None and not as_html and b"&" in text:
        return judge.inline(decoded(text.decode("utf-8", "replace")).encode("utf-8", "replace"))
    return vendor


def _vendors(window: Window, text: str, load: Load) -> list[Vendor]:
    if load is Load.DOCUMENT:
        return window.document(text)
    return [vendor for url in urls(text, load) if (vendor := window.judge.url(url)) is not None]


def _disarm(window: Window, tag: Tag, names: frozenset[bytes], vendors: list[Vendor]) -> None:
    """Mark the tag with the categories it waits for, keep a script from running, and rename what loads."""
    categories = ",".join(dict.fromkeys(vendor.category for vendor in vendors))
    mark = b" data-cg=" + _UNQUOTED.sub(_reference, categories).encode()
    if tag.name == b"script":
        mark = b" type=text/plain" + mark
        names |= {b"type"}
    if window.data[tag.name_end] == ord("/"):
        mark += b" "  # An unquoted value would swallow the slash of `<img/src=...>`.
    window.edits.insert(tag.name_end, mark, tuple(dict.fromkeys(vendors)))
    for start in attribute_starts(window.data, tag, names):
        window.edits.insert(start, PREFIX)


def _reference(character: re.Match[str]) -> str:
    return f"&#{ord(character[0])};"
