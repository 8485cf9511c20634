"""A site that choices are made for: a host, or the part of it under a path. Nothing carries over between two."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Site:
    """One site. `host` is in lower case, with a port where the policy names one; `path` is empty or `/careers`."""

    host: str
    path: str

    @classmethod
    def of(cls, name: str) -> Self:
        """The site that a policy writes as `careers.example.com` or `www.example.com/careers`."""
        host, slash, path = name.rstrip("/").partition("/")
        return cls(host, slash + path)

    @property
    def name(self) -> str:
        """What choices, rows of the ledger and counters call it."""
        return self.host + self.path

    def is_on(self, host: str) -> bool:
        """Whether it is served on `host`, as a Host header has it. A port counts only where the site names one."""
        asked = host.lower()
        return self.host == (asked if ":" in self.host else asked.partition(":")[0].rstrip("."))

    def holds(self, host: str, path: str) -> bool:
        """Whether a URL's path on `host` is a part of it, by whole segments."""
        return self.is_on(host) and f"{path}/".startswith(f"{self.path}/")


def site_of(sites: Sequence[Site], host: str, path: str) -> Site | None:
    """The most specific site of a URL. None for a page of a host that the policy names, outside of all its parts there:
    another notice governs that.

    A host that the policy does not name is a development machine or a second name of the site: all of it is the first.
    """
    most_specific_first = sorted(sites, key=lambda site: -len(site.path))
    for site in most_specific_first:
        if site.holds(host, path):
            return site
    return None if any(site.is_on(host) for site in sites) else sites[0]


def first_site_on(sites: Sequence[Site], host: str) -> Site:
    """The first site on a host; on one that the policy does not name, the first of all."""
    return next((site for site in sites if site.is_on(host)), sites[0])
