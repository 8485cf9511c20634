"""The shape of a policy file, as pydantic reads it. What it means is in policy.py; what else must hold in checks.py."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, StringConstraints

from consentgate.model import Regime
from consentgate.policy.regimes import Profile

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{1,19}$")]
"""A category: it is written into the cookie, so it is short and plain."""

VendorId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
RegionCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")]
HostRule = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]*\.[a-z0-9-]+(/.*)?$")]
CookieName = Annotated[str, StringConstraints(pattern=r"^[!#$%&'+\-.^_`|~0-9A-Za-z]{2,}\*?$")]
Url = Annotated[str, StringConstraints(pattern=r"^(https?://[^/]|/([^/]|$))")]
HeaderName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{1,64}$")]
Days = Annotated[int, Field(ge=1, le=730)]

_WORD = Field(strict=False)
"""A file has words where the code has enums; nothing else is read for what it is not, such as "no" for false."""


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


Network = Annotated[IPv4Network | IPv6Network, PlainValidator(_network)]


class Asking(StrEnum):
    """When a category is asked for: where the regime asks (`regime`), or everywhere (`always`)."""

    REGIME = "regime"
    ALWAYS = "always"


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


class Section(BaseModel):
    """What all tables of the file have in common: no unknown keys, no guessing at types, no change after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class NoticeVersionEntry(Section):
    """One dated version of the notice."""

    version: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$")]
    updated: date
    material: bool = False


class NoticeEntry(Section):
    """Where the notice stands, and its versions."""

    url: Url
    cookies_url: Url | None = None
    archive_url: Url | None = None
    versions: Annotated[list[NoticeVersionEntry], Field(min_length=1)]


class CategoryEntry(Section):
    """One category beside `necessary`."""

    consent: Annotated[Asking, _WORD] = Asking.REGIME
    sale_or_sharing: bool = False


class VendorEntry(Section):
    """A vendor of the site's own, or one of the catalogue's said anew."""

    id: VendorId
    name: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    category: str
    hosts: list[HostRule] = []
    inline: list[Annotated[str, StringConstraints(min_length=6)]] = []
    cookies: dict[CookieName, Annotated[int, Field(ge=-1, le=3650)]] = {}
    purpose: str = ""
    country: Annotated[str, StringConstraints(pattern=r"^([A-Z]{2})?$")] = ""
    privacy: Annotated[str, StringConstraints(pattern=r"^(https?://[^/].*)?$")] = ""
    exempt: str = ""


class RegimesEntry(Section):
    """What the site wants other than the defaults."""

    profile: Annotated[Profile, _WORD] = Profile.STRICT
    elsewhere: Annotated[Regime, _WORD] | None = None
    regions: dict[RegionCode, Annotated[Regime, _WORD]] = {}


class ChoiceEntry(Section):
    """How long a choice holds, in days, from the click and without sliding."""

    grant_days: Days = 180
    refusal_days: Days = 180


class VisitorEntry(Section):
    """How the visitor's region is found. Nobody is a trusted proxy unless named."""

    trusted_proxies: list[Network] = []
    forwarded: Annotated[Forwarded, _WORD] = Forwarded.X_FORWARDED_FOR
    edge: Annotated[Edge, _WORD] | None = None
    edge_country_header: HeaderName | None = None
    edge_region_header: HeaderName | None = None
    geoip: Annotated[str, StringConstraints(min_length=1)] | None = None


class BannerEntry(Section):
    """What the visitor meets."""

    link: Annotated[LinkWhere, _WORD] = LinkWhere.ALWAYS


def default_categories() -> dict[str, CategoryEntry]:
    """The categories of a policy that names none."""
    return {
        "functional": CategoryEntry(),
        "analytics": CategoryEntry(),
        "marketing": CategoryEntry(sale_or_sharing=True),
    }


class PolicyFile(Section):
    """The whole file."""

    site: Annotated[str, StringConstraints(pattern=r"^[a-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9/_-]*)?$", max_length=253)]
    name: Annotated[str, StringConstraints(min_length=1, max_length=80)] | None = None
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "en"
    prefix: Annotated[str, StringConstraints(pattern=r"^(/[A-Za-z0-9_][A-Za-z0-9._-]*)+$")] = "/_consent"
    notice: NoticeEntry
    categories: Annotated[dict[Name, CategoryEntry], Field(min_length=1, max_length=8)] = Field(
        default_factory=default_categories
    )
    vendors: list[VendorId] = []
    vendor: list[VendorEntry] = []
    regimes: RegimesEntry = RegimesEntry()
    choice: ChoiceEntry = ChoiceEntry()
    visitor: VisitorEntry = VisitorEntry()
    banner: BannerEntry = BannerEntry()
