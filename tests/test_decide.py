"""What `decide` says: a table of situations, and the rules that hold over all of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentgate.decide import GRANTING, decide
from consentgate.model import NECESSARY, ChoiceState, Disposition, Prompt, Reason, Regime, Signal, Signals
from consentgate.policy import Policy
from factories import NOW, make_choice, make_facts, make_policy

POLICY = make_policy()
GPC, DNT = Signals(gpc=True), Signals(dnt=True)
NOTHING = frozenset({NECESSARY})
ANALYTICS = NOTHING | {"analytics"}
ALL = ANALYTICS | {"marketing"}

SITUATIONS = [
    # name, region, signals, choice (granted, refused) or None, permissions, prompt, why analytics, why marketing
    ("a first visit from Germany", "DE", Signals(), None, NOTHING, "banner", "regime_opt_in", "asked_everywhere"),
    (
        "a first visit from Switzerland",
        "CH",
        Signals(),
        None,
        NOTHING,
        "banner",
        "regime_opt_in",
        "asked_everywhere",
    ),
    ("a first visit from the UK", "GB", Signals(), None, NOTHING, "banner", "regime_opt_in", "asked_everywhere"),
    ("a first visit from Norway", "NO", Signals(), None, NOTHING, "banner", "regime_opt_in", "asked_everywhere"),
    ("a first visit from Réunion", "RE", Signals(), None, NOTHING, "banner", "regime_opt_in", "asked_everywhere"),
    ("a first visit from Brazil", "BR", Signals(), None, NOTHING, "banner", "regime_opt_in", "asked_everywhere"),
    ("a first visit from Quebec", "CA-QC", Signals(), None, NOTHING, "banner", "regime_opt_in", "asked_everywhere"),
    ("an unknown region", None, Signals(), None, NOTHING, "banner", "regime_opt_in", "asked_everywhere"),
    ("a country that is on no list", "JP", Signals(), None, NOTHING, "banner", "regime_opt_in", "asked_everywhere"),
    ("California", "US-CA", Signals(), None, ANALYTICS, "status", "regime_opt_out", "asked_everywhere"),
    ("Texas", "US", Signals(), None, ANALYTICS, "status", "regime_opt_out", "asked_everywhere"),
    ("Ontario", "CA", Signals(), None, ANALYTICS, "status", "regime_opt_out", "asked_everywhere"),
    ("California with GPC", "US-CA", GPC, None, ANALYTICS, "status", "regime_opt_out", "gpc"),
    ("Germany with GPC", "DE", GPC, None, NOTHING, "banner", "regime_opt_in", "gpc"),
    ("Germany with DNT", "DE", DNT, None, NOTHING, "banner", "regime_opt_in", "asked_everywhere"),
    ("California with DNT", "US-CA", DNT, None, ANALYTICS, "status", "regime_opt_out", "asked_everywhere"),
    (
        "all granted in Germany",
        "DE",
        Signals(),
        ("analytics marketing", ""),
        ALL,
        "status",
        "choice_granted",
        "choice_granted",
    ),
    (
        "all refused in Germany",
        "DE",
        Signals(),
        ("", "analytics marketing"),
        NOTHING,
        "status",
        "choice_refused",
        "choice_refused",
    ),
    (
        "one of two granted",
        "DE",
        Signals(),
        ("analytics", "marketing"),
        ANALYTICS,
        "status",
        "choice_granted",
        "choice_refused",
    ),
    (
        "a category not asked about before",
        "DE",
        Signals(),
        ("", "marketing"),
        NOTHING,
        "banner",
        "regime_opt_in",
        "choice_refused",
    ),
    (
        "opted out in California",
        "US-CA",
        Signals(),
        ("", "analytics marketing"),
        NOTHING,
        "status",
        "choice_refused",
        "choice_refused",
    ),
    ("granted, then GPC comes", "DE", GPC, ("analytics marketing", ""), ANALYTICS, "status", "choice_granted", "gpc"),
    (
        "refused, then DNT comes",
        "DE",
        DNT,
        ("", "analytics marketing"),
        NOTHING,
        "status",
        "choice_refused",
        "choice_refused",
    ),
]


@pytest.mark.parametrize(
    ("region", "signals", "said", "permissions", "prompt", "why_analytics", "why_marketing"),
    [situation[1:] for situation in SITUATIONS],
    ids=[situation[0] for situation in SITUATIONS],
)
def test_a_situation_is_decided_with_a_reason_for_each_category(
    region: str | None,
    signals: Signals,
    said: tuple[str, str] | None,
    permissions: frozenset[str],
    prompt: str,
    why_analytics: str,
    why_marketing: str,
) -> None:
    choice = make_choice(POLICY, *said) if said else None
    decision = decide(make_facts(region, signals=signals, choice=choice), POLICY)
    assert decision.permissions == permissions
    assert decision.prompt == prompt
    assert decision.reasons == {NECESSARY: "necessary", "analytics": why_analytics, "marketing": why_marketing}


def test_a_confirmed_choice_made_under_gpc_overrides_it_and_says_so() -> None:
    choice = make_choice(POLICY, "analytics marketing", signals=GPC, gpc_overridden=True)
    decision = decide(make_facts("US-CA", signals=GPC, choice=choice), POLICY)
    assert decision.reasons["marketing"] is Reason.GPC_OVERRIDDEN
    assert "marketing" in decision.permissions
    assert decision.dispositions[Signal.GPC] is Disposition.RECEIVED_NOT_HONORED


def test_a_changed_revision_voids_grants_and_keeps_refusals() -> None:
    old = make_choice(POLICY, "analytics", "marketing", revision="00000000")
    decision = decide(make_facts(choice=old), POLICY)
    assert decision.permissions == NOTHING
    assert decision.reasons["analytics"] is Reason.REGIME_OPT_IN
    assert decision.reasons["marketing"] is Reason.CHOICE_REFUSED
    assert decision.prompt is Prompt.BANNER


def test_a_grant_given_where_nobody_had_to_ask_does_not_count_where_one_must() -> None:
    choice = make_choice(POLICY, "analytics marketing", regime=Regime.OPT_OUT)
    assert decide(make_facts("DE", choice=choice), POLICY).prompt is Prompt.BANNER
    assert decide(make_facts("US", choice=choice), POLICY).permissions == ALL


def test_robots_are_granted_nothing_and_asked_nothing_anywhere() -> None:
    for region in ("DE", "US", "US-CA", None):
        decision = decide(make_facts(region, bot=True), POLICY)
        assert decision.permissions == NOTHING
        assert decision.prompt is Prompt.NONE


def test_signals_carry_what_was_done_with_them() -> None:
    decision = decide(make_facts(signals=Signals(gpc=True, dnt=False)), POLICY)
    assert decision.dispositions == {
        Signal.GPC: Disposition.HONORED,
        Signal.DNT: Disposition.RECEIVED_NOT_HONORED,
    }


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


categories = st.frozensets(st.sampled_from(["analytics", "marketing"]))
situations = st.builds(
    lambda region, gpc, dnt, said, old, overridden, bot: (region, Signals(gpc, dnt), said, old, overridden, bot),
    region=st.sampled_from([None, "DE", "GB", "US", "US-CA", "CA", "CA-QC", "JP"]),
    gpc=st.booleans(),
    dnt=st.sampled_from([None, True, False]),
    said=st.one_of(st.none(), categories),
    old=st.booleans(),
    overridden=st.booleans(),
    bot=st.booleans(),
)


@given(situations)
def test_permission_is_never_wider_than_the_strictest_rule_that_applies(situation: tuple) -> None:  # type: ignore[type-arg]
    region, signals, said, old, overridden, bot = situation
    choice = None
    if said is not None:
        revision = "00000000" if old else POLICY.revision
        choice = make_choice(
            POLICY,
            " ".join(said),
            " ".join({"analytics", "marketing"} - said),
            revision=revision,
            gpc_overridden=overridden,
        )
    decision = decide(make_facts(region, signals=signals, choice=choice, bot=bot), POLICY)
    granted = decision.permissions - {NECESSARY}
    assert NECESSARY in decision.permissions
    assert not granted or not bot
    assert granted.isdisjoint(choice.refused if choice else ())
    assert "marketing" not in granted or (choice is not None and "marketing" in choice.granted and not old)
    assert "marketing" not in granted or not signals.gpc or overridden
    assert decision.regime is not Regime.OPT_IN or granted <= (choice.granted if choice and not old else set())
    assert granted == {name for name, why in decision.reasons.items() if why in GRANTING} - {NECESSARY}


@given(situations, st.sampled_from([None, True, False]))
def test_do_not_track_changes_nothing_but_its_own_disposition(situation: tuple, other: bool | None) -> None:  # type: ignore[type-arg]
    region, signals, *_ = situation
    facts = make_facts(region, signals=signals)
    decision, with_other = decide(facts, POLICY), decide(replace(facts, signals=Signals(signals.gpc, other)), POLICY)
    assert replace(decision, dispositions={}) == replace(with_other, dispositions={})


def test_the_default_policy_asks_for_marketing_by_regime_only() -> None:
    policy = Policy.default(notice_url="/privacy", site="careers.example.com")
    facts = make_facts("US", choice_state=ChoiceState.EXPIRED, now=NOW + timedelta(days=1))
    assert decide(facts, policy).permissions == {NECESSARY, "functional", "analytics", "marketing"}
