"""`consentgate vendors` and `consentgate cookies`, as someone who types them meets them."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from consentgate.cli import app

POLICY = """
site = "careers.example.com"
vendors = ["google-analytics"]
[notice]
url = "/privacy"
dnt = "We do not respond to it."
versions = [{ version = "1", updated = 2026-10-12 }]
[categories.analytics]
[categories.marketing]
consent = "always"
sale_or_sharing = true
[[vendor]]
id = "own-pixel"
name = "Own pixel"
category = "marketing"
hosts = ["pixel.example.net/track"]
cookies = { "own_*" = 30 }
"""


@pytest.fixture
def policy(tmp_path: Path) -> str:
    """The path of a policy with a vendor of its own, marketing asked for everywhere, and nothing functional."""
    path = tmp_path / "consentgate.toml"
    path.write_text(POLICY, "utf-8")
    return str(path)


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, words, env={"COLUMNS": "200", "TERM": "dumb"})
    assert "Traceback" not in result.output
    return result.exit_code, result.output


def row(text: str, regime: str) -> str:
    """The line of the verdicts on a regime."""
    return next(line for line in text.splitlines() if f" {regime} " in line)


@pytest.mark.parametrize(
    "url",
    [
        "https://www.googletagmanager.com/gtag/js?id=G-1",
        "www.googletagmanager.com/gtag/js?id=G-1",
        "//WWW.GoogleTagManager.com/gtag/js",
        "https://www.googletagmanager.com:443/x/../gtag/js#top",
        "www.googletagmanager.com:443/gtag/js",
        "www.googletagmanager.com/gtag/js?then=https://careers.example.com:8000/",
    ],
)
def test_match_tells_vendor_category_rule_and_what_the_walls_do(url: str) -> None:
    code, text = run("vendors", "match", url)
    assert code == 0
    for word in ("google-analytics", "analytics", "googletagmanager.com/gtag/js", "visit statistics"):
        assert word in text
    assert row(text, "opt_in").count("kept out: regime_opt_in") == 2
    assert row(text, "opt_out").count("passes: regime_opt_out") == 2
    assert row(text, "notice").count("passes: regime_notice") == 2


@pytest.mark.parametrize(
    "url", ["www.google-analytics.com:443", "www.google-analytics.com:443?x=a:b", "www.google-analytics.com?x=a:b"]
)
def test_match_takes_a_bare_host_with_a_port_or_a_query(url: str) -> None:
    code, text = run("vendors", "match", url)
    assert code == 0
    assert "google-analytics" in text


def test_match_shows_that_global_privacy_control_denies_what_is_sold_or_shared() -> None:
    _, text = run("vendors", "match", "https://connect.facebook.net/en_US/fbevents.js")
    assert "passes: regime_opt_out" in row(text, "opt_out")
    assert "kept out: gpc" in row(text, "opt_out")


def test_match_tells_why_an_applicant_tracking_system_is_exempt() -> None:
    code, text = run("vendors", "match", "https://boards.greenhouse.io/embed/job_board/js")
    assert code == 0
    assert "the application itself runs there" in text
    assert row(text, "opt_in").count("passes: exempt") == 2


def test_match_goes_by_the_policy_it_is_given(policy: str) -> None:
    code, text = run("vendors", "match", "https://pixel.example.net/track?x", "--policy", policy)
    assert code == 0
    assert "own-pixel" in text
    for regime in ("opt_in", "opt_out", "notice"):
        assert "kept out: asked_everywhere" in row(text, regime)
    assert run("vendors", "match", "https://pixel.example.net/track?x")[0] == 1


def test_match_says_so_where_the_policy_has_no_such_category(policy: str) -> None:
    code, text = run("vendors", "match", "https://widget.intercom.io/widget/1", "--policy", policy)
    assert code == 0
    assert "kept out: the policy does not ask for this category" in row(text, "opt_out")


@pytest.mark.parametrize("of", [("vendors", "match", "https://static.hotjar.com/"), ("cookies", "explain", "_hjid")])
def test_it_is_said_of_a_vendor_that_visitors_were_not_told_of(policy: str, of: tuple[str, ...]) -> None:
    code, text = run(*of, "--policy", policy)
    assert code == 0
    for regime in ("opt_in", "opt_out", "notice"):
        assert row(text, regime).count("kept out: the policy does not declare it") == 2


def test_match_of_a_host_that_is_nobodys_has_an_exit_code_of_its_own() -> None:
    code, text = run("vendors", "match", "https://www.google.com/search?q=jobs")
    assert code == 1
    assert "Nobody in the catalogue" in text


@pytest.mark.parametrize(
    "url",
    ["", "mailto:jobs@example.com", "not a url", "/jobs", "localhost", "localhost:8000", "data:text/html,x", ":443/x"],
)
def test_match_of_what_is_no_url_says_how_to_write_one(url: str) -> None:
    code, text = run("vendors", "match", url)
    assert code == 2
    assert "https://host/path" in text


def test_list_shows_the_vendors_of_a_category() -> None:
    code, text = run("vendors", "list", "--category", "necessary")
    assert code == 0
    assert "recaptcha" in text
    assert "google-analytics" not in text


def test_list_shows_the_whole_catalogue_with_the_policys_own(policy: str) -> None:
    code, text = run("vendors", "list", "--policy", policy)
    assert code == 0
    assert "own-pixel" in text
    assert "hotjar" in text
    assert len(text.splitlines()) > 1_300


def test_list_of_an_unknown_category_names_those_there_are() -> None:
    code, text = run("vendors", "list", "--category", "adverts")
    assert code == 2
    assert "analytics, functional, marketing, necessary" in text


def test_explain_of_our_own_cookie_tells_vendor_lifetime_and_what_the_walls_do() -> None:
    code, text = run("cookies", "explain", "_ga_ABC123")
    assert code == 0
    for word in ("_ga_*", "google-analytics", "analytics", "730 days"):
        assert word in text
    assert "kept out: regime_opt_in" in row(text, "opt_in")
    assert "passes: regime_opt_out" in row(text, "opt_out")


def test_explain_goes_by_the_policy_it_is_given(policy: str) -> None:
    code, text = run("cookies", "explain", "own_x", "--policy", policy)
    assert code == 0
    assert "30 days" in text
    assert "kept out: asked_everywhere" in row(text, "notice")


def test_explain_of_a_necessary_cookie_says_that_it_passes() -> None:
    code, text = run("cookies", "explain", "OptanonConsent")
    assert code == 0
    assert row(text, "opt_in").count("passes: necessary") == 2


def test_explain_gives_a_label_as_a_label_only() -> None:
    code, text = run("cookies", "explain", "sessionid")
    assert code == 0
    assert "Instagram" in text
    assert "decides nothing" in text
    assert "kept out" not in text


def test_explain_of_an_unknown_cookie_has_an_exit_code_of_its_own() -> None:
    code, text = run("cookies", "explain", "careers_basket_x")
    assert code == 1
    assert "Unknown" in text


@pytest.mark.parametrize("name", ["", "a=b", "a; Secure", "two words"])
def test_explain_of_what_is_no_name_says_so(name: str) -> None:
    code, text = run("cookies", "explain", name)
    assert code == 2
    assert "name alone" in text


@pytest.mark.parametrize("command", [("vendors", "list"), ("vendors", "match", "t.co"), ("cookies", "explain", "_ga")])
def test_a_policy_that_cant_be_used_is_named_with_its_problem(command: tuple[str, ...], tmp_path: Path) -> None:
    code, text = run(*command, "--policy", str(tmp_path / "missing.toml"))
    assert code == 2
    assert "policy-unreadable" in text
