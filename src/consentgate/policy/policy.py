"""The policy: everything a site decides about consent, validated, frozen and ready to be asked."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any, Self

from consentgate.errors import Problem
from consentgate.model import NECESSARY, Region, Vendor
from consentgate.policy import build
from consentgate.policy.advice import advice_on
from consentgate.policy.catalog import Catalog
from consentgate.policy.lifetimes import Lifetimes
from consentgate.policy.load import read_toml, validate
from consentgate.policy.notice import Notice
from consentgate.policy.regimes import ELSEWHERE, Regimes
from consentgate.policy.schema import PolicyFile
from consentgate.policy.shipped import own_vendor, shipped_catalog
from consentgate.policy.signals import DntSetting, DntSettings, StatusValue, TrackingStatus
from consentgate.policy.site import Site, site_of
from consentgate.policy.values import Asking, Edge, Forwarded, LinkWhere
from consentgate.policy.walls import WallSettings

NOT_HONORED = "Do Not Track signals are received and not honored."
"""What a notice says where the setting is `log`."""


@dataclass(frozen=True, slots=True)
class Category:
    """What visitors can grant. `sale_or_sharing` lets Global Privacy Control deny it.

    `sensitive`: it uses sensitive personal information in ways that Californians may limit.
    """

    name: str
    asked_everywhere: bool
    sale_or_sharing: bool
    sensitive: bool = False


@dataclass(frozen=True)
class Policy:
    """A site's policy. Build it with `load`, `from_dict` or `default`, which validate; it never changes afterwards.

    `categories` leaves out `necessary`, which is always granted. `vendors` are those the site declares, in its order.
    `gpc_since` is None only where no notice has a date. `edge_country_header` and `edge_region_header` are set for the
    edges whose headers the operator names, and for no other. `advice` is what whoever answers for a sound policy should
    know all the same.
    """

    sites: tuple[Site, ...]
    name: str | None
    language: str
    prefix: str
    notice: Notice
    categories: tuple[Category, ...]
    vendors: tuple[Vendor, ...]
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
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """The policy of a TOML file. Raises ConfigurationError with all of its problems."""
        file = Path(path)
        return cls._from(read_toml(file), str(file), file.parent)

    @classmethod
    def from_dict(cls, mapping: Mapping[str, Any]) -> Self:
        """The policy of a mapping shaped like the file; what it names lies in the working folder.

        Raises ConfigurationError with all of its problems.
        """
        return cls._from(mapping, "the policy", Path())

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
        return replace(policy, notice=replace(policy.notice, versions=(undated,)), gpc_since=None)

    def site_of(self, host: str, path: str) -> Site:
        """The most specific site of a URL's host (as a Host header has it) and path."""
        return site_of(self.sites, host, path)

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
    def sold_or_shared(self) -> frozenset[str]:
        """The categories that an opt-out denies."""
        return frozenset(category.name for category in self.categories if category.sale_or_sharing)

    @cached_property
    def sensitive(self) -> frozenset[str]:
        """The categories that a request to limit the use of sensitive personal information denies."""
        return frozenset(category.name for category in self.categories if category.sensitive)

    def revision_at(self, now: datetime) -> str:
        """Eight hex digits over what a visitor agrees to: categories, declared vendors, last material notice version.

        Wording, lifetimes and cookies are left out: they change nothing of what was agreed, so they ask nobody again.
        """
        return self._revisions[self.notice.last_material(now).version]

    @cached_property
    def _revisions(self) -> Mapping[str, str]:
        """The revision under each version of the notice, were it the last material one."""
        agreed = [f"{category.name}:{category.sale_or_sharing}" for category in self.categories]
        agreed += sorted(f"{vendor.id}:{vendor.category}" for vendor in self.vendors)
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
    def _from(cls, raw: Mapping[str, Any], source: str, folder: Path) -> Self:
        file = validate(raw, source, folder)
        return cls._build(file, folder, advice_on(raw))

    @classmethod
    def _build(cls, file: PolicyFile, folder: Path, advice: tuple[Problem, ...]) -> Self:
        own = tuple(own_vendor(entry.model_dump()) for entry in file.vendor)
        sites = build.sites_of(file)
        catalog = shipped_catalog(own, [site.host for site in sites])
        return cls(
            sites=sites,
            name=file.name,
            language=file.language,
            prefix=file.prefix,
            notice=build.notice_of(file.notice, folder),
            categories=tuple(
                Category(name, entry.consent is Asking.ALWAYS, entry.sale_or_sharing, entry.sensitive)
                for name, entry in file.categories.items()
            ),
            vendors=build.declared_vendors(file.vendors, own, catalog),
            catalog=catalog,
            regimes=Regimes(file.regimes.elsewhere or ELSEWHERE[file.regimes.profile], file.regimes.regions),
            lifetimes=build.lifetimes_of(file.choice),
            cookie_domain=file.choice.cookie_domain,
            dnt=build.dnt_settings_of(file.signals),
            gpc_since=file.signals.gpc_since or file.notice.versions[-1].updated,
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
