"""The placeholder of an iframe that is kept out: what its address asks for, and which page it stands on."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import Response

from consentgate.banner.frame import Frame
from consentgate.choice import host_of, way_back
from consentgate.endpoints.answers import own_page
from consentgate.endpoints.refusal import Refusal
from consentgate.policy import Policy
from consentgate.visit import Visit

_BETWEEN_NAMES = re.compile(r"[,+]")
_HEADERS = {
    # Like all our pages, but that the site's own pages, and no others, may frame it.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'self'"
    ),
    # A page that isolates itself shows no frame without it (HTML, 7.1.4 Cross-origin embedder policies).
    "Cross-Origin-Embedder-Policy": "require-corp",
    "X-Robots-Tag": "noindex",
}


class Frames:
    """Answers `/frame/{categories}`."""

    def __init__(self, policy: Policy, frame: Frame) -> None:
        self._known = frozenset(category.name for category in policy.categories)
        self._frame = frame

    def answer(self, names: str, request: Request, visit: Visit) -> Response:
        """The placeholder for the categories `names`, joined by commas or plus signs. Raises Refusal for another name.

        It says the same whatever the visitor has granted: who sees it has a page from before.
        """
        categories = list(dict.fromkeys(_BETWEEN_NAMES.split(names)))
        if not self._known.issuperset(categories):
            raise Refusal(404, "not_found")
        back = _page_around(request, visit)
        return own_page(self._frame.page(categories, visit.language, visit.root, back), headers=_HEADERS)


def _page_around(request: Request, visit: Visit) -> str:
    """The path of the page that the iframe stands on, by Referer; the front page where that tells none of this host."""
    referer = request.headers.get("referer", "")
    if not referer or host_of(referer) != request.headers.get("host", "").lower():
        return way_back("", visit.root)
    parts = urlsplit(referer)
    return way_back(f"{parts.path}?{parts.query}" if parts.query else parts.path, visit.root)
