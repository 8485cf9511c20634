"""From a form to a choice: what needs a second step, what stays of an earlier choice, and how long it all holds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentgate.choice import Override, parse_choice
from consentgate.choice.confirmation import question_of
from consentgate.choice.making import choice_of
from consentgate.decide import decide
from consentgate.model import NECESSARY, Choice, Facts, Regime, Signals
from consentgate.policy import Policy
from factories import NOW, make_choice, make_facts, make_policy, notice_table

POLICY = make_policy()
SITE = POLICY.sites[0]
GPC = Signals(gpc=True)
OPTED_OUT = make_choice(POLICY, "analytics", "marketing")
WIDE = make_policy(
    categories={
        "functional": {},
        "analytics": {"sensitive": True},
        "ads": {"sale_or_sharing": True},
        "marketing": {"sale_or_sharing": True},
    }
)


def made(body: str, facts: Facts, policy: Policy = POLICY, *, confirmed: bool = False) -> Choice:
    form = parse_choice(body.encode(), policy)
    return choice_of(form, facts, decide(facts, policy), policy.sites[0], policy, confirmed=confirmed)


def asked(body: str, facts: Facts, policy: Policy = POLICY) -> tuple[str, str]:
    """What has to be confirmed, and against what."""
    question = question_of(parse_choice(body.encode(), policy), facts, decide(facts, policy), SITE.name, policy)
    return (" ".join(sorted(question.categories)), question.against) if question else ("", "")


# --- The second step ---


@pytest.mark.parametrize(
    ("region", "facts", "against"),
    [
        ("US-CA", {}, Override.NONE),
        ("US-CA", {"choice": OPTED_OUT}, Override.OPT_OUT),
        ("US", {"choice": OPTED_OUT}, Override.OPT_OUT),
        (None, {"choice": OPTED_OUT}, Override.OPT_OUT),
        ("DE", {"choice": OPTED_OUT}, Override.NONE),
        ("US-CA", {"signals": GPC}, Override.GPC),
        ("DE", {"signals": GPC}, Override.GPC),
        ("US-CA", {"signals": GPC, "choice": OPTED_OUT}, Override.GPC),
        ("US-CA", {"opted_out_before": True}, Override.OPT_OUT),
        (None, {"opted_out_before": True}, Override.OPT_OUT),
        ("DE", {"opted_out_before": True}, Override.NONE),
        ("US-CA", {"opted_out_before": True, "signals": GPC}, Override.GPC),
    ],
)
@pytest.mark.parametrize("body", ["choice=accept", "choice=save&grant=marketing", "choice=allow&grant=marketing"])
def test_who_opted_out_has_to_confirm_that_they_opt_in_again(
    region: str | None, facts: dict[str, Any], against: Override, body: str
) -> None:
    assert asked(body, make_facts(region, **facts)) == ("marketing" if against else "", against)


@pytest.mark.parametrize(
    "body", ["choice=reject", "choice=save&grant=analytics", "choice=allow&grant=analytics", "choice=opt_out"]
)
def test_a_refusal_and_what_is_neither_sold_nor_shared_need_no_second_step(body: str) -> None:
    facts = make_facts("US-CA", signals=GPC, choice=make_choice(POLICY, "", "analytics marketing"))
    assert asked(body, facts) == ("", "")


def test_what_was_confirmed_already_is_not_asked_again_but_what_is_new_beside_it_is() -> None:
    confirmed = make_choice(WIDE, "ads", "marketing", signals=GPC, gpc_overridden=True)
    facts = make_facts("US-CA", signals=GPC, choice=confirmed)
    assert asked("choice=save&grant=ads", facts, WIDE) == ("", "")
    assert asked("choice=save&grant=ads&grant=marketing", facts, WIDE) == ("marketing", "gpc")


def test_an_opt_out_covers_what_is_sold_later_too_so_that_has_to_be_confirmed_as_well() -> None:
    before_there_were_ads = make_choice(WIDE, "", "marketing", regime=Regime.OPT_OUT)
    facts = make_facts("US-CA", choice=before_there_were_ads)
    assert asked("choice=allow&grant=ads", facts, WIDE) == ("ads", "opt_out")


def test_after_a_confirmed_choice_nothing_else_that_is_sold_comes_on_by_itself() -> None:
    facts = make_facts("US-CA", opted_out_before=True)
    choice = made("choice=allow&grant=ads", facts, WIDE, confirmed=True)
    assert (choice.granted, choice.refused) == (frozenset({"ads"}), frozenset({"marketing"}))
    after = make_facts("US-CA", choice=choice)
    assert decide(after, WIDE).permissions == {NECESSARY, "functional", "analytics", "ads"}


@pytest.mark.parametrize("gpc", [False, True])
def test_a_choice_says_that_it_goes_against_the_signal_where_it_does(gpc: bool) -> None:
    facts = make_facts("US-CA", signals=Signals(gpc=gpc), choice=OPTED_OUT)
    assert made("choice=save&grant=marketing", facts, confirmed=True).gpc_overridden is gpc
    assert made("choice=save&grant=analytics", facts).gpc_overridden is False


# --- Partial choices ---

PARTIAL = [
    # now, granted before, refused before, granted, refused
    ("choice=opt_out", None, "", "", "ads marketing"),
    ("choice=limit", None, "", "", "analytics"),
    ("choice=allow&grant=marketing", None, "", "marketing", ""),
    ("choice=opt_out", "functional", "analytics", "functional", "ads analytics marketing"),
    ("choice=opt_out", "functional ads marketing", "", "functional", "ads marketing"),
    ("choice=limit", "functional ads", "marketing", "functional ads", "analytics marketing"),
    ("choice=limit", "analytics", "", "", "analytics"),
    ("choice=allow&grant=marketing", "analytics", "functional", "analytics marketing", "functional"),
    ("choice=allow&grant=functional", "analytics", "functional", "analytics functional", ""),
    ("choice=allow&grant=functional&grant=ads", "", "ads functional marketing", "ads functional", "marketing"),
    ("choice=save&grant=ads", "functional", "analytics", "ads", "analytics functional marketing"),
]


@pytest.mark.parametrize(("body", "had", "had_refused", "granted", "refused"), PARTIAL)
def test_a_partial_choice_leaves_everything_else_as_it_was(
    body: str, had: str | None, had_refused: str, granted: str, refused: str
) -> None:
    before = None if had is None else make_choice(WIDE, had, had_refused)
    choice = made(body, make_facts("DE", choice=before), WIDE)
    assert (choice.granted, choice.refused) == (frozenset(granted.split()), frozenset(refused.split()))


@pytest.mark.parametrize(
    ("why", "before", "facts"),
    [
        ("another revision", {"revision": "00000000"}, {}),
        ("from where nobody is asked", {"regime": Regime.OPT_OUT}, {}),
        ("ended", {"grants_until": NOW, "valid_until": NOW + timedelta(days=200)}, {}),
        ("outweighed by the signal", {}, {"signals": GPC}),
    ],
)
def test_a_grant_that_does_not_count_any_more_is_not_brought_to_life_by_a_partial_choice(
    why: str, before: dict[str, Any], facts: dict[str, Any]
) -> None:
    had = make_choice(WIDE, "ads", "functional", **before)
    choice = made("choice=allow&grant=analytics", make_facts("DE", choice=had, **facts), WIDE)
    assert (choice.granted, choice.refused) == (frozenset({"analytics"}), frozenset({"functional"})), why


def test_a_grant_that_was_confirmed_against_the_signal_stays_so_beside_a_new_one() -> None:
    had = make_choice(WIDE, "ads", "", signals=GPC, gpc_overridden=True)
    facts = make_facts("DE", signals=GPC, choice=had)
    choice = made("choice=allow&grant=analytics", facts, WIDE)
    assert (choice.granted, choice.gpc_overridden) == (frozenset({"ads", "analytics"}), True)


def test_a_grant_that_an_objection_outweighs_gains_nothing_by_a_choice_made_while_objecting() -> None:
    notice = notice_table(dnt="We treat Do Not Track as an objection.")
    policy = make_policy(notice=notice, signals={"dnt": "objection"})
    had = make_choice(policy, "marketing")
    facts = make_facts("DE", signals=Signals(dnt=True), choice=had)
    assert made("choice=allow&grant=analytics", facts, policy).granted == {"analytics"}


categories = st.frozensets(st.sampled_from(sorted(WIDE.optional)))


@given(
    categories,
    categories,
    st.sampled_from(["choice=opt_out", "choice=limit", "choice=allow&grant=functional"]),
    st.sampled_from(["DE", "US-CA", "US", None]),
    st.builds(Signals, gpc=st.booleans()),
    st.booleans(),
    st.integers(0, 200),
)
def test_what_a_partial_choice_says_nothing_of_is_never_granted_where_it_was_not_nor_longer(
    granted: frozenset[str],
    refused: frozenset[str],
    body: str,
    region: str | None,
    signals: Signals,
    marked: bool,
    age: int,
) -> None:
    made_at = NOW - timedelta(days=age)
    before = make_choice(WIDE, " ".join(granted), " ".join(refused - granted), made_at=made_at)
    facts = make_facts(region, choice=before, signals=signals, opted_out_before=marked)
    choice, form = made(body, facts, WIDE), parse_choice(body.encode(), WIDE)
    left = WIDE.optional - form.granted - form.refused
    for name in left:
        assert name not in choice.granted or name in before.granted
        assert (name in choice.refused) == (name in before.refused)
    if choice.granted & left:
        assert choice.grants_until <= before.grants_until
    held = decide(facts, WIDE).permissions
    after = decide(make_facts(region, choice=choice, signals=signals, opted_out_before=marked), WIDE).permissions
    assert after & left <= held


# --- How long it holds ---


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
        ("US-CA", "choice=opt_out", 180, 400),
        ("US-CA", "choice=limit", 180, 400),
        ("US-CA", "choice=allow&grant=analytics", 180, 180),
    ],
)
def test_how_long_a_choice_holds_is_fixed_by_the_region_it_is_made_in(
    region: str | None, body: str, grants: int, all_of_it: int
) -> None:
    choice = made(body, make_facts(region))
    assert choice.grants_until == NOW + timedelta(days=grants)
    assert choice.valid_until == NOW + timedelta(days=all_of_it)


@pytest.mark.parametrize(
    ("body", "had", "had_refused", "grants", "all_of_it"),
    [
        # 100 days ago: older grants end 80 days from now, older refusals too, and a new refusal after 400.
        ("choice=allow&grant=marketing", "analytics", "", 80, 80),
        ("choice=allow&grant=marketing", "", "analytics", 180, 180),
        ("choice=allow&grant=marketing", "functional", "analytics", 80, 80),
        ("choice=opt_out", "analytics", "", 80, 400),
        ("choice=opt_out", "", "analytics", 180, 400),
        ("choice=accept", "analytics", "", 180, 180),
    ],
)
def test_older_grants_are_not_extended_by_newer_ones_and_the_longest_end_is_that_of_the_whole(
    body: str, had: str, had_refused: str, grants: int, all_of_it: int
) -> None:
    before = make_choice(WIDE, had, had_refused, made_at=NOW - timedelta(days=100))
    choice = made(body, make_facts("US-CA", choice=before), WIDE)
    assert choice.grants_until == NOW + timedelta(days=grants)
    assert choice.valid_until == NOW + timedelta(days=all_of_it)


def test_an_older_refusal_goes_on_for_as_long_as_it_would_have() -> None:
    opted_out = make_choice(WIDE, "", "ads", valid_until=NOW + timedelta(days=390))
    assert made(
        "choice=allow&grant=analytics", make_facts("US", choice=opted_out), WIDE
    ).valid_until == NOW + timedelta(days=390)


def test_a_choice_says_under_what_it_was_made_and_keeps_its_id() -> None:
    first = made("choice=accept", make_facts("US"))
    again = made("choice=reject", make_facts("US", choice=first))
    assert (first.site, first.revision, first.regime) == (SITE.name, POLICY.revision_at(NOW), Regime.OPT_OUT)
    assert again.consent_id == first.consent_id
    assert made("choice=accept", make_facts("US")).consent_id != first.consent_id


def test_do_not_track_is_kept_in_a_choice_only_where_it_can_count() -> None:
    dnt = Signals(dnt=True)
    assert made("choice=accept", make_facts("DE", signals=dnt)).signals.dnt is None
    notice = notice_table(dnt="We treat Do Not Track as an objection.")
    policy = make_policy(notice=notice, signals={"dnt": "objection"})
    assert made("choice=accept", make_facts("DE", signals=dnt), policy).signals.dnt is True
