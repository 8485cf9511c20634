"""Deletions: every place where a cookie may be kept is named, the likeliest first, within a room."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consentgate.walls.expire import ROOM, expiring_headers


def deletions(
    *names: str, host: str = "example.com", path: str = "/", secure: bool = False, turn: int = 0
) -> list[str]:
    return expiring_headers(names, host, path, secure=secure, turn=turn)


def size(headers: list[str]) -> int:
    return sum(len(f"set-cookie: {each}\r\n") for each in headers)


def test_a_cookie_ends_on_the_host_and_on_each_parent_domain_the_shortest_first() -> None:
    assert deletions("_ga", "_ga", host="jobs.careers.example.com:8443") == [
        "_ga=; Path=/; Max-Age=0",
        "_ga=; Path=/; Domain=example.com; Max-Age=0",
        "_ga=; Path=/; Domain=jobs.careers.example.com; Max-Age=0",
        "_ga=; Path=/; Domain=careers.example.com; Max-Age=0",
    ]


def test_over_https_it_ends_in_the_partition_too_which_needs_secure() -> None:
    assert deletions("_ga", host="localhost", secure=True) == [
        "_ga=; Path=/; Max-Age=0",
        "_ga=; Path=/; Max-Age=0; Secure; Partitioned",
    ]


@pytest.mark.parametrize(
    ("name", "headers"),
    [
        (
            "__Host-_ga",
            ["__Host-_ga=; Path=/; Max-Age=0; Secure", "__Host-_ga=; Path=/; Max-Age=0; Secure; Partitioned"],
        ),
        (
            "__Host-Http-_ga",
            [
                "__Host-Http-_ga=; Path=/; Max-Age=0; Secure; HttpOnly",
                "__Host-Http-_ga=; Path=/; Max-Age=0; Secure; HttpOnly; Partitioned",
            ],
        ),
    ],
)
def test_a_host_cookie_ends_as_its_prefix_demands_and_nowhere_else(name: str, headers: list[str]) -> None:
    assert deletions(name, host="a.example.com", path="/a/b", secure=True) == headers


def test_a_secure_cookie_ends_with_secure_everywhere_whatever_the_scheme_seems_to_be() -> None:
    assert all("; Secure" in each for each in deletions("__Secure-_ga", host="a.example.com", path="/a"))


@pytest.mark.parametrize(
    ("path", "paths"),
    [
        ("/", ["/"]),
        ("/careers", ["/", "/careers"]),
        ("/careers/", ["/", "/careers", "/careers/"]),
        ("/careers/jobs/1", ["/", "/careers", "/careers/jobs", "/careers/jobs/1", "/careers/", "/careers/jobs/"]),
        ("/a/b/c/d/e/f", ["/", "/a", "/a/b", "/a/b/c", "/a/b/c/d", "/a/", "/a/b/", "/a/b/c/", "/a/b/c/d/"]),
        ("/a//b", ["/", "/a", "/a/"]),
        ("/a%20b/c", ["/", "/a%20b", "/a%20b/c", "/a%20b/"]),
        ("/a; Domain=x/b", ["/"]),
        ("/a\r\nX: y", ["/"]),
        ("/" + "a" * 4000, ["/"]),
        ("", ["/"]),
        ("*", ["/"]),
    ],
)
def test_each_path_that_matches_the_requests_is_named_with_and_without_a_slash(path: str, paths: list[str]) -> None:
    headers = deletions("_ga", host="localhost", path=path)
    assert [header.removeprefix("_ga=; Path=").removesuffix("; Max-Age=0") for header in headers] == paths


def test_the_domain_that_can_be_registered_comes_before_a_registrys_own() -> None:
    headers = deletions("_ga", host="careers.example.co.uk")
    domains = [each.split("Domain=")[1].split(";")[0] for each in headers if "Domain" in each]
    assert domains == ["example.co.uk", "careers.example.co.uk", "co.uk"]


def test_the_shortest_domains_are_named_however_deep_the_host_is() -> None:
    headers = deletions("_ga", host="a.b.c.d.e.example.com.")
    assert "_ga=; Path=/; Domain=example.com; Max-Age=0" in headers
    assert "_ga=; Path=/; Domain=a.b.c.d.e.example.com; Max-Age=0" in headers


def test_a_host_of_many_names_gets_no_more_headers_than_a_long_one() -> None:
    for host in (".".join("a" * 100) + ".example", ".".join("a" * 500)):
        assert len(deletions("_ga", host=host)) <= 6


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8000", "[::1]:8000", "localhost", "", "a..example", "-a.example", "a b.example", "x\r\ny.com"]
)
def test_a_host_without_parents_gets_the_host_only_deletion(host: str) -> None:
    assert deletions("_ga", host=host) == ["_ga=; Path=/; Max-Age=0"]


@pytest.mark.parametrize("name", ["_ga_\r\nX: y", "_ga_\x00", "_ga_;", "", "_ga_" + "x" * 300])
def test_a_name_that_would_break_the_response_or_take_all_its_room_is_left_out(name: str) -> None:
    assert deletions(name, "_gid", host="localhost") == ["_gid=; Path=/; Max-Age=0"]


def test_each_name_has_its_likeliest_places_before_any_has_its_unlikely_ones() -> None:
    names = [f"_ga_{number:08}" for number in range(6)]
    headers = deletions(*names, host="careers.example.com", path="/careers/jobs/1", secure=True)
    assert [header.partition("=")[0] for header in headers[:6]] == names
    assert all("Path=/;" in header and "Partitioned" not in header for header in headers[:12])


NAMES = st.lists(st.from_regex(r"(__Host-|__Secure-)?_ga_[A-Z0-9]{1,80}", fullmatch=True), max_size=60)
HOSTS = st.sampled_from(["example.com", "a.b.c.d.example.co.uk", "localhost", "x" * 60 + "." + "y" * 60 + ".example"])
PATHS = st.sampled_from(["/", "/careers/jobs/1", "/" + "p" * 120 + "/" + "q" * 120, "/a/b/c/d/e/f/g"])


@given(NAMES, HOSTS, PATHS, st.booleans(), st.integers(0, 10**13))
def test_deletions_never_take_more_than_their_room(
    names: list[str], host: str, path: str, secure: bool, turn: int
) -> None:
    headers = deletions(*names, host=host, path=path, secure=secure, turn=turn)
    assert size(headers) <= ROOM
    assert bool(headers) is bool(names)
    assert len(set(headers)) == len(headers)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 12), st.integers(0, 10**13))
def test_every_place_has_its_turn_even_where_no_cookie_can_be_ended(many: int, first: int) -> None:
    names = [f"_ga_{number}" for number in range(many)]
    named = {
        header
        for turn in range(first, first + many * 40)
        for header in deletions(*names, host="careers.example.com", path="/careers/", secure=True, turn=turn)
    }
    domains = ("", "; Domain=example.com", "; Domain=careers.example.com")
    ends = ("", "; Secure; Partitioned")
    assert named == {
        f"{name}=; Path={path}{domain}; Max-Age=0{end}"
        for name, path, domain, end in product(names, ("/", "/careers", "/careers/"), domains, ends)
    }
