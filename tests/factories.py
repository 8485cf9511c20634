"""Small builders, so that each test says only what it is about."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from consentgate.ledger import Action, Event, Method, new_event_id
from consentgate.model import Choice, ChoiceState, Device, Disposition, Facts, Regime, Region, RegionSource, Signals
from consentgate.policy import Policy

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
KEY = "a-key-that-is-long-enough-for-tests"
AN_OBJECTION = "We treat Do Not Track as an objection."
BY_REGION = "In Germany we treat Do Not Track as an objection; elsewhere we do not respond to it."


def policy_table(**changes: Any) -> dict[str, Any]:
    """A sound policy as a mapping: analytics by regime, marketing asked for everywhere."""
    return {
        "site": "careers.example.com",
        "name": "Example Careers",
        "notice": notice_table(),
        "categories": {"analytics": {}, "marketing": {"consent": "always", "sale_or_sharing": True}},
        "vendors": ["google-analytics", "hotjar"],
        "visitor": {"trusted_proxies": ["127.0.0.1", "10.0.0.0/8"]},
        **changes,
    }


def notice_table(*later: Mapping[str, Any], **changes: Any) -> dict[str, Any]:
    """A notice of one version, and of `later` ones, that says what is done with Do Not Track."""
    versions = [{"version": "2026-10", "updated": date(2026, 10, 12)}, *later]
    return {"url": "/privacy", "dnt": "Do Not Track is received and not honored.", "versions": versions, **changes}


def make_policy(**changes: Any) -> Policy:
    """The sound policy, with top-level tables replaced."""
    return Policy.from_dict(policy_table(**changes), NOW)


def make_facts(region: str | None = "DE", **changes: Any) -> Facts:
    """Facts of a visitor in Germany without choice or signals."""
    facts: Mapping[str, Any] = {
        "region": Region(region, RegionSource.GEOIP, "by country"),
        "signals": Signals(),
        "choice": None,
        "choice_state": ChoiceState.ABSENT,
        "bot": False,
        "now": NOW,
        **changes,
    }
    return Facts(**facts)


def make_choice(policy: Policy, granted: str = "", refused: str = "", **changes: Any) -> Choice:
    """A choice for the policy's first site under its revision of NOW; `granted` and `refused` are words.

    It holds 180 days from when it was made.
    """
    until = changes.get("made_at", NOW) + timedelta(days=180)
    fields: Mapping[str, Any] = {
        "consent_id": "A" * 22,
        "site": policy.sites[0].name,
        "revision": policy.revision_at(NOW),
        "regime": Regime.OPT_IN,
        "granted": frozenset(granted.split()),
        "refused": frozenset(refused.split()),
        "made_at": NOW,
        "grants_until": until,
        "valid_until": until,
        "signals": Signals(),
        **changes,
    }
    return Choice(**fields)


def make_event(**changes: Any) -> Event:
    """A first choice in Germany, each with an id of its own: yes to analytics, no to marketing, Do Not Track sent."""
    fields: Mapping[str, Any] = {
        "event_id": new_event_id(NOW),
        "consent_id": "A" * 22,
        "site": "careers.example.com",
        "made_at": NOW,
        "action": Action.PARTIAL,
        "granted": frozenset({"analytics"}),
        "refused": frozenset({"marketing"}),
        "previous_granted": None,
        "region": "DE",
        "region_source": RegionSource.GEOIP,
        "regime": Regime.OPT_IN,
        "notice_version": "2026-10",
        "revision": "r1",
        "language": "de",
        "method": Method.BANNER,
        "gpc": False,
        "dnt": True,
        "gpc_disposition": None,
        "dnt_disposition": Disposition.RECEIVED_NOT_HONORED,
        "device": Device.PHONE,
        "valid_until": NOW + timedelta(days=180),
        **changes,
    }
    return Event(**fields)
