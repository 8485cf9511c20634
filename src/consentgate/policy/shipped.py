"""The catalogue that ships with consentgate: vendors.toml, written by hand, over vendors.tsv, built by a script."""

from __future__ import annotations

import csv
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from consentgate import data
from consentgate.model import CookieRule, Vendor
from consentgate.policy.catalog import Catalog


def shipped_catalog(own: Iterable[Vendor] = (), site: str | None = None) -> Catalog:
    """The shipped vendors, and over them a policy's `own`, which replace shipped ones of the same id.

    The `site`'s host is nobody's but its own, even where it belongs to a job board that others have for a vendor.
    """
    shipped, released = _shipped()
    if site is None:
        return Catalog([*shipped, *own], released)
    host = re.split("[:/]", site, maxsplit=1)[0]
    return Catalog([*(_without_host(vendor, host) for vendor in shipped), *own], released | {host})


@cache
def _shipped() -> tuple[tuple[Vendor, ...], frozenset[str]]:
    """All shipped vendors, the written ones last, and the hosts that are released. The files never change."""
    written = tomllib.loads(data.path("vendors.toml").read_text(encoding="utf-8"))
    curated = [vendor_from(entry) for entry in written["vendor"]]
    released = frozenset[str](written["release"])
    settled = released.union(rule.partition("/")[0] for vendor in curated for rule in vendor.hosts)
    return (*_built(settled), *curated), released


def _without_host(vendor: Vendor, host: str) -> Vendor:
    kept = tuple(rule for rule in vendor.hosts if rule.partition("/")[0] != host)
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
