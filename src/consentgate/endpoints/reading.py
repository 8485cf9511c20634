"""A POST to the choice endpoint, from its headers to a form: what is not ours, too much or too often ends here."""

from __future__ import annotations

from starlette.requests import Request

from consentgate.choice import BadChoice, ChoiceForm, MediaType, is_same_origin, parse_choice
from consentgate.choice.form import LARGEST_BODY
from consentgate.choice.rate import RateLimit
from consentgate.endpoints.answers import media_type_of
from consentgate.endpoints.refusal import Refusal
from consentgate.policy import Policy
from consentgate.visit import Visit


async def read_choice(request: Request, visit: Visit, policy: Policy, rate: RateLimit) -> tuple[ChoiceForm, bytes]:
    """The form of a request, and its body as it came. Raises Refusal.

    The order matters: another site's posts must not use up what the visitor's network may choose.
    """
    _refuse_other_sites(request, visit)
    wait = rate.wait(visit.address, visit.facts.now)
    if wait:
        raise Refusal(429, "too_many", headers={"Retry-After": str(wait)})
    media_type = _media_type(request)
    body = await _body(request)
    try:
        return parse_choice(body, policy, media_type), body
    except BadChoice as bad:
        raise Refusal(400, bad.fault) from bad


def _refuse_other_sites(request: Request, visit: Visit) -> None:
    headers = request.headers
    origin, referer = headers.get("origin"), headers.get("referer")
    host, secure = headers.get("host", ""), visit.secure
    if not is_same_origin(headers.get("sec-fetch-site"), origin, referer, host, secure=secure):
        raise Refusal(403, "cross_site")


def _media_type(request: Request) -> MediaType:
    try:
        return MediaType(media_type_of(request))
    except ValueError as error:
        # RFC 9110 section 15.5.16 lets the answer say what would have been taken.
        raise Refusal(415, "unsupported_type", headers={"Accept": ", ".join(MediaType)}) from error


async def _body(request: Request) -> bytes:
    """The body, if it is no larger than a choice can be. What comes after that is not read."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and len(announced) < 20 and int(announced) > LARGEST_BODY:
        raise Refusal(413, "too_large")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_BODY:
            raise Refusal(413, "too_large")
    return body
