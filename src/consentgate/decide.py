"""`decide`: facts and policy in, decision out. Pure: no clock, no request, no I/O.

The order is the law of the house. Necessary is granted. Outside of every site, and to robots and minors, nothing else
is. Then the signals of this request: Global Privacy Control, then Do Not Track where it is treated as an objection;
only what the visitor granted while sending one outweighs it. Then the visitor's choice, as far as it still counts. Then
the regime's start. What these two would grant is taken back where Global Privacy Control was sent before and is not
now. Each category carries the one reason that settled it.
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
)
from consentgate.policy import Category, DntSetting, Policy
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

_OPEN = frozenset({Reason.REGIME_OPT_IN, Reason.ASKED_EVERYWHERE, Reason.NOTICE_CHANGED, Reason.REGIME_CHANGED})
"""The reasons that a banner would end: a category that the visitor has not answered, or whose answer is void."""

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
        dispositions=_dispositions(facts, reasons, policy),
    )


def _reason(category: Category, facts: Facts, regime: Regime, policy: Policy) -> Reason:
    for is_so, reason in ((facts.outside, Reason.OUTSIDE), (facts.bot, Reason.BOT), (facts.minor, Reason.MINOR)):
        if is_so:
            return reason
    said = _said(category.name, facts, regime, policy)
    by_signal = _by_signal(category, facts, said, policy)
    if by_signal is not None:
        return by_signal
    reason = said if said in {Reason.CHOICE_GRANTED, Reason.CHOICE_REFUSED} else _unsaid(category, regime, said)
    return Reason.OPTED_OUT_BEFORE if _taken_back(category, reason, facts) else reason


def _by_signal(category: Category, facts: Facts, said: Reason | None, policy: Policy) -> Reason | None:
    """What the signals of this request settle: they deny, but for what was granted while sending them."""
    grant = facts.choice if said is Reason.CHOICE_GRANTED else None
    opted_out = facts.signals.gpc and category.sale_or_sharing
    if opted_out and not (grant and grant.gpc_overridden):
        return Reason.GPC
    if _objects(facts, policy) and not (grant and grant.signals.dnt):
        return Reason.OBJECTION
    return Reason.GPC_OVERRIDDEN if opted_out else None


def _taken_back(category: Category, reason: Reason, facts: Facts) -> bool:
    """Whether what would be granted is denied by an opt-out before: that its signal is absent now is no consent (Cal.
    Code Regs. title 11, section 7025(c)(5)), nor that the choice has ended that it was made in.

    Only a grant that was confirmed against the signal outweighs it; one that is confirmed later ends the mark of it.
    """
    if reason not in GRANTING or not (category.sale_or_sharing and opted_out_earlier(facts)):
        return False
    return reason is not Reason.CHOICE_GRANTED or not (facts.choice and facts.choice.gpc_overridden)


def opted_out_earlier(facts: Facts) -> bool:
    """Whether an opt-out that this browser is marked with counts on: where California's rules do, or might."""
    return facts.opted_out_before and wants_choices_link(facts.region)


def _said(category: str, facts: Facts, regime: Regime, policy: Policy) -> Reason | None:
    """What the visitor's choice says of a category: a refusal always counts, a grant may not any more."""
    choice = facts.choice
    if choice is None:
        return None
    if category in choice.refused or _covered_by_opt_out(category, choice, facts, policy):
        return Reason.CHOICE_REFUSED
    if category not in choice.granted or facts.now >= choice.grants_until:
        return None
    return _what_became_of(choice, facts, regime, policy)


def _covered_by_opt_out(category: str, choice: Choice, facts: Facts, policy: Policy) -> bool:
    """An opt-out is of sale and sharing, or of sensitive uses, not of a list: what came later is opted out of too."""
    if category in choice.granted or not wants_choices_link(facts.region):
        return False
    kinds = (policy.sold_or_shared, policy.sensitive)
    return any(category in kind and not choice.refused.isdisjoint(kind) for kind in kinds)


def _what_became_of(choice: Choice, facts: Facts, regime: Regime, policy: Policy) -> Reason:
    """Grants are void once what was agreed to has changed, and under a regime that asks first where theirs did not."""
    if choice.revision != policy.revision_at(facts.now):
        return Reason.NOTICE_CHANGED
    if regime is Regime.OPT_IN and choice.regime is not Regime.OPT_IN:
        return Reason.REGIME_CHANGED
    return Reason.CHOICE_GRANTED


def _unsaid(category: Category, regime: Regime, void: Reason | None) -> Reason:
    """Where no word counts: the regime's start. Where that denies what a `void` grant had, the void is the reason."""
    if regime is not Regime.OPT_IN and not category.asked_everywhere:
        return _START[regime]
    return void or (Reason.ASKED_EVERYWHERE if category.asked_everywhere else _START[regime])


def _objects(facts: Facts, policy: Policy) -> bool:
    """`DNT: 1`, where it counts as an objection (GDPR article 21(5))."""
    return bool(facts.signals.dnt) and policy.dnt_of(facts.region) is DntSetting.OBJECTION


def _prompt(facts: Facts, regime: Regime, reasons: Mapping[str, Reason], policy: Policy) -> Prompt:
    if facts.bot or facts.outside:
        return Prompt.NONE
    is_open = not _OPEN.isdisjoint(reasons.values())
    if regime is Regime.OPT_IN and is_open and not _may_not_be_asked(facts, policy):
        return Prompt.BANNER
    by_signal = facts.signals.gpc or Reason.OBJECTION in reasons.values()
    if by_signal or wants_choices_link(facts.region) or policy.link_on_every_page:
        return Prompt.STATUS
    return Prompt.NONE


def _may_not_be_asked(facts: Facts, policy: Policy) -> bool:
    """Whether a question would answer a signal, or come too soon after an opt-out.

    Cal. Code Regs. title 11, section 7025(f): nothing may interrupt who sends Global Privacy Control. Section 7026(k):
    no question for 12 months after an opt-out; a refusal, and the mark of an earlier signal, hold longer than that.
    """
    if facts.signals.gpc or opted_out_earlier(facts):
        return True
    return wants_choices_link(facts.region) and has_opted_out(facts.choice, policy)


def has_opted_out(choice: Choice | None, policy: Policy) -> bool:
    """Whether a choice refuses a category that data is sold or shared in, or that uses what is sensitive."""
    return choice is not None and not choice.refused.isdisjoint(policy.sold_or_shared | policy.sensitive)


def _dispositions(facts: Facts, reasons: Mapping[str, Reason], policy: Policy) -> Mapping[Signal, Disposition]:
    """Global Privacy Control is honored unless the visitor confirmed otherwise. Do Not Track is received and not
    honored, as the notice discloses, or an objection where the policy says so.
    """
    done = {}
    if facts.signals.gpc:
        overridden = Reason.GPC_OVERRIDDEN in reasons.values() and Reason.GPC not in reasons.values()
        done[Signal.GPC] = Disposition.RECEIVED_NOT_HONORED if overridden else Disposition.HONORED
    if facts.signals.dnt is not None:
        objects = _objects(facts, policy)
        done[Signal.DNT] = Disposition.TREATED_AS_OBJECTION if objects else Disposition.RECEIVED_NOT_HONORED
    return done
