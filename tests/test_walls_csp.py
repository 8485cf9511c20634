"""The Content-Security-Policy of our own: which hosts it lists, and for whom."""

from __future__ import annotations

from typing import Any

import pytest

from consentgate.model import Vendor
from consentgate.policy.catalog import Catalog
from consentgate.policy.site import Site
from consentgate.policy.values import CspWall
from consentgate.walls.csp import CspSources, Nonce
from consentgate.walls.judge import Judge
from factories import make_policy

NO_HOST = "'self' 'unsafe-inline' 'unsafe-eval' data: blob:"


def whole(host: str) -> str:
    """The sources of a host with all its subdomains, for connections too."""
    return f"{host} *.{host} ws://{host} ws://*.{host}"


def path(rule: str) -> str:
    return f"{rule} {rule}/ *.{rule} *.{rule}/"


def vendor(vendor_id: str, category: str, *hosts: str, exempt: str = "") -> Vendor:
    return Vendor(vendor_id, vendor_id, category, hosts, exempt=exempt)


STATS = vendor("stats", "analytics", "stats.example")
ADS = vendor("ads", "marketing", "ads.example", "big.example/ads")
MAPS = vendor("maps", "functional", "big.example/maps?v=2")
BOARD = vendor("board", "functional", "board.example", exempt="it is the site's own job board")
UNDECLARED = vendor("undeclared", "marketing", "undeclared.example", "shared.example/ads")
SHARED = vendor("shared", "analytics", "shared.example/s")
DECLARED = (STATS, ADS, MAPS, BOARD, SHARED)


def sources(
    mode: CspWall, granted: str = "", hosts: list[str] | None = None, vendors: tuple[Vendor, ...] = DECLARED
) -> str:
    """What is listed beside what reaches no host."""
    settings = make_policy(walls={"csp": mode.value, "hosts": hosts or []}).walls
    catalog = Catalog([*vendors, UNDECLARED])
    judge = Judge(catalog, frozenset({"necessary", *granted.split()}))
    text = CspSources(settings, [Site.of("own.example:8443/careers")], vendors, catalog, judge.denies).text
    assert text.startswith(f"{NO_HOST} ws://own.example:8443")
    return text.removeprefix(f"{NO_HOST} ws://own.example:8443").strip()


@pytest.mark.parametrize(
    ("granted", "expected"),
    [
        ("", whole("board.example")),
        ("analytics", f"{whole('stats.example')} {whole('board.example')} {path('shared.example/s')}"),
        ("functional", f"{path('big.example/maps')} {whole('board.example')}"),
        ("marketing", f"{whole('ads.example')} {path('big.example/ads')} {whole('board.example')}"),
        ("marketing functional", f"{whole('ads.example')} {whole('big.example')} {whole('board.example')}"),
        (
            "analytics marketing",
            f"{whole('stats.example')} {whole('ads.example')} {path('big.example/ads')} {whole('board.example')}"
            f" {whole('shared.example')}",
        ),
    ],
)
def test_granted_and_exempt_vendors_are_listed_by_path_only_where_somebody_else_on_the_host_must_stay_out(
    granted: str, expected: str
) -> None:
    assert sources(CspWall.ENFORCE, granted) == expected


@pytest.mark.parametrize("granted", ["", "analytics marketing"])
def test_what_only_reports_lists_all_declared_vendors_whatever_is_granted(granted: str) -> None:
    everyone = [whole("stats.example"), whole("ads.example"), whole("big.example"), whole("board.example")]
    assert sources(CspWall.REPORT, granted) == " ".join([*everyone, path("shared.example/s")])


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("cdn.example", whole("cdn.example")),
        ("cdn.example/", "cdn.example *.cdn.example"),
        ("cdn.example/fonts", path("cdn.example/fonts")),
        ("cdn.example/fonts/", path("cdn.example/fonts")),
        ("cdn.example/fonts?family=x", path("cdn.example/fonts")),
        ("cdn.example/a b;script-src *,default-src *", path("cdn.example/a%20b%3Bscript-src%20*%2Cdefault-src%20*")),
        ("cdn.example/é%41", path("cdn.example/%C3%A9%41")),
    ],
)
def test_the_sites_hosts_are_listed_for_everybody_and_none_of_them_can_end_the_directive(
    rule: str, expected: str
) -> None:
    assert sources(CspWall.ENFORCE, hosts=[rule], vendors=()) == expected


def test_a_vendor_with_the_whole_host_makes_paths_on_it_needless() -> None:
    manager = vendor("manager", "analytics", "big.example")
    assert sources(CspWall.ENFORCE, "analytics", vendors=(MAPS, manager, ADS)) == whole("big.example")


def headers(nonce: Nonce | None = None, **walls: Any) -> list[tuple[str, str]]:
    policy = make_policy(walls=walls, vendors=[])
    judge = Judge(policy.catalog, frozenset({"necessary"}))
    made = CspSources(policy.walls, policy.sites, policy.vendors, policy.catalog, judge.denies)
    return [(name.decode(), value.decode()) for name, value in made.headers("/app/_consent/csp", nonce)]


LISTED = f"default-src {NO_HOST} ws://careers.example.com; report-uri /app/_consent/csp"


def test_off_adds_nothing_report_adds_what_only_reports_and_enforce_reports_too() -> None:
    assert headers() == []
    assert headers(csp="report") == [("content-security-policy-report-only", LISTED)]
    assert headers(csp="enforce") == [("content-security-policy", LISTED)]


def test_nonces_are_asked_for_in_a_policy_of_their_own_that_names_the_sites_first() -> None:
    alone = headers(Nonce("own"), csp="enforce")
    assert alone == [
        ("content-security-policy", LISTED),
        ("content-security-policy", "script-src-elem 'nonce-own' * data: blob:"),
    ]
    beside = headers(Nonce("own", ("a", "b")), csp="enforce")
    assert beside[1][1] == "script-src-elem 'nonce-a' 'nonce-b' 'nonce-own' * data: blob:"


@pytest.mark.parametrize("nonce", [None, Nonce("own", ("site",))])
@pytest.mark.parametrize("csp", ["report", "enforce"])
def test_no_policy_of_ours_ever_trusts_what_a_script_loads_or_says_where_forms_and_frames_go(
    csp: str, nonce: Nonce | None
) -> None:
    text = " ".join(value for _, value in headers(nonce, csp=csp, hosts=["cdn.example"]))
    for never in ("strict-dynamic", "form-action", "frame-ancestors", "base-uri", "sandbox", "upgrade-insecure"):
        assert never not in text


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ([], ()),
        (["script-src 'self' 'nonce-a'"], ("a",)),
        (["default-src 'nonce-a'"], ("a",)),
        (["default-src 'nonce-a'; script-src 'nonce-b'; script-src-elem 'nonce-c'"], ("c",)),
        (["script-src 'nonce-a'; script-src 'nonce-b'"], ("a",)),
        (["script-src 'nonce-a' 'nonce-b'", "default-src 'nonce-c', script-src 'nonce-a'"], ("a", "b", "c")),
        (["style-src 'nonce-a'; img-src 'nonce-b'"], ()),
        (["SCRIPT-SRC 'nonce-Ab+/-_='"], ("Ab+/-_=",)),
    ],
)
def test_the_sites_nonces_are_those_of_the_directive_that_governs_its_scripts(
    policies: list[str], expected: tuple[str, ...]
) -> None:
    assert Nonce.beside(policies, "own") == Nonce("own", expected)
