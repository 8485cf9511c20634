"""The shape of a policy file, as pydantic reads it. What it means is in policy.py; what else must hold in checks/."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, PlainValidator, StringConstraints

from consentgate.model import Regime
from consentgate.policy.regimes import Profile
from consentgate.policy.signals import DntSetting

Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z_]{1,19}$")]
"""A category: it is written into the cookie, so it is short and plain."""

VendorId = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
RegionCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}(-[A-Z0-9]{1,3})?$")]
HostRule = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9.-]*\.[a-z0-9-]+(/.*)?$")]
CookieName = Annotated[str, StringConstraints(pattern=r"^[!#$%&'+\-.^_`|~0-9A-Za-z]{2,}\*?$")]
Url = Annotated[str, StringConstraints(pattern=r"^(https?://[^/]|/([^/]|$))")]
SiteName = Annotated[str, StringConstraints(pattern=r"^[a-z0-9.-]+(:[0-9]+)?(/[A-Za-z0-9/_-]*)?$", max_length=253)]
Domain = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+(\.[a-z0-9-]+)+$", max_length=253)]
NOTICE_FILE = r"^[A-Za-z0-9_][A-Za-z0-9._-]*(/[A-Za-z0-9_][A-Za-z0-9._-]*)*\.(html|txt|md)$"
"""Beside the policy file or in a folder there."""

NoticeFile = Annotated[str, StringConstraints(pattern=NOTICE_FILE)]
Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
Statement = Annotated[str, StringConstraints(min_length=1, max_length=1000)]
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

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)


class NoticeVersionEntry(Section):
    """One dated version of the notice."""

    version: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$")]
    """Its name, by which it is archived and recorded; it never stands for another text."""
    updated: date
    """The date that visitors are shown as "last updated"."""
    material: bool = False
    """Whether grants made under an earlier version end when this one takes effect; refusals stay."""
    announced_at: Moment | None = None
    """When visitors begin to be told of it; without it they are told when it takes effect."""
    effective_at: Moment | None = None
    """When it takes effect; without it on the day of `updated`."""
    file: NoticeFile | None = None
    """The text, beside the policy file: `.html` a fragment that is shown as it is, `.txt` and `.md` shown as text."""
    sha256: Sha256 | None = None
    """The SHA-256 of the file's bytes, so that a text never changes under the name of its version."""
    dnt: Statement | None = None
    """What this version says about Do Not Track, where it is not what `notice.dnt` says."""


class DntWording(StrEnum):
    """What a statement about Do Not Track promises."""

    NOT_HONORED = "not_honored"
    OBJECTION = "objection"
    BOTH = "both"


class NoticeEntry(Section):
    """Where the notice stands, and its versions."""

    url: Url
    """The privacy notice: a path, or an http(s) URL."""
    cookies_url: Url | None = None
    """The cookie notice; else the privacy notice."""
    archive_url: Url | None = None
    """Where earlier versions can be read; else the privacy notice."""
    dnt: Statement | None = None
    """The statement about Do Not Track, as the notice words it."""
    dnt_says: Annotated[DntWording, _WORD] | None = None
    """What that statement promises, where its words don't tell the loader."""
    versions: Annotated[list[NoticeVersionEntry], Field(min_length=1)]
    """The dated versions, oldest first. The last one that has taken effect is in force."""


class CategoryEntry(Section):
    """One category beside `necessary`."""

    consent: Annotated[Asking, _WORD] = Asking.REGIME
    """`regime`: asked for where the visitor's regime asks. `always`: nothing before a yes, anywhere."""
    sale_or_sharing: bool = False
    """Whether Global Privacy Control denies it. Required to be true for `marketing`."""
    sensitive: bool = False
    """Whether it uses sensitive personal information for more than Cal. Code Regs. title 11, section 7027(m) allows."""


class VendorEntry(Section):
    """A vendor of the site's own, or one of the catalogue's said anew."""

    id: VendorId
    """Its name in lists and records. That of a vendor of the catalogue says that one anew."""
    name: Annotated[str, StringConstraints(min_length=1, max_length=80)]
    """What visitors are told."""
    category: str
    """The category that has to be granted for it."""
    hosts: list[HostRule] = []
    """`host` with all its subdomains, or `host/path` for only what begins with that path there."""
    inline: list[Annotated[str, StringConstraints(min_length=6)]] = []
    """What only this vendor's inline snippet contains."""
    cookies: dict[CookieName, Annotated[int, Field(ge=-1, le=3650)]] = {}
    """Its first-party cookies and their days: `_ga_*` is a prefix, 0 a session, -1 unknown."""
    purpose: str = ""
    """What it is used for, as visitors are told."""
    country: Annotated[str, StringConstraints(pattern=r"^([A-Z]{2})?$")] = ""
    """Where the company sits, as an ISO 3166-1 code."""
    privacy: Annotated[str, StringConstraints(pattern=r"^(https?://[^/].*)?$")] = ""
    """The vendor's own privacy notice."""
    exempt: str = ""
    """Why the walls let it pass although its category may be denied. Leave it out, and they don't."""


class RegimesEntry(Section):
    """What the site wants other than the defaults."""

    profile: Annotated[Profile, _WORD] = Profile.STRICT
    """What holds in regions that no list names: `strict` asks first, `lax` informs."""
    elsewhere: Annotated[Regime, _WORD] | None = None
    """The regime of the same regions, in the profile's place."""
    regions: dict[RegionCode, Annotated[Regime, _WORD]] = {}
    """The regime of single regions, by ISO code, in the place of the built-in lists: `US-CA` goes before `US`."""
    not_served: list[RegionCode] = []
    """Regions that the site is not meant for, so that it owes them no statements. Who comes from there is served."""


class LifetimeEntry(Section):
    """How long a choice holds in one region."""

    grant_days: Days
    """Days that a grant holds."""
    refusal_days: Days
    """Days that a refusal holds."""


class ChoiceEntry(Section):
    """How long a choice holds, in days, from the click and without sliding, and which hosts its cookie is sent to."""

    grant_days: Days = 180
    """Days that a grant holds, from the click and without sliding."""
    refusal_days: Days = 180
    """Days that a refusal holds: at least as many."""
    regions: dict[RegionCode, LifetimeEntry] = {}
    """Other lifetimes for single regions, within the limits of their authorities."""
    cookie_domain: Domain | None = None
    """The Domain of the cookie, for a site that is served on several hosts under it."""


class SignalsEntry(Section):
    """What is done with signals, and what is published about it."""

    dnt: Annotated[DntSetting, _WORD] = DntSetting.LOG
    """What is done with Do Not Track: `log` changes nothing, `objection` denies what is optional."""
    regions: dict[RegionCode, Annotated[DntSetting, _WORD]] = {}
    """Another setting of `dnt` for single regions."""
    gpc_since: date | None = None
    """Since when the site honors Global Privacy Control, for /.well-known/gpc.json; else the newest notice's date."""
    tracking_status: bool = False
    """Whether /.well-known/dnt/ and the Tk header are served (W3C Tracking Preference Expression)."""
    controller: list[Url] = []
    """Who answers for the data, where that is not who owns the site's domain."""
    policy: Url | None = None
    """Where it is said what is done with the signal; else the notice."""
    config: Url | None = None
    """Where a choice can be made and withdrawn; else the preferences page."""


class VisitorEntry(Section):
    """How the visitor's region is found. Nobody is a trusted proxy unless named."""

    trusted_proxies: list[Network] = []
    """Addresses or networks that are believed about whom they speak for. Nobody, unless named."""
    forwarded: Annotated[Forwarded, _WORD] = Forwarded.X_FORWARDED_FOR
    """The header in which they say so. The other one is never read."""
    edge: Annotated[Edge, _WORD] | None = None
    """Whose region headers are believed, from a trusted proxy only."""
    edge_country_header: HeaderName | None = None
    """The name that you configured at `google_lb` or `fastly`, for the country."""
    edge_region_header: HeaderName | None = None
    """The name that you configured at `google_lb` or `fastly`, for the state."""
    geoip: Annotated[str, StringConstraints(min_length=1)] | None = None
    """Your own region database in place of the embedded one, beside the policy file."""


class BannerEntry(Section):
    """What the visitor meets."""

    link: Annotated[LinkWhere, _WORD] = LinkWhere.ALWAYS
    """`always`: a small link back to the choices on every page. `required`: only where the law words it."""


class LedgerEntry(Section):
    """How long the record of choices is kept."""

    retention_days: Annotated[int, Field(ge=1, le=3650)] = 731
    """Days that a row is kept after the choice that it records has ended."""


def default_categories() -> dict[str, CategoryEntry]:
    """The categories of a policy that names none."""
    return {
        "functional": CategoryEntry(),
        "analytics": CategoryEntry(),
        "marketing": CategoryEntry(sale_or_sharing=True),
    }


class PolicyFile(Section):
    """The whole file."""

    site: SiteName | None = None
    """The site that choices are made for: a host, with a path where only a part of it is meant."""
    sites: Annotated[list[SiteName], Field(min_length=1, max_length=64)] | None = None
    """In the place of `site`: several sites under one notice, each with choices of its own."""
    name: Annotated[str, StringConstraints(min_length=1, max_length=80)] | None = None
    """What the banner calls the site."""
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$")] = "en"
    """The language, where the browser asks for none that there are texts in."""
    prefix: Annotated[str, StringConstraints(pattern=r"^(/[A-Za-z0-9_][A-Za-z0-9._-]*)+$")] = "/_consent"
    """Where the preferences page, the choice and the assets live."""
    notice: NoticeEntry
    """The privacy notice that choices are made under."""
    categories: Annotated[dict[Name, CategoryEntry], Field(min_length=1, max_length=8)] = Field(
        default_factory=default_categories
    )
    """The purposes beside `necessary`, which is always granted."""
    vendors: list[VendorId] = []
    """The vendors of the catalogue whose tags the pages carry, for visitors to see. A new one asks everybody again."""
    vendor: list[VendorEntry] = []
    """Vendors of the site's own, and those of the catalogue that it says anew."""
    regimes: RegimesEntry = RegimesEntry()
    """What applies before a choice, where it is not what the built-in lists say."""
    choice: ChoiceEntry = ChoiceEntry()
    """How long a choice holds."""
    signals: SignalsEntry = SignalsEntry()
    """What is done with Do Not Track, and what is published about signals."""
    visitor: VisitorEntry = VisitorEntry()
    """How the visitor's region is found."""
    banner: BannerEntry = BannerEntry()
    """What the visitor meets on the pages."""
    ledger: LedgerEntry = LedgerEntry()
    """How long the record of choices is kept."""
