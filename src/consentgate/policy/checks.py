"""What must hold between the tables of a policy file. Checks read the raw mapping, so that all problems come at once.

A check leaves malformed values alone: pydantic reports those.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from typing import Any

from consentgate.errors import Problem
from consentgate.model import NECESSARY
from consentgate.policy.regions import ALIASES, STRICTEST_SUBDIVISION, SUBDIVISIONS
from consentgate.policy.schema import EDGES_WITH_OWN_HEADERS, default_categories
from consentgate.policy.shipped import shipped_catalog

Raw = Mapping[str, Any]


def problems_across(raw: Raw) -> Iterator[Problem]:
    """All problems that need more than one value to be seen."""
    for check in _CHECKS:
        yield from check(raw)


def _necessary_is_not_listed(raw: Raw) -> Iterator[Problem]:
    if NECESSARY in _table(raw, "categories"):
        text = "`necessary` is always there and always granted; it takes no settings."
        yield Problem("policy-necessary-listed", f"categories.{NECESSARY}", text, "Remove the table.")


def _marketing_is_sale_or_sharing(raw: Raw) -> Iterator[Problem]:
    """Cross-context advertising is "sharing" (Cal. Civ. Code 1798.140(ah)): Global Privacy Control must reach it."""
    marketing = _table(raw, "categories").get("marketing")
    if isinstance(marketing, Mapping) and marketing.get("sale_or_sharing") is not True:
        text = "Advertising shares data across sites, so Global Privacy Control must deny it."
        yield Problem("policy-marketing-not-sharing", "categories.marketing", text, "Set sale_or_sharing = true.")


def _vendors_are_known(raw: Raw) -> Iterator[Problem]:
    own = _own_ids(raw)
    shipped = {vendor.id for vendor in shipped_catalog().vendors}
    for place, vendor_id in enumerate(_strings(raw, "vendors")):
        if vendor_id not in own and vendor_id not in shipped:
            near = get_close_matches(vendor_id, shipped, n=1)
            mend = f"Did you mean {near[0]}?" if near else "Describe it in a [[vendor]] table."
            yield Problem("policy-vendor-unknown", f"vendors[{place}]", f"No vendor is called {vendor_id!r}.", mend)


def _vendor_categories_exist(raw: Raw) -> Iterator[Problem]:
    known = _category_names(raw)
    for place, entry in enumerate(_tables(raw, "vendor")):
        category = entry.get("category")
        if isinstance(category, str) and category not in known:
            text = f"The policy has no category {category!r}."
            mend = f"Use one of {', '.join(sorted(known))}."
            yield Problem("policy-category-unknown", f"vendor[{place}].category", text, mend)


def _declared_categories_exist(raw: Raw) -> Iterator[Problem]:
    """A declared vendor of the catalogue stands in a category; a policy without that category would not ask for it."""
    known = _category_names(raw)
    own = _own_ids(raw)
    catalog = shipped_catalog()
    for place, vendor_id in enumerate(_strings(raw, "vendors")):
        vendor = catalog.vendor(vendor_id)
        if vendor is not None and vendor_id not in own and vendor.category not in known:
            text = (
                f"{vendor.name} stands in {vendor.category!r}, which the policy does not name, so it is never granted."
            )
            mend = f"Add [categories.{vendor.category}] or say the vendor anew in a [[vendor]] table."
            yield Problem("policy-vendor-category-missing", f"vendors[{place}]", text, mend)


def _vendors_are_named_once(raw: Raw) -> Iterator[Problem]:
    entries = _tables(raw, "vendor")
    for vendor_id, count in Counter(entry["id"] for entry in entries if isinstance(entry.get("id"), str)).items():
        if count > 1:
            yield Problem("policy-vendor-twice", "vendor", f"{vendor_id!r} is described {count} times.", "Keep one.")


_NEVER_MATCHED = (
    (re.compile(r"[^/]*\.\."), "No host has an empty label.", "Write one dot between two labels."),
    (re.compile(r"[^?]*/\.\.?[/?]"), "Browsers resolve `.` and `..` in a path.", "Write the path without them."),
    (
        re.compile(r".*%(?:2[DdEe]|3[0-9]|4[1-9A-Fa-f]|5[0-9AaFf]|6[1-9A-Fa-f]|7[0-9AaEe])", re.DOTALL),
        "Escapes of letters, digits and `-._~` are decoded before a rule is looked for (RFC 3986 section 6.2.2).",
        "Write the character itself.",
    ),
    (re.compile(r"[^?]*\\"), "Browsers read a backslash in a path as a slash.", "Write a slash."),
    (re.compile(r"[^#]*#"), "Browsers send nothing from the `#` on.", "Leave it out."),
    (re.compile(r"[^\t\r]*[\t\r]"), "Browsers take tabs and line ends out of a URL.", "Leave them out."),
)
"""What no host and path contain as the walls read them, why, and what to write instead."""


def _host_rules_can_match(raw: Raw) -> Iterator[Problem]:
    """A rule that no URL ever has would be a vendor that is silently let pass."""
    for place, entry in enumerate(_tables(raw, "vendor")):
        for rule_place, rule in enumerate(_strings(entry, "hosts")):
            for unread, text, mend in _NEVER_MATCHED:
                if unread.match(rule):
                    at = f"vendor[{place}].hosts[{rule_place}]"
                    yield Problem("policy-host-never-matches", at, f"{rule!r} never matches. {text}", mend)


def _versions_are_named_once_and_in_order(raw: Raw) -> Iterator[Problem]:
    versions = _tables(_table(raw, "notice"), "versions")
    names = Counter(str(entry.get("version")) for entry in versions)
    for name, count in names.items():
        if count > 1:
            text = f"Version {name!r} stands there {count} times; a version never changes."
            yield Problem("policy-notice-twice", "notice.versions", text, "Give each version its own name.")
    dates = [entry["updated"] for entry in versions if type(entry.get("updated")) is date]
    if dates != sorted(dates):
        text = "The versions are not in the order of their dates."
        yield Problem("policy-notice-order", "notice.versions", text, "Put the oldest first.")


def _refusals_hold_as_long_as_grants(raw: Raw) -> Iterator[Problem]:
    """CNIL, deliberation 2020-092: a refusal is kept as long as a consent, so that nobody is worn down by asking."""
    choice = _table(raw, "choice")
    grant, refusal = choice.get("grant_days", 180), choice.get("refusal_days", 180)
    if isinstance(grant, int) and isinstance(refusal, int) and refusal < grant:
        text = f"A refusal would hold {refusal} days, a grant {grant}."
        yield Problem("policy-refusal-shorter", "choice.refusal_days", text, f"Set it to {grant} or more.")


def _regions_are_met_under_that_code(raw: Raw) -> Iterator[Problem]:
    """A code that no visitor ever has would be a rule that silently never holds."""
    for code in _table(_table(raw, "regimes"), "regions"):
        place, (country, hyphen, subdivision) = f"regimes.regions.{code}", str(code).partition("-")
        if country in ALIASES:
            text = f"The ISO code of that country is {ALIASES[country]}."
            mend = f"Did you mean {ALIASES[country]}{hyphen}{subdivision}?"
            yield Problem("policy-region-alias", place, text, mend)
        elif hyphen and subdivision not in SUBDIVISIONS.get(country, ()):
            text = f"Visitors are told apart by the states of {' and '.join(SUBDIVISIONS)} only."
            yield Problem(
                "policy-region-subdivision", place, text, f"Set {country}, or write a state's ISO 3166-2 code."
            )


def _regions_are_told_apart(raw: Raw) -> Iterator[Problem]:
    """The embedded database knows of no other states than those with a regime of their own."""
    visitor = _table(raw, "visitor")
    if visitor.get("edge") or visitor.get("geoip"):
        return
    for code in _table(_table(raw, "regimes"), "regions"):
        country, _, subdivision = str(code).partition("-")
        if subdivision in SUBDIVISIONS.get(country, ()) and code not in STRICTEST_SUBDIVISION.values():
            text = f"The embedded database does not tell {code} from the rest of {country}."
            mend = f"Set visitor.edge or visitor.geoip to a source that does, or set {country}."
            yield Problem("policy-region-not-told", f"regimes.regions.{code}", text, mend)


def _edges_are_behind_a_trusted_proxy(raw: Raw) -> Iterator[Problem]:
    visitor = _table(raw, "visitor")
    if isinstance(visitor.get("edge"), str) and not visitor.get("trusted_proxies"):
        text = "An edge's headers are believed from a trusted proxy only, and none is named."
        yield Problem("policy-edge-untrusted", "visitor.edge", text, "Name its networks in visitor.trusted_proxies.")


def _edge_headers_are_named_where_needed(raw: Raw) -> Iterator[Problem]:
    """Some edges send headers of fixed names, others what the operator configured there."""
    visitor = _table(raw, "visitor")
    edge = str(visitor.get("edge"))
    for key in ("edge_country_header", "edge_region_header"):
        if edge in EDGES_WITH_OWN_HEADERS and key not in visitor:
            text = f"{edge} sends the headers that you configure there, so their names are needed."
            yield Problem("policy-edge-header-missing", f"visitor.{key}", text, "Write the header's name.")
        if edge not in EDGES_WITH_OWN_HEADERS and key in visitor:
            text = f"Only {' and '.join(sorted(EDGES_WITH_OWN_HEADERS))} have headers of names that you choose."
            yield Problem("policy-edge-header-unused", f"visitor.{key}", text, "Remove it, or set visitor.edge.")


_CHECKS: tuple[Callable[[Raw], Iterable[Problem]], ...] = (
    _necessary_is_not_listed,
    _marketing_is_sale_or_sharing,
    _vendors_are_known,
    _vendor_categories_exist,
    _declared_categories_exist,
    _vendors_are_named_once,
    _host_rules_can_match,
    _versions_are_named_once_and_in_order,
    _refusals_hold_as_long_as_grants,
    _regions_are_met_under_that_code,
    _regions_are_told_apart,
    _edges_are_behind_a_trusted_proxy,
    _edge_headers_are_named_where_needed,
)


def _category_names(raw: Raw) -> set[str]:
    named = (name for name in _table(raw, "categories") if isinstance(name, str))
    return {NECESSARY, *(tuple(named) or default_categories())}


def _own_ids(raw: Raw) -> set[str]:
    ids = (entry.get("id") for entry in _tables(raw, "vendor"))
    return {vendor_id for vendor_id in ids if isinstance(vendor_id, str)}


def _table(raw: Raw, key: str) -> Raw:
    value = raw.get(key)
    return value if isinstance(value, Mapping) else {}


def _tables(raw: Raw, key: str) -> list[Raw]:
    value = raw.get(key)
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []


def _strings(raw: Raw, key: str) -> list[str]:
    value = raw.get(key)
    return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []
