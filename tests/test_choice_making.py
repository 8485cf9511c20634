"""From a form to a choice: what needs a second step, and how long it holds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from consentgate.choice import parse_choice
from consentgate.choice.confirmation import needs_confirmation
from consentgate.choice.making import choice_of
from consentgate.model import Choice, Facts, Regime, Signals
from factories import NOW, make_choice, make_facts, make_policy, notice_table

POLICY = make_policy()
SITE = POLICY.sites[0]
GPC = Signals(gpc=True)
OPTED_OUT = make_choice(POLICY, "analytics", "marketing")


def made(body: str, facts: Facts) -> Choice:
    return choice_of(parse_choice(body.encode(), POLICY), facts, Regime.OPT_OUT, SITE, POLICY)


@pytest.mark.parametrize(
    ("region", "facts", "override", "granted"),
    [
        ("US-CA", {}, "", "analytics marketing"),
        ("US-CA", {"choice": OPTED_OUT}, "", "analytics"),
        ("US-CA", {"choice": OPTED_OUT}, "opt_out", "analytics marketing"),
        ("US", {"choice": OPTED_OUT}, "", "analytics"),
        (None, {"choice": OPTED_OUT}, "", "analytics"),
        ("DE", {"choice": OPTED_OUT}, "", "analytics marketing"),
        ("US-CA", {"signals": GPC}, "", "analytics"),
        ("US-CA", {"signals": GPC}, "opt_out", "analytics"),
        ("US-CA", {"signals": GPC}, "gpc", "analytics marketing"),
        ("DE", {"signals": GPC}, "", "analytics"),
        ("DE", {"signals": GPC}, "gpc", "analytics marketing"),
        ("US-CA", {"signals": GPC, "choice": OPTED_OUT}, "gpc", "analytics marketing"),
    ],
)
def test_who_opted_out_opts_in_again_in_two_steps(
    region: str | None, facts: dict[str, Any], override: str, granted: str
) -> None:
    choice = made(f"choice=accept&override={override}", make_facts(region, **facts))
    assert choice.granted == frozenset(granted.split())
    assert choice.granted | choice.refused == {"analytics", "marketing"}
    assert choice.gpc_overridden is ("signals" in facts and "marketing" in choice.granted)


def test_a_refusal_and_what_is_neither_sold_nor_shared_need_no_second_step() -> None:
    facts = make_facts("US-CA", signals=GPC, choice=make_choice(POLICY, "", "analytics marketing"))
    for body, needed in (("choice=reject", ""), ("choice=save&grant=analytics", ""), ("choice=accept", "marketing")):
        assert needs_confirmation(parse_choice(body.encode(), POLICY), facts, POLICY) == frozenset(needed.split())


@pytest.mark.parametrize(
    ("region", "body", "grants", "all_of_it"),
    [
        ("DE", "choice=accept", 180, 180),
        ("DE", "choice=reject", 180, 180),
        ("IT", "choice=accept", 184, 184),
        ("US-CA", "choice=accept", 180, 180),
        ("US-CA", "choice=reject", 180, 400),
        ("US-CA", "choice=save&grant=analytics", 180, 400),
        (None, "choice=save&grant=analytics", 180, 400),
    ],
)
def test_how_long_a_choice_holds_is_fixed_by_the_region_it_is_made_in(
    region: str | None, body: str, grants: int, all_of_it: int
) -> None:
    choice = made(body, make_facts(region))
    assert choice.grants_until == NOW + timedelta(days=grants)
    assert choice.valid_until == NOW + timedelta(days=all_of_it)


def test_a_choice_says_under_what_it_was_made_and_keeps_its_id() -> None:
    first = made("choice=accept", make_facts("US"))
    again = made("choice=reject", make_facts("US", choice=first))
    assert (first.site, first.revision) == (SITE.name, POLICY.revision_at(NOW))
    assert again.consent_id == first.consent_id
    assert made("choice=accept", make_facts("US")).consent_id != first.consent_id


def test_do_not_track_is_kept_in_a_choice_only_where_it_can_count() -> None:
    dnt = Signals(dnt=True)
    assert made("choice=accept", make_facts("DE", signals=dnt)).signals.dnt is None
    notice = notice_table(dnt="We treat Do Not Track as an objection.")
    policy = make_policy(notice=notice, signals={"dnt": "objection"})
    form = parse_choice(b"choice=accept", policy)
    assert choice_of(form, make_facts("DE", signals=dnt), Regime.OPT_IN, SITE, policy).signals.dnt is True
