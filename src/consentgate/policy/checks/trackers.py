"""Known trackers are what they are, whatever a policy calls them.

None is necessary or exempt: what is, is never asked for, and so the walls would let it pass unasked. And those that
advertise are out of reach of Global Privacy Control nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from consentgate.errors import Problem
from consentgate.model import NECESSARY, Vendor
from consentgate.policy.checks.raw import Raw, site_names, strings, table, tables, text
from consentgate.policy.schema import default_categories
from consentgate.policy.shipped import shipped_catalog
from consentgate.policy.site import Site

_TRACKING = frozenset({"analytics", "marketing"})
"""The shipped categories of trackers. What is `functional` there may well be necessary on a site."""
_MARKETING = "marketing"


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


def essential_cookies_are_no_known_trackers(raw: Raw) -> Iterator[Problem]:
    """What is essential passes unasked like what is necessary. A name of the site's own that only falls under a
    tracker's prefix may stand there: that is what the list is for.
    """
    for place, name in enumerate(strings(table(raw, "walls"), "essential_cookies")):
        whose = next((tracker.name for tracker in _trackers() if _takes_in(name, map(str, tracker.cookies))), None)
        if whose is not None:
            what = f"The cookie {name!r} covers {whose}, which would be set for everybody without being asked for."
            mend = "Remove it, or write the names of the site's own cookies."
            yield Problem("policy-necessary-tracker", f"walls.essential_cookies[{place}]", what, mend)


def advertising_is_sale_or_sharing(raw: Raw) -> Iterator[Problem]:
    """Cross-context advertising is "sharing" (Cal. Civ. Code 1798.140(ah)): Global Privacy Control must reach it.

    That is so of the category `marketing`, and under any name of one that holds a vendor which the catalogue calls
    marketing.
    """
    categories = table(raw, "categories") or {name: entry.model_dump() for name, entry in default_categories().items()}
    advertisers = dict(_advertisers(raw))
    for name in dict.fromkeys((_MARKETING, *advertisers)):
        category = categories.get(name)
        if not isinstance(category, Mapping) or category.get("sale_or_sharing") is True:
            continue
        whose = f"{advertisers[name]} stands in {name!r}. " if name in advertisers else ""
        what = f"{whose}Advertising shares data across sites, so Global Privacy Control must deny it."
        yield Problem("policy-marketing-not-sharing", f"categories.{name}", what, "Set sale_or_sharing = true.")


def _advertisers(raw: Raw) -> Iterator[tuple[str, str]]:
    """Categories of the policy that hold somebody who advertises, with the name of that vendor."""
    catalog = shipped_catalog()
    own_hosts = {Site.of(name).host for name in site_names(raw)}
    own = tables(raw, "vendor")
    own_ids = {text(entry, "id") for entry in own}
    for vendor in map(catalog.vendor, strings(raw, "vendors")):
        if vendor is not None and vendor.id not in own_ids and vendor.category == _MARKETING:
            yield _MARKETING, vendor.name
    for entry in own:
        if entry.get("category") == NECESSARY or entry.get("exempt"):
            continue  # Nobody is asked about it: that is what is wrong then, if anything.
        known = catalog.vendor(text(entry, "id"))
        # What the catalogue has under that id already is known to be of that category.
        added = [rule for rule in strings(entry, "hosts") if known is None or rule not in known.hosts]
        for tracker, _ in _trackers_in({**entry, "hosts": added}, own_hosts):
            if tracker.category == _MARKETING:
                yield text(entry, "category"), tracker.name
                break


def _trackers_in(entry: Raw, own_hosts: Collection[str]) -> Iterator[tuple[Vendor, str]]:
    """The known trackers that a vendor's table takes in, each with what it is known by."""
    hosts = [rule for rule in strings(entry, "hosts") if rule.partition("/")[0] not in own_hosts]
    for tracker in _trackers():
        if entry.get("id") == tracker.id:
            yield tracker, f"The id {tracker.id!r}"
        for rule in _shared(hosts, tracker.hosts, _share_urls):
            yield tracker, f"The host {rule!r}"
        for mark in _shared(strings(entry, "inline"), tracker.inline, _share_scripts):
            yield tracker, f"The inline mark {mark!r}"
        own_cookies = [name for name in table(entry, "cookies") if isinstance(name, str)]
        for name in _shared(own_cookies, [str(rule) for rule in tracker.cookies], _share_names):
            yield tracker, f"The cookie {name!r}"


def _trackers() -> Iterator[Vendor]:
    return (vendor for vendor in shipped_catalog().vendors if vendor.category in _TRACKING)


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
    return _takes_in(one, [other]) or _takes_in(other, [one])


def _takes_in(name: str, others: Iterable[str]) -> bool:
    """Whether all cookies of one of `others` are under `name`: under `_ga*` those of `_ga` and of `_ga_*`."""
    if name.endswith("*"):
        return any(other.rstrip("*").startswith(name.rstrip("*")) for other in others)
    return name in others
