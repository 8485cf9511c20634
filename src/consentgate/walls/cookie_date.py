"""The date of a cookie's Expires, as browsers read it (RFC 6265 section 5.1.1): in parts, in any order."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime

_DELIMITER = re.compile(r"[\t -/;-@\[-`{-~]+")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?![0-9])")
_DAY = re.compile(r"([0-9]{1,2})(?![0-9])")
_MONTH = re.compile("(" + "|".join(_MONTHS) + ")", re.IGNORECASE)
_YEAR = re.compile(r"([0-9]{2,4})(?![0-9])")
_FIRST_YEAR = 1601


def cookie_date(text: str) -> datetime | None:
    """The time in UTC; None for what is no date, which a browser ignores."""
    time, day, month, year = _parts(filter(None, _DELIMITER.split(text)))
    if time is None or day is None or month is None or year is None:
        return None
    number = _full_year(int(year[1]))
    if number < _FIRST_YEAR:
        return None
    hour, minute, second = map(int, time.groups())
    try:
        return datetime(number, _MONTHS.index(month[1].lower()) + 1, int(day[1]), hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None  # There is no such day, or no such time.


def _parts(tokens: Iterable[str]) -> list[re.Match[str] | None]:
    """Time, day, month and year: each is the first token that can be it and was not another one already."""
    patterns = (_TIME, _DAY, _MONTH, _YEAR)
    found: list[re.Match[str] | None] = [None] * len(patterns)
    for token in tokens:
        for place, pattern in enumerate(patterns):
            if found[place] is None and (match := pattern.match(token)):
                found[place] = match
                break
    return found


def _full_year(year: int) -> int:
    if year < 70:
        return year + 2000
    return year + 1900 if year < 100 else year
