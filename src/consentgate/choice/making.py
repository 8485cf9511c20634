"""From what a form says to the choice that may be taken from it."""

from __future__ import annotations

import secrets

from consentgate.choice.form import ChoiceForm
from consentgate.model import Choice, Facts, Regime
from consentgate.policy import Policy


def choice_of(form: ChoiceForm, facts: Facts, regime: Regime, policy: Policy) -> Choice:
    """What was said, as it counts.

    Against Global Privacy Control only a confirmed grant does (Cal. Code Regs. title 11, sections 7025(c)(3) and
    7028(a)); without the confirmation it is a refusal. Whoever chose before keeps their id.
    """
    sold = frozenset(category.name for category in policy.categories if category.sale_or_sharing)
    against_gpc = form.granted & sold if facts.signals.gpc else frozenset[str]()
    granted = form.granted if form.overrides_gpc else form.granted - against_gpc
    return Choice(
        consent_id=facts.choice.consent_id if facts.choice else secrets.token_urlsafe(16),
        site=policy.site,
        revision=policy.revision,
        regime=regime,
        granted=granted,
        refused=form.refused | (form.granted - granted),
        made_at=facts.now,
        signals=facts.signals,
        gpc_overridden=bool(against_gpc) and form.overrides_gpc,
    )
