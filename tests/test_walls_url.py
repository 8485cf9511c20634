"""Host and path of a URL, as browsers read it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentgate.walls.url import host_and_path


@pytest.mark.parametrize(
    "url",
    [
        "https://tracker.example/a",
        "HTTPS://TRACKER.example/a",
        "//tracker.example/a",
        "http:/tracker.example/a",
        "http:tracker.example/a",
        "http:///tracker.example/a",
        "https:\\\\tracker.example\\a",
        "\\\\tracker.example/a",
        "/\\tracker.example/a",
        "////tracker.example/a",
        "wss://tracker.example/a",
        "  https://tracker.example/a\n",
        "\x00\x1fhttps://tracker.example/a",
        "ht\ntps://track\ter.example/a",
        "/\t/tracker.example/a",
        "https://tracker.example./a",
        "https://tracker.example:8443/a",
        "https://tracker.example:/a",
        "https://user:secret@tracker.example/a",
        "https://own.example@tracker.example/a",
        "https://own.example:80@x@tracker.example/a",
        "https://tracker%2eexample/a",
        "https://%74racker.example/a",
        "https://ｔracker.example/a",
        "https://tracker。example/a",
        "https://tracker．example/a",
        "https://%EF%BD%94racker.example/a",
        "https://tra\u00adcker.example/a",
        "https://tra\u200bcker.example/a",
        "https://𝐭racker.example/a",
        "https://trac\u212aer.example/a",
        "https://tracker.example/x/../a",
        "https://tracker.example/./a",
        "https://tracker.example/x/%2e%2E/a",
        "https://tracker.example/%61",
        "https://tracker.example/a#fragment",
    ],
)
def test_every_spelling_a_browser_understands_names_the_same_host_and_path(url: str) -> None:
    assert host_and_path(url) == ("tracker.example", "/a")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/a",
        "a",
        "a//b",
        "?x=//tracker.example",
        "#//tracker.example",
        "https:",
        "https://",
        "//",
        "data:text/html,//tracker.example",
        "mailto:x@tracker.example",
        "javascript://tracker.example/%0aalert(1)",
        "blob:https://tracker.example/1",
        "about:blank",
        "./https://tracker.example",
    ],
)
def test_relative_urls_and_schemes_without_a_host_have_none(url: str) -> None:
    assert host_and_path(url) is None


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://a.example", "/"),
        ("https://a.example?x=1", "/?x=1"),
        ("https://a.example/gtag/js?id=AW-1", "/gtag/js?id=AW-1"),
        ("https://a.example/gtag/js?id=%41W-1", "/gtag/js?id=AW-1"),
        ("https://a.example/a%2Fb", "/a%2Fb"),
        ("https://a.example/a\\b", "/a/b"),
        ("https://a.example/a?b\\c/../d", "/a?b\\c/../d"),
        ("https://a.example/x/..", "/"),
        ("https://a.example/../../tr", "/tr"),
        ("https://a.example/x/.", "/x/"),
        ("https://a.example/x//tr", "/x//tr"),
        ("https://a.example/.well-known/x", "/.well-known/x"),
        ("https://a.example/~u", "/~u"),
        ("https://a.example/%7eu", "/~u"),
    ],
)
def test_the_path_is_resolved_as_a_browser_would_and_keeps_its_query(url: str, path: str) -> None:
    assert host_and_path(url) == ("a.example", path)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://bücher.example/", "xn--bcher-kva.example"),
        ("https://xn--bcher-kva.example/", "xn--bcher-kva.example"),
        ("https://[2001:db8::1]:443/", "[2001:db8::1]"),
        ("https://127.0.0.1:8000/", "127.0.0.1"),
    ],
)
def test_hosts_are_ascii_without_port(url: str, host: str) -> None:
    assert host_and_path(url) == (host, "/")


@given(st.text())
def test_no_text_makes_it_raise(url: str) -> None:
    host_and_path(url)


@given(st.text(st.characters(codec=None)), st.sampled_from(["//", "https:", "http:/\\", "ws://x@", "//%"]))
def test_no_authority_makes_it_raise_and_the_host_is_lower_case_ascii(rest: str, start: str) -> None:
    found = host_and_path(start + rest)
    assert found is None or (found[0].isascii() and found[0] == found[0].lower() and found[1].startswith("/"))
