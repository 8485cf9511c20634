"""`decide`: facts and policy in, decision out. Pure: no clock, no request, no I/O.

The order is the law of the house: necessary, bots, Global Privacy Control, the visitor's choice, then the regime's
start. Each category carries the one reason that settled it.
"""

from __future__ import annotations

from collections.abc import Mapping

from consentgate.model import (
    NECESSARY,
    Choice,
    Decision,
    Disposition,
    Facts,
    Prompt,
    Reason,
    Regime,
    Signal,
    Signals,
)
from consentgate.policy import Category, Policy
from consentgate.policy.regimes import wants_choices_link

GRANTING = frozenset(
    {
        Reason.NECESSARY,
        Reason.REGIME_OPT_OUT,
        Reason.REGIME_NOTICE,
        Reason.CHOICE_GRANTED,
        Reason.GPC_OVERRIDDEN,
    }
)
"""The reasons that grant; all others deny."""

_START = {
    Regime.OPT_IN: Reason.REGIME_OPT_IN,
    Regime.OPT_OUT: Reason.REGIME_OPT_OUT,
    Regime.NOTICE: Reason.REGIME_NOTICE,
}


def decide(facts: Facts, policy: Policy) -> Decision:
    """What this response may do, whether to ask, and why."""
    regime = policy.regimes.of(facts.region)
    reasons = {NECESSARY: Reason.NECESSARY}
    reasons |= {category.name: _reason(category, facts, regime, policy) for category in policy.categories}
    return Decision(
        regime=regime,
        permissions=frozenset(name for name, reason in reasons.items() if reason in GRANTING),
        prompt=_prompt(facts, regime, reasons, policy),
        reasons=reasons,
        dispositions=_dispositions(facts.signals, reasons),
    )


def _reason(category: Category, facts: Facts, regime: Regime, policy: Policy) -> Reason:
    if facts.bot:
        return Reason.BOT
    said = _said(category.name, facts.choice, regime, policy)
    if facts.signals.gpc and category.sale_or_sharing:
        overridden = said is Reason.CHOICE_GRANTED and facts.choice is not None and facts.choice.gpc_overridden
        return Reason.GPC_OVERRIDDEN if overridden else Reason.GPC
    if said is not None:
        return said
    return Reason.ASKED_EVERYWHERE if category.asked_everywhere else _START[regime]


def _said(category: str, choice: Choice | None, regime: Regime, policy: Policy) -> Reason | None:
    """What the visitor's choice says of a category, as far as it still counts. A refusal always does."""
    if choice is None:
        return None
    if category in choice.refused:
        return Reason.CHOICE_REFUSED
    if category in choice.granted and _grants_still_count(choice, regime, policy):
        return Reason.CHOICE_GRANTED
    return None


def _grants_still_count(choice: Choice, regime: Regime, policy: Policy) -> bool:
    """Not when what was agreed to has changed since, nor when the visitor came under a regime that asks first."""
    return choice.revision == policy.revision and (regime is not Regime.OPT_IN or choice.regime is Regime.OPT_IN)


def _prompt(facts: Facts, regime: Regime, reasons: Mapping[str, Reason], policy: Policy) -> Prompt:
    if facts.bot:
        return Prompt.NONE
    unasked = {Reason.REGIME_OPT_IN, Reason.ASKED_EVERYWHERE}
    if regime is Regime.OPT_IN and not unasked.isdisjoint(reasons.values()):
        return Prompt.BANNER
    if Reason.GPC in reasons.values() or wants_choices_link(facts.region) or policy.link_on_every_page:
        return Prompt.STATUS
    return Prompt.NONE


def _dispositions(signals: Signals, reasons: Mapping[str, Reason]) -> Mapping[Signal, Disposition]:
    """Do Not Track is received and not honored, as the notice discloses; Global Privacy Control is honored unless the
    visitor confirmed otherwise.
    """
    done = {}
    if signals.gpc:
        overridden = Reason.GPC_OVERRIDDEN in reasons.values()
        done[Signal.GPC] = Disposition.RECEIVED_NOT_HONORED if overridden else Disposition.HONORED
    if signals.dnt is not None:
        done[Signal.DNT] = Disposition.RECEIVED_NOT_HONORED
    return done
