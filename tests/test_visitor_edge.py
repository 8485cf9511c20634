"""What an edge says of its visitor's region, in each provider's own words, and what that comes to."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers

from consentgate import ConfigurationError, Policy
from consentgate.model import Region, RegionSource
from consentgate.policy.values import EDGES_WITH_OWN_HEADERS, Edge
from consentgate.visitor.edge import FIELDS, edge_fields, edge_region
from factories import make_policy, policy_table

OWN = {"edge_country_header": "X-Client-Country", "edge_region_header": "X-Client-Region"}


@cache
def policy_behind(edge: Edge) -> Policy:
    """A policy for an edge, with names of our own where it needs them."""
    names = OWN if edge in EDGES_WITH_OWN_HEADERS else {}
    return make_policy(visitor={"trusted_proxies": ["127.0.0.1"], "edge": edge.value, **names})


def said(edge: Edge, *headers: tuple[str, str]) -> Region | None:
    raw = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers]
    fields = edge_fields(policy_behind(edge))
    assert fields is not None
    return edge_region(Headers(raw=raw), fields)


def headers_of(edge: Edge, country: str, state: str | None = None) -> list[tuple[str, str]]:
    """The headers in which a provider says a country and a state, as it writes them."""
    if edge is Edge.AKAMAI:
        region = f",region_code={state}" if state is not None else ""
        return [("X-Akamai-Edgescape", f"georegion=246,country_code={country}{region},city=SOMEWHERE,zip=94101-94199")]
    fields = edge_fields(policy_behind(edge))
    assert fields is not None
    named = [(fields.country.header, country)]
    return named if state is None else [*named, (fields.subdivision.header, state)]


@pytest.mark.parametrize(
    ("edge", "headers", "code"),
    [
        (Edge.CLOUDFLARE, [("CF-IPCountry", "US"), ("cf-region-code", "CA")], "US-CA"),
        (Edge.CLOUDFRONT, [("CloudFront-Viewer-Country", "US"), ("CloudFront-Viewer-Country-Region", "MI")], "US-MI"),
        (Edge.VERCEL, [("x-vercel-ip-country", "CA"), ("x-vercel-ip-country-region", "QC")], "CA-QC"),
        (Edge.APPENGINE, [("X-Appengine-Country", "US"), ("X-Appengine-Region", "ca")], "US-CA"),
        (Edge.GOOGLE_LB, [("X-Client-Country", "US"), ("X-Client-Region", "USCA")], "US-CA"),
        (Edge.AKAMAI, [("X-Akamai-Edgescape", "georegion=1,country_code=US,region_code=MA,city=X")], "US-MA"),
        (Edge.AKAMAI, [("X-Akamai-Edgescape", "country_code=DE, region_code=BE")], "DE"),
        (Edge.AKAMAI, [("X-Akamai-Edgescape", "COUNTRY_CODE=FR")], "FR"),
        (Edge.FASTLY, [("X-Client-Country", "us"), ("X-Client-Region", "tx")], "US-TX"),
    ],
)
def test_each_provider_is_understood_in_its_own_words(edge: Edge, headers: list[tuple[str, str]], code: str) -> None:
    region = said(edge, *headers)
    assert region is not None
    assert (region.code, region.source) == (code, RegionSource.EDGE)


@pytest.mark.parametrize("edge", Edge)
@pytest.mark.parametrize(
    ("country", "state", "code"),
    [
        ("DE", None, "DE"),
        ("de", None, "DE"),
        (" FR ", None, "FR"),
        ("UK", None, "GB"),
        ("EL", None, "GR"),
        ("GB", "ENG", "GB"),
        ("XK", None, "XK"),
        ("US", "CA", "US-CA"),
        ("US", "US-CA", "US-CA"),
        ("US", "USCA", "US-CA"),
        ("us", "ca", "US-CA"),
        ("US", "DC", "US-DC"),
        ("CA", "ON", "CA-ON"),
        ("CA", "CAQC", "CA-QC"),
        # The state of the two countries where it matters is unknown: the strictest of the country.
        ("US", None, "US-CA"),
        ("US", "", "US-CA"),
        ("US", "?", "US-CA"),
        ("US", "US", "US-CA"),
        ("US", "XX", "US-CA"),
        ("US", "CA-QC", "US-CA"),
        ("US", "California", "US-CA"),
        ("CA", None, "CA-QC"),
        ("CA", "CA", "CA-QC"),
        ("CA", "ZZ", "CA-QC"),
        # A proxy, a continent, a code of nobody's or no code.
        ("XX", None, None),
        ("ZZ", None, None),
        ("T1", None, None),
        ("EU", None, None),
        ("AP", None, None),
        ("A1", None, None),
        ("A2", None, None),
        ("AA", None, None),
        ("QM", None, None),
        ("XA", None, None),
        ("reserved", None, None),
        ("", None, None),
        ("D", None, None),
        ("DEU", None, None),
        ("D1", None, None),
        ("DE;FR", None, None),
        ("Germany", None, None),
        ("ß", None, None),
        ("-", None, None),
        ("XX", "US-TX", None),
    ],
)
def test_codes_are_made_iso_or_unknown(edge: Edge, country: str, state: str | None, code: str | None) -> None:
    region = said(edge, *headers_of(edge, country, state))
    assert region is not None
    assert (region.code, region.source) == (code, RegionSource.EDGE)


@pytest.mark.parametrize("edge", Edge)
def test_a_country_said_twice_is_unknown_and_a_state_said_twice_is_the_strictest(edge: Edge) -> None:
    twice = said(edge, *headers_of(edge, "FR"), *headers_of(edge, "FR"))
    assert twice == Region(None, RegionSource.EDGE, "the edge names no country")
    joined = said(edge, *headers_of(edge, "FR,country_code=FR" if edge is Edge.AKAMAI else "FR, FR"))
    assert joined == twice
    if edge is Edge.AKAMAI:
        states = said(edge, *headers_of(edge, "US", "TX,region_code=TX"))
    else:
        with_state = headers_of(edge, "US", "TX")
        states = said(edge, *with_state, with_state[1])
    assert states is not None
    assert states.code == "US-CA"


@pytest.mark.parametrize("edge", Edge)
def test_an_edge_that_sends_nothing_says_nothing(edge: Edge) -> None:
    assert said(edge) is None
    others = [header for other in Edge if other is not edge for header in headers_of(other, "US", "TX")]
    if edge in EDGES_WITH_OWN_HEADERS:
        others = [header for header in others if header[0] not in OWN.values()]
    assert said(edge, *others) is None


def test_a_tor_or_proxy_code_is_named_in_the_reason() -> None:
    tor, proxy = said(Edge.CLOUDFLARE, ("CF-IPCountry", "T1")), said(Edge.CLOUDFLARE, ("CF-IPCountry", "A1"))
    assert (tor and tor.why, proxy and proxy.why) == ("the edge says T1, Tor", "the edge says A1, an anonymous proxy")


@pytest.mark.parametrize("edge", Edge)
@given(country=st.text(st.characters(max_codepoint=255), max_size=12), state=st.text("USCA-QX1?, =", max_size=6))
def test_whatever_an_edge_sends_becomes_a_known_form_or_unknown(edge: Edge, country: str, state: str) -> None:
    region = said(edge, *headers_of(edge, country, state))
    assert region is not None
    assert region.code is None or region.code.replace("-", "").isalnum()
    assert region.country is None or (len(region.country) == 2 and region.country.isupper())
    assert region.code not in {"US", "CA"}


def problems_of(**visitor: Any) -> dict[str, str]:
    with pytest.raises(ConfigurationError) as error:
        Policy.from_dict(policy_table(visitor=visitor))
    return {problem.place: problem.id for problem in error.value.problems}


@pytest.mark.parametrize("edge", EDGES_WITH_OWN_HEADERS)
def test_an_edge_without_headers_of_its_own_needs_their_names(edge: Edge) -> None:
    assert problems_of(edge=edge.value, trusted_proxies=["10.0.0.0/8"]) == {
        "visitor.edge_country_header": "policy-edge-header-missing",
        "visitor.edge_region_header": "policy-edge-header-missing",
    }


@pytest.mark.parametrize("edge", [None, *FIELDS])
def test_names_of_headers_are_refused_where_nothing_reads_them(edge: Edge | None) -> None:
    named = {"edge": edge.value} if edge else {}
    assert problems_of(**named, trusted_proxies=["10.0.0.0/8"], **OWN) == {
        "visitor.edge_country_header": "policy-edge-header-unused",
        "visitor.edge_region_header": "policy-edge-header-unused",
    }


@pytest.mark.parametrize(
    ("visitor", "place", "problem"),
    [
        ({"edge": "cloudflare"}, "visitor.edge", "policy-edge-untrusted"),
        ({"edge": "cloudflare", "trusted_proxies": []}, "visitor.edge", "policy-edge-untrusted"),
        ({"edge": "cloudfare", "trusted_proxies": ["10.0.0.1"]}, "visitor.edge", "policy-enum"),
        ({"edge": ["cloudflare"]}, "visitor.edge", "policy-enum"),
        ({"forwarded": "x-real-ip"}, "visitor.forwarded", "policy-enum"),
        (
            {
                "edge": "fastly",
                "trusted_proxies": ["10.0.0.1"],
                "edge_country_header": "a b",
                "edge_region_header": "c",
            },
            "visitor.edge_country_header",
            "policy-string-pattern-mismatch",
        ),
        ({"trusted_proxies": ["0.0.0.0/0"]}, "visitor.trusted_proxies[0]", "policy-value-error"),
        ({"trusted_proxies": ["::/0"]}, "visitor.trusted_proxies[0]", "policy-value-error"),
        ({"trusted_proxies": ["::ffff:0:0/96"]}, "visitor.trusted_proxies[0]", "policy-value-error"),
        ({"trusted_proxies": ["10.0.0.1/8"]}, "visitor.trusted_proxies[0]", "policy-value-error"),
    ],
)
def test_settings_that_cant_be_meant_are_told(visitor: dict[str, Any], place: str, problem: str) -> None:
    assert problems_of(**visitor).get(place) == problem


@pytest.mark.parametrize("edge", Edge)
def test_every_edge_has_its_headers(edge: Edge) -> None:
    assert edge_fields(policy_behind(edge)) is not None


def test_without_an_edge_there_are_none() -> None:
    assert edge_fields(make_policy()) is None
