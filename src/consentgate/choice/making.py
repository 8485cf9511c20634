"""From what a form says to the choice that may be taken from it."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta

from consentgate.choice.form import ChoiceForm, Override
from consentgate.model import Choice, Facts, Regime, Signals
from consentgate.policy import DntSetting, Policy, Site
from consentgate.policy.regimes import wants_choices_link


def choice_of(form: ChoiceForm, facts: Facts, regime: Regime, site: Site, policy: Policy) -> Choice:
    """What was said, as it counts: a grant that still needs its second step is a refusal.

    Whoever chose before keeps their id. How long the choice holds is fixed here, by the lifetimes of the region that
    the visitor is in now.
    """
    unconfirmed = needs_confirmation(form, facts, policy)
    if is_confirmed(form, facts):
        unconfirmed = frozenset()
    refused = form.refused | unconfirmed
    lifetime = policy.lifetimes.of(facts.region)
    grants_until = facts.now + timedelta(days=lifetime.grant_days)
    granted = form.granted - unconfirmed
    return Choice(
        consent_id=facts.choice.consent_id if facts.choice else secrets.token_urlsafe(16),
        site=site.name,
        revision=policy.revision_at(facts.now),
        regime=regime,
        granted=granted,
        refused=refused,
        made_at=facts.now,
        grants_until=grants_until,
        valid_until=facts.now + timedelta(days=lifetime.refusal_days) if refused else grants_until,
        signals=_signals_that_count(facts, policy),
        gpc_overridden=facts.signals.gpc and not granted.isdisjoint(policy.sold_or_shared),
    )


def _signals_that_count(facts: Facts, policy: Policy) -> Signals:
    """Without Do Not Track where it is only logged: the ledger has it, and no byte of an answer may depend on it."""
    counts = policy.dnt_of(facts.region) is DntSetting.OBJECTION
    return facts.signals if counts else replace(facts.signals, dnt=None)


def needs_confirmation(form: ChoiceForm, facts: Facts, policy: Policy) -> frozenset[str]:
    """The categories whose grant needs a second step, as the visitor has opted out of what it allows.

    Under Global Privacy Control that is all that is sold or shared (Cal. Code Regs. title 11, section 7025(c)(3)); in
    the United States, and where the visitor might be there, also what they refused before (section 7028(a)).
    """
    against = form.granted & policy.sold_or_shared
    if facts.signals.gpc:
        return against
    if facts.choice is None or not wants_choices_link(facts.region):
        return frozenset()
    return against & facts.choice.refused


def is_confirmed(form: ChoiceForm, facts: Facts) -> bool:
    """Who sends Global Privacy Control has to be told that it is what they go against."""
    return form.override is Override.GPC or (form.override is Override.OPT_OUT and not facts.signals.gpc)
