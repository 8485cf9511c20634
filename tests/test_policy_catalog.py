"""Who is behind a host or a cookie name, as the catalogue answers; and what the labels may say of a cookie."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentgate.model import NECESSARY, CookieRule, Vendor
from consentgate.policy.catalog import Catalog
from consentgate.policy.cookies import CookieIndex, CookieLabel, shipped_labels
from consentgate.policy.shipped import cookie_rule, shipped_catalog
from consentgate.walls.judge import Judge

ROOT = Path(__file__).parents[1]
DATA = ROOT / "src" / "consentgate" / "data"
LABELS = shipped_labels()
SHIPPED = shipped_catalog()


def vendor(vendor_id: str, *cookies: str, hosts: tuple[str, ...] = ()) -> Vendor:
    rules = tuple(cookie_rule(name, 1) for name in cookies)
    return Vendor(vendor_id, vendor_id, "analytics", hosts, cookies=rules)


@pytest.mark.parametrize(
    ("cookie", "owner"),
    [
        ("_ga", "exact"),
        ("_ga_", "prefix"),
        ("_ga_ABC", "prefix"),
        ("_ga_ABC_long_1", "longer"),
        ("_ga_ABC_", "longer"),
        ("_g", None),
        ("_gab", None),
        ("_GA", None),
        ("x_ga", None),
        ("", None),
    ],
)
def test_an_exact_cookie_name_beats_a_prefix_and_a_longer_prefix_a_shorter_one(cookie: str, owner: str | None) -> None:
    catalog = Catalog([vendor("prefix", "_ga_*"), vendor("exact", "_ga"), vendor("longer", "_ga_ABC_*")])
    found = catalog.cookie(cookie)
    assert (found.id if found else None) == owner


def test_a_later_vendor_wins_a_cookie_that_two_name() -> None:
    found = Catalog([vendor("first", "_x", "_y_*"), vendor("own", "_x", "_y_*")]).cookie
    assert [found(name).id for name in ("_x", "_y_1")] == ["own", "own"]  # type: ignore[union-attr]


def test_a_known_cookie_comes_with_the_rule_it_goes_by() -> None:
    known = Catalog([vendor("google", "_ga_*")]).known_cookie("_ga_ABC")
    assert known is not None
    assert (known.rule, known.vendor.id) == (CookieRule("_ga_", True, 1), "google")


NAMES = st.text("ab_", min_size=1, max_size=6)


@given(st.dictionaries(st.tuples(NAMES, st.booleans()), st.integers()), NAMES)
def test_the_index_finds_what_trying_all_entries_would_find(entries: dict[tuple[str, bool], int], name: str) -> None:
    index = CookieIndex((f"{rule}*" if prefix else rule, value) for (rule, prefix), value in entries.items())
    fitting = [key for key in entries if (name.startswith(key[0]) if key[1] else name == key[0])]
    best = max(fitting, key=lambda key: (not key[1], len(key[0])), default=None)
    assert index.find(name) == (entries[best] if best else None)
    assert len(index) == len(entries)


@pytest.mark.parametrize(
    ("host", "path", "rule"),
    [
        ("www.google-analytics.com", "/g/collect", "google-analytics.com"),
        ("www.googletagmanager.com", "/gtag/js?id=G-1", "googletagmanager.com/gtag/js"),
        ("www.google.com", "/search", None),
        ("example.com", "/", None),
        ("", "/", None),
    ],
)
def test_the_rule_that_decides_can_be_asked_for(host: str, path: str, rule: str | None) -> None:
    assert SHIPPED.rule(host, path) == rule
    assert (SHIPPED.match(host, path) is None) == (rule is None)


@given(st.sampled_from(["a.example", "b.a.example", "example", "c.b.a.example"]), st.text("/xy", max_size=4))
def test_the_rule_and_the_vendor_never_disagree(host: str, path: str) -> None:
    hosts = {"whole": ("a.example",), "part": ("b.a.example/x", "b.a.example/xy"), "other": ("example/y",)}
    catalog = Catalog(vendor(name, hosts=rules) for name, rules in hosts.items())
    found, rule = catalog.match(host, f"/{path}"), catalog.rule(host, f"/{path}")
    assert (found is None) == (rule is None)
    assert found is None or rule in found.hosts


ESSENTIAL = (
    "sessionid", "csrftoken", "_session_id", "captcha", "auth_token", "locale", "PHPSESSID", "JSESSIONID",
    "connect.sid", "ASP.NET_SessionId", "XSRF-TOKEN", "laravel_session", "session", "token", "id", "lang", "user",
    "cart", "__cf_bm", "__Host-session", "__Host-consent", "__Secure-consent", "consent", "next-auth.session-token",
    "AWSALB", "_csrf",
    "wordpress_logged_in_x", "wp-settings-1", "remember_token", "SERVERID", "theme", "currency",
    "_s", "cap", "tp", "SR",
)  # fmt: skip
"""What sites set for themselves; the Open Cookie Database gives many of these to advertisers."""


@pytest.mark.parametrize("cookie", ESSENTIAL)
def test_a_sites_own_cookie_is_never_kept_back_whatever_a_label_says(cookie: str) -> None:
    assert Judge(SHIPPED, frozenset({NECESSARY})).cookie(cookie) is None


@pytest.mark.parametrize(
    ("cookie", "platform", "category"),
    [
        ("_ga", "Google Analytics", "analytics"),
        ("_hjSessionUser_123", "Hotjar", "functional"),
        ("AMCV_1234%40AdobeOrg", "Adobe Audience Manager", "marketing"),
        ("sessionid", "Instagram", "marketing"),
        (".AspNetCore.Antiforgery.x", "Microsoft", "necessary"),
    ],
)
def test_a_label_tells_platform_and_category(cookie: str, platform: str, category: str) -> None:
    labels = LABELS.find(cookie)
    assert labels is not None
    assert any(platform in label.platform and label.category == category for label in labels)


@pytest.mark.parametrize(
    "cookie", ["_session_id", "captcha", "capture", "tpl", "_sx", "SRV", "CTX", "_ga_x", "_utx", "zz"]
)
def test_no_short_prefix_labels_what_merely_begins_like_it(cookie: str) -> None:
    assert LABELS.find(cookie) is None


def test_several_platforms_may_claim_one_name() -> None:
    labels = LABELS.find("usprivacy")
    assert labels is not None
    assert len({label.platform for label in labels}) > 1


def read_labels() -> list[list[str]]:
    lines = (DATA / "cookies.tsv").read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if line[0] != "#"]


def test_the_labels_are_whole_and_their_prefixes_long_enough() -> None:
    rows = read_labels()
    assert len(rows) > 2_000
    assert {category for _, category, _, _ in rows} == {"necessary", "functional", "analytics", "marketing"}
    assert [name for name, *_ in rows if "*" in name and not re.fullmatch(r"[!-~]{4,}[-_.:/]\*", name)] == []
    assert rows == sorted(rows)
    assert len(LABELS) == len({name for name, *_ in rows})


def test_the_licence_of_the_labels_is_shipped_and_their_origin_and_change_named() -> None:
    head = (DATA / "cookies.tsv").read_text("utf-8")[:600]
    assert "LICENSE-open-cookie-database.txt" in head
    assert "Changed by" in head
    licence = (DATA / "licences" / "LICENSE-open-cookie-database.txt").read_text("utf-8")
    assert "Apache License" in licence


def cookie(name: str, wildcard: str = "0", **changes: str) -> dict[str, Any]:
    return {"cookie": name, "category": "Marketing", "retentionPeriod": "1 Year", "wildcardMatch": wildcard, **changes}


def test_the_build_script_keeps_believable_prefixes_and_makes_names_of_the_others(tmp_path: Path) -> None:
    database = {
        "A": [cookie("_long_", "1"), cookie("_s", "1"), cookie("_openended", "1"), cookie("SSPR_*"), cookie("SCM*")],
        "B": [cookie("id"), cookie("two words"), cookie("tab\t"), cookie("csrf", category="Security")],
    }
    folder = tmp_path / "src" / "data"
    folder.mkdir(parents=True)
    (tmp_path / "package.json").write_text('{"version": "9.9.9"}', "utf-8")
    (folder / "open-cookie-database.json").write_text(json.dumps(database), "utf-8")
    script = ROOT / "scripts" / "build_cookies.py"
    subprocess.run(
        [sys.executable, str(script), str(tmp_path), "--data", str(tmp_path)], check=True, capture_output=True
    )
    lines = [line for line in (tmp_path / "cookies.tsv").read_text("utf-8").splitlines() if line[0] != "#"]
    assert [CookieLabel(*line.split("\t")) for line in lines] == [
        CookieLabel("SSPR_*", "marketing", "A", "1 year"),
        CookieLabel("_long_*", "marketing", "A", "1 year"),
        CookieLabel("_openended", "marketing", "A", "1 year"),
        CookieLabel("_s", "marketing", "A", "1 year"),
        CookieLabel("csrf", "necessary", "B", "1 year"),
        CookieLabel("id", "marketing", "B", "1 year"),
        CookieLabel("tab", "marketing", "B", "1 year"),
    ]
