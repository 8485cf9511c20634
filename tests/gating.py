"""A gated app in a test: a few pages with real tags, and clients from anywhere."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from starlette.applications import Starlette
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from consentgate import ConsentGate, Policy, get_consent
from consentgate.ledger import Event, open_ledger
from factories import KEY, NOW, make_policy

BROWSER = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"
GERMANY, CALIFORNIA, TEXAS = "91.0.0.1", "67.180.0.1", "70.112.0.1"

PAGE = b"""<!doctype html><html lang="en"><head><title>Jobs</title>
<script async src="https://www.googletagmanager.com/gtag/js?id=G-1"></script>
<script>window.dataLayer=window.dataLayer||[];function gtag(){dataLayer.push(arguments)}gtag('config', 'G-1');</script>
</head><body><h1>Jobs</h1>
<noscript><img src="https://px.ads.linkedin.com/collect/?pid=1"></noscript></body></html>"""


@dataclass
class Clock:
    """A clock that stands until it is set."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Site:
    """A gated app, with what a test wants to look at."""

    gate: ConsentGate
    ledger: str
    clock: Clock
    policy: Policy
    clients: list[httpx.AsyncClient] = field(default_factory=list)

    def visitor(
        self, address: str = GERMANY, *, scheme: str = "http", host: str = "careers.example.com", **headers: str
    ) -> httpx.AsyncClient:
        """A browser behind the trusted proxy; it keeps its cookies and follows no redirects."""
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(self.gate, client=("127.0.0.1", 51234)),
            base_url=f"{scheme}://{host}",
            headers={
                "X-Forwarded-For": address,
                "User-Agent": BROWSER,
                "Accept": "text/html",
                "Accept-Encoding": "gzip",
                **{name.replace("_", "-"): value for name, value in headers.items()},
            },
        )
        self.clients.append(client)
        return client

    def events(self) -> list[Event]:
        """The rows of the ledger."""
        return [event for _, event in open_ledger(self.ledger).events()]


_OURS_IN_HEAD = re.compile(rb'<(script|style) data-cg="".*?</\1>', re.DOTALL)


def without_our_head(content: bytes) -> bytes:
    """A page without the scripts and the sheet that a gate puts first into its head."""
    return _OURS_IN_HEAD.sub(b"", content)


async def choose(client: httpx.AsyncClient, body: str = "choice=accept", **headers: str) -> httpx.Response:
    """Post the choice form from the site's own page."""
    sent = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    return await client.post("/_consent/choice", content=body, headers=sent)


async def choose_in_two_steps(client: httpx.AsyncClient, body: str, **headers: str) -> httpx.Response:
    """Post a choice that goes against an opt-out, and confirm it as the answer says how to."""
    asked = await choose(client, body, Accept="application/json", **headers)
    assert (asked.status_code, asked.json()["code"]) == (409, "confirm")
    return await choose(client, confirming(asked), **headers)


def confirming(asked: httpx.Response) -> str:
    """The form that confirms what an answer of 409 asks."""
    told = asked.json()
    grants = [("grant", name) for name in told["grant"]]
    words = [(name, told[name]) for name in ("choice", "override", "confirmed")]
    return str(httpx.QueryParams([*words, *grants]))


@asynccontextmanager
async def gated(
    folder: Path, app: ASGIApp | None = None, is_minor: Callable[[HTTPConnection], bool] | None = None, **changes: Any
) -> AsyncIterator[Site]:
    """A site whose ledger lies in `folder`, started and closed. It declares the vendors whose tags PAGE carries."""
    clock = Clock()
    declared = {} if "categories" in changes else {"vendors": ["google-analytics", "hotjar", "linkedin-insight"]}
    policy = make_policy(**{**declared, **changes})
    url = f"sqlite:///{folder / 'consent.sqlite3'}"
    gate = ConsentGate(app or careers(), policy=policy, secret_keys=[KEY], ledger=url, clock=clock, is_minor=is_minor)
    site = Site(gate, url, clock, policy)
    try:
        yield site
    finally:
        for client in site.clients:
            await client.aclose()
        await shut_down(site.gate)


async def shut_down(app: ASGIApp) -> None:
    """Run a lifespan to its end, which closes the ledger."""
    messages = iter([{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}])

    async def receive() -> dict[str, Any]:
        return next(messages)

    async def send(_: Mapping[str, Any]) -> None:
        return None

    await app({"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}, receive, send)


def page(_: Request) -> Response:
    """A page with a tag outside, a tag inside and a pixel; it sets a vendor's cookie and one of its own."""
    response = HTMLResponse(PAGE)
    response.set_cookie("_ga", "GA1.1.1.1")
    response.set_cookie("session", "abc", httponly=True)
    return response


def what_holds(request: Request) -> Response:
    """What a handler sees."""
    consent = get_consent(request)
    return JSONResponse(
        {
            "region": str(consent.region),
            "regime": consent.regime,
            "analytics": consent.allows("analytics"),
            "marketing": consent.allows("marketing"),
            "prompt": consent.prompt,
            "reasons": consent.reasons,
            "choice": consent.choice is not None,
            "choice_state": consent.facts.choice_state,
        }
    )


def careers(**routes: Callable[[Request], Response]) -> Starlette:
    """The app: `/`, `/what-holds`, and a route for each further handler."""
    known = {"": page, "what-holds": what_holds, **routes}
    return Starlette(routes=[Route(f"/{path}", handler, methods=["GET", "POST"]) for path, handler in known.items()])
