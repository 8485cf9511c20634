"""What a page is: which requests ask for one, which responses are one, and how layer one looks on it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from enum import Enum, auto
from functools import lru_cache
from types import MappingProxyType

from starlette.datastructures import Headers

from consentgate.banner.layer_one import Announcement, Look
from consentgate.choice.opt_out import opt_out_is_honored
from consentgate.model import Prompt
from consentgate.policy.regimes import wants_choices_link
from consentgate.visit import Visit

_GUESSED = frozenset({"*/*", "unknown/unknown", "application/unknown"})
"""Types that make a browser guess from the content (WHATWG MIME Sniffing, section 7)."""
WHITE_SPACE = b"\t\n\f\r "
XML_SIGN = b"<?xml"
"""What a browser takes for XML, behind any white space, where it guesses (the same, section 7.1)."""
LONGEST_GUESSED_BY = 1445
"""Bytes of a page that a browser looks at to guess what it is (the same, section 5.2)."""
_PART = re.compile(r'(?:"(?:[^"\\]|\\.)*+"|[^",])++')
"""One type of a list; a comma in quotes does not end it."""
_MEDIA_TYPE = re.compile(r"[!#$%&'*+.^_`|~0-9a-z-]+/[!#$%&'*+.^_`|~0-9a-z-]+")
_WITHIN_A_PAGE = frozenset({"iframe", "frame", "fencedframe", "object", "embed"})
_ASKING = {b"sec-fetch-mode": b"navigate", b"hx-request": b"true"}
_BODILESS = frozenset({204, 205, 304})
_FOLLOWED = frozenset({301, 302, 303, 307, 308})
"""Redirects. A browser shows the page of any other answer, and of these without a Location."""


def asks_for_page(headers: Headers) -> bool:
    """Whether this asks for a document: by Sec-Fetch-Mode (Fetch Metadata, section 2.2), or by what it accepts.

    What htmx asks for becomes a page or a piece of one, although it accepts anything. In one walk, as every request is
    asked.
    """
    return any(
        _ASKING.get(name) == value or (name == b"accept" and b"text/html" in value) for name, value in headers.raw
    )


def takes_layer_one(headers: Headers) -> bool:
    """Whether the response becomes a whole page of its own: not a frame, not a piece that a script swaps in."""
    swapped_by_htmx = headers.get("hx-request") == "true"
    whole_for_htmx = "true" in {headers.get("hx-boosted"), headers.get("hx-history-restore-request")}
    if "turbo-frame" in headers or (swapped_by_htmx and not whole_for_htmx):
        return False
    if whole_for_htmx or "x-turbo-request-id" in headers:
        return True  # Fetched by a script that puts it in the place of the page before.
    return headers.get("sec-fetch-dest", "document") == "document"


def is_framed(headers: Headers) -> bool:
    """Whether the page is shown within another one, which need not be this site's (Fetch Metadata, section 2.1)."""
    return headers.get("sec-fetch-dest") in _WITHIN_A_PAGE


def becomes_document(headers: Headers) -> bool:
    """Whether the response becomes a document of its own, in a window or in a frame: scripts run in it."""
    return takes_layer_one(headers) or is_framed(headers)


class PageKind(Enum):
    """What a browser would make of a response that it navigates to.

    HTML and XHTML are read by the walls; UNTYPED may be HTML and is read too, but nothing is put into it. XML of any
    other kind runs scripts as well, and a PART of a page can't be read from its beginning: both go out under the strict
    policy.
    """

    HTML = auto()
    XHTML = auto()
    UNTYPED = auto()
    XML = auto()
    PART = auto()


MEDIA_TYPES: Mapping[PageKind, str] = MappingProxyType(
    {PageKind.HTML: "text/html", PageKind.XHTML: "application/xhtml+xml"}
)
_KINDS = {media_type: kind for kind, media_type in MEDIA_TYPES.items()}
NEVER_READ = frozenset({PageKind.XML, PageKind.PART})


def page_kind(status: int, headers: Headers) -> PageKind | None:
    """Which kind of page a response is, or None for what is no page."""
    if status < 200 or status in _BODILESS or (status in _FOLLOWED and headers.get("location")):
        return None
    kind = _kind_of_type(",".join(headers.getlist("content-type")))
    if kind is None or headers.get("content-disposition", "").lower().startswith("attachment"):
        return None
    return PageKind.PART if status == 206 else kind


@lru_cache(256)
def _kind_of_type(content_type: str) -> PageKind | None:
    """A browser takes the last type that it can read, and guesses where there is none."""
    given = (part.partition(";")[0].strip().lower() for part in _PART.findall(content_type))
    types = [media_type for media_type in given if _MEDIA_TYPE.fullmatch(media_type)]
    if not types or types[-1] in _GUESSED:
        return PageKind.UNTYPED
    if types[-1] in _KINDS:
        return _KINDS[types[-1]]
    return PageKind.XML if types[-1].endswith(("/xml", "+xml", "/xsl")) else None


def look_of(visit: Visit) -> Look:
    """How layer one looks in this response."""
    whole = takes_layer_one(visit.headers)
    return Look(
        prompt=visit.decision.prompt if whole else Prompt.NONE,
        language=visit.language,
        opt_out_honored=opt_out_is_honored(visit.facts, visit.decision, visit.policy),
        choices_icon=wants_choices_link(visit.facts.region),
        root=visit.root,
        announcement=_announcement(visit) if whole and not (visit.facts.bot or visit.outside) else None,
    )


def _announcement(visit: Visit) -> Announcement | None:
    """A material change of the notice, from when it is announced until it takes effect."""
    version = visit.announced_notice
    if version is None:
        return None
    return Announcement(version.version, version.effective_at.date(), version.text is not None)


def state_of(visit: Visit, look: Look, made_by: str) -> bytes:
    """A short name for all that a page depends on beside the app: it goes into its entity tag.

    `made_by` changes with the policy and with consentgate itself. The notice changes by itself, as time goes by.
    """
    announced = visit.announced_notice.version if visit.announced_notice else None
    shown = (takes_layer_one(visit.headers), is_framed(visit.headers), visit.facts.bot)
    parts = (made_by, sorted(visit.decision.permissions), look, visit.notice.version, announced, shown)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:16].encode()
