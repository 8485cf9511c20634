"""The site that carries everyone's tags, as it is without a gate, and what stands around it in a test."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.applications import Starlette
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from consentgate import Policy
from factories import make_policy
from vendor_snippets.bundle import bundle, container
from vendor_snippets.forms import Form
from vendor_snippets.pages import headers, page
from vendor_snippets.snippet import SNIPPETS

DOMAIN = "careers.example"
OWN_COOKIE = "careers_session"

_FILES = {"bundle.js": bundle, "container.js": container}


def site() -> Starlette:
    """A page for each form, one without tags, and the site's own scripts."""
    forms = [Route(f"/{form}", _page) for form in Form]
    return Starlette(routes=[Route("/", _plain), Route("/static/{name}", _file), *forms])


def site_policy() -> Policy:
    """Every category by the visitor's regime, so that `opt_out` grants all of them, and everyone's tags declared."""
    return make_policy(
        site=DOMAIN,
        categories={"functional": {}, "analytics": {}, "marketing": {"sale_or_sharing": True}},
        vendors=[snippet.vendor for snippet in SNIPPETS],
    )


def _page(request: Request) -> Response:
    form = Form(request.url.path[1:])
    response = HTMLResponse(page(form))
    response.set_cookie(OWN_COOKIE, "1")
    for name, value in headers(form):
        response.headers.append(name, value)
    return response


def _plain(_: Request) -> Response:
    return HTMLResponse("<!doctype html><title>Careers</title><link rel=icon href=data:,>")


def _file(request: Request) -> Response:
    return Response(_FILES[request.path_params["name"]](), media_type="text/javascript")


class Hosts:
    """Several apps on one server, told apart by the host that is asked. The first one's lifespan is the server's."""

    def __init__(self, apps: Mapping[str, ASGIApp]) -> None:
        self._apps = apps
        self._first = next(iter(apps.values()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        app = self._first if scope["type"] == "lifespan" else self._apps[_host(scope)]
        await app(scope, receive, send)


class From:
    """The trusted proxy before a gate: all its visitors come from one address."""

    def __init__(self, address: str, app: ASGIApp) -> None:
        self._header = (b"x-forwarded-for", address.encode())
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "lifespan":
            scope = {**scope, "headers": [*scope["headers"], self._header]}
        await self._app(scope, receive, send)


def _host(scope: Scope) -> str:
    return HTTPConnection(scope).headers.get("host", "").partition(":")[0]
