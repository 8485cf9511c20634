"""Which opt-outs are honored, of sale and sharing and of what is sensitive, by signal or by click."""

from __future__ import annotations

from consentgate.model import Decision, Disposition, Facts, Signal
from consentgate.policy import Policy
from consentgate.policy.regimes import wants_choices_link


def opt_out_is_honored(facts: Facts, decision: Decision, policy: Policy) -> bool:
    """Whether "Opt-out request honored" must stand on the page: for Global Privacy Control, and where a click counts as
    an opt-out request (Cal. Code Regs. title 11, sections 7025(c)(6) and 7026(g)), for that.
    """
    if facts.signals.gpc:
        return decision.dispositions.get(Signal.GPC) is Disposition.HONORED
    return _is_honored(policy.sold_or_shared, facts, decision)


def limit_is_honored(facts: Facts, decision: Decision, policy: Policy) -> bool:
    """Whether the use of sensitive personal information is off at the visitor's request (section 7027(g))."""
    return _is_honored(policy.sensitive, facts, decision)


def _is_honored(kind: frozenset[str], facts: Facts, decision: Decision) -> bool:
    """Whether the visitor opted out of this kind of category, and none of it is granted."""
    return not kind.isdisjoint(opted_out(facts)) and kind.isdisjoint(decision.permissions)


def opted_out(facts: Facts) -> frozenset[str]:
    """What the visitor refused, where a refusal is a request that California's rules speak of; else nothing."""
    return facts.choice.refused if facts.choice and wants_choices_link(facts.region) else frozenset()
