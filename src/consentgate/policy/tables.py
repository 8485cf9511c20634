"""The tables of a policy file, as pydantic reads them. The whole file: schema.py. What they mean: policy.py."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from consentgate.model import Regime
from consentgate.policy.regimes import Profile
from consentgate.policy.signals import DntSetting
from consentgate.policy.values import (
    Asking,
    ConsentMode,
    CookieName,
    CspWall,
    Days,
    DntWording,
    Domain,
    Edge,
    Forwarded,
    HeaderName,
    HostRule,
    LinkWhere,
    Moment,
    Network,
    NoticeFile,
    RegionCode,
    Sha256,
    SiteData,
    Statement,
    Undeclared,
    UnknownCookies,
    Url,
    VendorId,
)

WORD = Field(strict=False)
"""A file has words where the code has enums; nothing else is read for what it is not, such as "no" for false."""


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
    dnt_says: Annotated[DntWording, WORD] | None = None
    """What that statement promises, where its words don't tell the loader."""


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
    dnt_says: Annotated[DntWording, WORD] | None = None
    """What that statement promises, where its words don't tell the loader."""
    versions: Annotated[list[NoticeVersionEntry], Field(min_length=1)]
    """The dated versions, oldest first. The last one that has taken effect is in force."""


class CategoryEntry(Section):
    """One category beside `necessary`."""

    consent: Annotated[Asking, WORD] = Asking.REGIME
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

    profile: Annotated[Profile, WORD] = Profile.STRICT
    """What holds in regions that no list names: `strict` asks first, `lax` informs."""
    elsewhere: Annotated[Regime, WORD] | None = None
    """The regime of the same regions, in the profile's place."""
    regions: dict[RegionCode, Annotated[Regime, WORD]] = {}
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

    dnt: Annotated[DntSetting, WORD] = DntSetting.LOG
    """What is done with Do Not Track: `log` changes nothing, `objection` denies what is optional."""
    regions: dict[RegionCode, Annotated[DntSetting, WORD]] = {}
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
    forwarded: Annotated[Forwarded, WORD] = Forwarded.X_FORWARDED_FOR
    """The header in which they say so. The other one is never read."""
    edge: Annotated[Edge, WORD] | None = None
    """Whose region headers are believed, from a trusted proxy only."""
    edge_country_header: HeaderName | None = None
    """The name that you configured at `google_lb` or `fastly`, for the country."""
    edge_region_header: HeaderName | None = None
    """The name that you configured at `google_lb` or `fastly`, for the state."""
    geoip: Annotated[str, StringConstraints(min_length=1)] | None = None
    """Your own region database in place of the embedded one, beside the policy file."""


class BannerEntry(Section):
    """What the visitor meets."""

    link: Annotated[LinkWhere, WORD] = LinkWhere.ALWAYS
    """`always`: a small link back to the choices on every page. `required`: only where the law words it."""


class WallsEntry(Section):
    """How the walls keep tags out, beyond what they do by themselves."""

    undeclared: Annotated[Undeclared, WORD] = Undeclared.BLOCK
    """What becomes of a catalogue vendor that `vendors` does not list once its category is granted."""
    unknown_cookies: Annotated[UnknownCookies, WORD] = UnknownCookies.ALLOW
    """What becomes of cookies that neither the policy nor the catalogue knows."""
    essential_cookies: list[CookieName] = []
    """The site's own cookies, which are never kept back or ended: `session` a name, `myapp_*` a prefix."""
    dry_run: bool = False
    """Whether cookies that would be kept back are only logged and counted, and set all the same; none is ended."""
    clear_site_data: list[Annotated[SiteData, WORD]] = []
    """What browsers are told to clear over HTTPS beside cookies when something is refused (W3C Clear Site Data)."""
    csp: Annotated[CspWall, WORD] = CspWall.OFF
    """A Content-Security-Policy of our own beside the site's: `report` only collects, `enforce` keeps out."""
    nonce: bool = False
    """Whether under `enforce` only scripts run that the walls have let pass, each marked with a nonce."""
    hosts: list[HostRule] = []
    """Hosts that the pages load from beside their vendors, such as the site's own CDN, for `csp`."""
    consent_mode: Annotated[ConsentMode, WORD] = ConsentMode.BASIC
    """`basic`: Google's tags load after a grant. `advanced`: they load before it, and are told that it is denied."""


class LedgerEntry(Section):
    """How long the record of choices is kept."""

    retention_days: Annotated[int, Field(ge=1, le=3650)] = 731
    """Days that a row is kept after the choice that it records has ended."""
