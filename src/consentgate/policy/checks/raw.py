"""Tables of a policy file as they were written. A check leaves malformed values alone: pydantic reports those."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, TypeAlias

from consentgate.model import NECESSARY
from consentgate.policy.schema import default_categories
from consentgate.policy.values import moment

Raw: TypeAlias = Mapping[str, Any]

_NEVER = datetime.max.replace(tzinfo=UTC)


def table(raw: Raw, *keys: str) -> Raw:
    """The table under `keys`, one within the other; an empty one where there is none."""
    value: Any = raw
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, Mapping) else {}


def tables(raw: Raw, key: str) -> list[Raw]:
    """The tables of a list."""
    value = raw.get(key)
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []


def strings(raw: Raw, key: str) -> list[str]:
    """The texts of a list."""
    value = raw.get(key)
    return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []


def text(raw: Raw, key: str) -> str:
    """A text; empty where there is none."""
    value = raw.get(key)
    return value if isinstance(value, str) else ""


def moment_of(raw: Raw, *keys: str) -> datetime | None:
    """The first of `keys` that is a date or a time, as a time."""
    for key in keys:
        value = raw.get(key)
        if isinstance(value, date) and not (isinstance(value, datetime) and value.tzinfo is None):
            return moment(value)
    return None


def in_force(raw: Raw, now: datetime) -> Raw:
    """The version of the notice that is in force, as `Notice.in_force` has it; an empty one where there is none."""
    versions = tables(table(raw, "notice"), "versions")
    effective = [entry for entry in versions if (moment_of(entry, "effective_at", "updated") or _NEVER) <= now]
    return next(iter(effective[-1:] or versions), {})


def coming(raw: Raw, now: datetime) -> list[Raw]:
    """The versions that have not taken effect, whose moment can be read."""
    versions = tables(table(raw, "notice"), "versions")
    return [entry for entry in versions if now < (moment_of(entry, "effective_at", "updated") or now)]


def category_names(raw: Raw) -> set[str]:
    """All categories, `necessary` too."""
    named = (name for name in table(raw, "categories") if isinstance(name, str))
    return {NECESSARY, *(tuple(named) or default_categories())}


def site_names(raw: Raw) -> list[str]:
    """The sites, however they are written."""
    one = text(raw, "site")
    return [one] if one else strings(raw, "sites")


def is_served(raw: Raw, code: str) -> bool:
    """Whether the site is meant for a region: it is unless the file says otherwise."""
    return not {code, code.partition("-")[0]}.intersection(strings(table(raw, "regimes"), "not_served"))


def region_keys(raw: Raw) -> list[tuple[str, str]]:
    """Every region that a table has as a key, with its place."""
    places = (("regimes", "regions"), ("choice", "regions"), ("signals", "regions"))
    return [(str(code), f"{'.'.join(place)}.{code}") for place in places for code in table(raw, *place)]
