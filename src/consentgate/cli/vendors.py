"""`consentgate vendors`: who is behind a URL, and who is in the catalogue."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from consentgate.cli.consoles import err, out
from consentgate.cli.verdicts import WRONG_INPUT, policy_or_default, verdicts
from consentgate.model import Vendor
from consentgate.policy import Policy
from consentgate.walls.url import host_and_path

vendors = typer.Typer(no_args_is_help=True, help="Who is behind a URL, and who is in the catalogue.")

PolicyFile = Annotated[Path | None, typer.Option(help="A policy file; without one, the default policy.")]
_MOST_HOSTS = 3
_BARE = re.compile(r"[^:/\\?#]*(?::[0-9]+)?(?:[/\\?#]|\Z)")
"""No scheme stands before it: what has a colon before the path has a port after it."""
_HOST = re.compile(r"[a-z0-9_.-]+\.[a-z0-9-]+")


@vendors.command()
def match(
    url: Annotated[str, typer.Argument(help="A URL, or a host with or without a path.")], policy: PolicyFile = None
) -> None:
    """Print whose URL it is, by which rule, and what the walls would do. The exit code is 1 if it is nobody's."""
    place = _place(url)
    if place is None:
        err().print("That is no URL with a host. Write it as https://host/path, or host/path.")
        raise typer.Exit(WRONG_INPUT)
    used = policy_or_default(policy)
    vendor = used.catalog.match(*place)
    if vendor is None:
        out().print("Nobody in the catalogue is behind it: the walls let it pass.")
        raise typer.Exit(1)
    out().print(_described(vendor, str(used.catalog.rule(*place))))
    address = "https://" + "".join(place)
    out().print(verdicts(used, vendor, lambda judge: judge.url(address)))


@vendors.command("list")
def list_(
    category: Annotated[str | None, typer.Option(help="Only this category.")] = None, policy: PolicyFile = None
) -> None:
    """Print the vendors of the catalogue, the policy's own among them."""
    used = policy_or_default(policy)
    known = {vendor.category for vendor in used.catalog.vendors}.union(used.category_names)
    if category is not None and category not in known:
        err().print(f"No category {category!r}. There are {', '.join(sorted(known))}.", markup=False)
        raise typer.Exit(WRONG_INPUT)
    out().print(_listed(used, category))


def _place(url: str) -> tuple[str, str] | None:
    """Host and path, also of a URL that is written without its scheme."""
    place = host_and_path(f"//{url}" if _BARE.match(url) else url)
    return place if place and _HOST.fullmatch(place[0]) else None


def _described(vendor: Vendor, rule: str) -> Table:
    rows = Table("what", "value", title=Text(vendor.name), show_header=False)
    facts = {
        "id": vendor.id,
        "category": vendor.category,
        "rule": rule,
        "purpose": vendor.purpose,
        "country": vendor.country,
        "privacy": vendor.privacy_url,
        "exempt": vendor.exempt or "no",
    }
    for what, value in facts.items():
        if value:
            rows.add_row(what, Text(value))
    return rows


def _listed(policy: Policy, category: str | None) -> Table:
    found = [vendor for vendor in policy.catalog.vendors if category in {None, vendor.category}]
    rows = Table("id", "name", "category", "country", "hosts", title=f"{len(found)} vendors")
    for vendor in sorted(found, key=lambda vendor: vendor.id):
        hosts = _shortened(vendor.hosts)
        rows.add_row(*(Text(cell) for cell in (vendor.id, vendor.name, vendor.category, vendor.country, hosts)))
    return rows


def _shortened(hosts: Iterable[str]) -> str:
    first, more = list(hosts)[:_MOST_HOSTS], list(hosts)[_MOST_HOSTS:]
    return ", ".join(first) + (f" and {len(more)} more" if more else "")
