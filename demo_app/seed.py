"""Plays a month of visitors against the site, so that a report has something to show.

Nothing is written past the site: each visitor asks for pages and sends the choice form, as a browser does.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import httpx
from starlette.types import ASGIApp, Message

from .crowd import Act, Person, Step, steps_of_crowd
from .gated import gated_site
from .visitors import COOKIE

ORIGIN = "http://careers.northwind.example"

_FORMS = {
    Act.ACCEPT: {"choice": "accept"},
    Act.REJECT: {"choice": "reject"},
    Act.SAVE_ANALYTICS: {"choice": "save", "grant": "analytics", "from": "preferences"},
    Act.OPT_OUT: {"choice": "reject", "from": "preferences"},
}

_FETCH_SITES = {Act.ARRIVE: "cross-site", Act.BROWSE: "same-origin"}
"""Where a browser says that the visitor was before (Fetch Metadata, section 2.4)."""


class Playback:
    """A clock that shows the time of the step being played."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """The time being played."""
        return self.now


def seed(ledger: str, key: str, folder: Path, visitors: int = 300) -> bool:
    """Play the crowd into `ledger`, once: a marker in `folder` tells that it was done. Whether it did anything.

    Raises consentgate.ConfigurationError for a ledger or a key that can't be used.
    """
    marker = folder / f"seeded-{hashlib.sha256(ledger.encode()).hexdigest()[:8]}"
    if marker.exists():
        return False
    # The same crowd each time, so that two people see the same demo. It chooses nothing that has to stay secret.
    steps = steps_of_crowd(visitors, datetime.now(UTC), Random(2026))  # noqa: S311
    asyncio.run(play(steps, ledger, key))
    marker.touch()
    return True


async def play(steps: list[Step], ledger: str, key: str) -> None:
    """Play steps in their order. The ledger is flushed when this returns."""
    clock = Playback(datetime.now(UTC))
    site = gated_site(ledger=ledger, key=key, clock=clock)
    browsers: dict[int, httpx.AsyncClient] = {}
    async with running(site):
        for step in steps:
            clock.now = step.at
            browser = browsers.setdefault(step.person.number, _browser(site, step.person))
            await _act(browser, step)


async def _act(browser: httpx.AsyncClient, step: Step) -> None:
    if step.act in _FORMS:
        form = _FORMS[step.act] | {"back": step.person.page}
        response = await browser.post("/_consent/choice", data=form, headers={"Origin": ORIGIN})
    else:
        response = await browser.get(step.person.page, headers={"Sec-Fetch-Site": _FETCH_SITES[step.act]})
    if response.is_error:
        raise RuntimeError(f"The site answered {response.status_code} to a visitor who wanted to {step.act}.")


def _browser(site: ASGIApp, person: Person) -> httpx.AsyncClient:
    """A browser with a cookie jar of its own. Nothing leaves this process."""
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(site),
        base_url=ORIGIN,
        cookies={COOKIE: person.visitor.cookie},
        headers={"User-Agent": person.user_agent, "Accept-Language": person.language, "Accept": "text/html"},
        trust_env=False,
    )


@asynccontextmanager
async def running(app: ASGIApp) -> AsyncIterator[None]:
    """An ASGI app between startup and shutdown, as a server runs it (ASGI lifespan specification)."""
    inbox: asyncio.Queue[Message] = asyncio.Queue()
    outbox: asyncio.Queue[Message] = asyncio.Queue()
    lifespan = asyncio.create_task(_lifespan(app, inbox, outbox))
    await inbox.put({"type": "lifespan.startup"})
    await _expect("lifespan.startup.complete", outbox)
    try:
        yield
    finally:
        await inbox.put({"type": "lifespan.shutdown"})
        await _expect("lifespan.shutdown.complete", outbox)
        await lifespan


async def _lifespan(app: ASGIApp, inbox: asyncio.Queue[Message], outbox: asyncio.Queue[Message]) -> None:
    await app({"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}, inbox.get, outbox.put)


async def _expect(kind: str, outbox: asyncio.Queue[Message]) -> None:
    message = await outbox.get()
    if message["type"] != kind:
        raise RuntimeError(f"The site said {message['type']}: {message.get('message', '')}")
