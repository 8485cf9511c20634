"""The demo panel: asks who is visiting, and shows what the site can know about it through `get_consent`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from consentgate import Consent, NotGatedError, get_consent

from .edge import visitor_of
from .visitors import COOKIE, PLACES, Place, Visitor

PATH = "/demo/visitor"
_COOKIES = ("consent", "consent-opt-out")
"""The names of consentgate's cookies on plain HTTP, where the demo runs: the choice, and that a signal was sent."""

_LARGEST_BODY = 4096
_WAY_BACK = re.compile(r"/(?![/\\])[!-\[\]-~]*")
"""A path on this site: one slash and no second, and no backslash, which browsers read as a slash."""


@dataclass(frozen=True, slots=True)
class Panel:
    """What the panel shows. `consent` is None when no ConsentGate is mounted around the site."""

    visitor: Visitor
    consent: Consent | None
    back: str
    places: tuple[Place, ...] = PLACES
    path: str = PATH


def panel_of(request: Request) -> Panel:
    """The panel of a page."""
    query = f"?{request.url.query}" if request.url.query else ""
    return Panel(visitor_of(request.scope), _consent_of(request), request.url.path + query)


def routes() -> tuple[Route, ...]:
    """Where the panel's form goes."""
    return (Route(PATH, change_visitor, methods=["GET", "POST"]),)


async def change_visitor(request: Request) -> Response:
    """Take the panel's form, as a query or a body, and go back to the page it stood on.

    `as=new` also forgets the choice and the signal, as if someone else had come.
    """
    form = await _form(request)
    response = RedirectResponse(_way_back(form.get("back", "/")), 303)
    response.set_cookie(COOKIE, Visitor.from_form(form).cookie, httponly=True, samesite="lax")
    if form.get("as") == "new":
        for name in _COOKIES:
            response.delete_cookie(name, httponly=True, samesite="lax")
    return response


async def _form(request: Request) -> Mapping[str, str]:
    if request.method != "POST":
        return request.query_params
    body = b""
    async for chunk in request.stream():
        body = (body + chunk)[:_LARGEST_BODY]
    return dict(parse_qsl(body.decode("latin-1")))


def _way_back(path: str) -> str:
    return path if _WAY_BACK.fullmatch(path) else "/"


def _consent_of(request: Request) -> Consent | None:
    try:
        return get_consent(request)
    except NotGatedError:
        return None
