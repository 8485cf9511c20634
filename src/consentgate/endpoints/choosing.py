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
from consentgate.choice import ChoiceCookie, ChoiceForm, OptOutMarker, Override, Said, SecondStep, way_back
from consentgate.choice.confirmation import Question, question_of
from consentgate.choice.rate import RateLimit
from consentgate.choice.submissions import NAMED_FOR, UNNAMED_FOR, Submissions
from consentgate.endpoints.answers import own_page, reads_json
from consentgate.endpoints.reading import read_choice
from consentgate.endpoints.refusal import Refusal, problem
from consentgate.endpoints.saving import Saving, saving_of
from consentgate.errors import LedgerUnavailableError
from consentgate.expiry import expiring_after_a_choice
from consentgate.ledger import Ledger
from consentgate.model import NECESSARY
from consentgate.policy import Policy
from consentgate.visit import Visit
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
        second_step: SecondStep,
        ledger: Ledger,
        preferences: Preferences,
        judge: Callable[[frozenset[str]], Judge],
    ) -> None:
        self._policy = policy
        self._cookie = cookie
        self._marker = OptOutMarker(cookie)
        self._second_step = second_step
        self._ledger = ledger
        self._preferences = preferences
        self._judge = judge
        self._rate = RateLimit()
        self._submissions = Submissions[Saving]()

    async def answer(self, request: Request, visit: Visit) -> Response:
        """Take the choice, or raise Refusal."""
        form, body = await read_choice(request, visit, self._policy, self._rate)
        back = way_back(form.back, visit.root)
        visit = visit.about(back if back == form.back else "")
        form = replace(form, back=back, language=form.language or request.query_params.get("lang", ""))
        if visit.outside:
            raise Refusal(403, "outside", language=form.language, back=back)
        if visit.facts.minor:
            return self._nothing_kept(form, visit, request)
        question = question_of(form, visit.facts, visit.decision, visit.site.name, self._policy)
        if question is not None and not self._confirms(form, question, visit):
            return self._ask_again(question, form, visit, request)
        saving = self._once(form, body, visit, request, confirmed=question is not None)
        await self._append(saving, form)
        return self._saved(saving, form, visit, request)

    def _confirms(self, form: ChoiceForm, question: Question, visit: Visit) -> bool:
        """Whether the form answers this question, which was put a moment ago; its word alone proves nothing."""
        answers = form.override is question.against
        return answers and self._second_step.is_taken(form.confirmed, question, visit.facts.now)

    def _once(self, form: ChoiceForm, body: bytes, visit: Visit, request: Request, *, confirmed: bool) -> Saving:
        """What is to be saved; of one sending that comes twice, the same both times."""
        name = form.submission or request.headers.get("idempotency-key", "")
        headers = [request.headers.get(each, "") for each in ("user-agent", "accept-language", "sec-gpc", "dnt")]
        address = visit.address.packed if visit.address else b""
        came_with = visit.facts.choice.consent_id if visit.facts.choice else None
        if not name and (came_with is None or not address):
            # Nothing tells first-time visitors behind one address apart: each has a choice, and an id, of their own.
            return saving_of(form, visit, self._policy, confirmed=confirmed)
        return self._submissions.once(
            sender=[address, *_bytes(headers)],
            content=[body, *_bytes([name, visit.site.name])],
            now=visit.facts.now,
            held=NAMED_FOR if name else UNNAMED_FOR,
            make=lambda: saving_of(form, visit, self._policy, confirmed=confirmed),
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
        if saving.ends_marker:
            response.headers.append("Set-Cookie", self._marker.delete_cookie(visit.site.name, secure=visit.secure))
        if saving.choice.refused:
            self._clear_site_data(response, visit)
        return self._without_denied_cookies(response, saving.decision.permissions, visit)

    def _said(self, saving: Saving, language: str) -> JSONResponse:
        """What is granted from now on, be it by this choice or without one, and what the choice refuses.

        The consent id stays in its cookie, out of the reach of scripts.
        """
        choice = saving.choice
        members = {
            "code": "saved",
            "detail": texts(language).preferences.saved,
            "granted": sorted(saving.decision.permissions - {NECESSARY}),
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

    def _ask_again(self, question: Question, form: ChoiceForm, visit: Visit, request: Request) -> Response:
        """The second step of opting in again. Nothing has happened yet."""
        language = visit.language_on(form.language)
        confirmation = Confirmation(
            language=language,
            root=visit.root,
            back=form.back,
            asked=sorted(question.categories),
            granted=sorted(form.granted - question.categories),
            by_signal=question.against is Override.GPC,
            choice=Said.ALLOW if form.said is Said.ALLOW else Said.SAVE,
            override=question.against,
            confirmed=self._second_step.token(question, visit.facts.now),
            from_preferences=form.from_preferences,
        )
        if reads_json(request):
            sentence = self._preferences.confirmation_text(confirmation)
            return problem(
                409,
                "confirm",
                sentence,
                language,
                confirm=confirmation.asked,
                choice=confirmation.choice,
                grant=[*confirmation.granted, *confirmation.asked],
                override=confirmation.override,
                confirmed=confirmation.confirmed,
            )
        return own_page(self._preferences.confirm(confirmation))

    def _nothing_kept(self, form: ChoiceForm, visit: Visit, request: Request) -> Response:
        """A minor: all that is optional stays off and ends, no row is written and no choice is kept."""
        if reads_json(request):
            response: Response = self._said_to_a_minor(visit.language_on(form.language))
        else:
            response = RedirectResponse(self._after(form, visit, saved=False), 303, headers=_NO_STORE)
        self._clear_site_data(response, visit)
        return self._without_denied_cookies(response, visit.decision.permissions, visit)

    def _said_to_a_minor(self, language: str) -> JSONResponse:
        refused = sorted(self._policy.optional)
        members = {"code": "minor", "detail": texts(language).errors.minor, "granted": [], "refused": refused}
        return JSONResponse(members, headers={**_NO_STORE, "Content-Language": language})

    def _without_denied_cookies(self, response: Response, permissions: frozenset[str], visit: Visit) -> Response:
        """The answer, with what ends the cookies that the visitor has brought and does not grant."""
        for set_cookie in expiring_after_a_choice(visit, self._judge(permissions)):
            response.headers.append("Set-Cookie", set_cookie)
        return response

    def _clear_site_data(self, response: Response, visit: Visit) -> None:
        """What the policy has cleared beside cookies. Over plain HTTP browsers ignore it (W3C Clear Site Data)."""
        clears = self._policy.walls.clear_site_data
        if clears and visit.secure:
            response.headers["Clear-Site-Data"] = ", ".join(f'"{kind}"' for kind in clears)


def _bytes(texts_sent: list[str]) -> list[bytes]:
    # JSON may hold half of a surrogate pair, which is no character but has to be told from others all the same.
    return [text.encode("utf-8", "surrogatepass") for text in texts_sent]
