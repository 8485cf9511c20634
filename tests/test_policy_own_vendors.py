"""A vendor of the catalogue that a policy says anew: what it is known by stays known."""

from __future__ import annotations

from typing import Any

import pytest

from consentgate import ConfigurationError
from consentgate.walls.judge import Judge
from factories import make_policy

NOTHING = frozenset({"necessary"})


def judge_of(entry: dict[str, Any]) -> Judge:
    return Judge(make_policy(vendor=[{"name": "Ours", **entry}]).catalog, NOTHING)


def test_a_shipped_vendor_said_anew_without_its_hosts_is_still_kept_out() -> None:
    judge = judge_of({"id": "google-analytics", "category": "analytics", "purpose": "visits, in our words"})
    assert judge.url("https://www.google-analytics.com/analytics.js") is not None
    assert judge.cookie("_ga") is not None


def test_narrower_hosts_of_a_shipped_vendor_let_none_of_its_own_through() -> None:
    judge = judge_of({"id": "hotjar", "category": "analytics", "hosts": ["static.hotjar.com/only"]})
    assert judge.url("https://script.hotjar.com/x.js") is not None


def test_a_shipped_vendor_said_anew_keeps_the_words_that_are_left_out() -> None:
    policy = make_policy(vendor=[{"id": "hotjar", "name": "Ours", "category": "analytics"}])
    vendor = policy.catalog.vendor("hotjar")
    assert vendor is not None
    assert (vendor.name, vendor.category, bool(vendor.privacy_url)) == ("Ours", "analytics", True)


@pytest.mark.parametrize("host", ["www.googletagmanager.com", "connect.facebook.net"])
def test_a_known_tracker_can_not_be_exempt(host: str) -> None:
    entry = {"id": "own", "name": "Own", "category": "analytics", "hosts": [host], "exempt": "we need it"}
    with pytest.raises(ConfigurationError) as caught:
        make_policy(vendor=[entry])
    assert [(problem.id, problem.place) for problem in caught.value.problems] == [
        ("policy-necessary-tracker", "vendor[0].exempt")
    ]
