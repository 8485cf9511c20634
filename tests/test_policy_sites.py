"""Sites, lifetimes and signal settings: which of them holds where."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentgate.model import Region, RegionSource
from consentgate.policy import DntSetting
from consentgate.policy.lifetimes import LIMITS, Lifetime, Lifetimes
from consentgate.policy.signals import DntSettings
from consentgate.policy.site import Site
from factories import NOW, make_policy, notice_table

SITES = ["www.example.com", "www.example.com/careers", "jobs.example.org", "localhost:8000"]


def region(code: str | None) -> Region:
    return Region(code, RegionSource.GEOIP, "in a test")


SEVERAL = make_policy(site=None, sites=SITES)


@pytest.mark.parametrize(
    ("host", "path", "name"),
    [
        ("www.example.com", "/", "www.example.com"),
        ("WWW.Example.com:443", "/about", "www.example.com"),
        ("www.example.com.", "/about", "www.example.com"),
        ("www.example.com", "/careers", "www.example.com/careers"),
        ("www.example.com", "/careers/1", "www.example.com/careers"),
        ("www.example.com", "/careers-fair", "www.example.com"),
        ("jobs.example.org", "/careers/1", "jobs.example.org"),
        ("localhost:8000", "/", "localhost:8000"),
        ("localhost:9000", "/", "www.example.com"),
        ("unknown.example", "/careers", "www.example.com"),
        ("", "", "www.example.com"),
        ("[::1]:8000", "/", "www.example.com"),
    ],
)
def test_the_most_specific_site_is_the_one_that_is_asked(host: str, path: str, name: str) -> None:
    site = SEVERAL.site_of(host, path)
    assert site is not None
    assert site.name == name


@pytest.mark.parametrize(
    ("host", "path", "name"),
    [
        ("www.example.com", "/about", None),
        ("WWW.example.com:443", "/", None),
        ("www.example.com", "/careers-fair", None),
        ("www.example.com", "/careers", "www.example.com/careers"),
        ("www.example.com", "/jobs/1", "www.example.com/jobs"),
        # A host that no site names has the first site as a whole.
        ("localhost:8000", "/about", "www.example.com/careers"),
    ],
)
def test_out_of_every_part_of_a_host_no_site_is_meant(host: str, path: str, name: str | None) -> None:
    policy = make_policy(site=None, sites=["www.example.com/careers", "www.example.com/jobs"])
    site = policy.site_of(host, path)
    assert (site.name if site else None) == name
    assert policy.first_site_on(host) == policy.sites[0]


@given(st.text(max_size=30), st.text(max_size=30))
def test_any_host_and_path_has_a_site_where_a_whole_host_is_one(host: str, path: str) -> None:
    assert SEVERAL.site_of(host, path) in SEVERAL.sites


def test_a_site_is_the_same_with_and_without_a_slash_at_its_end() -> None:
    assert Site.of("a.example/jobs/") == Site.of("a.example/jobs") == Site("a.example", "/jobs")
    assert Site.of("a.example/").name == "a.example"


def test_no_site_of_several_is_a_vendor_on_its_own_host() -> None:
    policy = make_policy(site=None, sites=["www.monster.com/jobs", "hotjar.com:8443"])
    assert policy.catalog.match("www.monster.com", "/script.js") is None
    assert policy.catalog.match("hotjar.com", "/script.js") is None


@pytest.mark.parametrize(
    ("code", "grant", "refusal"),
    [
        ("DE", 180, 180),
        ("FR", 180, 180),
        ("GP", 180, 180),
        ("ES", 180, 180),
        ("IT", 184, 184),
        ("US", 180, 400),
        ("US-CA", 180, 400),
        ("PR", 180, 400),
        (None, 180, 400),
    ],
)
def test_a_choice_holds_180_days_but_where_an_authority_wants_otherwise(
    code: str | None, grant: int, refusal: int
) -> None:
    assert make_policy().lifetimes.of(region(code)) == Lifetime(grant, refusal)


@pytest.mark.parametrize(
    ("code", "lifetime"),
    [
        ("DE", Lifetime(365, 500)),
        ("FR", Lifetime(184, 500)),
        ("RE", Lifetime(184, 500)),
        ("IE", Lifetime(184, 500)),
        (None, Lifetime(184, 500)),
    ],
)
def test_a_longer_lifetime_is_cut_to_what_a_region_allows(code: str | None, lifetime: Lifetime) -> None:
    policy = make_policy(choice={"grant_days": 365, "refusal_days": 500})
    assert policy.lifetimes.of(region(code)) == lifetime


def test_an_unknown_region_might_be_any_that_has_a_lifetime_of_its_own() -> None:
    lifetimes = {"DE": {"grant_days": 30, "refusal_days": 90}, "SE": {"grant_days": 90, "refusal_days": 700}}
    policy = make_policy(choice={"grant_days": 365, "refusal_days": 365, "regions": lifetimes})
    assert policy.lifetimes.of(region(None)) == Lifetime(30, 700)


def test_a_region_may_have_a_lifetime_of_its_own_the_state_before_the_country() -> None:
    lifetimes = {
        "FR": {"grant_days": 90, "refusal_days": 180},
        "US": {"grant_days": 30, "refusal_days": 400},
        "US-CA": {"grant_days": 10, "refusal_days": 500},
    }
    policy = make_policy(choice={"regions": lifetimes})
    found = [policy.lifetimes.of(region(code)) for code in ("FR", "US-TX", "US-CA", "DE")]
    assert found == [Lifetime(90, 180), Lifetime(30, 400), Lifetime(10, 500), Lifetime(180, 180)]


@given(
    st.sampled_from([None, "DE", "US-CA", *LIMITS]),
    st.integers(1, 730).flatmap(lambda grant: st.tuples(st.just(grant), st.integers(grant, 730))),
)
def test_everywhere_a_refusal_holds_at_least_as_long_as_a_grant_and_limits_are_kept(
    code: str | None, days: tuple[int, int]
) -> None:
    lifetime = Lifetimes(Lifetime(*days)).of(region(code))
    limit = LIMITS.get((code or "").partition("-")[0])
    assert lifetime.refusal_days >= lifetime.grant_days
    if limit is not None:
        assert lifetime.grant_days <= (limit.longest_grant or 730)
        assert lifetime.grant_days >= (limit.shortest_grant or 1)
        assert lifetime.refusal_days >= (limit.shortest_refusal or 1)


def test_every_limit_names_its_source() -> None:
    assert all(len(limit.source) > 20 for limit in LIMITS.values())


@pytest.mark.parametrize(
    ("code", "setting"),
    [("DE", "objection"), ("FR", "log"), ("US-CA", "objection"), ("US", "log"), (None, "objection")],
)
def test_do_not_track_is_treated_as_each_region_says_and_as_an_objection_where_it_might_be_one(
    code: str | None, setting: str
) -> None:
    settings = DntSettings(regions={"DE": DntSetting.OBJECTION, "US-CA": DntSetting.OBJECTION})
    assert settings.of(region(code)) == setting


def test_do_not_track_is_logged_everywhere_by_default_the_unknown_region_too() -> None:
    assert {make_policy().dnt_of(region(code)) for code in (None, "DE", "US-CA", "JP")} == {DntSetting.LOG}


def test_what_is_published_about_signals_has_its_defaults_from_the_notice() -> None:
    assert make_policy().tracking_status is None
    policy = make_policy(signals={"tracking_status": True, "controller": ["https://www.example.com/"]})
    status = policy.tracking_status
    assert status is not None
    assert (status.controller, status.policy, status.config) == (
        ("https://www.example.com/",),
        "/privacy",
        "/_consent/",
    )
    assert policy.gpc_since_at(NOW) == notice_table()["versions"][-1]["updated"]
