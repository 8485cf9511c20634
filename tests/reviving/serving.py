"""The site and its vendors, running."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import trustme

from careers_site import HOST, UNGATED, Careers, Served, certificate
from reviving.site import PagesApp, gated
from reviving.vendors import Vendors


@contextmanager
def served(app: PagesApp, authority: trustme.CA, folder: Path) -> Iterator[Careers]:
    """The site under a real server, gated and ungated, in the place of the demo's."""
    chain, key = certificate(authority, folder, HOST, UNGATED)
    ledger = f"sqlite:///{folder / 'consent.sqlite3'}"
    with Served(gated(app, HOST, ledger), chain, key) as port, Served(app.app, chain, key) as ungated_port:
        yield Careers(f"https://{HOST}", port, ungated_port, ledger)


@contextmanager
def vendors(authority: trustme.CA) -> Iterator[Vendors]:
    """All other hosts."""
    with Vendors(authority.issue_cert("vendor.example").configure_cert).running() as server:
        yield server
