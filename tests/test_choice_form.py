"""The choice form, and who may send it."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentgate.choice import BadChoice, is_same_origin, parse_choice, way_back
from factories import make_policy

POLICY = make_policy()
BOTH = frozenset({"analytics", "marketing"})


@pytest.mark.parametrize(
    ("body", "granted"),
    [
        (b"choice=accept", BOTH),
        (b"choice=reject", frozenset()),
        (b"choice=save", frozenset()),
        (b"choice=save&grant=analytics", {"analytics"}),
        (b"choice=save&grant=analytics&grant=marketing", BOTH),
        (b"choice=reject&grant=analytics", frozenset()),
    ],
)
def test_a_form_grants_what_it_says_and_refuses_all_else(body: bytes, granted: frozenset[str]) -> None:
    form = parse_choice(body, POLICY)
    assert (form.granted, form.refused) == (granted, BOTH - granted)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"choice=",
        b"choice=maybe",
        b"choice=accept&choice=reject",
        b"choice=save&grant=spying",
        b"choice=save&grant=necessary",
        b"choice=accept&grant=spying",
        b"choice=accept&unknown=1",
        b"choice=accept%FF%FE",
        b"choice=acc\xff",
        b"&".join([b"choice=save", *[b"grant=analytics"] * 64]),
    ],
)
def test_a_form_that_is_not_ours_is_refused(body: bytes) -> None:
    with pytest.raises(BadChoice):
        parse_choice(body, POLICY)


@given(st.binary(max_size=200))
def test_no_body_raises_anything_else(body: bytes) -> None:
    try:
        form = parse_choice(body, POLICY)
    except BadChoice:
        return
    assert form.granted | form.refused == BOTH


@pytest.mark.parametrize("path", ["/", "/jobs", "/jobs?q=a%20b&page=2", "/a/../b", "/_consent/"])
def test_a_path_on_this_site_is_a_way_back(path: str) -> None:
    assert way_back(path) == path
    assert way_back(parse_choice(urlencode({"choice": "accept", "back": path}).encode(), POLICY).back) == path


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example", "/\\evil.example", "https://evil.example", "javascript:alert(1)", "jobs", "",
        "/a\r\nSet-Cookie: a=b",
        "/a b", "/\t/evil.example", "/%\x00", "/é", "/" + "a" * 3000,
    ],
)  # fmt: skip
def test_anything_else_leads_to_the_front_page(path: str) -> None:
    assert way_back(path) == "/"


@pytest.mark.parametrize(
    ("fetch_site", "origin", "referer", "same"),
    [
        ("same-origin", None, None, True),
        ("same-origin", "null", None, True),
        ("same-site", "https://careers.example.com", None, False),
        ("cross-site", None, "https://careers.example.com/", False),
        ("none", None, None, False),
        (None, "https://careers.example.com", None, True),
        (None, "https://CAREERS.example.com", None, True),
        (None, "http://careers.example.com", None, True),
        (None, "https://careers.example.com:8443", None, False),
        (None, "https://evil.example", "https://careers.example.com/", False),
        (None, "null", "https://careers.example.com/", False),
        (None, None, "https://careers.example.com/jobs", True),
        (None, None, "https://careers.example.com.evil.example/", False),
        (None, None, "https://careers.example.com@evil.example/", False),
        (None, None, "https://[", False),
        (None, None, None, False),
    ],
)
def test_only_the_sites_own_pages_may_choose(
    fetch_site: str | None, origin: str | None, referer: str | None, same: bool
) -> None:
    assert is_same_origin(fetch_site, origin, referer, "careers.example.com") is same


def test_a_request_without_a_host_is_not_from_our_pages() -> None:
    assert not is_same_origin(None, "https://", None, "")
