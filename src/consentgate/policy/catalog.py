"""The vendors' catalogue: who is behind a host, an inline snippet or a cookie name.

Hosts match by the longest suffix with exact label boundaries, then by the longest path prefix there. A host that has
only path rules matches nothing else, and the search ends there: that is what keeps the pages of google.com or
linkedin.com that are no tags out of the walls' way.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from consentgate.model import CookieRule, Vendor
from consentgate.policy.cookies import CookieIndex


@dataclass(frozen=True, slots=True)
class HostRules:
    """What is known of one host: its rules by path prefix, the longest first. "" stands for the whole host."""

    host: str
    by_path: tuple[tuple[str, Vendor], ...]

    def match(self, path: str) -> Vendor | None:
        """The vendor behind a path (with its query) on this host."""
        return next((vendor for prefix, vendor in self.by_path if path.startswith(prefix)), None)

    def rule(self, path: str) -> str | None:
        """The rule `host[/path]` that `match` goes by."""
        return next((self.host + prefix for prefix, _ in self.by_path if path.startswith(prefix)), None)


@dataclass(frozen=True, slots=True)
class KnownCookie:
    """A cookie rule and whose it is."""

    rule: CookieRule
    vendor: Vendor


class Catalog:
    """An index over vendors. Later vendors win over earlier ones with the same rule, so a policy's own come last."""

    __slots__ = ("_cookies", "_hosts", "_vendors")

    def __init__(self, vendors: Iterable[Vendor], released: Iterable[str] = ()) -> None:
        """`released` hosts belong to nobody unless a vendor claims them or a path there."""
        self._vendors = {vendor.id: vendor for vendor in vendors}
        self._hosts = _index(self._vendors.values(), released)
        self._cookies = CookieIndex(
            (str(rule), KnownCookie(rule, vendor)) for vendor in self._vendors.values() for rule in vendor.cookies
        )

    def __len__(self) -> int:
        return len(self._vendors)

    @property
    def vendors(self) -> Iterable[Vendor]:
        """All vendors, in no particular order."""
        return self._vendors.values()

    @property
    def rules(self) -> Collection[HostRules]:
        """What is known of every host that has rules, or none of which is anybody's (`released`)."""
        return self._hosts.values()

    def vendor(self, vendor_id: str) -> Vendor | None:
        """The vendor with that id."""
        return self._vendors.get(vendor_id)

    def match(self, host: str, path: str) -> Vendor | None:
        """Who is behind `host` (lower case, ASCII) and `path` (with its query)."""
        rules = self._rules(host)
        return rules.match(path) if rules else None

    def on_host(self, host: str) -> tuple[Vendor, ...]:
        """All that are behind `host` or a path of it."""
        rules = self._rules(host)
        return tuple(vendor for _, vendor in rules.by_path) if rules else ()

    def rule(self, host: str, path: str) -> str | None:
        """The rule that `match` goes by, for whoever asks why."""
        rules = self._rules(host)
        return rules.rule(path) if rules else None

    def cookie(self, name: str) -> Vendor | None:
        """Who sets the first-party cookie `name`: an exact name beats a prefix, a longer prefix a shorter one."""
        known = self._cookies.find(name)
        return known.vendor if known else None

    def known_cookie(self, name: str) -> KnownCookie | None:
        """The same with the rule it goes by."""
        return self._cookies.find(name)

    def _rules(self, host: str) -> HostRules | None:
        """The rules of the longest suffix of `host` that has any."""
        while host:
            rules = self._hosts.get(host)
            if rules is not None:
                return rules
            host = host.partition(".")[2]
        return None


def _index(vendors: Iterable[Vendor], released: Iterable[str]) -> dict[str, HostRules]:
    rules: dict[str, dict[str, Vendor]] = {host: {} for host in released}
    for vendor in vendors:
        for rule in vendor.hosts:
            host, slash, path = rule.partition("/")
            rules.setdefault(host, {})[slash + path] = vendor
    longest_first = {host: sorted(by_path.items(), key=lambda rule: -len(rule[0])) for host, by_path in rules.items()}
    return {host: HostRules(host, tuple(by_path)) for host, by_path in longest_first.items()}
