"""What can't be done, said twice: a sentence for people in their language, and a stable word for programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import Response

from consentgate.banner.preferences import Preferences
from consentgate.banner.texts import ErrorText, texts
from consentgate.endpoints.answers import own_page, reads_pages
from consentgate.visit import Visit

_SENTENCES: Mapping[int, Callable[[ErrorText], str]] = {
    400: lambda errors: errors.not_read,
    403: lambda errors: errors.not_from_here,
    404: lambda errors: errors.not_found,
    405: lambda errors: errors.not_allowed,
    413: lambda errors: errors.too_large,
    415: lambda errors: errors.wrong_type,
    429: lambda errors: errors.too_many,
    503: lambda errors: errors.not_saved_text,
}


class Refusal(Exception):  # noqa: N818 - an answer, not an error
    """An answer of 4xx or 503. `word` names it for programs and never changes.

    `language` is that of the page it was asked on and `back` that page, where they are known. Nothing that was sent is
    repeated.
    """

    def __init__(
        self, status: int, word: str, *, language: str = "", back: str = "", headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(word)
        self.status = status
        self.word = word
        self.language = language
        self.back = back
        self.headers = headers or {}


def refusal_answer(refusal: Refusal, request: Request, visit: Visit, preferences: Preferences) -> Response:
    """The refusal as a page for a browser, else as problem details.

    What is refused unread has a language all the same: our forms name it in their address too.
    """
    language = visit.language_on(refusal.language or request.query_params.get("lang", ""))
    errors = texts(language).errors
    sentence = _SENTENCES[refusal.status](errors)
    if not reads_pages(request):
        return problem(refusal.status, refusal.word, sentence, language, refusal.headers)
    title = errors.not_saved if refusal.status == 503 else errors.not_taken
    page = preferences.message(language, visit.root, refusal.back or f"{visit.root}/", title, sentence)
    return own_page(page, refusal.status, refusal.headers)


def problem(
    status: int, word: str, sentence: str, language: str, headers: Mapping[str, str] | None = None, **more: object
) -> Response:
    """Problem details (RFC 9457). The type is `about:blank`, so the title is the status; `code` is the stable word."""
    members = {"title": HTTPStatus(status).phrase, "status": status, "detail": sentence, "code": word, **more}
    own = {"Cache-Control": "no-store", "Content-Language": language, "X-Content-Type-Options": "nosniff"}
    body = json.dumps(members, ensure_ascii=False).encode()
    return Response(body, status, {**own, **(headers or {})}, media_type="application/problem+json")
