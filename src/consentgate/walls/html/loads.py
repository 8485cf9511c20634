"""What a tag makes a browser load: the attributes that do, and the URLs in their values."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from consentgate.walls.html.attributes import Tag
from consentgate.walls.html.css import sheet_urls
from consentgate.walls.html.elements import LOADS, Load, load_anywhere
from consentgate.walls.html.scripts import is_data_block

# Link types that only say how two documents relate. A type unknown here counts as one that fetches.
_PASSIVE_LINK_TYPES = frozenset(
    "alternate amphtml author bookmark canonical copyright edituri external first help index last license me next"
    " nofollow noopener noreferrer opener pingback prev previous privacy-policy profile search shortlink start tag"
    " terms-of-service up webmention wlwmanifest".split()
)

# 4.2.5.3, the shared declarative refresh steps: a time, a separator, perhaps `url=`, perhaps a quote that then ends the
# URL. The time is read more loosely than there.
_REFRESH = re.compile(
    r"[\t\n\f\r 0-9.]*+[;,]?+[\t\n\f\r ]*+(?:url[\t\n\f\r ]*+=[\t\n\f\r ]*+)?+(?:\"([^\"]*+)|'([^']*+)|(.*+))",
    re.IGNORECASE | re.DOTALL,
)

# 4.8.4.2.1, parsing a srcset attribute. A URL may contain commas, just not at its ends; descriptors go on to the next
# comma outside parentheses.
_CANDIDATE_URL = re.compile(r"[\t\n\f\r ,]*+([^\t\n\f\r ]++)")
_DESCRIPTORS = re.compile(r"(?:[^,(]++|\([^)]*+\)?+)*+")


_READ_AHEAD = {b"script": {name: LOADS[b"script"][name] for name in (b"href", b"xlink:href")}}
"""What Chromium's preload scanner asks for whatever the element's type says."""

_NOTHING: Mapping[bytes, Load] = MappingProxyType({})


def loading_attributes(tag: Tag) -> dict[bytes, Load]:
    """The attributes by which this very tag makes a browser load something, and how."""
    own = LOADS.get(tag.name, _NOTHING) if _active(tag) else _READ_AHEAD.get(tag.name, _NOTHING)
    loads = {attribute: load for attribute, load in own.items() if attribute in tag.values}
    anywhere = ((attribute, load_anywhere(attribute)) for attribute in tag.values if attribute not in loads)
    return loads | {attribute: load for attribute, load in anywhere if load is not None}


def _active(tag: Tag) -> bool:
    """Whether its own attributes load.

    Not those of a script that is data, a link that only relates, a `meta` that does not refresh, an `input` that is no
    image. Where an attribute is repeated the first one counts, but for Chromium's preload scanner the last one.
    """
    if tag.repeats:
        return True
    if tag.name == b"script":
        return not is_data_block(tag)
    if tag.name == b"link":
        return link_loads(tag.text(b"rel"))
    if tag.name == b"input":
        return tag.text(b"type").lower() == "image"
    if tag.name == b"meta":
        return tag.text(b"http-equiv").strip().lower() == "refresh"
    return True


def link_loads(relation: str) -> bool:
    """Whether a link of these types makes a browser fetch or connect, in an element or in a Link header."""
    return not _PASSIVE_LINK_TYPES.issuperset(relation.lower().split())


def urls(value: str, load: Load) -> list[str]:
    """The URLs in an attribute's decoded value; the value itself where it is one."""
    split = _SPLITS.get(load)
    return [value] if split is None else split(value)


def refresh_urls(content: str) -> list[str]:
    """Where a refresh goes, of a `meta` or in a header; empty where it only reloads."""
    found = _REFRESH.match(content)
    return [url for url in found.groups() if url] if found else []


def srcset_urls(value: str) -> list[str]:
    """All URLs a browser might choose from, in order; also those whose descriptors it would find invalid."""
    urls = []
    at = 0
    while (candidate := _CANDIDATE_URL.match(value, at)) is not None:
        urls.append(candidate[1].rstrip(","))
        at = candidate.end()
        if not candidate[1].endswith(","):
            at = _after_descriptors(value, at)
    return urls


def _after_descriptors(value: str, at: int) -> int:
    descriptors = _DESCRIPTORS.match(value, at)
    return descriptors.end() if descriptors else at


def _animated_urls(values: str) -> list[str]:
    """What an animation changes an `href` to, or a property that holds a `url()`."""
    return [*values.split(";"), *sheet_urls(values)]


_SPLITS: Mapping[Load, Callable[[str], list[str]]] = MappingProxyType(
    {
        Load.SRCSET: srcset_urls,
        Load.URLS: str.split,
        Load.VALUES: _animated_urls,
        Load.REFRESH: refresh_urls,
        Load.CSS: sheet_urls,
    }
)
