"""Consent mode: who is told what, and whose tags pass where they are told."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from consentgate.banner.assets import asset
from consentgate.model import NECESSARY
from consentgate.policy import Policy
from consentgate.walls.consent_mode import GOOGLE, consent_mode_data, passing_tags
from consentgate.walls.html import HtmlWall
from consentgate.walls.judge import Judge
from factories import make_policy

LARGEST_SCRIPT = 1024
"""Bytes, gzipped."""

BOTH = {"analytics": {}, "marketing": {"sale_or_sharing": True}}
ALL_THREE = {"functional": {}, **BOTH}
ONE_OF_ITS_OWN = {"measuring": {}, "promotion": {"sale_or_sharing": True}, "reach": {"sale_or_sharing": True}}
MICROSOFT = ["microsoft-advertising", "microsoft-clarity"]
ADVANCED = {"consent_mode": "advanced"}
TAGS = {
    "google-analytics": b'<script src="https://www.googletagmanager.com/gtag/js?id=G-1"></script>',
    "google-tag-manager": b"<script>w[l].push({'gtm.start':1})</script>",
    "google-ads": b'<script src="https://www.googleadservices.com/pagead/conversion.js"></script>',
    "meta": b'<script src="https://connect.facebook.net/en_US/fbevents.js"></script>',
}


def in_category(vendor_id: str, category: str) -> dict[str, str]:
    """A vendor of the catalogue in a category of the policy's own."""
    return {"id": vendor_id, "name": vendor_id, "category": category}


@pytest.mark.parametrize(
    ("categories", "vendors", "own", "told"),
    [
        (BOTH, ["hotjar", "linkedin-insight", "youtube"], [], {}),
        (BOTH, [], [], {}),
        (BOTH, ["google-analytics"], [], {"google": "analytics marketing analytics"}),
        (ALL_THREE, ["google-analytics"], [], {"google": "analytics marketing functional"}),
        (ALL_THREE, ["google-tag-manager", "google-ads"], [], {"google": "analytics marketing functional"}),
        ({"analytics": {}}, ["google-analytics"], [], {"google": "analytics - analytics"}),
        ({"marketing": {"sale_or_sharing": True}}, ["google-ads"], [], {"google": "- marketing -"}),
        (BOTH, ["google-ads"], [], {"google": "analytics marketing analytics"}),
        # By the categories that the policy gives its vendors, whatever they are called.
        (
            ONE_OF_ITS_OWN,
            [],
            [in_category("google-analytics", "measuring"), in_category("google-ads", "reach")],
            {"google": "measuring reach measuring"},
        ),
        (ONE_OF_ITS_OWN, [], [in_category("google-tag-manager", "reach")], {"google": "reach promotion reach"}),
        (BOTH, MICROSOFT, [], {"uet": "marketing", "clarity": "analytics marketing"}),
        (ONE_OF_ITS_OWN, [], [in_category("microsoft-clarity", "measuring")], {"clarity": "measuring promotion"}),
        ({"analytics": {}}, ["microsoft-clarity"], [], {"clarity": "analytics -"}),
        (
            BOTH,
            ["meta", "matomo", "adobe-experience-cloud"],
            [],
            {"meta": "marketing", "matomo": "analytics", "adobe": "analytics"},
        ),
    ],
)
def test_each_listed_vendor_is_told_by_the_categories_that_its_signals_belong_to(
    categories: dict[str, Any], vendors: list[str], own: list[dict[str, str]], told: dict[str, str]
) -> None:
    policy = make_policy(categories=categories, vendors=vendors, vendor=own)
    data = dict(consent_mode_data(policy, frozenset({NECESSARY})))
    assert data.pop("granted", "") == ""
    assert data == told


def test_what_is_granted_is_named_without_what_always_is() -> None:
    policy = make_policy(vendors=["google-analytics"])
    for permissions, granted in (("", ""), ("marketing", "marketing"), ("marketing analytics", "analytics marketing")):
        assert consent_mode_data(policy, frozenset({NECESSARY, *permissions.split()}))["granted"] == granted


def test_the_script_stays_small() -> None:
    assert len(gzip.compress(asset("consent_mode.js").content, 9)) <= LARGEST_SCRIPT


# Advanced


@pytest.mark.parametrize(
    ("walls", "vendors", "passing"),
    [
        ({}, [*GOOGLE, "meta"], set()),
        ({"consent_mode": "basic"}, GOOGLE, set()),
        (ADVANCED, [*GOOGLE, "meta", "youtube"], set(GOOGLE)),
        (ADVANCED, ["google-analytics", "hotjar"], {"google-analytics"}),
        (ADVANCED, ["hotjar"], set()),
    ],
)
def test_only_googles_tags_that_the_policy_lists_pass_and_only_where_it_says_advanced(
    walls: dict[str, str], vendors: list[str], passing: set[str]
) -> None:
    assert passing_tags(make_policy(walls=walls, vendors=list(vendors))) == passing


def denying(policy: Policy) -> Judge:
    """The judge of a visitor who has granted nothing."""
    return Judge(policy.catalog, frozenset({NECESSARY}), passing=passing_tags(policy))


@pytest.mark.parametrize("vendor", TAGS)
def test_their_tags_pass_the_wall_and_no_others(vendor: str) -> None:
    for walls in ({}, ADVANCED):
        wall = HtmlWall(denying(make_policy(walls=walls, vendors=list(TAGS))))
        passed = wall.feed(TAGS[vendor]) + wall.close() == TAGS[vendor]
        assert passed is (walls == ADVANCED and vendor in GOOGLE)


def test_their_hosts_pass_and_their_cookies_stay_subject_to_permission() -> None:
    judge = denying(make_policy(walls=ADVANCED, vendors=list(TAGS)))
    assert judge.host("www.googletagmanager.com") is None
    assert judge.url("https://www.google-analytics.com/g/collect") is None
    assert judge.inline(b"gtag('config', 'G-1')") is None
    assert [judge.cookie(name) is not None for name in ("_ga", "_ga_ABC", "_gcl_au", "_fbp")] == [True] * 4
    assert judge.host("connect.facebook.net") is not None
