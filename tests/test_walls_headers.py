"""The walls beside the HTML: cookies that may not be set, cookies that end, snippets that are judged."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentgate.walls.expire import expiring_headers
from consentgate.walls.judge import Judge
from consentgate.walls.set_cookie import filter_set_cookies
from factories import NOW, make_policy

POLICY = make_policy()
NOTHING = Judge(POLICY.catalog, frozenset({"necessary"}))
ANALYTICS = Judge(POLICY.catalog, frozenset({"necessary", "analytics"}))
EVERYTHING = Judge(POLICY.catalog, frozenset({"necessary", "functional", "analytics", "marketing"}))


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
    headers, suppressed = filter_set_cookies([header], NOTHING.cookie, NOW)
    assert (headers == [header]) is kept
    assert bool(suppressed) is not kept


def test_a_granted_cookie_and_all_other_headers_pass_in_their_order() -> None:
    headers = [(b"a", b"1"), (b"set-cookie", b"_ga=1"), (b"set-cookie", b"_fbp=1"), (b"b", b"2")]
    kept, suppressed = filter_set_cookies(headers, ANALYTICS.cookie, NOW)
    assert kept == [(b"a", b"1"), (b"set-cookie", b"_ga=1"), (b"b", b"2")]
    assert suppressed == ["_fbp"]


@given(st.binary(max_size=120))
def test_no_set_cookie_raises(value: bytes) -> None:
    filter_set_cookies([(b"set-cookie", value)], NOTHING.cookie, NOW)


def test_a_vendors_cookie_ends_on_the_host_and_on_each_parent_domain() -> None:
    headers = list(
        expiring_headers(["_ga", "session", "_ga"], "jobs.careers.example.com:8443", NOTHING.cookie, secure=True)
    )
    assert headers == [
        "_ga=; Path=/; Max-Age=0; Secure",
        "_ga=; Path=/; Domain=jobs.careers.example.com; Max-Age=0; Secure",
        "_ga=; Path=/; Domain=careers.example.com; Max-Age=0; Secure",
        "_ga=; Path=/; Domain=example.com; Max-Age=0; Secure",
    ]


def test_the_domain_that_can_be_registered_is_named_however_deep_the_host_is() -> None:
    headers = list(expiring_headers(["_ga"], "a.b.c.d.e.example.com.", NOTHING.cookie, secure=False))
    assert "_ga=; Path=/; Domain=example.com; Max-Age=0" in headers
    assert "_ga=; Path=/; Domain=a.b.c.d.e.example.com; Max-Age=0" in headers


def test_a_host_of_many_names_gets_no_more_headers_than_a_long_one() -> None:
    for host in (".".join("a" * 100) + ".example", ".".join("a" * 500)):
        assert len(list(expiring_headers(["_ga"], host, NOTHING.cookie, secure=False))) <= 6


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8000", "[::1]:8000", "localhost", "", "a..example", "-a.example", "a b.example"]
)
def test_a_host_without_parents_gets_the_host_only_deletion(host: str) -> None:
    assert list(expiring_headers(["_ga"], host, NOTHING.cookie, secure=False)) == ["_ga=; Path=/; Max-Age=0"]


def test_a_granted_cookie_does_not_end() -> None:
    assert list(expiring_headers(["_ga"], "example.com", ANALYTICS.cookie, secure=False)) == []


@pytest.mark.parametrize(
    ("script", "vendor"),
    [
        (b"(function(w,d,s,l,i){j.src='https://www.googletagmanager.com/gtm.js?id='+i})(window)", "google-tag-manager"),
        (b"fbq('init', '123'); fbq('track', 'PageView');", "meta"),
        (b'var s = "https:\\/\\/static.hotjar.com\\/c\\/hotjar-1.js"', "hotjar"),
        (b"load('//cdn.adnxs.com/ast/ast.js')", "appnexus"),
    ],
)
def test_a_snippet_is_known_by_its_marks_or_by_the_script_it_loads(script: bytes, vendor: str) -> None:
    found = NOTHING.inline(script)
    assert found is not None
    assert found.id == vendor
    assert NOTHING.inline(script + b" " * 20_000) == found
    assert EVERYTHING.inline(script) is None


@pytest.mark.parametrize(
    "script",
    [
        b"",
        b"console.log('we do not use Google Analytics, Hotjar or Facebook here')",
        b"const links = ['https://www.linkedin.com/company/acme', 'https://www.facebook.com/acme'];",
        b"import('/static/app.js')",
        b"fetch('https://api.example.com/v1/jobs.json')",
    ],
)
def test_first_party_code_and_mere_mentions_stay(script: bytes) -> None:
    assert NOTHING.inline(script) is None


def test_an_applicant_tracking_system_is_never_kept_out() -> None:
    assert NOTHING.url("https://boards.greenhouse.io/embed/job_board/js?for=acme") is None
