"""Set-Cookie: whose a cookie is, as browsers read its name, what becomes of it, and of one that nobody knows."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentgate.policy.shipped import cookie_rule
from consentgate.walls.cookie_date import cookie_date
from consentgate.walls.cookie_name import without_ids
from consentgate.walls.judge import Judge
from consentgate.walls.set_cookie import filter_set_cookies, name_of
from factories import NOW, make_policy

POLICY = make_policy()
ESSENTIAL = tuple(cookie_rule(name, -1) for name in ("session", "myapp_*", "_ga_site"))
NOTHING = Judge(POLICY.catalog, frozenset({"necessary"}), essential=ESSENTIAL)
ANALYTICS = Judge(POLICY.catalog, frozenset({"necessary", "analytics"}))


def names_left(set_cookies: list[str], **settings: object) -> list[str]:
    headers = [(b"set-cookie", each.encode("latin-1")) for each in set_cookies]
    kept, _ = filter_set_cookies(headers, NOTHING, make_policy(walls=settings).walls, NOW)
    return [name_of(value.decode("latin-1")) for _, value in kept]


@pytest.mark.parametrize(
    ("set_cookie", "kept"),
    [
        ("_ga=GA1.1; Path=/", False),
        ("_ga_ABC=1", False),
        ("_fbp=fb.1; Max-Age=99", False),
        ("_ga=1; Max-Age=nonsense", False),
        ("_ga=1; Expires=nonsense", False),
        ("_ga=1; Expires=Sat, 21 Nov 99999999999999999999 12:00:00 GMT", False),
        ("_ga=1; Expires=Sat, 21 Nov 2037 12:00:00 GMT", False),
        ("_ga=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT", False),
        (" _ga =1", False),
        ("_ga=x; Max-Age=+0", False),
        ("_ga=x; Max-Age=0_0", False),
        ("_ga=x; Max-Age=-", False),
        ("_ga=x; Expires=Tue, 01-Jan-69 00:00:00 GMT", False),
        ("_ga=; Max-Age=00", True),
        ("_ga=; Max-Age=; Expires=Thu, 01 Jan 1970 00:00:00 GMT", True),
        ("_ga=; Max-Age=abc; Expires=Thu, 01 Jan 1970 00:00:00 GMT", True),
        ("_ga=; Expires=Wed, 31 Dec 1969 23:59:59 GMT", True),
        ("_ga=; Max-Age=0", True),
        ("_ga=; MAX-AGE=-1", True),
        ("_ga=; expires=Thu, 01 Jan 1970 00:00:00 GMT", True),
        ("_ga=; expires=Thu, 01-Jan-1970 00:00:00 GMT", True),
        ("_GA=1", True),
        ("session=_ga", True),
        ("sessionid=1; HttpOnly", True),
        ("csrftoken=1", True),
        ("", True),
        ("no-equals-sign", True),
    ],
)
def test_a_cookie_of_an_ungranted_category_is_kept_back_and_its_deletion_passes(set_cookie: str, kept: bool) -> None:
    header = (b"Set-Cookie", set_cookie.encode())
    headers, found = filter_set_cookies([header], NOTHING, POLICY.walls, NOW)
    assert (headers == [header]) is kept
    assert bool(found.denied) is not kept


def test_a_granted_cookie_and_all_other_headers_pass_in_their_order() -> None:
    headers = [(b"a", b"1"), (b"set-cookie", b"_ga=1"), (b"set-cookie", b"_fbp=1"), (b"b", b"2")]
    kept, found = filter_set_cookies(headers, ANALYTICS, POLICY.walls, NOW)
    assert kept == [(b"a", b"1"), (b"set-cookie", b"_ga=1"), (b"b", b"2")]
    assert (found.denied, found.unknown) == (["_fbp"], [])


@given(st.binary(max_size=120))
def test_no_set_cookie_raises(value: bytes) -> None:
    filter_set_cookies([(b"set-cookie", value)], NOTHING, POLICY.walls, NOW)


@pytest.mark.parametrize(
    "set_cookie",
    [
        "_ga=1",
        "\t _ga \t=1",
        "=_ga=1",
        " = _ga =1",
        "_ga",
        "__Secure-_ga=1; Secure",
        "__Host-_ga_X=1; Secure; Path=/",
        "__host-_ga=1",
        "__SECURE-_fbp=1",
        "__Http-_ga=1",
        "__Host-Http-_ga=1",
        "_ga=1; Max-Age=0; Max-Age=60",
        "_ga=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Expires=Sat, 21 Nov 2037 12:00:00 GMT",
        "_ga=1; Expires=Sat, 21 Nov 2037 12:00:00 GMT; Expires=Thu, 01 Jan 1970 00:00 GMT",
        "_ga=1; Expires=Thu, 01 Jan 1970 00:00 GMT",
        "_ga=1; Expires=31 Feb 1999 00:00:00",
        "_ga=1; Expires=1 Jan 1600 0:0:0",
        "_ga=a; b=Max-Age=0",
        '_ga="; Max-Age=9"',
        "_ga=1;Path=/;;;",
    ],
)
def test_a_vendors_cookie_is_known_under_every_name_that_a_browser_would_send_it_back_by(set_cookie: str) -> None:
    assert names_left([set_cookie]) == []


@pytest.mark.parametrize(
    "set_cookie",
    [
        "_Ga=1",
        "x_ga=1",
        "%5Fga=1",
        "\xa0_ga=1",
        "__Secure_ga=1",
        "__Secure-x_ga=1",
        "=x=_ga=1",
        "a=_ga=1",
        "",
        "=",
        "_ga=; Max-Age=0; Max-Age=-5",
        "_ga=; EXPIRES=thu, 01-jan-70 00:00:01 GMT",
        "_ga=;expires=1 jan 1999 1:2:3",
        "_ga=; Expires=Sunday, 06-Nov-94 08:49:37 GMT",
        "_ga=; Expires=Sun Nov  6 08:49:37 1994",
        "_ga=; Expires=Wed, 31 Dec 1969 23:59:59 GMT",
    ],
)
def test_another_name_and_a_deletion_in_any_form_of_date_pass(set_cookie: str) -> None:
    assert names_left([set_cookie]) == [name_of(set_cookie)]


@pytest.mark.parametrize(
    "name", ["session", "__Host-session", "__secure-session", "myapp_tab", "__Host-myapp_1", "_ga_site"]
)
def test_an_essential_cookie_passes_under_every_setting_even_one_that_a_vendor_claims(name: str) -> None:
    assert names_left([f"{name}=1"], unknown_cookies="block") == [name]
    assert NOTHING.knows_cookie(name)


@pytest.mark.parametrize(
    ("settings", "left"),
    [
        ({}, ["session", "theme"]),
        ({"unknown_cookies": "block"}, ["session"]),
        ({"dry_run": True}, ["_ga", "session", "theme"]),
        ({"unknown_cookies": "block", "dry_run": True}, ["_ga", "session", "theme"]),
    ],
)
def test_what_is_kept_back_depends_on_the_policy_and_what_is_found_does_not(
    settings: dict[str, object], left: list[str]
) -> None:
    headers = [(b"Set-Cookie", f"{name}=1".encode()) for name in ("_ga", "session", "theme")]
    kept, found = filter_set_cookies(headers, NOTHING, make_policy(walls=settings).walls, NOW)
    assert [name_of(value.decode()) for _, value in kept] == left
    assert (found.denied, found.unknown) == (["_ga"], ["theme"])


def test_a_granted_vendors_cookie_is_not_unknown_and_the_deletion_of_an_unknown_one_is_not_noted() -> None:
    headers = [(b"set-cookie", b"_ga=1"), (b"set-cookie", b"theme=; Max-Age=0")]
    kept, found = filter_set_cookies(headers, ANALYTICS, make_policy(walls={"unknown_cookies": "block"}).walls, NOW)
    assert kept == headers
    assert (found.denied, found.unknown) == ([], [])


def test_order_duplicates_and_all_other_headers_stay_as_they_are() -> None:
    headers = [
        (b"X-A", b"1"),
        (b"set-cookie", b"session=1"),
        (b"SET-COOKIE", b"_ga=1"),
        (b"set-cookie", b"session=1"),
        (b"set-cookie", b"session=2; Path=/a"),
        (b"x-a", b"1"),
        (b"set-cookie2", b"_ga=1"),
    ]
    kept, _ = filter_set_cookies(headers, NOTHING, POLICY.walls, NOW)
    assert kept == [header for header in headers if header != (b"SET-COOKIE", b"_ga=1")]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Thu, 01 Jan 1970 00:00:00 GMT", datetime(1970, 1, 1, tzinfo=UTC)),
        ("Tue, 01-Jan-69 00:00:00 GMT", datetime(2069, 1, 1, tzinfo=UTC)),
        ("01-Jan-70 1:2:3", datetime(1970, 1, 1, 1, 2, 3, tzinfo=UTC)),
        ("1999 12 february 10:11:12 13", datetime(1999, 2, 12, 10, 11, 12, tzinfo=UTC)),
        ("10:11:12 1 JANUARY 2001", datetime(2001, 1, 1, 10, 11, 12, tzinfo=UTC)),
        ("1 Jan 2001 24:00:00", None),
        ("1 Jan 2001", None),
        ("", None),
        ("nonsense", None),
    ],
)
def test_a_cookie_date_is_read_as_rfc_6265_says(text: str, read: datetime | None) -> None:
    assert cookie_date(text) == read


@given(st.text(st.characters(max_codepoint=255), max_size=60))
def test_no_date_and_no_name_raises(text: str) -> None:
    cookie_date(text)
    name_of(text)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("theme", "theme"),
        ("user_48813_tab", "user_*_tab"),
        ("s-550e8400-e29b-41d4-a716-446655440000", "s-*-*-*-*-*"),
        ("v2_tab3", "v2_tab3"),
        ("a" * 200, "a" * 64),
    ],
)
def test_a_name_nobody_knows_is_told_without_what_may_be_a_persons_number(name: str, said: str) -> None:
    assert without_ids(name) == said
