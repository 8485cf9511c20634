"""The archive: every version of the notice, and the text of each that the site keeps with its policy."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from consentgate.banner.archive import Archive
from consentgate.endpoints.answers import kept_by_caches
from consentgate.endpoints.refusal import Refusal
from consentgate.policy import Policy
from consentgate.visit import Visit

_HEADERS = {
    "Content-Type": "text/html; charset=utf-8",
    # A text is the site's own, but nothing in it has a reason to run: the sandbox stops scripts, forms and refreshes.
    "Content-Security-Policy": (
        "sandbox allow-same-origin allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'self'; "
        "img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    # The same for everybody who reads the language, but a version may take effect at any moment: ask again each time.
    "Cache-Control": "no-cache",
    "Vary": "Accept-Language",
}


class Notices:
    """Answers `/notice/` and `/notice/{version}`."""

    def __init__(self, policy: Policy, archive: Archive) -> None:
        self._versions = {version.version: version for version in policy.notice.versions}
        self._archive = archive

    def answer(self, name: str, request: Request, visit: Visit) -> Response:
        """The list where `name` is empty, else the text of that version. Raises Refusal where there is none."""
        language = visit.language_on(request.query_params.get("lang", ""))
        if not name:
            page = self._archive.versions(visit.site_title, language, visit.root, visit.facts.now)
            return kept_by_caches(page.encode(), request, _HEADERS)
        version = self._versions.get(name)
        if version is None or version.text is None or not self._archive.is_known(version, visit.facts.now):
            raise Refusal(404, "not_found")
        page = self._archive.text(version, visit.site_title, language, visit.root, visit.facts.now)
        return kept_by_caches(page.encode(), request, _HEADERS)
