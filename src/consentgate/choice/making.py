"""From what a form says to the choice that may be taken from it."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import timedelta

from consentgate.choice.confirmation import is_confirmed, needs_confirmation
from consentgate.choice.form import ChoiceForm
from consentgate.model import Choice, Facts, Regime, Signals
from consentgate.policy import DntSetting, Policy, Site


def choice_of(form: ChoiceForm, facts: Facts, regime: Regime, site: Site, policy: Policy) -> Choice:
    """What was said, as it counts: a grant that still needs its second step is a refusal.

    Whoever chose before keeps their id. How long the choice holds is fixed here, by the lifetimes of the region that
    the visitor is in now.
    """
    unconfirmed = frozenset() if is_confirmed(form, facts) else needs_confirmation(form, facts, policy)
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
