"""The rules that hold over all that `decide` says; each situation by itself is in test_decide_table.py."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentgate.decide import GRANTING, decide
from consentgate.model import (
    NECESSARY,
    Choice,
    ChoiceState,
    Disposition,
    Facts,
    Prompt,
    Reason,
    Regime,
    Signal,
    Signals,
)
from consentgate.policy import Category, Policy
from decision_rows import table_policy
from factories import NOW, make_choice, make_facts, make_policy

POLICY = table_policy()
NAMES = [category.name for category in POLICY.categories]
GPC, DNT = Signals(gpc=True), Signals(dnt=True)
OBJECTING = {"DE", None}
"""The regions where this policy treats Do Not Track as an objection, the unknown one among them."""


@st.composite
def choices(draw: st.DrawFn) -> Choice:
    """Any choice that a cookie may hold: old, under another revision or regime, with any signals."""
    granted = draw(st.frozensets(st.sampled_from(NAMES)))
    refused = draw(st.frozensets(st.sampled_from([name for name in NAMES if name not in granted] or NAMES))) - granted
    made_at = NOW - timedelta(days=draw(st.integers(0, 399)))
    return make_choice(
        POLICY,
        " ".join(granted),
        " ".join(refused),
        revision=draw(st.sampled_from([POLICY.revision_at(NOW), "00000000"])),
        regime=draw(st.sampled_from(Regime)),
        made_at=made_at,
        grants_until=made_at + timedelta(days=180),
        valid_until=made_at + timedelta(days=400),
        signals=draw(signals),
        gpc_overridden=draw(st.booleans()),
    )


signals = st.builds(Signals, gpc=st.booleans(), dnt=st.sampled_from([None, True, False]))
situations = st.builds(
    make_facts,
    region=st.sampled_from([None, "DE", "FR", "GB", "US", "US-CA", "CA", "CA-QC", "JP"]),
    signals=signals,
    choice=st.none() | choices(),
    bot=st.sampled_from([False, False, False, True]),
    minor=st.sampled_from([False, False, False, True]),
    opted_out_before=st.booleans(),
    outside=st.sampled_from([False, False, False, True]),
)


def opted_out_of(kind: frozenset[str], name: str, facts: Facts) -> bool:
    """Whether a refusal of one category of this kind covers `name` too: in the US, but for what was granted."""
    choice = facts.choice
    in_the_us = facts.region.country in {None, "US"}
    return choice is not None and in_the_us and name not in choice.granted and bool(choice.refused & kind)


def denials(category: Category, facts: Facts) -> list[str]:
    """Every rule that denies a category, each said for itself and without regard to the others."""
    name, choice, region = category.name, facts.choice, facts.region.code
    regime = POLICY.regimes.of(facts.region)
    grant = choice if choice and name in choice.granted and facts.now < choice.grants_until else None
    if grant and (
        grant.revision != POLICY.revision_at(facts.now)
        or (regime is Regime.OPT_IN and grant.regime is not Regime.OPT_IN)
    ):
        grant = None
    rules = {
        "outside of every site": facts.outside,
        "robot": facts.bot,
        "minor": facts.minor,
        "refused": choice is not None and name in choice.refused,
        "opted out of all that is sold": category.sale_or_sharing and opted_out_of(POLICY.sold_or_shared, name, facts),
        "limited": category.sensitive and opted_out_of(POLICY.sensitive, name, facts),
        "opted out": facts.signals.gpc and category.sale_or_sharing and not (grant and grant.gpc_overridden),
        "opted out before": (
            facts.opted_out_before
            and region in {None, "US", "US-CA"}
            and category.sale_or_sharing
            and not (grant and grant.gpc_overridden)
        ),
        "objected": facts.signals.dnt is True and region in OBJECTING and not (grant and grant.signals.dnt),
        "not granted where one must ask": regime is Regime.OPT_IN and grant is None,
        "not granted and asked for everywhere": category.asked_everywhere and grant is None,
    }
    return [rule for rule, denies in rules.items() if denies]


@given(situations)
def test_permission_is_never_wider_than_the_strictest_rule_that_applies_nor_narrower_without_one(facts: Facts) -> None:
    allowed = {category.name for category in POLICY.categories if not denials(category, facts)}
    assert decide(facts, POLICY).permissions == {NECESSARY, *allowed}


@given(situations)
def test_every_category_has_one_reason_and_is_granted_by_a_reason_that_grants(facts: Facts) -> None:
    decision = decide(facts, POLICY)
    assert list(decision.reasons) == [NECESSARY, *NAMES]
    assert decision.permissions == {name for name, reason in decision.reasons.items() if reason in GRANTING}


@given(situations)
def test_nobody_is_asked_who_has_nothing_to_answer_or_may_not_be_asked(facts: Facts) -> None:
    decision = decide(facts, POLICY)
    if decision.prompt is Prompt.BANNER:
        assert [facts.bot, facts.minor, facts.outside, facts.signals.gpc] == [False] * 4
        assert decision.regime is Regime.OPT_IN
        assert facts.choice is None or not facts.choice.refused.issuperset(NAMES)
        assert facts.region.code is not None or not (facts.choice and facts.choice.refused & {"ads", "marketing"})
        assert facts.region.code is not None or not facts.opted_out_before


@given(situations.filter(lambda facts: facts.region.code not in OBJECTING), st.sampled_from([None, True, False]))
def test_do_not_track_under_log_changes_nothing_but_its_own_disposition(facts: Facts, dnt: bool | None) -> None:
    other = replace(facts, signals=Signals(facts.signals.gpc, dnt))
    decision, with_other = decide(facts, POLICY), decide(other, POLICY)
    gpc = {Signal.GPC: decision.dispositions[Signal.GPC]} if facts.signals.gpc else {}
    assert replace(decision, dispositions=gpc) == replace(with_other, dispositions=gpc)
    assert with_other.dispositions.get(Signal.DNT) in {None, Disposition.RECEIVED_NOT_HONORED}


@given(situations.filter(lambda facts: facts.region.code in OBJECTING))
def test_an_objection_only_ever_narrows(facts: Facts) -> None:
    silent, objecting = (replace(facts, signals=Signals(facts.signals.gpc, dnt)) for dnt in (None, True))
    assert decide(objecting, POLICY).permissions <= decide(silent, POLICY).permissions
    assert decide(objecting, POLICY).dispositions[Signal.DNT] is Disposition.TREATED_AS_OBJECTION


@given(situations)
def test_global_privacy_control_only_ever_narrows(facts: Facts) -> None:
    silent, opting_out = (replace(facts, signals=Signals(gpc, facts.signals.dnt)) for gpc in (False, True))
    assert decide(opting_out, POLICY).permissions <= decide(silent, POLICY).permissions


@given(situations)
def test_a_signal_that_was_sent_before_only_ever_narrows_and_only_where_californias_rules_may_hold(
    facts: Facts,
) -> None:
    unmarked, marked = (decide(replace(facts, opted_out_before=each), POLICY) for each in (False, True))
    assert marked.permissions <= unmarked.permissions
    if facts.region.country not in {None, "US"}:
        assert marked == unmarked


def test_a_confirmed_choice_overrides_global_privacy_control_and_says_so() -> None:
    choice = make_choice(POLICY, "analytics ads marketing", signals=GPC, gpc_overridden=True)
    decision = decide(make_facts("US-CA", signals=GPC, choice=choice), POLICY)
    assert decision.reasons["marketing"] is Reason.GPC_OVERRIDDEN
    assert decision.dispositions == {Signal.GPC: Disposition.RECEIVED_NOT_HONORED}


def test_signals_carry_what_was_done_with_them() -> None:
    both = Signals(gpc=True, dnt=True)
    done = {region: decide(make_facts(region, signals=both), POLICY).dispositions for region in ("DE", "FR", None)}
    assert {region: each[Signal.GPC] for region, each in done.items()} == dict.fromkeys(done, Disposition.HONORED)
    assert {region: each[Signal.DNT] for region, each in done.items()} == {
        "DE": Disposition.TREATED_AS_OBJECTION,
        "FR": Disposition.RECEIVED_NOT_HONORED,
        None: Disposition.TREATED_AS_OBJECTION,
    }
    assert decide(make_facts("DE", signals=Signals(dnt=False)), POLICY).dispositions == {
        Signal.DNT: Disposition.RECEIVED_NOT_HONORED
    }


@pytest.mark.parametrize("days", [1, 365, 366, 399])
def test_california_is_not_asked_for_12_months_after_an_opt_out_even_where_it_is_asked_at_all(days: int) -> None:
    policy = make_policy(regimes={"regions": {"US-CA": "opt_in"}})
    opted_out = make_choice(
        policy, "", "marketing", made_at=NOW - timedelta(days=days), valid_until=NOW + timedelta(days=1)
    )
    assert decide(make_facts("US-CA"), policy).prompt is Prompt.BANNER
    assert decide(make_facts("US-CA", choice=opted_out), policy).prompt is Prompt.STATUS
    assert decide(make_facts("DE", choice=opted_out), policy).prompt is Prompt.BANNER


def test_a_site_with_its_own_link_gets_no_status_line_where_the_law_asks_for_none() -> None:
    policy = make_policy(banner={"link": "required"})
    refused = make_choice(policy, "", "analytics marketing")
    assert decide(make_facts("DE", choice=refused), policy).prompt is Prompt.NONE
    assert decide(make_facts("US", choice=refused), policy).prompt is Prompt.STATUS
    assert decide(make_facts("DE", choice=refused, signals=GPC), policy).prompt is Prompt.STATUS


def test_a_policy_may_override_the_regime_of_a_country_and_of_a_state() -> None:
    policy = make_policy(regimes={"elsewhere": "notice", "regions": {"US-CA": "opt_in", "CH": "opt_out"}})
    regimes = {region: decide(make_facts(region), policy).regime for region in ("US-CA", "US", "CH", "JP", "DE")}
    assert regimes == {"US-CA": "opt_in", "US": "opt_out", "CH": "opt_out", "JP": "notice", "DE": "opt_in"}


def test_the_default_policy_asks_for_marketing_by_regime_only() -> None:
    policy = Policy.default(notice_url="/privacy", site="careers.example.com")
    facts = make_facts("US", choice_state=ChoiceState.EXPIRED, now=NOW + timedelta(days=1))
    assert decide(facts, policy).permissions == {NECESSARY, "functional", "analytics", "marketing"}
