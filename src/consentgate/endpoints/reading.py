"""A POST to us, from its headers to what it says: what is not ours, too much or too often ends here."""

from __future__ import annotations

from enum import StrEnum
from typing import TypeVar

from starlette.requests import Request

from consentgate.choice import BadChoice, ChoiceForm, MediaType, is_same_origin, parse_choice
from consentgate.choice.form import LARGEST_BODY
from consentgate.choice.rate import RateLimit
from consentgate.endpoints.answers import media_type_of
from consentgate.endpoints.refusal import Refusal
from consentgate.policy import Policy
from consentgate.visit import Visit

Type = TypeVar("Type", bound=StrEnum)


async def read_choice(request: Request, visit: Visit, policy: Policy, rate: RateLimit) -> tuple[ChoiceForm, bytes]:
    """The form of a request, and its body as it came. Raises Refusal.

    The order matters: another site's posts must not use up what the visitor's network may choose.
    """
    _refuse_other_sites(request, visit)
    refuse_too_many(visit, rate)
    media_type = read_media_type(request, MediaType)
    body = await read_body(request, LARGEST_BODY)
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


def refuse_too_many(visit: Visit, rate: RateLimit) -> None:
    """Raises Refusal where the visitor's network has sent too many."""
    wait = rate.wait(visit.address, visit.facts.now)
    if wait:
        raise Refusal(429, "too_many", headers={"Retry-After": str(wait)})


def read_media_type(request: Request, types: type[Type]) -> Type:
    """The media type of the body, one of `types`. Raises Refusal."""
    try:
        return types(media_type_of(request))
    except ValueError as error:
        # RFC 9110 section 15.5.16 lets the answer say what would have been taken.
        raise Refusal(415, "unsupported_type", headers={"Accept": ", ".join(types)}) from error


async def read_body(request: Request, largest: int) -> bytes:
    """The body, if it has no more than `largest` bytes. What comes after that is not read. Raises Refusal."""
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and len(announced) < 20 and int(announced) > largest:
        raise Refusal(413, "too_large")
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest:
            raise Refusal(413, "too_large")
    return body
