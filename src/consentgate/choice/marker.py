"""The cookie that remembers an opt-out, by Global Privacy Control or by a click, when nothing else tells of it.

That the signal is absent later is no consent (Cal. Code Regs. title 11, section 7025(c)(5)), nor does an opt-out lapse
with the choice that it was made in. The cookie is no choice and has no id: everybody's of one month is the same, and it
says nothing but that an opt-out was received on this site. Nor is it signed, as whoever forges one only opts out. Its
value is the month in which it was set, so that pages renew it, and it lasts as long as somebody comes by once in 400
days.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from consentgate.choice.cookie import ChoiceCookie

_VALUE = re.compile("[0-9]{6}")
_SECONDS = 400 * 86_400
"""As long as browsers keep a cookie (RFC 6265bis)."""


class OptOutMarker:
    """Knows the marker of each site. It is named and scoped as the site's choice cookie is."""

    def __init__(self, cookie: ChoiceCookie) -> None:
        self._cookie = cookie

    def is_among(self, cookies: Iterable[tuple[str, str]], site: str, *, secure: bool) -> bool:
        """Whether the names and values of a request's cookies have it."""
        ours = self._name(site, secure=secure)
        return any(name == ours and _VALUE.fullmatch(value) for name, value in cookies)

    def is_fresh(self, cookies: Iterable[tuple[str, str]], site: str, now: datetime, *, secure: bool) -> bool:
        """Whether they have it of this month, so that there is nothing to renew."""
        return (self._name(site, secure=secure), _month(now)) in cookies

    def set_cookie(self, site: str, now: datetime, *, secure: bool) -> str:
        """The Set-Cookie header that leaves or renews it."""
        return self._cookie.header(self._name(site, secure=secure), _month(now), _SECONDS, secure=secure)

    def delete_cookie(self, site: str, *, secure: bool) -> str:
        """The Set-Cookie header that takes it away."""
        return self._cookie.header(self._name(site, secure=secure), "", 0, secure=secure)

    def _name(self, site: str, *, secure: bool) -> str:
        return f"{self._cookie.name(site, secure=secure)}-opt-out"


def _month(now: datetime) -> str:
    return f"{now:%Y%m}"
