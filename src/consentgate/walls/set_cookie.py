"""Keeps Set-Cookie headers of ungranted categories in. Deletions always pass: they are what a withdrawal needs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from consentgate.headers import Header
from consentgate.model import Vendor
from consentgate.policy.values import UnknownCookies
from consentgate.policy.walls import WallSettings
from consentgate.walls.cookie_date import cookie_date

_WHITE_SPACE = " \t"
"""All that browsers take off a name (RFC 6265bis section 5.6)."""

_AGE = re.compile(r"-?[0-9]+", re.ASCII)


class CookieJudge(Protocol):
    """Tells whose a cookie is: a `walls.judge.Judge`."""

    def cookie(self, name: str) -> Vendor | None:
        """The vendor that sets it, if it may not."""
        ...

    def knows_cookie(self, name: str) -> bool:
        """Whether anybody is known to set it."""
        ...


@dataclass(slots=True)
class CookieFindings:
    """Names of cookies that a response wanted to set, each as often as it came.

    `denied` are a vendor's whose category is not granted, `unknown` those that nobody is known to set.
    """

    denied: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def filter_set_cookies(
    headers: Iterable[Header], judge: CookieJudge, walls: WallSettings, now: datetime
) -> tuple[list[Header], CookieFindings]:
    """The headers without the Set-Cookies that may not be, and what was found.

    Unknown cookies stay or go as the policy says. Under `dry_run` all stay, and are found all the same. Set-Cookie
    headers are never folded (RFC 9110 section 5.3), so each is one cookie.
    """
    found = CookieFindings()
    kept = [
        header
        for header in headers
        if header[0].lower() != b"set-cookie" or _stays(header[1].decode("latin-1"), judge, walls, now, found)
    ]
    return kept, found


def _stays(set_cookie: str, judge: CookieJudge, walls: WallSettings, now: datetime, found: CookieFindings) -> bool:
    """Whether a Set-Cookie stays. If it should not, or nobody knows whose it is, that goes into `found`."""
    name = name_of(set_cookie)
    if judge.cookie(name) is not None:
        names, stays = found.denied, walls.dry_run
    elif name and not judge.knows_cookie(name):
        names, stays = found.unknown, walls.dry_run or walls.unknown_cookies is UnknownCookies.ALLOW
    else:
        return True
    if _deletes(set_cookie, now):
        return True
    names.append(name)
    return stays


def name_of(set_cookie: str) -> str:
    """The name that a browser sends the cookie back under.

    One without a name has its value there (RFC 6265bis section 5.8.3): `=_ga=1` comes back as `_ga=1`, and a script
    that looks for `_ga` finds it.
    """
    name, equals, value = set_cookie.partition(";")[0].partition("=")
    name = name.strip(_WHITE_SPACE)
    if equals and not name:
        name = value.strip(_WHITE_SPACE).partition("=")[0].strip(_WHITE_SPACE)
    return name


def _deletes(set_cookie: str, now: datetime) -> bool:
    """Whether it ends a cookie rather than sets one. Where an attribute is repeated, all of them have to say so.

    Max-Age goes before Expires (RFC 6265 section 5.3 step 3), unless it is no number and so is ignored (5.2.2).
    """
    attributes = [part.partition("=") for part in set_cookie.split(";")[1:]]
    pairs = [(key.strip(_WHITE_SPACE).lower(), value.strip(_WHITE_SPACE)) for key, _, value in attributes]
    ages = [value for key, value in pairs if key == "max-age" and _AGE.fullmatch(value)]
    if ages:
        return all(age.startswith("-") or not age.strip("0") for age in ages)
    dates = [cookie_date(value) for key, value in pairs if key == "expires"]
    return bool(dates) and all(date is not None and date <= now for date in dates)
