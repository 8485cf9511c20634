"""The cookies of a visit that have to end, and the headers that end them."""

from __future__ import annotations

from consentgate.headers import Header
from consentgate.model import UNDECLARED, Reason
from consentgate.visit import Visit
from consentgate.walls.expire import expiring_headers
from consentgate.walls.judge import Judge

_SAID_NO = frozenset({Reason.CHOICE_REFUSED, Reason.GPC, Reason.OPTED_OUT_BEFORE, Reason.OBJECTION, Reason.MINOR})
"""A no that someone said, now or before, not that nobody was asked yet."""


def expiring_after_a_choice(visit: Visit, judge: Judge) -> list[str]:
    """Set-Cookie values that end what the visitor has brought and `judge` denies."""
    return _expiring(visit, [name for name, _ in visit.cookies() if judge.cookie(name) is not None])


def expiring_with_a_page(visit: Visit, judge: Judge) -> list[Header]:
    """The headers that end what a choice could not: its answer sees no cookie of another path, and may lack the room.

    Only cookies of categories that were refused: one of a visitor who was not asked yet is not set anew, and not ended.
    """
    refused = {category for category, reason in visit.decision.reasons.items() if reason in _SAID_NO}
    if not refused:
        return []
    vendors = ((name, judge.cookie(name)) for name, _ in visit.cookies())
    names = [name for name, vendor in vendors if vendor is not None and vendor.category in refused | {UNDECLARED}]
    return [(b"set-cookie", value.encode("latin-1")) for value in _expiring(visit, names)]


def _expiring(visit: Visit, names: list[str]) -> list[str]:
    """Under `dry_run` cookies are only looked at. The time makes each response begin with another place."""
    if not names or visit.policy.walls.dry_run:
        return []
    path = visit.path_and_query.partition("?")[0]
    turn = int(visit.facts.now.timestamp() * 1000)
    return expiring_headers(names, visit.headers.get("host", ""), path, secure=visit.secure, turn=turn)
