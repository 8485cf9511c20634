"""`ConsentGate`, the ASGI class: guards, gathers, hands over. A request's state lives in objects of that request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from inspect import iscoroutinefunction

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from consentgate.banner.layer_one import LayerOne
from consentgate.banner.preferences import Preferences
from consentgate.caching import conditional_headers_for_the_app
from consentgate.choice import ChoiceCookie, SecondStep
from consentgate.consent import SCOPE_KEY, Consent
from consentgate.endpoints import Endpoints
from consentgate.equipment import Equipment
from consentgate.errors import ConfigurationError, NotGatedError, Problem
from consentgate.ledger import open_ledger
from consentgate.lifespan import Lifespan
from consentgate.page import asks_for_page
from consentgate.policy import Policy
from consentgate.policy.values import Outside
from consentgate.response import GatedResponse
from consentgate.visit import Sources, Visit
from consentgate.visitor.device import read_agent
from consentgate.visitor.geoip import GeoIP
from consentgate.visitor.region import RegionFinder

_SENDS_FILES_UNSEEN = ("http.response.pathsend", "http.response.zerocopysend")
"""ASGI extensions by which bytes would leave without passing the walls."""


def utc_now() -> datetime:
    """The time of day, in UTC."""
    return datetime.now(UTC)


class ConsentGate:
    """Gates an ASGI app: `app = ConsentGate(app, policy=..., secret_keys=[...], ledger="sqlite:///consent.sqlite3")`.

    `secret_keys` sign the visitors' choices: the first one signs, all verify. To replace a key where several servers
    run, add the new one last on all of them, then put it first, and drop the old one when its choices have ended.
    `ledger` is the URL of the record of choices. `clock` returns an aware time; it is there for tests. `is_minor` is
    the app's word on who asks, given before the app runs: a minor is granted nothing that is optional, and nothing is
    kept of what they say. Put compression outside the gate.
    Raises ConfigurationError for a missing or short key, a ledger URL or a GeoIP file that can't be used, and an
    `is_minor` that is asynchronous.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        policy: Policy,
        secret_keys: Sequence[str],
        ledger: str,
        clock: Callable[[], datetime] = utc_now,
        is_minor: Callable[[HTTPConnection], bool] | None = None,
    ) -> None:
        _refuse_async(is_minor)
        self.app = app
        read_agent("")  # Makes the parser's engines now, a tenth of a second that the first visitor would wait for.
        cookie = ChoiceCookie(policy, secret_keys)
        geoip = GeoIP(policy.geoip)
        self._ledger = open_ledger(ledger)
        regions = RegionFinder(policy, geoip)
        self._sources = Sources(policy, cookie, regions, clock, is_minor, regions.address)
        layer_one = LayerOne(policy, attribution=geoip.embedded)
        self._equipment = Equipment(policy, layer_one, self._ledger.counters)
        preferences = Preferences(policy, attribution=geoip.embedded)
        second_step = SecondStep(secret_keys)
        self._endpoints = Endpoints(policy, cookie, second_step, self._ledger, preferences, self._equipment.judge)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "lifespan":
            await Lifespan(self._ledger.start, self._ledger.close).run(self.app, scope, receive, send)
        elif scope["type"] not in {"http", "websocket"} or SCOPE_KEY in scope:
            # A gate around a gate: the outer one has seen the request already.
            await self.app(scope, receive, send)
        else:
            await self._gate({**scope}, receive, send)

    async def _gate(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._ledger.start()  # A matter of nanoseconds but for the first time, where the server runs no lifespan.
        visit = Visit(scope, self._sources)
        scope[SCOPE_KEY] = Consent(visit)
        ours = self._endpoints.path_within(scope) if scope["type"] == "http" else None
        if ours is not None:
            await self._endpoints(ours, visit, scope, receive, send)
            return
        if visit.policy.outside is Outside.PASS and visit.outside:
            await self.app(scope, receive, send)
            return
        method = scope.get("method", "GET")
        page = scope["type"] == "http" and method in {"GET", "HEAD"} and asks_for_page(visit.headers)
        response = GatedResponse(send, visit, self._equipment, method=method, asked_for_page=page)
        if page:
            scope["headers"] = conditional_headers_for_the_app(scope["headers"], response.state)
        await self.app(_without_extensions_past_the_walls(scope), receive, response)


def _refuse_async(is_minor: Callable[[HTTPConnection], bool] | None) -> None:
    """What an asynchronous function returns is true in any case, so everybody would be a minor."""
    while isinstance(is_minor, partial):
        is_minor = is_minor.func
    if iscoroutinefunction(is_minor) or iscoroutinefunction(type(is_minor).__call__):
        what = "It is asynchronous, and what it returns is true in any case: everybody would be taken for a minor."
        mend = "Give a plain function, which looks at the connection's headers, session or state."
        raise ConfigurationError("ConsentGate", (Problem("is-minor-async", "is_minor", what, mend),))


def _without_extensions_past_the_walls(scope: Scope) -> Scope:
    extensions = scope.get("extensions")
    if not extensions:
        return scope
    return {**scope, "extensions": {name: extensions[name] for name in extensions if name not in _SENDS_FILES_UNSEEN}}


def get_consent(connection: HTTPConnection | Scope) -> Consent:
    """The consent of a Request, a WebSocket or a scope. Raises NotGatedError without a ConsentGate around the app."""
    scope = connection.scope if isinstance(connection, HTTPConnection) else connection
    consent = scope.get(SCOPE_KEY)
    if not isinstance(consent, Consent):
        raise NotGatedError
    return consent
