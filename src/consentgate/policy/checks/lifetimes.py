"""What must hold of how long a choice and its record are kept."""

from __future__ import annotations

from collections.abc import Iterator

from consentgate.errors import Problem
from consentgate.policy.checks.raw import Raw, is_served, table
from consentgate.policy.lifetimes import Limit, limit_of
from consentgate.policy.tables import ChoiceEntry

_MONTHS_24 = 731
"""Days, with one of a leap year."""


def refusals_hold_as_long_as_grants(raw: Raw) -> Iterator[Problem]:
    """CNIL, deliberation 2020-092: a refusal is kept as long as a consent, so that nobody is worn down by asking."""
    choice = table(raw, "choice")
    yield from _refusal_is_no_shorter({**ChoiceEntry().model_dump(), **choice}, "choice")
    for code in table(choice, "regions"):
        yield from _refusal_is_no_shorter(table(choice, "regions", code), f"choice.regions.{code}")


def _refusal_is_no_shorter(lifetime: Raw, place: str) -> Iterator[Problem]:
    grant, refusal = lifetime.get("grant_days"), lifetime.get("refusal_days")
    if isinstance(grant, int) and isinstance(refusal, int) and refusal < grant:
        what = f"A refusal would hold {refusal} days and a grant {grant}, so who refuses would be asked more often."
        yield Problem("policy-refusal-shorter", f"{place}.refusal_days", what, f"Set it to {grant} or more.")


def lifetimes_are_within_their_limits(raw: Raw) -> Iterator[Problem]:
    """What a region's authority allows."""
    for code in table(raw, "choice", "regions"):
        limit = limit_of(str(code))
        if limit is not None:
            yield from _lifetime_is_within(limit, table(raw, "choice", "regions", code), f"choice.regions.{code}")


def _lifetime_is_within(limit: Limit, lifetime: Raw, place: str) -> Iterator[Problem]:
    bounds = (
        ("grant_days", limit.shortest_grant, limit.longest_grant),
        ("refusal_days", limit.shortest_refusal, None),
    )
    for key, least, most in bounds:
        days = lifetime.get(key)
        if isinstance(days, int) and most is not None and days > most:
            yield _beyond_limit(f"{place}.{key}", days, f"{most} days at most", limit.source)
        if isinstance(days, int) and least is not None and days < least:
            yield _beyond_limit(f"{place}.{key}", days, f"{least} days at least", limit.source)


def records_are_kept_long_enough(raw: Raw) -> Iterator[Problem]:
    """Cal. Code Regs. title 11, section 7101: 24 months, which are 730 or 731 days."""
    days = table(raw, "ledger").get("retention_days")
    if is_served(raw, "US-CA") and isinstance(days, int) and days < _MONTHS_24:
        what = f"After {days} days it could not be shown any more how an opt-out was dealt with."
        mend = f"California wants the record for 24 months: write {_MONTHS_24} or more."
        yield Problem("policy-retention-short", "ledger.retention_days", what, mend)


def _beyond_limit(place: str, days: int, allowed: str, source: str) -> Problem:
    what = f"{days} days would break what the authority there wants ({source})."
    return Problem("policy-lifetime-limit", place, what, f"Write {allowed}.")
