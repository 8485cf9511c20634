"""The policy file: everything wrong in it is told at once, and what it means when it is right."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentgate import ConfigurationError, Policy
from consentgate.model import CookieRule, Regime
from consentgate.policy.checks.vendors import host_rules_can_match
from consentgate.policy.lifetimes import Lifetime
from consentgate.policy.schema import PolicyFile
from consentgate.policy.tables import (
    BannerEntry,
    ChoiceEntry,
    LedgerEntry,
    LifetimeEntry,
    NoticeEntry,
    NoticeVersionEntry,
    RegimesEntry,
    SignalsEntry,
    VendorEntry,
    VisitorEntry,
    WallsEntry,
)
from consentgate.walls.url import host_and_path
from factories import NOW, make_policy, notice_table, policy_table

VENDOR = {"id": "own", "name": "Own", "category": "analytics"}
TABLES = {
    "notice": NoticeEntry.model_fields,
    "vendor": VendorEntry.model_fields,
    "regimes": RegimesEntry.model_fields,
    "choice": ChoiceEntry.model_fields,
    "visitor": VisitorEntry.model_fields,
    "banner": BannerEntry.model_fields,
    "signals": SignalsEntry.model_fields,
    "walls": WallsEntry.model_fields,
    "ledger": LedgerEntry.model_fields,
    "categories": ["analytics", "marketing"],
}


def problems_of(**changes: Any) -> dict[str, str]:
    with pytest.raises(ConfigurationError) as error:
        Policy.from_dict(policy_table(**changes))
    return {problem.place: problem.id for problem in error.value.problems}


VERSION = {"version": "1", "updated": date(2026, 1, 1)}


@pytest.mark.parametrize(
    ("changes", "place", "problem"),
    [
        ({"site": "https://careers.example.com"}, "site", "policy-string-pattern-mismatch"),
        ({"sit": "x"}, "sit", "policy-unknown-key"),
        ({"notice": {"url": "/privacy", "versions": []}}, "notice.versions", "policy-too-short"),
        ({"notice": {"url": "//evil.example", "versions": [VERSION]}}, "notice.url", "policy-string-pattern-mismatch"),
        ({"notice": {"url": "/p", "versions": [VERSION, VERSION]}}, "notice.versions", "policy-notice-twice"),
        (
            {"notice": {"url": "/p", "versions": [VERSION, {"version": "0", "updated": date(2025, 1, 1)}]}},
            "notice.versions",
            "policy-notice-order",
        ),
        ({"categories": {"necessary": {}}}, "categories.necessary", "policy-necessary-listed"),
        ({"categories": {"marketing": {}}}, "categories.marketing", "policy-marketing-not-sharing"),
        ({"categories": {"Analytics": {}}}, "categories.Analytics", "policy-string-pattern-mismatch"),
        ({"vendors": ["hotjr"]}, "vendors[0]", "policy-vendor-unknown"),
        ({"vendors": ["intercom"]}, "vendors[0]", "policy-vendor-category-missing"),
        ({"vendor": [{"id": "a", "name": "A", "category": "fun"}]}, "vendor[0].category", "policy-category-unknown"),
        ({"vendor": [{"id": "a", "name": "A", "category": "analytics"}] * 2}, "vendor", "policy-vendor-twice"),
        ({"regimes": {"regions": {"Germany": "opt_in"}}}, "regimes.regions.Germany", "policy-string-pattern-mismatch"),
        ({"regimes": {"elsewhere": "anything"}}, "regimes.elsewhere", "policy-enum"),
        ({"choice": {"refusal_days": 30}}, "choice.refusal_days", "policy-refusal-shorter"),
        ({"choice": {"grant_days": 0}}, "choice.grant_days", "policy-greater-than-equal"),
        ({"choice": {"grant_days": "365", "refusal_days": 1}}, "choice.grant_days", "policy-int-type"),
        ({"choice": {"grant_days": True}}, "choice.grant_days", "policy-int-type"),
        (
            {"categories": {"marketing": {"sale_or_sharing": "no"}}},
            "categories.marketing",
            "policy-marketing-not-sharing",
        ),
        ({"vendors": ("nope",)}, "vendors", "policy-list-type"),
        ({"prefix": "/.."}, "prefix", "policy-string-pattern-mismatch"),
        ({"vendor": [{"id": ["x"], "name": "X", "category": "analytics"}]}, "vendor[0].id", "policy-string-type"),
        ({"visitor": {"trusted_proxies": ["everyone"]}}, "visitor.trusted_proxies[0]", "policy-value-error"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(changes: dict[str, Any], place: str, problem: str) -> None:
    assert problems_of(**changes).get(place) == problem


def own_vendor(*hosts: str) -> dict[str, Any]:
    return {"id": "own", "name": "Own", "category": "analytics", "hosts": list(hosts)}


@pytest.mark.parametrize(
    ("rule", "mend"),
    [
        ("a..com", "Write one dot between two labels."),
        ("a..com/x", "Write one dot between two labels."),
        ("cdn.example.com/%7Efoo", "Write the character itself."),
        ("cdn.example.com/x?name=%41", "Write the character itself."),
        ("cdn.example.com/a/../b", "Write the path without them."),
        ("cdn.example.com/./b", "Write the path without them."),
        ("cdn.example.com/..?x", "Write the path without them."),
        ("cdn.example.com/a\\b", "Write a slash."),
        ("cdn.example.com/a#b", "Leave it out."),
        ("cdn.example.com/a\tb", "Leave them out."),
    ],
)
def test_a_host_rule_that_can_never_match_is_a_problem_with_what_to_write_instead(rule: str, mend: str) -> None:
    with pytest.raises(ConfigurationError) as error:
        Policy.from_dict(policy_table(vendor=[own_vendor("good.example", rule)]))
    found = [(problem.id, problem.place, problem.mend) for problem in error.value.problems]
    assert found == [("policy-host-never-matches", "vendor[0].hosts[1]", mend)]


@given(path=st.lists(st.sampled_from([*"/.?%#\\\t ~aé", "%7E", "%2f", "%20", "../"]), max_size=6).map("".join))
def test_every_host_rule_that_is_accepted_matches_a_url_that_begins_with_it_and_no_other_rule_does(path: str) -> None:
    rule = f"cdn.example.com/{path}"
    refused = list(host_rules_can_match({"vendor": [own_vendor(rule)]}))
    read = host_and_path(f"https://{rule}x")
    assert read is not None
    assert (refused == []) == "".join(read).startswith(rule)


def test_all_problems_of_shape_and_of_sense_come_at_once() -> None:
    found = problems_of(
        site="?", vendors=["hotjr"], categories={"marketing": {}}, choice={"refusal_days": 30}, notice={"versons": []}
    )
    assert set(found) >= {
        "site", "vendors[0]", "categories.marketing", "choice.refusal_days", "notice.versons", "notice.versions",
        "notice.url",
    }  # fmt: skip


@pytest.mark.parametrize("mapping", [None, [], "text", 3, {1: 2}, {"categories": {3: {}}, "vendors": ["x"]}])
def test_what_is_no_policy_at_all_is_a_problem_too(mapping: Any) -> None:
    with pytest.raises(ConfigurationError):
        Policy.from_dict(mapping)


VALUES: list[Any] = [None, True, 0, -1, 1.5, "", "x", "no", [], [1], ["x"], {}, {"x": 1}, {1: 2}, b"x"]
VALUES += [date(2026, 1, 1), datetime(2026, 1, 1)]


@pytest.mark.parametrize(
    "key", [*PolicyFile.model_fields, *[f"{table}.{key}" for table, keys in TABLES.items() for key in keys]]
)
def test_no_value_of_any_key_raises_anything_but_a_list_of_problems(key: str) -> None:
    table, _, inner = key.rpartition(".")
    for value in VALUES:
        changes: dict[str, Any] = {inner: value}
        if table:
            given = policy_table().get(table, {})
            changes = {table: [{**VENDOR, inner: value}] if table == "vendor" else {**given, inner: value}}
        with suppress(ConfigurationError):
            Policy.from_dict(policy_table(**changes))


@pytest.mark.parametrize("key", NoticeVersionEntry.model_fields)
def test_no_value_of_a_version_of_the_notice_raises_anything_else_either(key: str) -> None:
    for value in [*VALUES, "x.html", "0" * 64, datetime(2026, 1, 1, tzinfo=UTC)]:
        with suppress(ConfigurationError):
            make_policy(notice=notice_table({**VERSION, "file": "x.html", key: value}))


@pytest.mark.parametrize("key", LifetimeEntry.model_fields)
def test_no_value_of_a_regions_lifetime_raises_anything_else_either(key: str) -> None:
    for value in VALUES:
        for regions in (value, {"FR": value}, {"FR": {"grant_days": 1, "refusal_days": 1, key: value}}, {1: {key: 1}}):
            with suppress(ConfigurationError):
                make_policy(choice={"regions": regions})


def test_a_job_board_may_say_of_itself_that_it_is_necessary() -> None:
    board = {"id": "board", "name": "Board", "category": "necessary", "hosts": ["www.monster.com"]}
    assert make_policy(site="www.monster.com", vendor=[board])
    assert problems_of(vendor=[board]) == {"vendor[0].category": "policy-necessary-tracker"}


def test_every_problem_says_what_to_do_and_a_slip_of_the_pen_is_guessed() -> None:
    with pytest.raises(ConfigurationError) as error:
        Policy.from_dict(policy_table(vendors=["hotjr"], notise={}, choice={"grantdays": 3}))
    assert all(problem.mend for problem in error.value.problems)
    assert "Did you mean hotjar?" in str(error.value)
    assert "Did you mean notice?" in str(error.value)
    assert "Did you mean grant_days?" in str(error.value)


@pytest.mark.parametrize("content", [b"site = ", b"\xff\xfe", b"a = " + b"[" * 5000, b"a = " + b"9" * 5000, None])
def test_a_file_that_cant_be_read_is_a_problem_with_its_name(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "consentgate.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"consentgate\.toml"):
        Policy.load(path)


def test_a_geoip_file_is_found_beside_the_policy(tmp_path: Path) -> None:
    path = tmp_path / "consentgate.toml"
    path.write_text(
        'site = "a.example"\n[notice]\nurl = "/p"\ndnt = "DNT is not honored."\n'
        'versions = [{version = "1", updated = 2026-01-01}]\n'
        '[visitor]\ngeoip = "own.mmdb"\n'
    )
    assert Policy.load(path).geoip == tmp_path / "own.mmdb"


def test_the_default_policy_needs_no_file() -> None:
    policy = Policy.default(notice_url="/privacy", site="careers.example.com")
    assert policy.category_names == ("necessary", "functional", "analytics", "marketing")
    assert policy.regimes.elsewhere is Regime.OPT_IN
    assert policy.lifetimes.elsewhere == Lifetime(180, 180)


def test_a_site_that_words_a_purpose_anew_or_asks_everywhere_asks_again() -> None:
    def revision(*, vendor: dict[str, Any] | None = None, **category: str) -> str:
        marketing = {"sale_or_sharing": True, **category}
        return make_policy(
            vendors=[], vendor=[vendor] if vendor else [], categories={"analytics": {}, "marketing": marketing}
        ).revision_at(NOW)

    meta = {"id": "meta", "name": "Meta", "category": "marketing"}
    assert revision() != revision(consent="always")
    assert revision(consent="regime") == revision()
    assert len({revision(vendor={**meta, "purpose": purpose}) for purpose in ("ads", "ads and jobs")}) == 2
    # The purpose that the catalogue knows is ours to word anew.
    assert revision(vendor=meta) == make_policy(
        vendors=["meta"], categories={"analytics": {}, "marketing": {"sale_or_sharing": True}}
    ).revision_at(NOW)


@pytest.mark.parametrize(
    ("changes", "declared"),
    [
        ({}, {"google-analytics", "hotjar"}),
        ({"vendors": ["hotjar"], "vendor": [{"id": "own", "name": "Own", "category": "necessary"}]}, {"hotjar", "own"}),
        ({"vendors": [], "vendor": [{"id": "own", "name": "Own", "category": "analytics"}]}, {"own"}),
        ({"vendors": []}, None),
        ({"walls": {"undeclared": "allow"}}, None),
    ],
)
def test_a_grant_covers_the_vendors_that_a_policy_lists(changes: dict[str, Any], declared: set[str] | None) -> None:
    assert make_policy(**changes).declared == declared


def test_the_revision_changes_with_what_was_agreed_to_and_with_nothing_else() -> None:
    revision = make_policy().revision_at(NOW)
    later = {"version": "2026-11", "updated": date(2026, 11, 1)}
    reworded, material = notice_table(later), notice_table({**later, "material": True})
    assert make_policy(notice=reworded, name="Renamed", choice={"grant_days": 90}).revision_at(NOW) == revision
    assert make_policy(vendors=["hotjar", "google-analytics"]).revision_at(NOW) == revision
    assert make_policy(notice=material).revision_at(NOW) != revision
    assert make_policy(vendors=["hotjar"]).revision_at(NOW) != revision
    assert make_policy(categories={"analytics": {}}, vendors=[]).revision_at(NOW) != revision


def test_the_fingerprint_changes_with_everything_that_changes_a_page() -> None:
    assert make_policy().fingerprint == make_policy().fingerprint
    assert make_policy(name="Renamed").fingerprint != make_policy().fingerprint
    own = {"id": "own", "name": "Own", "category": "analytics", "hosts": ["own.example"]}
    assert make_policy(vendor=[own]).fingerprint != make_policy().fingerprint


def test_a_vendor_of_the_sites_own_is_declared_and_matched_and_may_say_a_shipped_one_anew() -> None:
    own = {
        "id": "acme-stats",
        "name": "Acme",
        "category": "analytics",
        "hosts": ["stats.acme.example/in"],
        "cookies": {"_acme_*": 30},
    }
    anew = {"id": "hotjar", "name": "Hotjar", "category": "marketing", "hosts": ["hotjar.com"]}
    policy = make_policy(vendors=["google-analytics"], vendor=[own, anew])
    assert [vendor.id for vendor in policy.vendors] == ["google-analytics", "acme-stats", "hotjar"]
    found = policy.catalog.match("eu.stats.acme.example", "/in/x")
    assert found is not None
    assert found.cookies == (CookieRule("_acme_", prefix=True, lifetime_days=30),)
    assert policy.catalog.match("stats.acme.example", "/other") is None
    moved = policy.catalog.match("static.hotjar.com", "/c/hotjar-1.js")
    assert moved is not None
    assert moved.category == "marketing"


def test_a_job_board_that_mounts_the_gate_is_not_its_own_vendor() -> None:
    for site in ("www.monster.com", "monster.com", "monster.com/jobs"):
        host = site.partition("/")[0]
        assert make_policy(site=site).catalog.match(host, "/script.js") is None
    assert make_policy().catalog.match("www.monster.com", "/script.js") is not None
