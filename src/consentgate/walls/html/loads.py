"""What a tag makes a browser load: the attributes that do, and the URLs in their values."""

from __future__ import annotations

import re

from consentgate.walls.html.attributes import Tag
from consentgate.walls.html.elements import LOADS, Load

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


def loading_attributes(tag: Tag) -> dict[bytes, Load]:
    """The attributes by which this very tag makes a browser load something, and how."""
    kinds = LOADS.get(tag.name)
    if kinds is None or not _active(tag):
        return {}
    return {attribute: load for attribute, load in kinds.items() if attribute in tag.values}


def _active(tag: Tag) -> bool:
    """False for a link that only relates and for a `meta` that does not refresh."""
    if tag.name == b"link":
        return not _PASSIVE_LINK_TYPES.issuperset(tag.text(b"rel").lower().split())
    if tag.name == b"meta":
        return tag.text(b"http-equiv").strip().lower() == "refresh"
    return True


def urls(value: str, load: Load) -> list[str]:
    """The URLs in an attribute's decoded value; none for a whole document."""
    match load:
        case Load.URL:
            return [value]
        case Load.SRCSET:
            return srcset_urls(value)
        case Load.REFRESH:
            return [_refresh_url(value)]
        case Load.DOCUMENT:
            return []


def _refresh_url(content: str) -> str:
    found = _REFRESH.match(content)
    return next((url for url in found.groups() if url), "") if found else ""


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
