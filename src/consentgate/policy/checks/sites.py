"""What must hold between the sites, the cookie that keeps their choices, and how long they are kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from consentgate.errors import Problem
from consentgate.policy.checks.raw import Raw, is_served, site_names, strings, table, text
from consentgate.policy.lifetimes import Limit, limit_of
from consentgate.policy.site import Site

_TWO_YEARS = 731


def sites_are_named_once(raw: Raw) -> Iterator[Problem]:
    """A site, or a list of different ones."""
    if raw.get("site") is None and raw.get("sites") is None:
        what = "Without a site nothing tells whose choices these are, and one could be taken for another's."
        yield Problem("policy-missing", "site", what, "Write site, or a list of sites.")
    if raw.get("site") is not None and raw.get("sites") is not None:
        what = "There is a site and a list of sites, so it is not clear which of them choices are made for."
        yield Problem("policy-site-and-sites", "sites", what, "Keep one of the two.")
    for name, count in Counter(name.rstrip("/") for name in strings(raw, "sites")).items():
        if count > 1:
            what = f"{name!r} stands there {count} times, although each site has choices of its own."
            yield Problem("policy-site-twice", "sites", what, "Keep it once.")


def cookie_domain_holds_the_sites(raw: Raw) -> Iterator[Problem]:
    """A Domain is for a site that is served on several hosts, never for a part of one host."""
    domain = text(table(raw, "choice"), "cookie_domain")
    if not domain:
        return
    place = "choice.cookie_domain"
    for site in (Site.of(name) for name in site_names(raw)):
        host = site.host.partition(":")[0]
        if host != domain and not host.endswith(f".{domain}"):
            what = f"{host} is not in {domain}, so browsers would refuse the cookie and no choice there would be kept."
            yield Problem("policy-cookie-domain-foreign", place, what, "Name a domain that all sites are in.")
        if site.path:
            what = f"The choice for {site.name} alone would be sent to every host under {domain}."
            yield Problem("policy-cookie-domain-path", place, what, "Remove it, or name the site without a path.")


def refusals_hold_as_long_as_grants(raw: Raw) -> Iterator[Problem]:
    """CNIL, deliberation 2020-092: a refusal is kept as long as a consent, so that nobody is worn down by asking."""
    choice = table(raw, "choice")
    yield from _refusal_is_no_shorter({"grant_days": 180, "refusal_days": 180, **choice}, "choice")
    for code in table(choice, "regions"):
        yield from _refusal_is_no_shorter(table(choice, "regions", code), f"choice.regions.{code}")


def _refusal_is_no_shorter(lifetime: Raw, place: str) -> Iterator[Problem]:
    grant, refusal = lifetime.get("grant_days"), lifetime.get("refusal_days")
    if isinstance(grant, int) and isinstance(refusal, int) and refusal < grant:
        what = f"A refusal would hold {refusal} days and a grant {grant}, so who refuses would be asked more often."
        yield Problem("policy-refusal-shorter", f"{place}.refusal_days", what, f"Set it to {grant} or more.")


def lifetimes_are_within_their_limits(raw: Raw) -> Iterator[Problem]:
    """What a region's authority allows."""
    for code in table(raw, "choice", "regions"):
        limit = limit_of(str(code))
        if limit is not None:
            yield from _lifetime_is_within(limit, table(raw, "choice", "regions", code), f"choice.regions.{code}")


def _lifetime_is_within(limit: Limit, lifetime: Raw, place: str) -> Iterator[Problem]:
    bounds = (
        ("grant_days", limit.shortest_grant, limit.longest_grant),
        ("refusal_days", limit.shortest_refusal, None),
    )
    for key, least, most in bounds:
        days = lifetime.get(key)
        if isinstance(days, int) and most is not None and days > most:
            yield _beyond_limit(f"{place}.{key}", days, f"{most} days at most", limit.source)
        if isinstance(days, int) and least is not None and days < least:
            yield _beyond_limit(f"{place}.{key}", days, f"{least} days at least", limit.source)


def records_are_kept_long_enough(raw: Raw) -> Iterator[Problem]:
    """Cal. Code Regs. title 11, section 7101: 24 months, which are 730 or 731 days."""
    days = table(raw, "ledger").get("retention_days")
    if is_served(raw, "US-CA") and isinstance(days, int) and days < _TWO_YEARS:
        what = f"After {days} days it could not be shown any more how an opt-out was dealt with."
        mend = f"California wants the record for 24 months: write {_TWO_YEARS} or more."
        yield Problem("policy-retention-short", "ledger.retention_days", what, mend)


def _beyond_limit(place: str, days: int, allowed: str, source: str) -> Problem:
    what = f"{days} days would break what the authority there wants ({source})."
    return Problem("policy-lifetime-limit", place, what, f"Write {allowed}.")
