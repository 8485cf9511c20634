"""Which opt-outs are honored, of sale and sharing and of what is sensitive, by signal or by click."""

from __future__ import annotations

from consentgate.decide import opted_out_earlier
from consentgate.model import Decision, Disposition, Facts, Signal
from consentgate.policy import Policy
from consentgate.policy.regimes import wants_choices_link


def opt_out_is_honored(facts: Facts, decision: Decision, policy: Policy) -> bool:
    """Whether "Opt-out request honored" must stand on the page: for Global Privacy Control, and where a click counts as
    an opt-out request (Cal. Code Regs. title 11, sections 7025(c)(6) and 7026(g)), for that and for an earlier signal.
    """
    if facts.signals.gpc:
        return decision.dispositions.get(Signal.GPC) is Disposition.HONORED
    if opted_out_earlier(facts):
        return policy.sold_or_shared.isdisjoint(decision.permissions)
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


def has_to_be_marked(facts: Facts, decision: Decision, policy: Policy) -> bool:
    """Whether an opt-out has to be remembered beside the choice.

    One by an honored Global Privacy Control, whose absence later is no consent (Cal. Code Regs. title 11, section
    7025(c)(5)), one by a click, which does not lapse with its choice, and one that is remembered already. Where nothing
    is sold or shared there is nothing to remember.
    """
    if facts.bot or facts.minor or facts.outside or not wants_choices_link(facts.region):
        return False
    by_signal = decision.dispositions.get(Signal.GPC) is Disposition.HONORED
    by_click = _is_honored(policy.sold_or_shared, facts, decision)
    return bool(policy.sold_or_shared) and (facts.opted_out_before or by_signal or by_click)
