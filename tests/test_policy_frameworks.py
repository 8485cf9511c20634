"""Advice on the cookies of frameworks: which of them a policy would catch."""

from __future__ import annotations

from typing import Any

import pytest

from consentgate.errors import Problem
from consentgate.policy import Policy
from consentgate.policy.frameworks import FRAMEWORK_COOKIES
from consentgate.policy.shipped import shipped_catalog
from factories import policy_table

NO_GERMANY = {"not_served": ["DE"]}
SHAPES = [shape for shapes in FRAMEWORK_COOKIES.values() for shape in shapes]


def advice(**changes: Any) -> tuple[Problem, ...]:
    return Policy.from_dict(policy_table(regimes=NO_GERMANY, **changes)).advice


def vendor(**cookies: int) -> list[dict[str, Any]]:
    return [{"id": "own", "name": "Own", "category": "analytics", "cookies": cookies}]


@pytest.mark.parametrize("shape", SHAPES)
def test_the_catalogue_takes_no_frameworks_cookie_for_a_vendors(shape: str) -> None:
    assert shipped_catalog().cookie(shape.replace("*", "example")) is None


def test_where_unknown_cookies_pass_there_is_nothing_to_say() -> None:
    assert advice() == ()
    assert advice(walls={"unknown_cookies": "allow"}) == ()


def test_where_they_are_blocked_one_advice_names_all_that_would_be_caught() -> None:
    (said,) = advice(walls={"unknown_cookies": "block"})
    assert (said.id, said.place) == ("policy-framework-cookies", "walls.essential_cookies")
    assert [shape for shape in SHAPES if shape not in said.text] == []


@pytest.mark.parametrize(
    ("essential", "named"),
    [
        (["sessionid"], ["csrftoken", "messages"]),
        (["sessionid", "csrftoken", "messages"], []),
        (["session"], []),
        (["_careers_session"], ["remember_user_token"]),
        ([".AspNetCore.*"], []),
        (["theme"], SHAPES),
    ],
)
def test_a_site_that_names_a_frameworks_cookie_is_told_of_that_frameworks_others(
    essential: list[str], named: list[str]
) -> None:
    said = advice(walls={"unknown_cookies": "block", "essential_cookies": essential})
    text = " ".join(each.text for each in said)
    assert [shape for shape in SHAPES if shape in named and shape not in text] == []
    assert bool(said) is bool(named)
    assert named is SHAPES or "sessionid" not in text


def test_what_a_vendor_of_the_sites_own_sets_is_not_unknown() -> None:
    walls = {"unknown_cookies": "block", "essential_cookies": ["sessionid", "messages"]}
    necessary = [{"id": "own", "name": "Own", "category": "necessary", "cookies": {"csrftoken": 0}}]
    assert advice(walls=walls, vendor=necessary) == ()


@pytest.mark.parametrize(
    ("cookies", "caught"),
    [
        ({"sess*": 1}, ["session", "sessionid"]),
        ({"PHPSESSID": 1}, ["PHPSESSID"]),
        ({"own_*": 1, "_ga_*": 1}, []),
    ],
)
def test_a_vendors_rule_that_takes_a_frameworks_cookie_is_pointed_at(
    cookies: dict[str, int], caught: list[str]
) -> None:
    said = advice(vendor=vendor(**cookies))
    assert [each.place for each in said] == ["vendor[0].cookies"] * bool(caught)
    assert [name for name in caught if f"{name} (" not in said[0].text] == []
    essential = {"essential_cookies": ["sess*", "PHPSESSID"]}
    assert advice(vendor=vendor(**cookies), walls=essential) == ()


def test_an_exempt_or_necessary_vendor_is_kept_back_from_nobody() -> None:
    exempt = [{**vendor(sessionid=0)[0], "exempt": "It keeps the session."}]
    necessary = [{**vendor(sessionid=0)[0], "category": "necessary"}]
    assert advice(vendor=exempt) == advice(vendor=necessary) == ()
