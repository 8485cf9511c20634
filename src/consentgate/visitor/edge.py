"""The region that an edge in front of the site says in its headers.

Only for the provider that the policy names; whoever calls makes sure that the peer may be believed. Header names are
those of the providers' own documentation; Google's load balancer and Fastly send what the operator configured there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from starlette.datastructures import Headers

from consentgate.model import Region, RegionSource
from consentgate.policy import Policy
from consentgate.policy.regions import ALIASES, COUNTRIES, STRICTEST_SUBDIVISION, SUBDIVISIONS
from consentgate.policy.values import Edge


@dataclass(frozen=True, slots=True)
class EdgeField:
    """Where one fact stands: in a header, or in that `key`'s entry of one such as `country_code=US,region_code=MA`."""

    header: str
    key: str = ""

    def read(self, headers: Headers) -> str:
        """The value; "" when it is absent or stands there more than once, since then nobody knows who wrote which."""
        values = headers.getlist(self.header)
        if self.key and len(values) == 1:
            entries = (entry.partition("=") for entry in values[0].split(","))
            values = [value for name, _, value in entries if name.strip().lower() == self.key]
        return values[0].strip() if len(values) == 1 else ""


@dataclass(frozen=True, slots=True)
class EdgeFields:
    """Where an edge says the country and its subdivision."""

    country: EdgeField
    subdivision: EdgeField


FIELDS: Mapping[Edge, EdgeFields] = MappingProxyType(
    {
        Edge.CLOUDFLARE: EdgeFields(EdgeField("CF-IPCountry"), EdgeField("CF-Region-Code")),
        Edge.CLOUDFRONT: EdgeFields(
            EdgeField("CloudFront-Viewer-Country"), EdgeField("CloudFront-Viewer-Country-Region")
        ),
        Edge.VERCEL: EdgeFields(EdgeField("X-Vercel-IP-Country"), EdgeField("X-Vercel-IP-Country-Region")),
        Edge.APPENGINE: EdgeFields(EdgeField("X-Appengine-Country"), EdgeField("X-Appengine-Region")),
        Edge.AKAMAI: EdgeFields(
            EdgeField("X-Akamai-Edgescape", "country_code"), EdgeField("X-Akamai-Edgescape", "region_code")
        ),
    }
)

_NO_COUNTRY: Mapping[str, str] = MappingProxyType(
    {
        "T1": "Tor",
        "A1": "an anonymous proxy",
        "A2": "a satellite provider",
        "EU": "a continent",
        "AP": "a continent",
    }
)
"""Codes that stand where a country should. Besides them ISO reserves AA, QM to QZ, XA to XZ and ZZ for anyone's own
use, and providers use XX and ZZ for unknown. XK is Kosovo's, by custom.
"""


def edge_fields(policy: Policy) -> EdgeFields | None:
    """Where the policy's edge says what it knows; None without an edge."""
    if policy.edge_country_header and policy.edge_region_header:
        return EdgeFields(EdgeField(policy.edge_country_header), EdgeField(policy.edge_region_header))
    return FIELDS[policy.edge] if policy.edge else None


def edge_region(headers: Headers, fields: EdgeFields) -> Region | None:
    """The region that the edge says; unknown when what it says is no country. None when it says nothing at all."""
    if fields.country.header not in headers:
        return None
    code = _upper(fields.country.read(headers))
    country = ALIASES.get(code, code)
    if country in _NO_COUNTRY:
        return Region(None, RegionSource.EDGE, f"the edge says {country}, {_NO_COUNTRY[country]}")
    if country not in COUNTRIES:
        return Region(None, RegionSource.EDGE, "the edge names no country")
    if country not in SUBDIVISIONS:
        return Region(country, RegionSource.EDGE, "by country, as the edge says")
    return _by_subdivision(country, _upper(fields.subdivision.read(headers)))


def _by_subdivision(country: str, text: str) -> Region:
    """`US` with `USCA`, `US-CA` or `CA` is US-CA. What is no subdivision of the country could be any of them."""
    subdivision = text.removeprefix(country).removeprefix("-")
    if subdivision in SUBDIVISIONS[country]:
        return Region(f"{country}-{subdivision}", RegionSource.EDGE, "by state, as the edge says")
    strictest = STRICTEST_SUBDIVISION[country]
    return Region(strictest, RegionSource.EDGE, "state unknown to the edge, so the strictest of the country")


def _upper(text: str) -> str:
    """Only ASCII letters have an upper case here: that of a German sharp s would be the code of South Sudan."""
    return text.upper() if text.isascii() else ""
