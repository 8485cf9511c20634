"""Keeps Set-Cookie headers of ungranted categories in. Deletions always pass: they are what a withdrawal needs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from consentgate.headers import Header
from consentgate.model import Vendor

_AGE = re.compile(r"-?[0-9]+", re.ASCII)
_AMBIGUOUS = 1969


def filter_set_cookies(
    headers: Iterable[Header], denied: Callable[[str], Vendor | None], now: datetime
) -> tuple[list[Header], list[str]]:
    """The headers without the Set-Cookies that may not be, and the names of those left out.

    `denied` tells the vendor of a cookie name that may not be set. Set-Cookie headers are never folded (RFC 9110
    section 5.3), so each is one cookie.
    """
    kept: list[Header] = []
    suppressed: list[str] = []
    for name, value in headers:
        if name.lower() == b"set-cookie":
            cookie, deletes = _read(value.decode("latin-1"), now)
            if not deletes and denied(cookie) is not None:
                suppressed.append(cookie)
                continue
        kept.append((name, value))
    return kept, suppressed


def _read(set_cookie: str, now: datetime) -> tuple[str, bool]:
    """The cookie's name, and whether the header deletes it (RFC 6265 section 5.2)."""
    pair, *attributes = set_cookie.split(";")
    name = pair.partition("=")[0].strip()
    values = {key.strip().lower(): value.strip() for key, _, value in (part.partition("=") for part in attributes)}
    # Max-Age goes before Expires (RFC 6265 section 5.3 step 3), unless it is no number and so is ignored (5.2.2).
    if _AGE.fullmatch(values.get("max-age", "")):
        return name, not values["max-age"].strip("-0") or values["max-age"].startswith("-")
    return name, "expires" in values and _is_past_date(values["expires"], now)


def _is_past_date(expires: str, now: datetime) -> bool:
    try:
        date = parsedate_to_datetime(expires.replace("-", " "))
    except (ValueError, OverflowError):
        return False
    date = date if date.tzinfo else date.replace(tzinfo=UTC)
    # RFC 6265 section 5.1.1 reads two digits up to 69 as 2069, email.utils from 69 on as 1969.
    return date <= now and not (date.year == _AMBIGUOUS and str(_AMBIGUOUS) not in expires)
