"""The second step that opting in again takes: which choice needs it, and what has to be confirmed."""

from __future__ import annotations

from dataclasses import dataclass

from consentgate.choice.form import ChoiceForm, Override
from consentgate.decide import opted_out_earlier
from consentgate.model import Choice, Decision, Facts
from consentgate.policy import Policy
from consentgate.policy.regimes import wants_choices_link


@dataclass(frozen=True, slots=True)
class Question:
    """Whether somebody who opted out means to turn on `categories` of a site all the same.

    `against` is what the grant goes against, `choice` what they had said before.
    """

    site: str
    categories: frozenset[str]
    against: Override
    choice: Choice | None


def question_of(form: ChoiceForm, facts: Facts, decision: Decision, site: str, policy: Policy) -> Question | None:
    """What has to be confirmed before the form counts; None where nothing has to be, or it is in force already.

    Under Global Privacy Control that is all that is sold or shared (Cal. Code Regs. title 11, section 7025(c)(3)); in
    the United States, and where the visitor might be there, also what they opted out of before (section 7028(a)).
    """
    asked = form.granted & _opted_out(facts, policy) - decision.permissions
    if not asked:
        return None
    # Who sends Global Privacy Control has to be told that it is what they go against.
    return Question(site, asked, Override.GPC if facts.signals.gpc else Override.OPT_OUT, facts.choice)


def _opted_out(facts: Facts, policy: Policy) -> frozenset[str]:
    """What of the sold or shared an opt-out covers: of a click not what was granted in the same choice."""
    if facts.signals.gpc or opted_out_earlier(facts):
        return policy.sold_or_shared
    choice = facts.choice
    if choice is None or not wants_choices_link(facts.region) or choice.refused.isdisjoint(policy.sold_or_shared):
        return frozenset()
    return policy.sold_or_shared - choice.granted
