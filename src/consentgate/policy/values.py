"""The values of a policy file: how a name, an address, a moment is written, and which words stand where."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated

from pydantic import Field, PlainValidator, StringConstraints

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{1,19}$")]
"""A category: it is written into the cookie, so it is short and plain."""

VendorId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
RegionCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")]
HostRule = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]*\.[a-z0-9-]+(/.*)?$")]
CookieName = Annotated[str, StringConstraints(pattern=r"^[!#$%&'+\-.^_`|~0-9A-Za-z]{2,}\*?$")]
Url = Annotated[str, StringConstraints(pattern=r"^(https?://[^/]|/([^/]|$))")]
SiteName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9/._~-]*)?$", max_length=253)]
Domain = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$", max_length=253)]
NOTICE_FILE = r"^[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*\.(html|txt|md)$"
"""Beside the policy file or in a folder there."""

NoticeFile = Annotated[str, StringConstraints(pattern=NOTICE_FILE)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Statement = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
HeaderName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,64}$")]
Days = Annotated[int, Field(ge=1, le=730)]


def _network(value: object) -> IPv4Network | IPv6Network:
    """Written as text only: a bare number would be read as an address."""
    if not isinstance(value, str):
        raise ValueError("A network is written as text")  # noqa: TRY004 - pydantic collects ValueErrors
    network = ip_network(value)
    if isinstance(network, IPv6Network) and network.prefixlen >= 96 and network.network_address.ipv4_mapped:
        # Addresses are compared as what they hold, so `::ffff:10.0.0.0/104` means 10.0.0.0/8.
        network = ip_network((network.network_address.ipv4_mapped, network.prefixlen - 96))
    if network.prefixlen == 0:
        raise ValueError("Everybody would be a trusted proxy, and any visitor could say where they are")
    return network


Network = Annotated[IPv4Network | IPv6Network, PlainValidator(_network, json_schema_input_type=str)]


def moment(value: object) -> datetime:
    """A date is its midnight in UTC, as the zone has to be the same for everybody; a time says its own.

    Raises ValueError for anything else.
    """
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise ValueError("A time needs its zone, such as 2026-10-12T09:00:00Z")
        return value
    if isinstance(value, date):
        return datetime.combine(value, time(), UTC)
    raise ValueError("A moment is a date, or a time with its zone")


Moment = Annotated[datetime, PlainValidator(moment, json_schema_input_type=date | datetime)]


class Asking(StrEnum):
    """When a category is asked for: where the regime asks (`regime`), or everywhere (`always`)."""

    REGIME = "regime"
    ALWAYS = "always"


class Outside(StrEnum):
    """What becomes of pages on the hosts of the sites that belong to no site."""

    BLOCK = "block"
    PASS = "pass"  # noqa: S105 - no password


class LinkWhere(StrEnum):
    """On which pages consentgate puts its own link back to the choices."""

    ALWAYS = "always"
    REQUIRED = "required"


class Forwarded(StrEnum):
    """The header in which trusted proxies say whom they speak for. Only the one named is read."""

    X_FORWARDED_FOR = "x-forwarded-for"
    FORWARDED = "forwarded"


class Edge(StrEnum):
    """Who stands in front of the site and says where visitors are."""

    CLOUDFLARE = "cloudflare"
    CLOUDFRONT = "cloudfront"
    VERCEL = "vercel"
    APPENGINE = "appengine"
    GOOGLE_LB = "google_lb"
    AKAMAI = "akamai"
    FASTLY = "fastly"


EDGES_WITH_OWN_HEADERS = frozenset({Edge.GOOGLE_LB, Edge.FASTLY})
"""Edges that send no header unless configured to, under a name of the operator's choosing."""


class DntWording(StrEnum):
    """What a statement about Do Not Track promises."""

    NOT_HONORED = "not_honored"
    OBJECTION = "objection"
    BOTH = "both"


class Undeclared(StrEnum):
    """What becomes of a vendor that visitors are not told of, once its category is granted."""

    BLOCK = "block"
    ALLOW = "allow"


class UnknownCookies(StrEnum):
    """What becomes of a cookie that nobody is known to set."""

    ALLOW = "allow"
    BLOCK = "block"


class SiteData(StrEnum):
    """What a browser can be told to clear (W3C Clear Site Data, section 3.1). Not `cookies`: the choice is one."""

    CACHE = "cache"
    STORAGE = "storage"


class CspWall(StrEnum):
    """What our own Content-Security-Policy does."""

    OFF = "off"
    REPORT = "report"
    ENFORCE = "enforce"


class ConsentMode(StrEnum):
    """When Google's tags load: once they are granted, or before that with the word that they are not."""

    BASIC = "basic"
    ADVANCED = "advanced"
