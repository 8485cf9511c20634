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

_METHODS = {Said.OPT_OUT: Method.OPT_OUT, Said.LIMIT: Method.LIMIT}


@dataclass(frozen=True, slots=True)
class Saving:
    """A choice that is to be saved. `came_with` is the consent id of the choice before it, None without one."""

    choice: Choice
    decision: Decision
    event: Event
    came_with: str | None


def saving_of(form: ChoiceForm, visit: Visit, policy: Policy) -> Saving:
    """What the form of this visit leaves behind."""
    choice = choice_of(form, visit.facts, visit.decision.regime, visit.site, policy)
    decision = decide(replace(visit.facts, choice=choice, choice_state=ChoiceState.VALID), policy)
    before = visit.facts.choice
    return Saving(choice, decision, _event(form, choice, decision, visit), before.consent_id if before else None)


def _event(form: ChoiceForm, choice: Choice, decision: Decision, visit: Visit) -> Event:
    previous = visit.facts.choice.granted if visit.facts.choice else None
    return Event(
        event_id=new_event_id(choice.made_at),
        consent_id=choice.consent_id,
        site=choice.site,
        made_at=choice.made_at,
        action=action_of(choice.granted, choice.refused, previous),
        granted=choice.granted,
        refused=choice.refused,
        previous_granted=previous,
        region=visit.facts.region.code,
        region_source=visit.facts.region.source,
        regime=choice.regime,
        notice_version=visit.notice.version,
        revision=choice.revision,
        language=visit.language_on(form.language),
        method=_METHODS.get(form.said) or (Method.PREFERENCES if form.from_preferences else Method.BANNER),
        gpc=visit.facts.signals.gpc,
        dnt=visit.facts.signals.dnt,
        gpc_disposition=decision.dispositions.get(Signal.GPC),
        dnt_disposition=decision.dispositions.get(Signal.DNT),
        device=visit.agent.device,
        valid_until=choice.valid_until,
    )
