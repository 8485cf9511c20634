"""What guard.js is told: whose addresses it refuses within the page, as one line of text.

`marketing connect.facebook.net www.facebook.com/tr;- www.facebook.com/share`: groups between semicolons, a category
first, then its rules `host[/path]` as in the catalogue. The group `-` passes. The longest host decides, then the
longest path there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from consentgate.model import Vendor
from consentgate.policy.catalog import Catalog, HostRules

_PASSES = "-"
_ESCAPED = str.maketrans({" ": "%20", ";": "%3B", "%": "%25"})


def guard_rules(catalog: Catalog, vendors: Iterable[Vendor], kept_out: Callable[[Vendor], Vendor | None]) -> str:
    """The rules of those `vendors` that must stay out, which `kept_out` tells; empty where none must.

    With them go the catalogue's rules for longer hosts and paths below theirs, so that the guard answers there as
    `Catalog.match` does.
    """
    told = {vendor.id for vendor in vendors if kept_out(vendor)}
    claimed = {rules.host: _paths(rules, told) for rules in catalog.rules}
    groups: dict[str, list[str]] = {}
    for rules in sorted(catalog.rules, key=lambda rules: rules.host):
        for path, vendor in _told(rules, claimed):
            denied = kept_out(vendor) if vendor is not None else None
            category = denied.category if denied is not None else _PASSES
            groups.setdefault(category, []).append((rules.host + path).translate(_ESCAPED))
    return ";".join(" ".join((category, *groups[category])) for category in sorted(groups, reverse=True))


def _paths(rules: HostRules, told: Collection[str]) -> tuple[str, ...]:
    """The paths of a host that must stay out."""
    return tuple(path for path, vendor in rules.by_path if vendor.id in told)


def _told(rules: HostRules, claimed: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, Vendor | None]]:
    """What the guard has to know of a host: the rules below one that is claimed there, or all below such a host."""
    paths = claimed[rules.host]
    if paths:
        yield from ((path, vendor) for path, vendor in rules.by_path if path.startswith(paths))
    elif any(claimed.get(parent) for parent in _parents(rules.host)):
        yield from rules.by_path
        if not rules.match(""):
            yield "", None


def _parents(host: str) -> Iterator[str]:
    """`b.c`, `c` for `a.b.c`."""
    while host := host.partition(".")[2]:
        yield host
