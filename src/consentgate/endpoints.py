"""What lives under the prefix: the preferences page, the choice, the assets."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import quote

from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from consentgate.banner.assets import assets
from consentgate.banner.preferences import Preferences, View
from consentgate.choice import BadChoice, ChoiceCookie, ChoiceForm, is_same_origin, parse_choice, way_back
from consentgate.choice.form import LARGEST_BODY
from consentgate.choice.making import choice_of
from consentgate.decide import decide
from consentgate.errors import LedgerUnavailableError
from consentgate.ledger import Event, Ledger, Method, action_of, new_event_id
from consentgate.model import Choice, ChoiceState, Decision, Signal
from consentgate.policy import Policy
from consentgate.visit import Visit
from consentgate.walls.expire import expiring_headers
from consentgate.walls.judge import Judge

_FORM = "application/x-www-form-urlencoded"
_OWN_PAGE = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
_FOR_EVER = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}
_RETRY_SECONDS = "30"
_PATIENCE_SECONDS = 10
"""How long a visitor is made to wait for the ledger before they are told that their choice was not saved."""


class _Refusal(Exception):  # noqa: N818 - an answer, not an error
    """An answer of 4xx: its status, and a sentence for whoever sent the request.

    Visitors never see one but by typing addresses or by another site's doing, so the sentences are in English only.
    """

    def __init__(self, status: int, text: str, **headers: str) -> None:
        super().__init__(text)
        self.status = status
        self.text = text
        self.headers = headers


class Endpoints:
    """The ASGI app under the prefix. `judge` tells what a set of permissions keeps out."""

    def __init__(
        self,
        policy: Policy,
        cookie: ChoiceCookie,
        ledger: Ledger,
        preferences: Preferences,
        judge: Callable[[frozenset[str]], Judge],
    ) -> None:
        self._policy = policy
        self._cookie = cookie
        self._ledger = ledger
        self._preferences = preferences
        self._judge = judge

    def path_within(self, scope: Scope) -> str | None:
        """The path below the prefix (`""`, `/`, `/choice`), or None when the request is not for us."""
        path = scope["path"].removeprefix(scope.get("root_path", "").rstrip("/"))
        below = path.removeprefix(self._policy.prefix)
        return below if below != path and (not below or below.startswith("/")) else None

    async def __call__(self, path: str, visit: Visit, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request for `path`."""
        request = Request(scope, receive)
        try:
            response = await self._answer(path, visit, request)
        except _Refusal as refusal:
            response = self._refuse(refusal, visit)
        except ClientDisconnect:
            return  # Nobody is there to be answered.
        await response(scope, receive, send)

    async def _answer(self, path: str, visit: Visit, request: Request) -> Response:
        if path == "/choice":
            _allow(request, "POST")
            return await self._choose(visit, request)
        _allow(request, "GET", "HEAD")
        if not path:
            return RedirectResponse(f"{visit.root}{self._policy.prefix}/", 308)
        if path == "/":
            return self._preferences_page(visit, request)
        if path.startswith("/assets/"):
            return self._asset(path.removeprefix("/assets/"))
        raise _Refusal(404, "There is no such page.")

    def _preferences_page(self, visit: Visit, request: Request) -> Response:
        view = View(
            language=visit.language_on(request.query_params.get("lang", "")),
            decision=visit.decision,
            saved="saved" in request.query_params and visit.facts.choice is not None,
            back=way_back(request.query_params.get("back", ""), visit.root),
            root=visit.root,
        )
        return HTMLResponse(self._preferences.page(view), headers=_OWN_PAGE)

    def _asset(self, name: str) -> Response:
        asset = assets().get(name)
        if asset is None:
            raise _Refusal(404, "There is no such file.")
        return Response(asset.content, media_type=asset.media_type, headers=_FOR_EVER)

    async def _choose(self, visit: Visit, request: Request) -> Response:
        """A choice: parsed, made durable, and only then kept in a cookie."""
        form = await self._form(request)
        choice = choice_of(form, visit.facts, visit.decision.regime, self._policy)
        decision = decide(replace(visit.facts, choice=choice, choice_state=ChoiceState.VALID), self._policy)
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self._ledger.append(self._event(form, choice, decision, visit))
        except (LedgerUnavailableError, TimeoutError):
            back = way_back(form.back, visit.root)
            page = self._preferences.not_saved(visit.language_on(form.language), visit.root, back)
            return HTMLResponse(page, 503, headers={**_OWN_PAGE, "Retry-After": _RETRY_SECONDS})
        response = RedirectResponse(self._after(form, visit), 303, headers={"Cache-Control": "no-store"})
        for set_cookie in self._set_cookies(choice, decision, visit):
            response.headers.append("Set-Cookie", set_cookie)
        return response

    async def _form(self, request: Request) -> ChoiceForm:
        headers = request.headers
        origin, referer = headers.get("origin"), headers.get("referer")
        if not is_same_origin(headers.get("sec-fetch-site"), origin, referer, headers.get("host", "")):
            raise _Refusal(403, "A choice can only be made on the site's own pages.")
        if headers.get("content-type", "").partition(";")[0].strip().lower() != _FORM:
            raise _Refusal(415, f"A choice is sent as {_FORM}.")
        try:
            return parse_choice(await _body(request), self._policy)
        except BadChoice as bad:
            raise _Refusal(400, str(bad)) from bad

    def _event(self, form: ChoiceForm, choice: Choice, decision: Decision, visit: Visit) -> Event:
        previous = visit.facts.choice.granted if visit.facts.choice else None
        return Event(
            event_id=new_event_id(choice.made_at),
            consent_id=choice.consent_id,
            site=choice.site,
            made_at=choice.made_at,
            action=action_of(choice.granted, choice.refused, previous),
            granted=choice.granted,
            refused=choice.refused,
            previous_granted=previous,
            region=visit.facts.region.code,
            region_source=visit.facts.region.source,
            regime=choice.regime,
            notice_version=self._policy.notice.current.version,
            revision=choice.revision,
            language=visit.language_on(form.language),
            method=Method.PREFERENCES if form.from_preferences else Method.BANNER,
            gpc=choice.signals.gpc,
            dnt=choice.signals.dnt,
            gpc_disposition=decision.dispositions.get(Signal.GPC),
            dnt_disposition=decision.dispositions.get(Signal.DNT),
            device=visit.agent.device,
            valid_until=choice.made_at + self._cookie.lifetime(choice),
        )

    def _set_cookies(self, choice: Choice, decision: Decision, visit: Visit) -> Iterator[str]:
        """The choice, and an end to every vendor's cookie that it no longer allows."""
        yield self._cookie.set_cookie(choice, secure=visit.secure)
        names = (name for name, _ in visit.cookies())
        denied = self._judge(decision.permissions).cookie
        yield from expiring_headers(names, visit.headers.get("host", ""), denied, secure=visit.secure)

    def _after(self, form: ChoiceForm, visit: Visit) -> str:
        """Back to where they were; from the preferences page, there again with a word that it is saved."""
        back = way_back(form.back, visit.root)
        if form.from_preferences:
            language = visit.language_on(form.language)
            return f"{visit.root}{self._policy.prefix}/?saved&lang={language}&back={quote(back, safe='/')}"
        return back

    def _refuse(self, refusal: _Refusal, visit: Visit) -> Response:
        headers = {**_OWN_PAGE, **refusal.headers}
        if "text/html" not in visit.headers.get("accept", ""):
            return PlainTextResponse(refusal.text + "\n", refusal.status, headers)
        page = self._preferences.refused(visit.language, visit.root, refusal.text)
        return HTMLResponse(page, refusal.status, headers)


def _allow(request: Request, *methods: str) -> None:
    if request.method not in methods:
        raise _Refusal(405, f"This takes {' or '.join(methods)}.", Allow=", ".join(methods))


async def _body(request: Request) -> bytes:
    """The body, if it is no larger than a choice can be. What comes after that is not read."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise _Refusal(413, f"A choice has at most {LARGEST_BODY} bytes.")
    return body
