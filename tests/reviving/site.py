"""A site whose pages a test writes: once behind a real gate, and once without."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from consentgate import ConsentGate, Policy
from factories import KEY, make_policy
from gating import GERMANY
from sink import PIXEL

TRACKER = "https://tracker.example/"
COUNTER = "https://counter.example/"
SNIPPET = "trackerSnippet("

OWN_VENDORS = (
    {
        "id": "tracker",
        "name": "Tracker",
        "category": "marketing",
        "hosts": ["tracker.example"],
        "inline": ["trackerSnippet(", "trackerModule("],
    },
    {
        "id": "counter",
        "name": "Counter",
        "category": "analytics",
        "hosts": ["counter.example"],
        "inline": ["counterSnippet("],
    },
)


def policy(host: str) -> Policy:
    """A site with one vendor for each of two categories."""
    return make_policy(site=host, vendor=list(OWN_VENDORS))


@dataclass
class Page:
    """A page as the app serves it."""

    body: str
    head: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    def html(self) -> str:
        return f"<!doctype html><html lang=en><head><title>Page</title>{self.head}</head><body>{self.body}"


class PagesApp:
    """The app. Tests put their pages into `pages`, by path; below `/own` there is an image."""

    def __init__(self) -> None:
        self.pages: dict[str, Page] = {}
        self.app = Starlette(routes=[Route("/{path:path}", self._page, methods=["GET", "POST"])])

    async def _page(self, request: Request) -> Response:
        if request.url.path.startswith("/own"):
            return Response(PIXEL, media_type="image/gif")
        page = self.pages.get(request.url.path)
        return HTMLResponse(page.html(), headers=page.headers) if page else HTMLResponse("none", 404)


class Edge:
    """A proxy before the gate, by whose word everyone comes from Germany."""

    def __init__(self, gated: ASGIApp) -> None:
        self._gated = gated

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope = {**scope, "headers": [*scope["headers"], (b"x-forwarded-for", GERMANY.encode())]}
        await self._gated(scope, receive, send)


def gated(app: PagesApp, host: str, ledger: str) -> Edge:
    """The site, gated."""
    return Edge(ConsentGate(app.app, policy=policy(host), secret_keys=[KEY], ledger=ledger))
