"""From the tables of a validated policy file to the parts of a policy."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path

from consentgate.model import Vendor
from consentgate.policy.catalog import Catalog
from consentgate.policy.category import Category
from consentgate.policy.lifetimes import Lifetime, Lifetimes
from consentgate.policy.notice import Media, Notice, NoticeVersion
from consentgate.policy.schema import PolicyFile
from consentgate.policy.shipped import cookie_rule
from consentgate.policy.signals import DntSettings, TrackingStatus
from consentgate.policy.site import Site
from consentgate.policy.tables import (
    CategoryEntry,
    ChoiceEntry,
    NoticeEntry,
    NoticeVersionEntry,
    SignalsEntry,
    WallsEntry,
)
from consentgate.policy.values import Asking
from consentgate.policy.walls import WallSettings


def sites_of(file: PolicyFile) -> tuple[Site, ...]:
    """The sites, in the order of the file; the checks see to it that there is one."""
    names = [file.site] if file.site is not None else file.sites or []
    return tuple(Site.of(name) for name in names)


def categories_of(entries: Mapping[str, CategoryEntry]) -> tuple[Category, ...]:
    """The categories, in the order of the file."""
    return tuple(
        Category(name, entry.consent is Asking.ALWAYS, entry.sale_or_sharing, entry.sensitive)
        for name, entry in entries.items()
    )


def declared_vendors(ids: Iterable[str], own: Iterable[Vendor], catalog: Catalog) -> tuple[Vendor, ...]:
    """The listed vendors, then the site's own; each once."""
    listed = {vendor_id: catalog.vendor(vendor_id) for vendor_id in ids}
    declared = {vendor_id: vendor for vendor_id, vendor in listed.items() if vendor is not None}
    return tuple((declared | {vendor.id: vendor for vendor in own}).values())


def lifetimes_of(entry: ChoiceEntry) -> Lifetimes:
    """How long choices hold."""
    own = {code: Lifetime(region.grant_days, region.refusal_days) for code, region in entry.regions.items()}
    return Lifetimes(Lifetime(entry.grant_days, entry.refusal_days), own)


def notice_of(entry: NoticeEntry, folder: Path) -> Notice:
    """The notice, with the texts that lie in `folder`; the checks have seen to it that they do."""
    versions = tuple(_version_of(version, entry.dnt, folder) for version in entry.versions)
    return Notice(entry.url, entry.cookies_url or entry.url, entry.archive_url or entry.url, versions)


def _version_of(entry: NoticeVersionEntry, dnt: str | None, folder: Path) -> NoticeVersion:
    effective_at = entry.effective_at or midnight(entry.updated)
    return NoticeVersion(
        version=entry.version,
        updated=entry.updated,
        material=entry.material,
        announced_at=entry.announced_at or effective_at,
        effective_at=effective_at,
        text=(folder / entry.file).read_text(encoding="utf-8") if entry.file else None,
        media=Media.HTML if entry.file and entry.file.endswith(".html") else Media.TEXT,
        sha256=entry.sha256,
        dnt=entry.dnt or dnt,
    )


def midnight(day: date) -> datetime:
    """When a day begins in UTC."""
    return datetime.combine(day, time(), UTC)


def dnt_settings_of(entry: SignalsEntry) -> DntSettings:
    """What is done with Do Not Track, and where."""
    return DntSettings(entry.dnt, entry.regions)


def tracking_status_of(file: PolicyFile) -> TrackingStatus | None:
    """What /.well-known/dnt/ says, if the policy turns it on."""
    entry = file.signals
    if not entry.tracking_status:
        return None
    return TrackingStatus(tuple(entry.controller), entry.policy or file.notice.url, entry.config or f"{file.prefix}/")


def walls_of(entry: WallsEntry) -> WallSettings:
    """How the walls keep tags out."""
    return WallSettings(
        undeclared=entry.undeclared,
        unknown_cookies=entry.unknown_cookies,
        essential=tuple(cookie_rule(name, -1) for name in entry.essential_cookies),
        dry_run=entry.dry_run,
        clear_site_data=tuple(entry.clear_site_data),
        csp=entry.csp,
        nonce=entry.nonce,
        hosts=tuple(entry.hosts),
        consent_mode=entry.consent_mode,
    )
