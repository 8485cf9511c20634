"""What must hold between the sites and the cookie that keeps their choices."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from consentgate.errors import Problem
from consentgate.policy.checks.raw import Raw, site_names, strings, table, text
from consentgate.policy.site import Site


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
