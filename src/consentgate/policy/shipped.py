"""The catalogue that ships with consentgate: vendors.toml, written by hand, over vendors.tsv, built by a script."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache, lru_cache
from typing import Any

from consentgate import data
from consentgate.model import CookieRule, Vendor
from consentgate.policy.catalog import Catalog


def shipped_catalog(own: Iterable[Vendor] = (), hosts: Iterable[str] = ()) -> Catalog:
    """The shipped vendors, and over them a policy's `own`, which replace shipped ones of the same id.

    The sites' `hosts` are nobody's but their own, even where one belongs to a job board that others have for a vendor.
    """
    return _catalog(tuple(own), frozenset(host.partition(":")[0] for host in hosts))


@lru_cache(4)
def _catalog(own: tuple[Vendor, ...], sites: frozenset[str]) -> Catalog:
    """Kept, as it takes some milliseconds and the loader's checks ask for the same one several times."""
    shipped, released = _shipped()
    return Catalog([*(_without_hosts(vendor, sites) for vendor in shipped), *own], released | sites)


@cache
def written_vendors() -> tuple[str, ...]:
    """The ids of the vendors that vendors.toml was written for, which a policy that declares none stands for."""
    return tuple(entry["id"] for entry in _written()["vendor"])


@cache
def _written() -> dict[str, Any]:
    return tomllib.loads(data.path("vendors.toml").read_text(encoding="utf-8"))


@cache
def _shipped() -> tuple[tuple[Vendor, ...], frozenset[str]]:
    """All shipped vendors, the written ones last, and the hosts that are released. The files never change."""
    written = _written()
    curated = [vendor_from(entry) for entry in written["vendor"]]
    released = frozenset[str](written["release"])
    settled = released.union(rule.partition("/")[0] for vendor in curated for rule in vendor.hosts)
    return (*_built(settled), *curated), released


def _without_hosts(vendor: Vendor, hosts: frozenset[str]) -> Vendor:
    kept = tuple(rule for rule in vendor.hosts if rule.partition("/")[0] not in hosts)
    return vendor if len(kept) == len(vendor.hosts) else replace(vendor, hosts=kept)


def vendor_from(entry: Mapping[str, Any]) -> Vendor:
    """A vendor from its TOML table; the shape is that of `schema.VendorEntry`."""
    return Vendor(
        id=entry["id"],
        name=entry["name"],
        category=entry["category"],
        hosts=tuple(entry.get("hosts", ())),
        inline=tuple(entry.get("inline", ())),
        cookies=tuple(cookie_rule(name, days) for name, days in entry.get("cookies", {}).items()),
        purpose=entry.get("purpose", ""),
        country=entry.get("country", ""),
        privacy_url=entry.get("privacy", ""),
        exempt=entry.get("exempt", ""),
    )


def own_vendor(entry: Mapping[str, Any]) -> Vendor:
    """A vendor of the policy's own. Under the id of a shipped one it only adds: that one stays known by what it was."""
    own = vendor_from(entry)
    shipped = next((vendor for vendor in _shipped()[0] if vendor.id == own.id), None)
    if shipped is None:
        return own
    return replace(
        own,
        hosts=tuple(dict.fromkeys((*own.hosts, *shipped.hosts))),
        inline=tuple(dict.fromkeys((*own.inline, *shipped.inline))),
        cookies=tuple({(rule.name, rule.prefix): rule for rule in (*shipped.cookies, *own.cookies)}.values()),
        purpose=own.purpose or shipped.purpose,
        country=own.country or shipped.country,
        privacy_url=own.privacy_url or shipped.privacy_url,
    )


def cookie_rule(name: str, days: int) -> CookieRule:
    """`_ga_*` is a prefix, `_ga` a name; -1 days stands for an unknown lifetime."""
    return CookieRule(name.removesuffix("*"), name.endswith("*"), None if days < 0 else days)


def _built(settled: frozenset[str]) -> Iterator[Vendor]:
    """The vendors of vendors.tsv, without the hosts that vendors.toml has its own word on."""
    lines = data.path("vendors.tsv").read_text(encoding="utf-8").splitlines()
    rows = csv.reader((line for line in lines if not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE)
    for vendor_id, name, category, hosts in rows:
        unsettled = tuple(host for host in hosts.split(",") if host not in settled)
        if unsettled:
            yield Vendor(vendor_id, name, category, unsettled)
