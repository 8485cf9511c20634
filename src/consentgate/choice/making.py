"""From what a form says to the choice that is taken from it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from consentgate.choice.form import ChoiceForm
from consentgate.model import Choice, Decision, Facts, Reason, Signals
from consentgate.policy import DntSetting, Policy, Site

_GRANTED_BY_CHOICE = frozenset({Reason.CHOICE_GRANTED, Reason.GPC_OVERRIDDEN})


@dataclass(frozen=True, slots=True)
class _Kept:
    """What stays of the choice before, and until when it would have held by itself."""

    granted: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()
    ends: tuple[datetime, ...] = ()
    grants_end: tuple[datetime, ...] = ()


def choice_of(
    form: ChoiceForm, facts: Facts, decision: Decision, site: Site, policy: Policy, *, confirmed: bool = False
) -> Choice:
    """What was said, with what stays of the choice before it where the form says nothing.

    Whoever chose before keeps their id. How long the choice holds is fixed here, by the lifetimes of the region that
    the visitor is in now. All its grants end together, so that older ones are not extended: the first to end ends all.
    `confirmed`: something is opted in to again in two steps. Then what else is sold or shared is refused, as from now
    on nothing but this choice tells of the opt-out.
    """
    kept = _kept(facts.choice, policy.optional - form.granted - form.refused, decision)
    granted = form.granted | kept.granted
    refused = form.refused | (policy.sold_or_shared - granted - kept.refused if confirmed else frozenset())
    lifetime = policy.lifetimes.of(facts.region)
    grants_until = min([facts.now + timedelta(days=lifetime.grant_days), *kept.grants_end])
    refusals_until = facts.now + timedelta(days=lifetime.refusal_days)
    ends = [*([grants_until] if granted else []), *([refusals_until] if refused else []), *kept.ends]
    return Choice(
        consent_id=facts.choice.consent_id if facts.choice else secrets.token_urlsafe(16),
        site=site.name,
        revision=policy.revision_at(facts.now),
        regime=decision.regime,
        granted=granted,
        refused=refused | kept.refused,
        made_at=facts.now,
        grants_until=grants_until,
        valid_until=max(ends, default=refusals_until),
        signals=_signals_that_count(facts, policy),
        gpc_overridden=facts.signals.gpc and not granted.isdisjoint(policy.sold_or_shared),
    )


def _kept(before: Choice | None, left: frozenset[str], decision: Decision) -> _Kept:
    """Of what is `left`, what was refused stays, and what was granted as long as it is in force.

    A grant that has ended, is void or is outweighed by a signal would come to life again in a new choice.
    """
    if before is None:
        return _Kept()
    in_force = {name for name, reason in decision.reasons.items() if reason in _GRANTED_BY_CHOICE}
    granted, refused = before.granted & left & in_force, before.refused & left
    return _Kept(
        granted,
        refused,
        ends=(before.valid_until,) if refused else (),
        grants_end=(before.grants_until,) if granted else (),
    )


def _signals_that_count(facts: Facts, policy: Policy) -> Signals:
    """Without Do Not Track where it is only logged: the ledger has it, and no byte of an answer may depend on it."""
    counts = policy.dnt_of(facts.region) is DntSetting.OBJECTION
    return facts.signals if counts else replace(facts.signals, dnt=None)
