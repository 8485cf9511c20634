"""What one choice leaves behind: the choice itself, what follows from it, and its row in the ledger."""

from __future__ import annotations

from dataclasses import dataclass, replace

from consentgate.choice import ChoiceForm, Said
from consentgate.choice.making import choice_of
from consentgate.decide import decide
from consentgate.ledger import Event, Method, action_of, new_event_id
from consentgate.model import Choice, ChoiceState, Decision, Signal
from consentgate.policy import Policy
from consentgate.visit import Visit

_METHODS = {Said.OPT_OUT: Method.OPT_OUT, Said.LIMIT: Method.LIMIT, Said.ALLOW: Method.PLACEHOLDER}


@dataclass(frozen=True, slots=True)
class Saving:
    """A choice that is to be saved, and what holds from then on. `came_with` is the consent id of the choice before it,
    None without one. `ends_marker`: it outweighs an opt-out that the browser is marked with.
    """

    choice: Choice
    decision: Decision
    event: Event
    came_with: str | None
    ends_marker: bool


def saving_of(form: ChoiceForm, visit: Visit, policy: Policy, *, confirmed: bool) -> Saving:
    """What the form of this visit leaves behind; `confirmed`, what it opts in to again was confirmed."""
    facts, before = visit.facts, visit.facts.choice
    choice = choice_of(form, facts, visit.decision, visit.site, policy, confirmed=confirmed)
    ends_marker = confirmed and facts.opted_out_before
    still_marked = facts.opted_out_before and not confirmed
    after = replace(facts, choice=choice, choice_state=ChoiceState.VALID, opted_out_before=still_marked)
    decision = decide(after, policy)
    event = _event(form, choice, decision, visit)
    return Saving(choice, decision, event, before.consent_id if before else None, ends_marker)


def _event(form: ChoiceForm, choice: Choice, decision: Decision, visit: Visit) -> Event:
    before = visit.facts.choice
    return Event(
        event_id=new_event_id(choice.made_at),
        consent_id=choice.consent_id,
        site=choice.site,
        made_at=choice.made_at,
        action=action_of(choice, before, visit.policy.optional),
        granted=choice.granted,
        refused=choice.refused,
        previous_granted=before.granted if before else None,
        region=visit.facts.region.code,
        region_source=visit.facts.region.source,
        regime=choice.regime,
        notice_version=visit.notice.version,
        revision=choice.revision,
        language=visit.language_on(form.language),
        method=_method(form),
        gpc=visit.facts.signals.gpc,
        dnt=visit.facts.signals.dnt,
        gpc_disposition=decision.dispositions.get(Signal.GPC),
        dnt_disposition=decision.dispositions.get(Signal.DNT),
        device=visit.agent.device,
        valid_until=choice.valid_until,
    )


def _method(form: ChoiceForm) -> Method:
    """The two requests are what they are wherever they are made, and what allows single categories is no banner."""
    return _METHODS.get(form.said) or (Method.PREFERENCES if form.from_preferences else Method.BANNER)
