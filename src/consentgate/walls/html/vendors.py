"""Which vendors that must stay out are behind what a tag loads: a URL, what it carries, code, a sheet, a map."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from consentgate.model import Vendor
from consentgate.walls.html.css import sheet_urls
from consentgate.walls.html.elements import Load
from consentgate.walls.html.imports import imported_urls
from consentgate.walls.html.loads import urls
from consentgate.walls.html.nested import mentioned_urls, nested_in
from consentgate.walls.html.window import Window
from consentgate.walls.url import host_and_path

# An unclosed one takes the rest: then it is no map to any browser.
_JSON_STRING = re.compile(rb"\"((?:[^\"\\]++|\\[\s\S])*+)(?:\"(\s*+:)?+|\\?+\Z)")
_MAYBE_URL = re.compile(rb"[/:\\]")
_MARKUP = re.compile("<[A-Za-z]")


def vendors_of(window: Window, text: str, load: Load) -> list[Vendor]:
    """Those behind the decoded value of an attribute that loads in this way."""
    match load:
        case Load.DOCUMENT:
            return window.document(text)
        case Load.BASE:
            place = host_and_path(text)
            vendor = window.judge.host(place[0]) if place else None
            return [] if vendor is None else [vendor]
        case Load.SOURCE | Load.REFRESH | Load.CSS:
            return [vendor for url in urls(text, load) for vendor in vendors_behind(window, url)]
        case Load.HANDLER:
            return _mentioned(window, text)
        case _:
            return [vendor for url in urls(text, load) if (vendor := window.judge.url(url)) is not None]


def vendors_behind(window: Window, url: str) -> list[Vendor]:
    """The vendors to keep out that a URL reaches, or the content that it carries."""
    nested = nested_in(url)
    if nested is not None:
        return _in_nested(window, nested)
    vendor = window.judge.url(url)
    return [] if vendor is None else [vendor]


def vendors_in_code(window: Window, text: bytes) -> list[Vendor]:
    """Those whose snippet a script is, or from whom it imports."""
    vendor = window.judge.inline(text)
    if vendor is not None:
        return [vendor]
    return [vendor for url in imported_urls(text) for vendor in vendors_behind(window, url)]


def vendors_in_sheet(window: Window, text: str) -> list[Vendor]:
    """Those that a style sheet loads from."""
    return [vendor for url in sheet_urls(text) for vendor in vendors_behind(window, url)]


def vendors_in_map(window: Window, text: bytes | bytearray, offset: int) -> Iterator[tuple[int, Vendor]]:
    """The values in a map that are URLs to keep out, and where they begin."""
    for string in _JSON_STRING.finditer(text):
        is_key = string[2] is not None
        if is_key or not _MAYBE_URL.search(string[1]):
            continue
        for vendor in vendors_behind(window, _json_text(string[1]))[:1]:
            yield offset + string.start(1), vendor


def _json_text(written: bytes) -> str:
    try:
        return str(json.loads(b'"' + written + b'"', strict=False))
    except ValueError:
        return ""  # Then no browser takes the map.


def _in_nested(window: Window, content: str) -> list[Vendor]:
    """As a script, as a sheet, and as a page: the element that loads it decides, and some take it for several."""
    return (
        _mentioned(window, content)
        or vendors_in_sheet(window, content)
        or (window.document(content) if _MARKUP.search(content) else [])
    )


def _mentioned(window: Window, code: str) -> list[Vendor]:
    """Those whose snippet it is, or whose URL stands in it in plain."""
    vendors = (window.judge.url(url) for url in mentioned_urls(code))
    return vendors_in_code(window, code.encode("utf-8", "replace")) + [vendor for vendor in vendors if vendor]
