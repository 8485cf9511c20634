"""The second step that opting in again takes: what needs it, and whether it was taken."""

from __future__ import annotations

from dataclasses import replace

from consentgate.choice.form import ChoiceForm, Override
from consentgate.model import Decision, Facts
from consentgate.policy import Policy
from consentgate.policy.regimes import wants_choices_link


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


def unconfirmed(form: ChoiceForm, facts: Facts, decision: Decision, policy: Policy) -> frozenset[str]:
    """The categories that the form newly turns on against an opt-out without confirming it."""
    return frozenset() if is_confirmed(form, facts) else needs_confirmation(form, facts, policy) - decision.permissions


def with_earlier_override(form: ChoiceForm, facts: Facts, decision: Decision, policy: Policy) -> ChoiceForm:
    """The form, confirmed where it turns on nothing but what the visitor confirmed before."""
    sold = form.granted & policy.sold_or_shared
    confirmed_before = facts.signals.gpc and bool(sold) and sold <= decision.permissions
    return replace(form, override=Override.GPC) if confirmed_before else form
