"""What must hold of the regions that a policy file names, and of the headers that tell them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from consentgate.errors import Problem
from consentgate.policy.checks.raw import Raw, region_keys, strings, table
from consentgate.policy.regions import ALIASES, COUNTRIES, STRICTEST_SUBDIVISION, SUBDIVISIONS
from consentgate.policy.values import EDGES_WITH_OWN_HEADERS

_WRITE_ONE = "Write the two letters of a country's ISO 3166-1 code, such as DE."
_HINTS: Mapping[str, str] = MappingProxyType(
    {
        "EU": "Name its countries, each by its own code; the built-in lists ask first in all of them already.",
        **dict.fromkeys(("XX", "ZZ", "AA"), "Remove it: an unknown region always has the strictest rules."),
    }
)


def regions_are_met_under_that_code(raw: Raw) -> Iterator[Problem]:
    """A code that no visitor ever has would be a rule that silently never holds."""
    not_served = [(code, "regimes.not_served") for code in strings(table(raw, "regimes"), "not_served")]
    for code, place in region_keys(raw) + not_served:
        country, hyphen, subdivision = code.partition("-")
        if len(country) == 2 and country not in COUNTRIES and country not in ALIASES:
            what = f"No visitor has that code, so the rule would never hold: ISO 3166-1 has no country {country}."
            yield Problem("policy-region-unknown", place, what, _HINTS.get(country, _WRITE_ONE))
        elif country in ALIASES:
            iso = ALIASES[country]
            what = f"No visitor has that code, so the rule would never hold: the country's ISO code is {iso}."
            yield Problem("policy-region-alias", place, what, f"Did you mean {iso}{hyphen}{subdivision}?")
        elif hyphen and subdivision not in SUBDIVISIONS.get(country, ()):
            told_apart = " and ".join(SUBDIVISIONS)
            what = f"Visitors are told apart by the states of {told_apart} only, so the rule would never hold."
            mend = f"Set {country}, or write a state's ISO 3166-2 code."
            yield Problem("policy-region-subdivision", place, what, mend)


def regions_are_told_apart(raw: Raw) -> Iterator[Problem]:
    """The embedded database knows of no other states than those with a regime of their own."""
    visitor = table(raw, "visitor")
    if visitor.get("edge") or visitor.get("geoip"):
        return
    for code, place in region_keys(raw):
        country, _, subdivision = code.partition("-")
        if subdivision in SUBDIVISIONS.get(country, ()) and code not in STRICTEST_SUBDIVISION.values():
            what = (
                f"The embedded database does not tell {code} from the rest of {country}, so the rule would never hold."
            )
            mend = f"Set visitor.edge or visitor.geoip to a source that does, or set {country}."
            yield Problem("policy-region-not-told", place, what, mend)


def edges_are_behind_a_trusted_proxy(raw: Raw) -> Iterator[Problem]:
    """Anybody can send an edge's headers."""
    visitor = table(raw, "visitor")
    if isinstance(visitor.get("edge"), str) and not visitor.get("trusted_proxies"):
        what = "An edge's headers are believed from a trusted proxy only, and none is named: they would never be read."
        yield Problem("policy-edge-untrusted", "visitor.edge", what, "Name its networks in visitor.trusted_proxies.")


def edge_headers_are_named_where_needed(raw: Raw) -> Iterator[Problem]:
    """Some edges send headers of fixed names, others what the operator configured there."""
    visitor = table(raw, "visitor")
    edge = str(visitor.get("edge"))
    for key in ("edge_country_header", "edge_region_header"):
        if edge in EDGES_WITH_OWN_HEADERS and key not in visitor:
            what = f"{edge} sends the headers that you configure there: without their names every region is unknown."
            yield Problem("policy-edge-header-missing", f"visitor.{key}", what, "Write the header's name.")
        if edge not in EDGES_WITH_OWN_HEADERS and key in visitor:
            own = " and ".join(sorted(EDGES_WITH_OWN_HEADERS))
            what = f"Only {own} have headers of names that you choose; this one would never be read."
            yield Problem("policy-edge-header-unused", f"visitor.{key}", what, "Remove it, or set visitor.edge.")
