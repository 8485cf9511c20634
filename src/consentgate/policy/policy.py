"""The policy: everything a site decides about consent, validated, frozen and ready to be asked."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any, Self

from consentgate.errors import Problem
from consentgate.model import NECESSARY, Region, Vendor
from consentgate.policy import build
from consentgate.policy.advice import advice_on
from consentgate.policy.catalog import Catalog
from consentgate.policy.category import Category
from consentgate.policy.lifetimes import Lifetimes
from consentgate.policy.load import read_toml, validate
from consentgate.policy.notice import Notice
from consentgate.policy.regimes import ELSEWHERE, Regimes
from consentgate.policy.schema import PolicyFile
from consentgate.policy.shipped import own_vendor, shipped_catalog
from consentgate.policy.signals import DntSetting, DntSettings, StatusValue, TrackingStatus
from consentgate.policy.site import Site, first_site_on, site_of
from consentgate.policy.values import Edge, Forwarded, LinkWhere, Outside, Undeclared
from consentgate.policy.walls import WallSettings

NOT_HONORED = "Do Not Track signals are received and not honored."
"""What a notice says where the setting is `log`."""


@dataclass(frozen=True)
class Policy:
    """A site's policy. Build it with `load`, `from_dict` or `default`, which validate; it never changes afterwards.

    `categories` leaves out `necessary`, which is always granted. `vendors` are those the site declares, in its order,
    and `own_purposes` what it says itself that some of them are for, by id.
    `gpc_since` is what the file says, None where it leaves it to the notice: see `gpc_since_at`. `edge_country_header`
    and `edge_region_header` are set for the edges whose headers the operator names, and for no other. `advice` is what
    whoever answers for a sound policy should know all the same.
    """

    sites: tuple[Site, ...]
    outside: Outside
    name: str | None
    language: str
    prefix: str
    notice: Notice
    categories: tuple[Category, ...]
    vendors: tuple[Vendor, ...]
    own_purposes: Mapping[str, str]
    catalog: Catalog
    regimes: Regimes
    lifetimes: Lifetimes
    cookie_domain: str | None
    dnt: DntSettings
    gpc_since: date | None
    tracking_status: TrackingStatus | None
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...]
    forwarded: Forwarded
    edge: Edge | None
    edge_country_header: str | None
    edge_region_header: str | None
    geoip: Path | None
    link_on_every_page: bool
    walls: WallSettings
    retention_days: int
    advice: tuple[Problem, ...]

    @classmethod
    def load(cls, path: str | os.PathLike[str], now: datetime | None = None) -> Self:
        """The policy of a TOML file. Raises ConfigurationError with all of its problems.

        `now` (aware; the time of day if it is left out) tells which version of the notice the settings are held
        against. It is looked at here and in `from_dict`, and kept nowhere.
        """
        file = Path(path)
        return cls._from(read_toml(file), str(file), file.parent, now)

    @classmethod
    def from_dict(cls, mapping: Mapping[str, Any], now: datetime | None = None) -> Self:
        """The policy of a mapping shaped like the file; what it names lies in the working folder. `now` as in `load`.

        Raises ConfigurationError with all of its problems.
        """
        return cls._from(mapping, "the policy", Path(), now)

    @classmethod
    def default(cls, *, notice_url: str, site: str, updated: date | None = None, dnt: str = NOT_HONORED) -> Self:
        """A policy that needs no file: the default categories, the whole catalogue, one notice version.

        `updated` is the date of the notice; without it the version is called "1" and visitors are told no date. `dnt`
        is what the notice says about Do Not Track, which has to be that nothing is done with it.
        Raises ConfigurationError.
        """
        version = {"version": str(updated or 1), "updated": updated or date.min}
        policy = cls.from_dict({"site": site, "notice": {"url": notice_url, "dnt": dnt, "versions": [version]}})
        if updated is not None:
            return policy
        undated = replace(policy.notice.versions[0], updated=None)
        return replace(policy, notice=replace(policy.notice, versions=(undated,)))

    def site_of(self, host: str, path: str) -> Site | None:
        """The most specific site of a URL's host (as a Host header has it) and path; None outside of every site."""
        return site_of(self.sites, host, path)

    def first_site_on(self, host: str) -> Site:
        """The site that a page of a host (as a Host header has it) is taken for that nothing more is known of."""
        return first_site_on(self.sites, host)

    def gpc_since_at(self, now: datetime) -> date | None:
        """Since when the site says that it honors Global Privacy Control: a day that has come, None without one.

        The date of the notice in force stands for it where the policy has no other.
        """
        since = self.gpc_since or self.notice.in_force(now).updated
        return since if since is not None and since <= now.date() else None

    @cached_property
    def declared(self) -> frozenset[str] | None:
        """The ids of the vendors that a grant covers; None where it covers all of the catalogue.

        It does under `undeclared = "allow"`, and where the policy lists no vendors and so speaks of all of them.
        """
        if self.walls.undeclared is Undeclared.ALLOW or not self.vendors:
            return None
        return frozenset(vendor.id for vendor in self.vendors)

    def undeclared(self, vendor_id: str) -> Vendor | None:
        """The vendor, if visitors were not told of it and so no grant covers it."""
        return None if self.declared is None or vendor_id in self.declared else self.catalog.vendor(vendor_id)

    @property
    def tracking_status_value(self) -> StatusValue:
        """What the Tk header says, where the policy turns it on."""
        return StatusValue.of(self.dnt)

    def dnt_of(self, region: Region) -> DntSetting:
        """What is done with Do Not Track in a region."""
        return self.dnt.of(region)

    @cached_property
    def category_names(self) -> tuple[str, ...]:
        """All categories, `necessary` first."""
        return (NECESSARY, *(category.name for category in self.categories))

    @cached_property
    def optional(self) -> frozenset[str]:
        """The categories that are somebody's to choose: all but `necessary`."""
        return frozenset(category.name for category in self.categories)

    @cached_property
    def grantable(self) -> frozenset[str]:
        """The ids of the catalogue's vendors that a grant of their category lets in."""
        asked_for = frozenset(self.category_names)
        granted = (vendor.id for vendor in self.catalog.vendors if vendor.category in asked_for)
        return frozenset(vendor_id for vendor_id in granted if self.undeclared(vendor_id) is None)

    @cached_property
    def sold_or_shared(self) -> frozenset[str]:
        """The categories that an opt-out denies."""
        return frozenset(category.name for category in self.categories if category.sale_or_sharing)

    @cached_property
    def sensitive(self) -> frozenset[str]:
        """The categories that a request to limit the use of sensitive personal information denies."""
        return frozenset(category.name for category in self.categories if category.sensitive)

    def revision_at(self, now: datetime) -> str:
        """Eight hex digits over what a visitor agrees to: the last material version of the notice, the categories,
        which of them are sold or shared and which are asked for everywhere, the declared vendors, and what the site
        itself says that they are for.

        Wording, lifetimes and cookies are left out: they change nothing of what was agreed, so they ask nobody again.
        So are the purposes that the shipped catalogue knows: a new version of consentgate must not ask everybody again.
        """
        return self._revisions[self.notice.last_material(now).version]

    @cached_property
    def _revisions(self) -> Mapping[str, str]:
        """The revision under each version of the notice, were it the last material one."""
        agreed = [
            f"{category.name}:{category.sale_or_sharing}{':always' if category.asked_everywhere else ''}"
            for category in self.categories
        ]
        agreed += sorted(f"{vendor.id}:{vendor.category}" for vendor in self.vendors)
        agreed += sorted(f"{vendor_id}={purpose!r}" for vendor_id, purpose in self.own_purposes.items())
        return {version.version: _short_hash([version.version, *agreed]) for version in self.notice.versions}

    @cached_property
    def fingerprint(self) -> str:
        """Changes with everything that could change a page but time: unlike a revision, it asks nobody again."""
        vendors = sorted(self.catalog.vendors, key=lambda vendor: vendor.id)
        parts = (self.name, self.language, self.prefix, self.notice, self.categories, self.vendors, self.walls)
        everything = (*parts, vendors)
        return hashlib.sha256(repr(everything).encode()).hexdigest()[:16]

    def vendors_in(self, category: str) -> tuple[Vendor, ...]:
        """The declared vendors of a category."""
        return tuple(vendor for vendor in self.vendors if vendor.category == category)

    @classmethod
    def _from(cls, raw: Mapping[str, Any], source: str, folder: Path, now: datetime | None) -> Self:
        now = now or datetime.now(UTC)
        file = validate(raw, source, folder, now)
        return cls._build(file, folder, advice_on(raw, now))

    @classmethod
    def _build(cls, file: PolicyFile, folder: Path, advice: tuple[Problem, ...]) -> Self:
        own = tuple(own_vendor(entry.model_dump()) for entry in file.vendor)
        sites = build.sites_of(file)
        catalog = shipped_catalog(own, [site.host for site in sites])
        return cls(
            sites=sites,
            outside=file.outside,
            name=file.name,
            language=file.language,
            prefix=file.prefix,
            notice=build.notice_of(file.notice, folder),
            categories=build.categories_of(file.categories),
            vendors=build.declared_vendors(file.vendors, own, catalog),
            own_purposes={entry.id: entry.purpose for entry in file.vendor if entry.purpose},
            catalog=catalog,
            regimes=Regimes(file.regimes.elsewhere or ELSEWHERE[file.regimes.profile], file.regimes.regions),
            lifetimes=build.lifetimes_of(file.choice),
            cookie_domain=file.choice.cookie_domain,
            dnt=build.dnt_settings_of(file.signals),
            gpc_since=file.signals.gpc_since,
            tracking_status=build.tracking_status_of(file),
            trusted_proxies=tuple(file.visitor.trusted_proxies),
            forwarded=file.visitor.forwarded,
            edge=file.visitor.edge,
            edge_country_header=file.visitor.edge_country_header,
            edge_region_header=file.visitor.edge_region_header,
            geoip=folder / file.visitor.geoip if file.visitor.geoip else None,
            link_on_every_page=file.banner.link is LinkWhere.ALWAYS,
            walls=build.walls_of(file.walls),
            retention_days=file.ledger.retention_days,
            advice=advice,
        )


def _short_hash(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:8]
