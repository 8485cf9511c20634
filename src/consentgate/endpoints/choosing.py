"""A choice: read, made durable, and only then kept in a cookie."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from consentgate.banner.preferences import Confirmation, Preferences
from consentgate.banner.texts import texts
from consentgate.choice import ChoiceCookie, ChoiceForm, Override, way_back
from consentgate.choice.confirmation import unconfirmed, with_earlier_override
from consentgate.choice.rate import RateLimit
from consentgate.choice.submissions import NAMED_FOR, UNNAMED_FOR, Submissions
from consentgate.endpoints.answers import own_page, reads_json
from consentgate.endpoints.reading import read_choice
from consentgate.endpoints.refusal import Refusal, problem
from consentgate.endpoints.saving import Saving, saving_of
from consentgate.errors import LedgerUnavailableError
from consentgate.ledger import Ledger
from consentgate.policy import Policy
from consentgate.visit import Visit
from consentgate.walls.expire import expiring_headers
from consentgate.walls.judge import Judge

_PATIENCE_SECONDS = 10
"""How long a visitor is made to wait for the ledger before they are told that their choice was not saved."""

_RETRY_SECONDS = "30"
_NO_STORE = {"Cache-Control": "no-store"}


class Choosing:
    """Answers `POST /choice`. `judge` tells what a set of permissions keeps out."""

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
        self._rate = RateLimit()
        self._submissions = Submissions[Saving]()

    async def answer(self, request: Request, visit: Visit) -> Response:
        """Take the choice, or raise Refusal."""
        form, body = await read_choice(request, visit, self._policy, self._rate)
        form = replace(form, back=way_back(form.back, visit.root))
        visit = visit.about(form.back)
        if visit.facts.minor:
            return self._nothing_kept(form, visit, request)
        form = with_earlier_override(form, visit.facts, visit.decision, self._policy)
        asked = unconfirmed(form, visit.facts, visit.decision, self._policy)
        if form.from_preferences and asked:
            return self._ask_again(asked, form, visit, request)
        saving = self._once(form, body, visit, request)
        await self._append(saving, form)
        return self._saved(saving, form, visit, request)

    def _once(self, form: ChoiceForm, body: bytes, visit: Visit, request: Request) -> Saving:
        """What is to be saved; of one sending that comes twice, the same both times."""
        name = form.submission or request.headers.get("idempotency-key", "")
        headers = [request.headers.get(each, "") for each in ("user-agent", "accept-language", "sec-gpc", "dnt")]
        address = visit.address.packed if visit.address else b""
        came_with = visit.facts.choice.consent_id if visit.facts.choice else None
        if not name and (came_with is None or not address):
            # Nothing tells first-time visitors behind one address apart: each has a choice, and an id, of their own.
            return saving_of(form, visit, self._policy)
        return self._submissions.once(
            sender=[address, *_bytes(headers)],
            content=[body, *_bytes([name, visit.site.name])],
            now=visit.facts.now,
            held=NAMED_FOR if name else UNNAMED_FOR,
            make=lambda: saving_of(form, visit, self._policy),
            still_fits=lambda saving: came_with in {saving.came_with, saving.choice.consent_id},
        )

    async def _append(self, saving: Saving, form: ChoiceForm) -> None:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                await self._ledger.append(saving.event)
        except (LedgerUnavailableError, TimeoutError) as error:
            retry = {"Retry-After": _RETRY_SECONDS}
            raise Refusal(503, "not_saved", language=form.language, back=form.back, headers=retry) from error

    def _saved(self, saving: Saving, form: ChoiceForm, visit: Visit, request: Request) -> Response:
        if reads_json(request):
            response: Response = self._said(saving, visit.language_on(form.language))
        else:
            response = RedirectResponse(self._after(form, visit), 303, headers=_NO_STORE)
        if self._policy.tracking_status is not None:
            # The status that applies to this visitor may have changed (W3C TPE, section 6.2).
            response.headers["Tk"] = "U"
        response.headers.append("Set-Cookie", self._cookie.set_cookie(saving.choice, secure=visit.secure))
        names = (name for name, _ in visit.cookies())
        denied = self._judge(saving.decision.permissions).cookie
        for set_cookie in expiring_headers(names, visit.headers.get("host", ""), denied, secure=visit.secure):
            response.headers.append("Set-Cookie", set_cookie)
        return response

    def _said(self, saving: Saving, language: str) -> JSONResponse:
        """What was saved. The consent id stays in its cookie, out of the reach of scripts."""
        choice = saving.choice
        members = {
            "code": "saved",
            "detail": texts(language).preferences.saved,
            "granted": sorted(choice.granted),
            "refused": sorted(choice.refused),
            "made_at": choice.made_at.isoformat(timespec="seconds"),
            "valid_until": choice.valid_until.isoformat(timespec="seconds"),
        }
        return JSONResponse(members, headers={**_NO_STORE, "Content-Language": language})

    def _after(self, form: ChoiceForm, visit: Visit, *, saved: bool = True) -> str:
        """Back to where they were; from the preferences page, there again with a word that it is saved."""
        if not form.from_preferences:
            return form.back
        language = visit.language_on(form.language)
        word = "saved&" if saved else ""
        return f"{visit.root}{self._policy.prefix}/?{word}lang={language}&back={quote(form.back, safe='/')}"

    def _ask_again(self, asked: frozenset[str], form: ChoiceForm, visit: Visit, request: Request) -> Response:
        """The second step of opting in again: to turn on what is `asked`. Nothing has happened yet."""
        override = Override.GPC if visit.facts.signals.gpc else Override.OPT_OUT
        language = visit.language_on(form.language)
        confirmation = Confirmation(
            language, visit.root, form.back, sorted(asked), sorted(form.granted - asked), override
        )
        if reads_json(request):
            sentence = self._preferences.confirmation_text(confirmation)
            return problem(409, "confirm", sentence, language, override=override, confirm=confirmation.asked)
        return own_page(self._preferences.confirm(confirmation))

    def _nothing_kept(self, form: ChoiceForm, visit: Visit, request: Request) -> Response:
        """A minor: all that is optional stays off, no row is written and no cookie is set."""
        if not reads_json(request):
            return RedirectResponse(self._after(form, visit, saved=False), 303, headers=_NO_STORE)
        language = visit.language_on(form.language)
        refused = sorted(category.name for category in self._policy.categories)
        members = {"code": "minor", "detail": texts(language).errors.minor, "granted": [], "refused": refused}
        return JSONResponse(members, headers={**_NO_STORE, "Content-Language": language})


def _bytes(texts_sent: list[str]) -> list[bytes]:
    # JSON may hold half of a surrogate pair, which is no character but has to be told from others all the same.
    return [text.encode("utf-8", "surrogatepass") for text in texts_sent]
