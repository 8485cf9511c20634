"""The region of a request, from the peer and the headers to what a handler sees, and what forged headers can't move."""

from __future__ import annotations

from functools import cache
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from consentgate.ledger import open_ledger
from consentgate.model import Region, RegionSource
from consentgate.policy.values import EDGES_WITH_OWN_HEADERS, Edge, Forwarded
from consentgate.visitor.geoip import GeoIP
from consentgate.visitor.region import RegionFinder, agreed
from factories import make_policy
from gating import BROWSER, CALIFORNIA, GERMANY, TEXAS, Site, gated

PROXY = "127.0.0.1"
BRITAIN = "86.128.0.1"
OWN = {"edge_country_header": "X-Client-Country", "edge_region_header": "X-Client-Region"}

Sent = list[tuple[str, str]]


def settings_behind(edge: Edge | None, forwarded: str = "x-forwarded-for") -> dict[str, Any]:
    """The table `[visitor]` of a site behind an edge and a proxy on this machine."""
    settings = {"trusted_proxies": [PROXY, "10.0.0.0/8"], "forwarded": forwarded}
    return settings | ({"edge": edge.value} if edge else {}) | (OWN if edge in EDGES_WITH_OWN_HEADERS else {})


@cache
def embedded() -> GeoIP:
    return GeoIP()


@cache
def finder(edge: Edge | None, forwarded: str = "x-forwarded-for") -> RegionFinder:
    return RegionFinder(make_policy(visitor=settings_behind(edge, forwarded)), embedded())


def headers(sent: Sent) -> Headers:
    return Headers(raw=[(name.lower().encode(), value.encode("latin-1")) for name, value in sent])


CLOUDFLARE: list[tuple[str | None, Sent, str | None, RegionSource]] = [
    # They agree, or the database knows nothing: the edge's word, with its state.
    (PROXY, [("X-Forwarded-For", GERMANY), ("CF-IPCountry", "DE")], "DE", RegionSource.EDGE),
    (PROXY, [("CF-IPCountry", "DE")], "DE", RegionSource.EDGE),
    (PROXY, [("X-Forwarded-For", "10.9.9.9"), ("CF-IPCountry", "JP")], "JP", RegionSource.EDGE),
    (
        PROXY,
        [("X-Forwarded-For", TEXAS), ("CF-IPCountry", "US"), ("CF-Region-Code", "TX")],
        "US-TX",
        RegionSource.EDGE,
    ),
    (
        PROXY,
        [("X-Forwarded-For", TEXAS), ("CF-IPCountry", "US"), ("CF-Region-Code", "CA")],
        "US-CA",
        RegionSource.EDGE,
    ),
    (
        PROXY,
        [("X-Forwarded-For", CALIFORNIA), ("CF-IPCountry", "US"), ("CF-Region-Code", "NV")],
        "US-NV",
        RegionSource.EDGE,
    ),
    (PROXY, [("X-Forwarded-For", TEXAS), ("CF-IPCountry", "US")], "US-CA", RegionSource.EDGE),
    (PROXY, [("X-Forwarded-For", BRITAIN), ("CF-IPCountry", "UK")], "GB", RegionSource.EDGE),
    # They don't.
    (PROXY, [("X-Forwarded-For", GERMANY), ("CF-IPCountry", "US")], None, RegionSource.CONFLICT),
    (PROXY, [("X-Forwarded-For", TEXAS), ("CF-IPCountry", "FR")], None, RegionSource.CONFLICT),
    # The edge can't tell: not asked of the database, which would answer for a Tor exit.
    (PROXY, [("X-Forwarded-For", TEXAS), ("CF-IPCountry", "T1")], None, RegionSource.EDGE),
    (PROXY, [("X-Forwarded-For", TEXAS), ("CF-IPCountry", "XX")], None, RegionSource.EDGE),
    (PROXY, [("X-Forwarded-For", TEXAS), ("CF-IPCountry", "US"), ("CF-IPCountry", "US")], None, RegionSource.EDGE),
    # The edge sent nothing: the database alone.
    (PROXY, [("X-Forwarded-For", GERMANY)], "DE", RegionSource.GEOIP),
    (PROXY, [("X-Forwarded-For", CALIFORNIA), ("CF-Region-Code", "TX")], "US-CA", RegionSource.GEOIP),
    (PROXY, [("X-Forwarded-For", TEXAS), ("X-Vercel-IP-Country", "FR")], "US", RegionSource.GEOIP),
    # An IPv4-mapped peer is the proxy too.
    ("::ffff:127.0.0.1", [("X-Forwarded-For", GERMANY), ("CF-IPCountry", "DE")], "DE", RegionSource.EDGE),
    # Nobody vouches for the header.
    (GERMANY, [("CF-IPCountry", "US"), ("CF-Region-Code", "TX")], "DE", RegionSource.GEOIP),
    (TEXAS, [("X-Forwarded-For", PROXY), ("CF-IPCountry", "US"), ("CF-Region-Code", "TX")], "US", RegionSource.GEOIP),
    (None, [("CF-IPCountry", "US")], None, RegionSource.NONE),
    ("testclient", [("CF-IPCountry", "US"), ("X-Forwarded-For", TEXAS)], None, RegionSource.NONE),
    ("", [("CF-IPCountry", "US")], None, RegionSource.NONE),
]


@pytest.mark.parametrize(("peer", "sent", "code", "source"), CLOUDFLARE)
def test_the_edge_and_the_database_make_one_region(
    peer: str | None, sent: Sent, code: str | None, source: RegionSource
) -> None:
    region = finder(Edge.CLOUDFLARE)(peer, headers(sent))
    assert (region.code, region.source) == (code, source)


@pytest.mark.parametrize(("forwarded", "code"), [("x-forwarded-for", "DE"), ("forwarded", "US")])
def test_only_the_configured_of_the_two_headers_is_read(forwarded: str, code: str) -> None:
    both = headers([("X-Forwarded-For", GERMANY), ("Forwarded", f"for={TEXAS}")])
    assert finder(None, forwarded)(PROXY, both).code == code
    other = "Forwarded" if forwarded == "x-forwarded-for" else "X-Forwarded-For"
    assert finder(None, forwarded)(PROXY, headers([(other, f"for={TEXAS}")])).code is None


@pytest.mark.parametrize(
    ("edge", "geoip", "code", "why"),
    [
        ("FR", "FR", "FR", "edge"),
        ("FR", None, "FR", "edge"),
        ("US-TX", "US", "US-TX", "edge"),
        ("US-TX", "US-CA", "US-TX", "edge"),
        ("CA-ON", "CA-QC", "CA-ON", "edge"),
        ("FR", "DE", None, "edge FR, geoip DE"),
        ("US-TX", "CA-QC", None, "edge US, geoip CA"),
    ],
)
def test_two_countries_for_one_visitor_are_none(edge: str, geoip: str | None, code: str | None, why: str) -> None:
    region = agreed(Region(edge, RegionSource.EDGE, "edge"), Region(geoip, RegionSource.GEOIP, "geoip"))
    assert (region.code, region.why) == (code, why)


def test_the_database_is_asked_once_and_not_at_all_where_the_edge_has_said_unknown() -> None:
    asked = []

    def geoip(address: IPv4Address | IPv6Address | None) -> Region:
        asked.append(address)
        return Region("DE", RegionSource.GEOIP, "by country")

    find = RegionFinder(make_policy(visitor=settings_behind(Edge.CLOUDFLARE)), geoip)
    find(PROXY, headers([("X-Forwarded-For", GERMANY), ("CF-IPCountry", "T1")]))
    assert not asked
    find(PROXY, headers([("X-Forwarded-For", GERMANY), ("CF-IPCountry", "DE")]))
    find(PROXY, headers([("X-Forwarded-For", GERMANY)]))
    assert len(asked) == 2


NAMES = [
    "X-Forwarded-For", "Forwarded", "X-Real-IP", "CF-Connecting-IP", "True-Client-IP", "Fly-Client-IP",
    "CF-IPCountry", "CF-Region-Code", "CloudFront-Viewer-Country", "CloudFront-Viewer-Country-Region",
    "CloudFront-Viewer-Address", "X-Vercel-IP-Country", "X-Vercel-IP-Country-Region", "X-Appengine-Country",
    "X-Appengine-Region", "X-Akamai-Edgescape", "X-Client-Country", "X-Client-Region", "X-NF-Geo",
]  # fmt: skip
"""Every header in which anybody says who or where a visitor is."""

WORDS = [
    PROXY, TEXAS, CALIFORNIA, GERMANY, "10.0.0.1", f"{TEXAS}, {PROXY}", f"for={TEXAS}", f'for="{TEXAS}:443"',
    "unknown", "US", "FR", "JP", "T1", "XX", "TX", "CA", "US-CA", "country_code=US,region_code=TX", "",
]  # fmt: skip

FORGED = st.lists(
    st.tuples(st.sampled_from(NAMES), st.sampled_from(WORDS) | st.text(st.characters(max_codepoint=255), max_size=20)),
    max_size=8,
)


@pytest.mark.parametrize("forwarded", ["x-forwarded-for", "forwarded"])
@given(edge=st.none() | st.sampled_from(Edge), sent=FORGED)
def test_no_header_from_an_untrusted_peer_moves_a_visitor(forwarded: str, edge: Edge | None, sent: Sent) -> None:
    find = finder(edge, forwarded)
    for peer in (GERMANY, TEXAS, CALIFORNIA, None, "testclient"):
        assert find(peer, headers(sent)) == find(peer, headers([]))


OF_WHOM = {
    "CF-IPCountry": Edge.CLOUDFLARE,
    "CF-Region-Code": Edge.CLOUDFLARE,
    "CloudFront-Viewer-Country": Edge.CLOUDFRONT,
    "CloudFront-Viewer-Country-Region": Edge.CLOUDFRONT,
    "X-Vercel-IP-Country": Edge.VERCEL,
    "X-Vercel-IP-Country-Region": Edge.VERCEL,
    "X-Appengine-Country": Edge.APPENGINE,
    "X-Appengine-Region": Edge.APPENGINE,
    "X-Akamai-Edgescape": Edge.AKAMAI,
}


@given(edge=st.none() | st.sampled_from(Edge), sent=FORGED)
def test_through_a_trusted_peer_headers_that_nobody_configured_change_nothing(edge: Edge | None, sent: Sent) -> None:
    ours = {"X-Client-Country", "X-Client-Region"} if edge in EDGES_WITH_OWN_HEADERS else set()
    foreign = [
        (name, value)
        for name, value in sent
        if name != "X-Forwarded-For" and name not in ours and (edge is None or OF_WHOM.get(name) is not edge)
    ]
    for address in (GERMANY, TEXAS):
        by_proxy = [("X-Forwarded-For", address)]
        assert finder(edge)(PROXY, headers(foreign + by_proxy)) == finder(edge)(PROXY, headers(by_proxy))


@given(sent=st.lists(st.sampled_from(WORDS), max_size=5))
def test_what_a_visitor_wrote_to_the_left_of_the_proxys_own_hop_moves_nobody(sent: list[str]) -> None:
    for address in (GERMANY, CALIFORNIA):
        line = [("X-Forwarded-For", ", ".join([*sent, address]))]
        lines = [*(("X-Forwarded-For", value) for value in sent), ("X-Forwarded-For", address)]
        assert finder(None)(PROXY, headers(line)) == finder(None)(PROXY, headers(lines)) == embedded_region(address)


def test_the_hops_of_an_untrusted_peer_are_not_even_read(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[object] = []

    def recorded(_: Forwarded, values: list[str]) -> list[str]:
        read.append(values)
        return [GERMANY]

    monkeypatch.setattr("consentgate.visitor.region.read_hops", recorded)
    for peer in (TEXAS, None, "testclient"):
        finder(None)(peer, headers([("X-Forwarded-For", GERMANY)]))
    assert read == []
    assert finder(None)(PROXY, headers([("X-Forwarded-For", GERMANY)])).code == "DE"
    assert read == [[GERMANY]]


def embedded_region(address: str) -> Region:
    return embedded()(IPv4Address(address))


async def held(site: Site, peer: str | None, sent: Sent, *, behind_uvicorn: bool = False) -> Any:
    """What a handler sees of a request from `peer`, by a server that may read X-Forwarded-For itself."""
    app: Any = site.gate
    if behind_uvicorn:
        app = ProxyHeadersMiddleware(app, trusted_hosts=PROXY)

    async def from_peer(scope: Any, receive: Any, send: Any) -> None:
        await app({**scope, "client": (peer, 51234) if peer is not None else None}, receive, send)

    transport = httpx.ASGITransport(from_peer)
    browser = [("User-Agent", BROWSER), ("Accept", "text/html")]
    async with httpx.AsyncClient(transport=transport, base_url="http://careers.example.com") as client:
        await client.get("/", headers=[*browser, *sent])
        return (await client.get("/what-holds", headers=[*browser, *sent])).json()


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("peer", "sent", "region", "regime"),
    [
        (PROXY, [("X-Forwarded-For", TEXAS), ("CF-IPCountry", "US"), ("CF-Region-Code", "TX")], "US-TX", "opt_out"),
        (PROXY, [("X-Forwarded-For", TEXAS), ("CF-IPCountry", "FR")], "unknown", "opt_in"),
        (PROXY, [("X-Forwarded-For", TEXAS), ("CF-IPCountry", "T1")], "unknown", "opt_in"),
        (PROXY, [("X-Forwarded-For", TEXAS)], "US", "opt_out"),
        (GERMANY, [("X-Forwarded-For", TEXAS), ("CF-IPCountry", "US")], "DE", "opt_in"),
        (None, [("X-Forwarded-For", TEXAS), ("CF-IPCountry", "US")], "unknown", "opt_in"),
        ("testclient", [("X-Forwarded-For", TEXAS), ("CF-IPCountry", "US")], "unknown", "opt_in"),
    ],
)
async def test_a_handler_sees_the_region_and_its_regime(
    tmp_path: Path, peer: str | None, sent: Sent, region: str, regime: str
) -> None:
    async with gated(tmp_path, visitor=settings_behind(Edge.CLOUDFLARE)) as site:
        what_holds = await held(site, peer, sent)
    assert (what_holds["region"], what_holds["regime"]) == (region, regime)


@pytest.mark.anyio
async def test_a_conflict_is_counted_by_its_two_countries_and_by_nothing_personal(tmp_path: Path) -> None:
    async with gated(tmp_path, visitor=settings_behind(Edge.CLOUDFLARE)) as site:
        await held(site, PROXY, [("X-Forwarded-For", GERMANY), ("CF-IPCountry", "FR")])
        await held(site, PROXY, [("X-Forwarded-For", TEXAS), ("CF-IPCountry", "FR")])
        await held(site, PROXY, [("X-Forwarded-For", GERMANY), ("CF-IPCountry", "DE")])
        await held(site, PROXY, [("X-Forwarded-For", GERMANY), ("CF-IPCountry", "T1")])
    marks = [
        (mark.key, n) for mark, n in open_ledger(site.ledger).marks(0, 10**6) if mark.dimension == "region_conflict"
    ]
    assert sorted(marks) == [("edge FR, geoip DE", 1), ("edge FR, geoip US", 1)]


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("peer", "forwarded_for"),
    [
        (PROXY, GERMANY),
        (PROXY, f"{TEXAS}, {GERMANY}"),
        (PROXY, f"{PROXY}, {GERMANY}"),
        (PROXY, f"10.0.0.1, {GERMANY}, 10.0.0.2"),
        (PROXY, f"{TEXAS}, {GERMANY}, 10.0.0.2"),
        (PROXY, f"[::ffff:{GERMANY}]:443"),
        (PROXY, f"{TEXAS}, unknown"),
        (PROXY, "<script>"),
        (PROXY, ""),
        (PROXY, PROXY),
        (GERMANY, TEXAS),
        (GERMANY, PROXY),
        ("10.0.0.2", f"{TEXAS}, {GERMANY}"),
    ],
)
async def test_a_second_pass_behind_uvicorns_own_is_harmless(tmp_path: Path, peer: str, forwarded_for: str) -> None:
    sent = [("X-Forwarded-For", forwarded_for)]
    async with gated(tmp_path) as site:
        alone = await held(site, peer, sent)
        twice = await held(site, peer, sent, behind_uvicorn=True)
    assert twice["region"] == alone["region"]
    assert twice["region"] in {"DE", "unknown"}


@pytest.mark.anyio
async def test_behind_uvicorns_own_reading_edge_headers_are_no_longer_believed(tmp_path: Path) -> None:
    sent = [("X-Forwarded-For", GERMANY), ("CF-IPCountry", "US"), ("CF-Region-Code", "TX")]
    async with gated(tmp_path, visitor=settings_behind(Edge.CLOUDFLARE)) as site:
        assert (await held(site, PROXY, sent, behind_uvicorn=True))["region"] == "DE"
        assert (await held(site, PROXY, sent))["region"] == "unknown"
