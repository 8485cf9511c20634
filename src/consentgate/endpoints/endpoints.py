"""Which request is for us, and who answers it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from consentgate.banner.archive import Archive
from consentgate.banner.assets import assets
from consentgate.banner.frame import Frame
from consentgate.banner.preferences import Preferences
from consentgate.choice import ChoiceCookie, SecondStep
from consentgate.endpoints.choosing import Choosing
from consentgate.endpoints.csp_reports import CspReports
from consentgate.endpoints.frames import Frames
from consentgate.endpoints.notices import Notices
from consentgate.endpoints.preferences_page import preferences_page
from consentgate.endpoints.refusal import Refusal, refusal_answer
from consentgate.endpoints.well_known import WellKnown
from consentgate.ledger import Ledger
from consentgate.policy import Policy
from consentgate.policy.values import CspWall
from consentgate.visit import Visit
from consentgate.walls.judge import Judge

_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}


class Endpoints:
    """The ASGI app for our own addresses. `judge` tells what a set of permissions keeps out."""

    def __init__(
        self,
        policy: Policy,
        cookie: ChoiceCookie,
        second_step: SecondStep,
        ledger: Ledger,
        preferences: Preferences,
        judge: Callable[[frozenset[str]], Judge],
    ) -> None:
        self._policy = policy
        self._preferences = preferences
        self._posts: Mapping[str, Callable[[Request, Visit], Awaitable[Response]]] = {
            "/choice": Choosing(policy, cookie, second_step, ledger, preferences, judge).answer,
            **({} if policy.walls.csp is CspWall.OFF else {"/csp": CspReports(policy, ledger.counters).answer}),
        }
        self._folders: Mapping[str, Callable[[str, Request, Visit], Response]] = {
            "assets": _asset,
            "frame": Frames(policy, Frame(policy)).answer,
            "notice": Notices(policy, Archive(policy)).answer,
        }
        self._well_known = WellKnown(policy)

    def path_within(self, scope: Scope) -> str | None:
        """The path below the prefix (`""`, `/`, `/choice`), or None when the request is not for us.

        Of the addresses under /.well-known/ (RFC 8615) the whole path without its first slash. They belong to the host,
        so an app that is mounted below its root has none.
        """
        root = scope.get("root_path", "").rstrip("/")
        path = scope["path"].removeprefix(root)
        if not root and self._well_known.has(path):
            return str(path).removeprefix("/")
        below = path.removeprefix(self._policy.prefix)
        return below if below != path and (not below or below.startswith("/")) else None

    async def __call__(self, path: str, visit: Visit, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request for `path`."""
        request = Request(scope, receive)
        try:
            response = await self._answer(path, visit, request)
        except Refusal as refusal:
            response = refusal_answer(refusal, request, visit, self._preferences)
        except ClientDisconnect:
            return  # Nobody is there to be answered.
        if self._policy.tracking_status is not None and "tk" not in response.headers:
            response.headers["Tk"] = self._policy.tracking_status_value
        await response(scope, receive, send)

    async def _answer(self, path: str, visit: Visit, request: Request) -> Response:
        if path in self._posts:
            _allow(request, "POST")
            return await self._posts[path](request, visit)
        _allow(request, "GET", "HEAD")
        if path in {"", "/notice"}:
            return RedirectResponse(f"{visit.root}{self._policy.prefix}{path}/", 308)
        if path == "/":
            return preferences_page(request, visit, self._preferences)
        if not path.startswith("/"):
            return self._well_known.answer(f"/{path}", request, visit.now)
        folder, slash, name = path.removeprefix("/").partition("/")
        if not slash or folder not in self._folders:
            raise Refusal(404, "not_found")
        return self._folders[folder](name, request, visit)


def _asset(name: str, _request: Request, _visit: Visit) -> Response:
    asset = assets().get(name)
    if asset is None:
        raise Refusal(404, "not_found")
    return Response(asset.content, media_type=asset.media_type, headers=_FOR_EVER)


def _allow(request: Request, *methods: str) -> None:
    if request.method not in methods:
        raise Refusal(405, "method_not_allowed", headers={"Allow": ", ".join(methods)})
