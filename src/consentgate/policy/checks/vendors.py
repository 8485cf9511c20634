"""What must hold between the categories and the vendors of a policy file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from difflib import get_close_matches

from consentgate.errors import Problem
from consentgate.model import NECESSARY
from consentgate.policy.checks.raw import Raw, category_names, strings, table, tables
from consentgate.policy.shipped import shipped_catalog


def necessary_is_not_listed(raw: Raw) -> Iterator[Problem]:
    """It is no choice."""
    if NECESSARY in table(raw, "categories"):
        what = "`necessary` is always there and always granted: a setting here would never hold."
        yield Problem("policy-necessary-listed", f"categories.{NECESSARY}", what, "Remove the table.")


def vendors_are_known(raw: Raw) -> Iterator[Problem]:
    """Those that are listed, by id."""
    own = _own_ids(raw)
    shipped = {vendor.id for vendor in shipped_catalog().vendors}
    for place, vendor_id in enumerate(strings(raw, "vendors")):
        if vendor_id not in own and vendor_id not in shipped:
            near = get_close_matches(vendor_id, shipped, n=1)
            what = f"No vendor is called {vendor_id!r}, so visitors would not be told of whoever is meant."
            mend = f"Did you mean {near[0]}?" if near else "Describe it in a [[vendor]] table."
            yield Problem("policy-vendor-unknown", f"vendors[{place}]", what, mend)


def vendor_categories_exist(raw: Raw) -> Iterator[Problem]:
    """Of the site's own vendors."""
    known = category_names(raw)
    for place, entry in enumerate(tables(raw, "vendor")):
        category = entry.get("category")
        if isinstance(category, str) and category not in known:
            what = f"The policy has no category {category!r}, so nobody would be asked and the vendor never granted."
            mend = f"Use one of {', '.join(sorted(known))}."
            yield Problem("policy-category-unknown", f"vendor[{place}].category", what, mend)


def declared_categories_exist(raw: Raw) -> Iterator[Problem]:
    """A declared vendor of the catalogue stands in a category; a policy without that category would not ask for it."""
    known = category_names(raw)
    own = _own_ids(raw)
    catalog = shipped_catalog()
    for place, vendor_id in enumerate(strings(raw, "vendors")):
        vendor = catalog.vendor(vendor_id)
        if vendor is not None and vendor_id not in own and vendor.category not in known:
            what = (
                f"{vendor.name} stands in {vendor.category!r}, which the policy does not name, so it is never granted."
            )
            mend = f"Add [categories.{vendor.category}] or say the vendor anew in a [[vendor]] table."
            yield Problem("policy-vendor-category-missing", f"vendors[{place}]", what, mend)


def vendors_are_named_once(raw: Raw) -> Iterator[Problem]:
    """In [[vendor]]."""
    entries = tables(raw, "vendor")
    for vendor_id, count in Counter(entry["id"] for entry in entries if isinstance(entry.get("id"), str)).items():
        if count > 1:
            what = f"{vendor_id!r} is described {count} times, so it is not clear what holds."
            yield Problem("policy-vendor-twice", "vendor", what, "Keep one.")


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


def host_rules_can_match(raw: Raw) -> Iterator[Problem]:
    """A rule that no URL ever has would be a vendor that is silently let pass."""
    for place, entry in enumerate(tables(raw, "vendor")):
        for rule_place, rule in enumerate(strings(entry, "hosts")):
            for unread, why, mend in _NEVER_MATCHED:
                if unread.match(rule):
                    at = f"vendor[{place}].hosts[{rule_place}]"
                    what = f"{rule!r} never matches, so the vendor would be let pass. {why}"
                    yield Problem("policy-host-never-matches", at, what, mend)


def _own_ids(raw: Raw) -> set[str]:
    ids = (entry.get("id") for entry in tables(raw, "vendor"))
    return {vendor_id for vendor_id in ids if isinstance(vendor_id, str)}
