"""What browsers report of a Content-Security-Policy: which host a page was kept from.

Two forms of the same: CSP Level 3, section 5.3 (`report-uri`), and the Reporting API's (section 5.1). Both are the
network's word: anybody may send one. Full addresses in them, and samples of scripts, are read past.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import Any

from consentgate.model import Vendor
from consentgate.policy.catalog import Catalog
from consentgate.walls.url import host_and_path, is_host_name

LARGEST_BODY = 16 * 1024
"""Bytes. A report repeats the policy, which may be a few kilobytes long."""

MOST_REPORTS = 32
"""Reports of one body that are read."""

_WITH_A_HOST = ("http:", "https:", "ws:", "wss:")
_NOBODYS = ".invalid"


class ReportType(StrEnum):
    """The media types that reports are sent as."""

    CSP_REPORT = "application/csp-report"
    REPORTS = "application/reports+json"


@dataclass(frozen=True, slots=True)
class Place:
    """A host, in lower case and without port, and a path there that is used to find out whose it is."""

    host: str
    path: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a document was kept from. `document` is None for one without a host of its own, such as a `srcdoc`."""

    document: Place | None
    blocked: Place


def reports_in(body: bytes) -> list[Report]:
    """The reports in a body of either type that are about a host; no more than are read of one. Never raises."""
    try:
        sent = json.loads(body)
    except (ValueError, RecursionError):
        return []
    members = islice(_members(sent), MOST_REPORTS)
    return [Report(_place(document), blocked) for document, url in members if (blocked := _place(url)) is not None]


def _members(sent: Any) -> Iterator[tuple[object, object]]:
    """The document and what was blocked, as they were written."""
    for entry in sent if isinstance(sent, list) else [sent]:
        if not isinstance(entry, dict):
            continue
        if isinstance(old := entry.get("csp-report"), dict):
            yield old.get("document-uri"), old.get("blocked-uri")
        elif entry.get("type") == "csp-violation" and isinstance(new := entry.get("body"), dict):
            yield new.get("documentURL"), new.get("blockedURL")


def _place(url: object) -> Place | None:
    """None for what is no address (`inline`, `eval`, `data`), and for those of no host, such as an extension's.

    Nor has one by number a place: that of a machine in somebody's home is nobody's business. A name under `.invalid` is
    what guard.js puts in the place of an address that it refuses (RFC 6761 section 6.4).
    """
    if not isinstance(url, str) or not url.lower().startswith(_WITH_A_HOST):
        return None
    found = host_and_path(url)
    if found is None or not is_host_name(found[0]) or found[0].endswith(_NOBODYS):
        return None
    return Place(*found)


class Declared:
    """What a policy says of hosts: the site's own, those it loads from, and those of its vendors."""

    def __init__(self, hosts: Iterable[str], vendors: Iterable[Vendor], catalog: Catalog) -> None:
        """`hosts` are rules `host[/path]`, `vendors` the declared ones."""
        self._hosts = {rule.partition("/")[0] for rule in hosts}
        self._vendors = frozenset(vendor.id for vendor in vendors)
        self._catalog = catalog

    def vendor(self, place: Place) -> Vendor | None:
        """The declared vendor behind a place."""
        vendor = self._catalog.match(place.host, place.path)
        return vendor if vendor is not None and vendor.id in self._vendors else None

    def has(self, host: str) -> bool:
        """Whether the site loads from this host or one that it lies beneath."""
        parts = host.split(".")
        return any(".".join(parts[first:]) in self._hosts for first in range(len(parts)))
