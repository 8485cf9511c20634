"""The policy: everything a site decides about consent, validated, frozen and ready to be asked."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any, Self

from consentgate.model import NECESSARY, Vendor
from consentgate.policy.catalog import Catalog
from consentgate.policy.load import read_toml, validate
from consentgate.policy.notice import Notice, NoticeVersion
from consentgate.policy.regimes import ELSEWHERE, Regimes
from consentgate.policy.schema import Asking, Edge, Forwarded, LinkWhere, NoticeEntry, PolicyFile
from consentgate.policy.shipped import shipped_catalog, vendor_from


@dataclass(frozen=True, slots=True)
class Category:
    """What visitors can grant. `sale_or_sharing` lets Global Privacy Control deny it."""

    name: str
    asked_everywhere: bool
    sale_or_sharing: bool


@dataclass(frozen=True)
class Policy:
    """A site's policy. Build it with `load`, `from_dict` or `default`, which validate; it never changes afterwards.

    `categories` leaves out `necessary`, which is always granted. `vendors` are those the site declares, in its order.
    `grant_days` and `refusal_days` count from the click. `edge_country_header` and `edge_region_header` are set for
    the edges whose headers the operator names, and for no other.
    """

    site: str
    name: str | None
    language: str
    prefix: str
    notice: Notice
    categories: tuple[Category, ...]
    vendors: tuple[Vendor, ...]
    catalog: Catalog
    regimes: Regimes
    grant_days: int
    refusal_days: int
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...]
    forwarded: Forwarded
    edge: Edge | None
    edge_country_header: str | None
    edge_region_header: str | None
    geoip: Path | None
    link_on_every_page: bool

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """The policy of a TOML file. Raises ConfigurationError with all of its problems."""
        file = Path(path)
        return cls._build(validate(read_toml(file), str(file)), file.parent)

    @classmethod
    def from_dict(cls, mapping: Mapping[str, Any]) -> Self:
        """The policy of a mapping shaped like the file. Raises ConfigurationError with all of its problems."""
        return cls._build(validate(mapping, "the policy"), Path())

    @classmethod
    def default(cls, *, notice_url: str, site: str, updated: date | None = None) -> Self:
        """A policy that needs no file: the default categories, the whole catalogue, one notice version.

        `updated` is the date of the notice; without it the version is called "1" and visitors are told no date.
        Raises ConfigurationError.
        """
        version = {"version": str(updated or 1), "updated": updated or date.min}
        policy = cls.from_dict({"site": site, "notice": {"url": notice_url, "versions": [version]}})
        if updated is not None:
            return policy
        undated = replace(policy.notice.current, updated=None)
        return replace(policy, notice=replace(policy.notice, versions=(undated,)))

    @cached_property
    def category_names(self) -> tuple[str, ...]:
        """All categories, `necessary` first."""
        return (NECESSARY, *(category.name for category in self.categories))

    @cached_property
    def revision(self) -> str:
        """Eight hex digits over what a visitor agreed to: categories, declared vendors, last material notice version.

        Wording, lifetimes and cookies are left out: they change nothing of what was agreed, so they ask nobody again.
        """
        agreed = [self.notice.last_material.version]
        agreed += [f"{category.name}:{category.sale_or_sharing}" for category in self.categories]
        agreed += sorted(f"{vendor.id}:{vendor.category}" for vendor in self.vendors)
        return hashlib.sha256("\n".join(agreed).encode()).hexdigest()[:8]

    @cached_property
    def fingerprint(self) -> str:
        """Changes with everything that could change a page: unlike `revision`, it asks nobody again."""
        vendors = sorted(self.catalog.vendors, key=lambda vendor: vendor.id)
        everything = (self.name, self.language, self.prefix, self.notice, self.categories, self.vendors, vendors)
        return hashlib.sha256(repr(everything).encode()).hexdigest()[:16]

    def vendors_in(self, category: str) -> tuple[Vendor, ...]:
        """The declared vendors of a category."""
        return tuple(vendor for vendor in self.vendors if vendor.category == category)

    @classmethod
    def _build(cls, file: PolicyFile, folder: Path) -> Self:
        own = tuple(vendor_from(entry.model_dump()) for entry in file.vendor)
        catalog = shipped_catalog(own, file.site)
        return cls(
            site=file.site,
            name=file.name,
            language=file.language,
            prefix=file.prefix,
            notice=_notice(file.notice),
            categories=tuple(
                Category(name, entry.consent is Asking.ALWAYS, entry.sale_or_sharing)
                for name, entry in file.categories.items()
            ),
            vendors=_declared(file.vendors, own, catalog),
            catalog=catalog,
            regimes=Regimes(file.regimes.elsewhere or ELSEWHERE[file.regimes.profile], file.regimes.regions),
            grant_days=file.choice.grant_days,
            refusal_days=file.choice.refusal_days,
            trusted_proxies=tuple(file.visitor.trusted_proxies),
            forwarded=file.visitor.forwarded,
            edge=file.visitor.edge,
            edge_country_header=file.visitor.edge_country_header,
            edge_region_header=file.visitor.edge_region_header,
            geoip=folder / file.visitor.geoip if file.visitor.geoip else None,
            link_on_every_page=file.banner.link is LinkWhere.ALWAYS,
        )


def _declared(ids: Iterable[str], own: Iterable[Vendor], catalog: Catalog) -> tuple[Vendor, ...]:
    """The listed vendors, then the site's own; each once."""
    listed = {vendor_id: catalog.vendor(vendor_id) for vendor_id in ids}
    declared = {vendor_id: vendor for vendor_id, vendor in listed.items() if vendor is not None}
    return tuple((declared | {vendor.id: vendor for vendor in own}).values())


def _notice(entry: NoticeEntry) -> Notice:
    versions = tuple(NoticeVersion(version.version, version.updated, version.material) for version in entry.versions)
    return Notice(entry.url, entry.cookies_url or entry.url, entry.archive_url or entry.url, versions)
