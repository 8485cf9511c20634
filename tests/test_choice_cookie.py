"""The signed cookie: what it keeps, and everything that makes it no choice at all."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentgate.choice import ChoiceCookie
from consentgate.errors import ConfigurationError
from consentgate.model import Choice, ChoiceState, Regime, Signals
from factories import KEY, NOW, make_choice, make_policy

POLICY = make_policy()
COOKIE = ChoiceCookie(POLICY, [KEY])
SITE = POLICY.sites[0].name
CHOICE = make_choice(POLICY, "analytics", "marketing", signals=Signals(gpc=True, dnt=True))
VALUE = COOKIE.write(CHOICE)


def read(value: str, **later: int) -> ChoiceState:
    return COOKIE.read([value], SITE, NOW + timedelta(**later))[1]


choices = st.builds(
    lambda granted, regime, signals, overridden, seconds: make_choice(
        POLICY,
        " ".join(granted),
        " ".join({"analytics", "marketing"} - granted),
        regime=regime,
        signals=signals,
        gpc_overridden=overridden and signals.gpc,
        made_at=NOW - timedelta(seconds=seconds),
    ),
    granted=st.frozensets(st.sampled_from(["analytics", "marketing"])),
    regime=st.sampled_from(Regime),
    signals=st.builds(Signals, gpc=st.booleans(), dnt=st.sampled_from([None, True, False])),
    overridden=st.booleans(),
    seconds=st.integers(0, 170 * 86400),
)


@given(choices)
def test_what_is_written_is_read_back(choice: Choice) -> None:
    assert COOKIE.read([COOKIE.write(choice)], SITE, NOW) == (choice, ChoiceState.VALID)


@pytest.mark.parametrize(
    ("value", "state"),
    [
        ("", ChoiceState.MALFORMED),
        ("yes", ChoiceState.MALFORMED),
        (VALUE[:-30], ChoiceState.BAD_SIGNATURE),
        (VALUE[: len(VALUE) // 2], ChoiceState.MALFORMED),
        (VALUE.replace("-marketing", "+marketing"), ChoiceState.BAD_SIGNATURE),
        (VALUE[:-1] + ("A" if VALUE[-1] != "A" else "E"), ChoiceState.BAD_SIGNATURE),
        (VALUE + "\xe9", ChoiceState.MALFORMED),
        ("9" * 10_000, ChoiceState.MALFORMED),
        (ChoiceCookie(POLICY, ["a-foreign-key-of-some-length"]).write(CHOICE), ChoiceState.BAD_SIGNATURE),
        (COOKIE.write(replace(CHOICE, site="jobs.example.com")), ChoiceState.OTHER_SITE),
        (COOKIE.write(make_choice(POLICY, made_at=NOW + timedelta(days=1))), ChoiceState.FROM_THE_FUTURE),
        (COOKIE.write(make_choice(POLICY, made_at=NOW - timedelta(days=180))), ChoiceState.EXPIRED),
    ],
    ids=lambda value: value if isinstance(value, ChoiceState) else None,
)
def test_a_bad_cookie_is_no_choice_and_says_why(value: str, state: ChoiceState) -> None:
    assert COOKIE.read([value], SITE, NOW) == (None, state)


def test_no_cookie_is_absent() -> None:
    assert COOKIE.read([], SITE, NOW) == (None, ChoiceState.ABSENT)


def test_of_two_valid_cookies_the_newer_choice_wins_in_either_order() -> None:
    withdrawn = make_choice(POLICY, "", "analytics marketing", made_at=NOW + timedelta(hours=1))
    for values in ([VALUE, COOKIE.write(withdrawn)], [COOKIE.write(withdrawn), VALUE]):
        assert COOKIE.read(values, SITE, NOW + timedelta(hours=2)) == (withdrawn, ChoiceState.VALID)


def test_of_two_choices_in_one_second_the_one_that_grants_less_wins() -> None:
    refused = make_choice(POLICY, "", "analytics marketing")
    for values in ([VALUE, COOKIE.write(refused)], [COOKIE.write(refused), VALUE]):
        assert COOKIE.read(values, SITE, NOW)[0] == refused


def test_the_grants_of_a_choice_may_end_before_its_refusals_and_both_ends_are_kept() -> None:
    until = NOW + timedelta(days=400)
    mixed = make_choice(POLICY, "analytics", "marketing", valid_until=until)
    assert COOKIE.read([COOKIE.write(mixed)], SITE, NOW + timedelta(days=399)) == (mixed, ChoiceState.VALID)
    assert COOKIE.read([COOKIE.write(mixed)], SITE, until) == (None, ChoiceState.EXPIRED)
    assert "Max-Age=34560000;" in COOKIE.set_cookie(mixed, secure=True)


def test_what_lifetimes_a_policy_has_now_changes_nothing_of_how_long_an_older_choice_holds() -> None:
    shorter = ChoiceCookie(make_policy(choice={"grant_days": 30}), [KEY])
    assert shorter.read([VALUE], SITE, NOW + timedelta(days=179))[1] is ChoiceState.VALID


@pytest.mark.parametrize(
    ("sites", "cookie_domain", "names"),
    [
        (["a.example"], None, ["__Host-consent"]),
        (["a.example", "b.example"], None, ["__Host-consent", "__Host-consent"]),
        (["a.example/jobs", "a.example/shop"], None, ["__Host-consent-*", "__Host-consent-*"]),
        (["a.example", "a.example/shop"], None, ["__Host-consent", "__Host-consent-*"]),
        (["a.example"], "a.example", ["__Secure-consent"]),
        (["www.a.example"], "a.example", ["__Secure-consent"]),
        (["www.a.example", "jobs.a.example"], "a.example", ["__Secure-consent-*", "__Secure-consent-*"]),
    ],
)
def test_sites_whose_cookies_would_meet_have_names_of_their_own(
    sites: list[str], cookie_domain: str | None, names: list[str]
) -> None:
    choice = {"cookie_domain": cookie_domain} if cookie_domain else {}
    cookie = ChoiceCookie(make_policy(site=None, sites=sites, choice=choice), [KEY])
    found = [cookie.name(site, secure=True) for site in sites]
    assert [re.sub("-[0-9a-f]{8}$", "-*", name) for name in found] == names
    assert len(set(found)) == len(found) or cookie_domain is None
    assert [f"__Host-{cookie.name(site, secure=False)}" for site in sites] == [
        name.replace("__Secure-", "__Host-") for name in found
    ]


def test_a_configured_domain_is_written_and_nothing_else_is_lost() -> None:
    policy = make_policy(site="www.a.example", choice={"cookie_domain": "a.example"})
    header = ChoiceCookie(policy, [KEY]).set_cookie(make_choice(policy, "analytics"), secure=True)
    pair, *attributes = header.split("; ")
    assert pair.startswith("__Secure-consent=")
    assert len(pair) < 200
    assert attributes == ["Path=/", "Domain=a.example", "Max-Age=15552000", "HttpOnly", "SameSite=Lax", "Secure"]


def test_a_choice_for_one_of_a_policys_sites_counts_on_no_other() -> None:
    sites = ["a.example", "b.example", "a.example/jobs"]
    policy = make_policy(site=None, sites=sites)
    cookie = ChoiceCookie(policy, [KEY])
    for made_for in sites:
        value = cookie.write(make_choice(policy, "analytics", site=made_for))
        states = {site: cookie.read([value], site, NOW)[1] for site in sites}
        assert states == {**dict.fromkeys(sites, ChoiceState.OTHER_SITE), made_for: ChoiceState.VALID}


def test_an_endless_cookie_is_not_remembered() -> None:
    cookie = ChoiceCookie(POLICY, [KEY])
    assert cookie.read(["9" * 60_000], SITE, NOW)[1] is ChoiceState.MALFORMED
    assert cookie._verified.cache_info().currsize == 0


def test_a_bad_cookie_beside_a_valid_one_changes_nothing() -> None:
    assert COOKIE.read(["nonsense", VALUE], SITE, NOW)[0] == CHOICE
    assert COOKIE.read([VALUE, "nonsense"], SITE, NOW) == (CHOICE, ChoiceState.VALID)


def test_it_holds_from_the_click_and_not_a_second_longer() -> None:
    assert read(VALUE, days=179) is ChoiceState.VALID
    assert read(VALUE, days=180) is ChoiceState.EXPIRED


def test_a_clock_that_is_a_little_ahead_on_another_server_is_believed() -> None:
    assert read(COOKIE.write(make_choice(POLICY, made_at=NOW + timedelta(minutes=4)))) is ChoiceState.VALID


def test_a_new_key_signs_and_the_old_one_still_verifies() -> None:
    rotated = ChoiceCookie(POLICY, ["a-new-key-that-is-long-enough", KEY])
    assert rotated.read([VALUE], SITE, NOW)[0] == CHOICE
    assert rotated.write(CHOICE) != VALUE
    assert COOKIE.read([rotated.write(CHOICE)], SITE, NOW)[1] is ChoiceState.BAD_SIGNATURE


def test_it_is_small_enough_and_carries_its_attributes() -> None:
    policy = make_policy(categories={"functional": {}, "analytics": {}, "marketing": {"sale_or_sharing": True}})
    cookie = ChoiceCookie(policy, [KEY])
    header = cookie.set_cookie(make_choice(policy, "analytics functional marketing"), secure=True)
    pair, *attributes = header.split("; ")
    assert pair.startswith("__Host-consent=")
    assert len(pair) < 200
    assert attributes == ["Path=/", "Max-Age=15552000", "HttpOnly", "SameSite=Lax", "Secure"]
    assert cookie.set_cookie(make_choice(policy), secure=False).startswith("consent=")


@pytest.mark.parametrize(
    "keys", [[], "one-string-is-not-a-list", ["short"], [KEY, ""], [None], None, [b"x" * 20], [" " * 20]]
)
def test_a_missing_or_short_key_is_an_error_and_never_made_up(keys: Any) -> None:
    with pytest.raises(ConfigurationError) as error:
        ChoiceCookie(POLICY, keys)
    assert all(problem.id.startswith("secret-keys-") for problem in error.value.problems)


@given(st.text(max_size=300))
def test_no_text_is_taken_for_a_choice(text: str) -> None:
    assert COOKIE.read([text], SITE, NOW)[0] is None


@given(st.integers(0, len(VALUE) - 1), st.characters(min_codepoint=33, max_codepoint=126))
def test_no_changed_character_is_taken_for_the_same_choice(place: int, character: str) -> None:
    """Not even the last, of which base64 leaves two bits unused (RFC 4648 section 3.5)."""
    changed = VALUE[:place] + character + VALUE[place + 1 :]
    if changed != VALUE:
        assert COOKIE.read([changed], SITE, NOW)[0] is None


LONG = {f"a_very_long_purpose{letter}": {"sale_or_sharing": letter == "a"} for letter in "abcdefgh"}


@pytest.mark.parametrize(
    ("sites", "choice"), [(["a.example/careers"], {}), (["a.b.example", "c.b.example"], {"cookie_domain": "b.example"})]
)
def test_it_stays_small_with_as_many_and_as_long_categories_as_a_policy_may_have(
    sites: list[str], choice: dict[str, str]
) -> None:
    policy = make_policy(site=None, sites=sites, choice=choice, categories=LONG, vendors=[])
    cookie = ChoiceCookie(policy, [KEY])
    for granted in (LONG.keys(), list(LONG)[:3], ()):
        made = make_choice(policy, " ".join(granted), " ".join(LONG.keys() - set(granted)), regime=Regime.OPT_OUT)
        pair = cookie.set_cookie(made, secure=True).partition("; ")[0]
        assert len(pair) < 200
        assert cookie.read([pair.partition("=")[2]], policy.sites[0].name, NOW) == (made, ChoiceState.VALID)


MANY = {**dict(list(LONG.items())[:6]), "analytics": {}, "marketing": {"sale_or_sharing": True}}


def test_a_refusal_is_known_again_when_categories_are_added_and_taken_away() -> None:
    few, many = make_policy(), make_policy(categories=MANY)
    assert few.sites == many.sites
    for before, after in ((few, many), (many, few)):
        value = ChoiceCookie(before, [KEY]).write(make_choice(before, "", "analytics marketing"))
        choice, _ = ChoiceCookie(after, [KEY]).read([value], SITE, NOW)
        assert choice is not None
        assert choice.refused == {"analytics", "marketing"}
