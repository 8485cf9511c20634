"""Which regime applies where, and what a policy may say of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from consentgate import ConfigurationError, Policy
from consentgate.model import Regime, Region, RegionSource
from consentgate.policy import regimes, regions
from consentgate.policy.regimes import OPT_IN, OPT_OUT, Regimes, wants_choices_link
from factories import NOW, make_policy, policy_table


def region(code: str | None) -> Region:
    return Region(code, RegionSource.GEOIP, "by country")


def regimes_of(**settings: Any) -> Regimes:
    return make_policy(regimes=settings).regimes


LISTS: list[tuple[str, str, Regime]] = [
    (
        "the European Union",
        "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE",
        Regime.OPT_IN,
    ),
    ("the rest of the EEA", "IS LI NO", Regime.OPT_IN),
    ("outermost regions of France", "GP MQ GF RE YT MF", Regime.OPT_IN),
    ("Åland", "AX", Regime.OPT_IN),
    ("other French territories", "BL PM WF PF NC", Regime.OPT_IN),
    ("Danish, Norwegian and Dutch territories", "FO GL SJ BQ AW CW SX", Regime.OPT_IN),
    ("the French Southern Territories", "TF", Regime.OPT_IN),
    ("the United Kingdom, Gibraltar and the Crown dependencies", "GB GI GG JE IM", Regime.OPT_IN),
    ("Switzerland", "CH", Regime.OPT_IN),
    ("Brazil", "BR", Regime.OPT_IN),
    ("Quebec", "CA-QC", Regime.OPT_IN),
    ("Turkey, Korea, Thailand, South Africa, India", "TR KR TH ZA IN", Regime.OPT_IN),
    (
        "where the law is not settled",
        "SA AE CN VN NG KE IL AR CL UA RS ME MK AL BA XK MD GE AD MC SM VA",
        Regime.OPT_IN,
    ),
    ("California", "US-CA", Regime.OPT_OUT),
    (
        "other states that oblige sites to hear a signal",
        "US-CO US-CT US-TX US-NE US-MT US-NH US-NJ US-MN US-MD US-DE US-OR",
        Regime.OPT_OUT,
    ),
    (
        "states with a privacy law without that duty",
        "US-VA US-UT US-IA US-IN US-TN US-KY US-RI US-FL",
        Regime.OPT_OUT,
    ),
    ("states without a privacy law", "US US-NY US-WA US-DC", Regime.OPT_OUT),
    ("territories of the United States", "PR GU VI AS MP", Regime.OPT_OUT),
    ("the rest of Canada", "CA CA-ON CA-BC", Regime.OPT_OUT),
]


@pytest.mark.parametrize("settings", [{}, {"profile": "lax"}, {"elsewhere": "notice"}], ids=str)
@pytest.mark.parametrize(("_name", "codes", "regime"), LISTS, ids=[name for name, _, _ in LISTS])
def test_the_lists_hold_under_every_profile(_name: str, codes: str, regime: Regime, settings: dict[str, str]) -> None:
    ours = regimes_of(**settings)
    assert {code: ours.of(region(code)) for code in codes.split()} == dict.fromkeys(codes.split(), regime)


def test_every_listed_region_is_in_the_table_of_this_test_and_in_one_list_only() -> None:
    told = {code: regime for _, codes, regime in LISTS for code in codes.split()}
    assert {code for code, regime in told.items() if regime is Regime.OPT_IN} == regimes.OPT_IN
    assert {code for code, regime in told.items() if regime is Regime.OPT_OUT} >= regimes.OPT_OUT
    assert not regimes.OPT_IN & regimes.OPT_OUT
    assert not regions.BY_PROFILE & (regimes.OPT_IN | regimes.OPT_OUT)


@pytest.mark.parametrize("code", [*sorted(regions.BY_PROFILE), "PH", "EG", "PE", "AQ"])
@pytest.mark.parametrize(
    ("settings", "regime"),
    [
        ({}, Regime.OPT_IN),
        ({"profile": "strict"}, Regime.OPT_IN),
        ({"profile": "lax"}, Regime.NOTICE),
        ({"elsewhere": "opt_out"}, Regime.OPT_OUT),
        ({"profile": "lax", "elsewhere": "opt_in"}, Regime.OPT_IN),
        ({"profile": "strict", "elsewhere": "notice"}, Regime.NOTICE),
    ],
    ids=str,
)
def test_the_rest_of_the_world_follows_the_profile_unless_the_policy_says_otherwise(
    code: str, settings: dict[str, str], regime: Regime
) -> None:
    assert regimes_of(**settings).of(region(code)) is regime


@pytest.mark.parametrize("settings", [{}, {"profile": "lax"}, {"elsewhere": "notice"}, {"regions": {"US": "notice"}}])
def test_an_unknown_region_gets_the_strictest_regime_and_californias_links(settings: dict[str, Any]) -> None:
    assert regimes_of(**settings).of(region(None)) is Regime.OPT_IN
    assert wants_choices_link(region(None))


@pytest.mark.parametrize(
    ("overrides", "code", "regime"),
    [
        ({"DE": "notice"}, "DE", Regime.NOTICE),
        ({"JP": "opt_out"}, "JP", Regime.OPT_OUT),
        ({"US-CA": "opt_in"}, "US-CA", Regime.OPT_IN),
        ({"US-CA": "opt_in"}, "US-TX", Regime.OPT_OUT),
        ({"US-CA": "opt_in"}, "US", Regime.OPT_OUT),
        ({"US": "opt_in", "US-CA": "opt_out"}, "US-CA", Regime.OPT_OUT),
        ({"US": "opt_in", "US-CA": "opt_out"}, "US-NY", Regime.OPT_IN),
        # The built-in word on Quebec is more specific than the policy's on Canada.
        ({"CA": "notice"}, "CA-QC", Regime.OPT_IN),
        ({"CA": "notice"}, "CA-ON", Regime.NOTICE),
        ({"CA-QC": "opt_out"}, "CA-QC", Regime.OPT_OUT),
    ],
)
def test_a_policy_may_override_any_region_and_the_most_specific_word_wins(
    overrides: dict[str, str], code: str, regime: Regime
) -> None:
    assert regimes_of(regions=overrides).of(region(code)) is regime


def problems_of(**changes: Any) -> dict[str, tuple[str, str]]:
    with pytest.raises(ConfigurationError) as error:
        Policy.from_dict(policy_table(**changes))
    return {problem.place: (problem.id, problem.mend) for problem in error.value.problems}


@pytest.mark.parametrize(
    ("code", "problem", "mend"),
    [
        ("XX", "policy-region-unknown", "Remove it: an unknown region always has the strictest rules."),
        ("ZX", "policy-region-unknown", "Write the two letters of a country's ISO 3166-1 code, such as DE."),
        ("UK", "policy-region-alias", "Did you mean GB?"),
        ("EL", "policy-region-alias", "Did you mean GR?"),
        ("UK-ENG", "policy-region-alias", "Did you mean GB-ENG?"),
        ("US-XX", "policy-region-subdivision", "Set US, or write a state's ISO 3166-2 code."),
        ("CA-CA", "policy-region-subdivision", "Set CA, or write a state's ISO 3166-2 code."),
        ("ES-CN", "policy-region-subdivision", "Set ES, or write a state's ISO 3166-2 code."),
        (
            "US-TX",
            "policy-region-not-told",
            "Set visitor.edge or visitor.geoip to a source that does, or set US.",
        ),
    ],
)
def test_a_code_that_no_visitor_ever_has_is_refused(code: str, problem: str, mend: str) -> None:
    assert problems_of(regimes={"regions": {code: "opt_in"}}) == {f"regimes.regions.{code}": (problem, mend)}


@pytest.mark.parametrize(
    "visitor", [{"trusted_proxies": ["10.0.0.1"], "edge": "cloudflare"}, {"geoip": "own.mmdb"}], ids=str
)
def test_a_state_may_be_set_where_a_source_tells_it(visitor: dict[str, Any]) -> None:
    policy = make_policy(regimes={"regions": {"US-TX": "opt_in"}}, visitor=visitor)
    assert policy.regimes.of(region("US-TX")) is Regime.OPT_IN


@pytest.mark.parametrize("regime", [{"profile": "loose"}, {"profil": "lax"}, {"elsewhere": "none"}])
def test_a_misspelt_setting_is_refused(regime: dict[str, str]) -> None:
    assert problems_of(regimes=regime)


def test_every_list_is_of_codes_that_there_are() -> None:
    assert len(regions.COUNTRIES) == 249 + 1
    listed = OPT_IN | OPT_OUT | regions.BY_PROFILE
    assert {code.partition("-")[0] for code in listed} <= regions.COUNTRIES


def loosened(**settings: Any) -> dict[str, str]:
    """What is told of a policy that asks less, by place."""
    found = Policy.from_dict(policy_table(regimes=settings), NOW).advice
    return {advice.place: advice.text for advice in found if advice.id == "policy-regime-loosened"}


@pytest.mark.parametrize(
    ("code", "regime", "law"),
    [
        ("DE", "notice", "Directive 2002/58/EC article 5(3)"),
        ("NO", "opt_out", "by the EEA agreement"),
        ("GB", "notice", "PECR 2003 regulation 6"),
        ("CH", "opt_out", "TCA article 45c"),
        ("BR", "notice", "LGPD"),
        ("CA-QC", "opt_out", "Law 25, section 8.1"),
        ("IN", "notice", "DPDP rules of 14 November 2025"),
        ("SA", "notice", "by precaution"),
    ],
)
def test_whoever_asks_less_than_the_lists_is_told_of_the_law(code: str, regime: str, law: str) -> None:
    (told,) = loosened(regions={code: regime}).items()
    assert told[0] == f"regimes.regions.{code}"
    assert law in told[1]


@pytest.mark.parametrize(
    ("settings", "places"),
    [
        ({"profile": "lax"}, ["regimes.profile"]),
        ({"elsewhere": "opt_out"}, ["regimes.elsewhere"]),
        ({"elsewhere": "notice", "profile": "lax"}, ["regimes.elsewhere"]),
        ({"elsewhere": "opt_in", "profile": "lax"}, []),
        ({"regions": {"DE": "opt_in", "US": "opt_in", "JP": "notice"}}, []),
        ({}, []),
    ],
)
def test_whoever_asks_less_in_the_rest_of_the_world_is_told_and_nobody_else(
    settings: dict[str, Any], places: list[str]
) -> None:
    assert list(loosened(**settings)) == places


def test_the_duty_to_hear_a_signal_is_told_with_its_date_and_source() -> None:
    in_force = {code for code, duty in regions.SIGNAL_DUTY.items() if duty.since <= date(2026, 11, 22)}
    assert in_force == {f"US-{state}" for state in "CA CO CT TX NE MT NH NJ MN MD DE OR".split()}
    assert all(len(duty.source) > 10 for duty in regions.SIGNAL_DUTY.values())
    assert regions.SIGNAL_DUTY["US-CO"].since == date(2024, 7, 1)
    assert not regions.SIGNAL_DUTY.keys() & regions.US_PRIVACY_LAWS_WITHOUT_SIGNAL_DUTY


def test_every_subdivision_that_is_named_exists() -> None:
    named = {code for code in regimes.OPT_IN | regimes.OPT_OUT if "-" in code}
    named |= set(regions.STRICTEST_SUBDIVISION.values())
    known = {f"{country}-{state}" for country, states in regions.SUBDIVISIONS.items() for state in states}
    assert named <= known
    assert len(regions.SUBDIVISIONS["US"]) == 50 + 1 + 6
    assert len(regions.SUBDIVISIONS["CA"]) == 13


@pytest.mark.parametrize(
    ("code", "wanted"), [("US", True), ("US-CA", True), ("US-TX", True), (None, True), ("DE", False), ("CA-QC", False)]
)
def test_your_privacy_choices_stands_all_over_the_us_and_where_nobody_knows(code: str | None, wanted: bool) -> None:
    assert wants_choices_link(region(code)) is wanted


@pytest.mark.parametrize(
    ("overrides", "code", "regime"),
    [
        ({"US": Regime.OPT_IN}, "US-CA", Regime.OPT_IN),
        ({"US": Regime.OPT_IN}, "US-VA", Regime.OPT_IN),
        ({"US": Regime.NOTICE}, "US-CA", Regime.OPT_OUT),
        ({"US": Regime.NOTICE}, "US-AK", Regime.NOTICE),
        ({"CA": Regime.OPT_OUT}, "CA-QC", Regime.OPT_IN),
        ({"US": Regime.OPT_IN, "US-CA": Regime.OPT_OUT}, "US-CA", Regime.OPT_OUT),
    ],
)
def test_a_word_on_a_country_holds_for_its_states_but_where_a_list_is_stricter(
    overrides: dict[str, Regime], code: str, regime: Regime
) -> None:
    region = Region(code, RegionSource.GEOIP, "test")
    assert Regimes(overrides=overrides).of(region) is regime
