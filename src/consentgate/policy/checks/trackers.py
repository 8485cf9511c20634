"""No known tracker is necessary or exempt: what is, is never asked for, and so the walls would let it pass unasked."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator

from consentgate.errors import Problem
from consentgate.model import NECESSARY, Vendor
from consentgate.policy.checks.raw import Raw, site_names, strings, table, tables
from consentgate.policy.shipped import shipped_catalog
from consentgate.policy.site import Site

_TRACKING = frozenset({"analytics", "marketing"})
"""The shipped categories of trackers. What is `functional` there may well be necessary on a site."""


def necessary_holds_no_known_tracker(raw: Raw) -> Iterator[Problem]:
    """By id, host, inline mark or cookie name. A job board that is itself the site is no tracker there."""
    own_hosts = {Site.of(name).host for name in site_names(raw)}
    for place, entry in enumerate(tables(raw, "vendor")):
        if entry.get("category") != NECESSARY and not entry.get("exempt"):
            continue
        found = next(_trackers_in(entry, own_hosts), None)
        if found is not None:
            tracker, by = found
            what = f"{by} covers {tracker.name}, which would run for everybody without being asked for."
            necessary = entry.get("category") == NECESSARY
            set_what = f'Set category = "{tracker.category}"' if necessary else "Remove exempt"
            key, mend = "category" if necessary else "exempt", f"{set_what}, or leave out what is not yours."
            yield Problem("policy-necessary-tracker", f"vendor[{place}].{key}", what, mend)


def _trackers_in(entry: Raw, own_hosts: Collection[str]) -> Iterator[tuple[Vendor, str]]:
    """The known trackers that a vendor's table takes in, each with what it is known by."""
    hosts = [rule for rule in strings(entry, "hosts") if rule.partition("/")[0] not in own_hosts]
    for tracker in shipped_catalog().vendors:
        if tracker.category not in _TRACKING:
            continue
        if entry.get("id") == tracker.id:
            yield tracker, f"The id {tracker.id!r}"
        for rule in _shared(hosts, tracker.hosts, _share_urls):
            yield tracker, f"The host {rule!r}"
        for mark in _shared(strings(entry, "inline"), tracker.inline, _share_scripts):
            yield tracker, f"The inline mark {mark!r}"
        own_cookies = [name for name in table(entry, "cookies") if isinstance(name, str)]
        for name in _shared(own_cookies, [str(rule) for rule in tracker.cookies], _share_names):
            yield tracker, f"The cookie {name!r}"


def _shared(own: Iterable[str], known: Iterable[str], overlap: Callable[[str, str], bool]) -> Iterator[str]:
    known = tuple(known)
    return (mine for mine in own if any(overlap(mine, theirs) for theirs in known))


def _share_urls(one: str, other: str) -> bool:
    """Whether some URL is under both rules `host[/path]`."""
    (host, _, path), (other_host, _, other_path) = one.partition("/"), other.partition("/")
    hosts = f".{host}".endswith(f".{other_host}") or f".{other_host}".endswith(f".{host}")
    return hosts and (path.startswith(other_path) or other_path.startswith(path))


def _share_scripts(one: str, other: str) -> bool:
    return one in other or other in one


def _share_names(one: str, other: str) -> bool:
    """Whether some cookie is under both; `_ga*` is a prefix."""
    stem, other_stem = one.rstrip("*"), other.rstrip("*")
    if one.endswith("*") and other_stem.startswith(stem):
        return True
    return stem == other_stem or (other.endswith("*") and stem.startswith(other_stem))
