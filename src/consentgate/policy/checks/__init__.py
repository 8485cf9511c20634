"""What must hold between the tables of a policy file. Checks read the raw mapping, so that all problems come at once.

Each problem says what is wrong and what comes of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from consentgate.errors import Problem
from consentgate.policy.checks import lifetimes, notice, regions, signals, sites, trackers, vendors
from consentgate.policy.checks.raw import Raw

_CHECKS: tuple[Callable[[Raw], Iterable[Problem]], ...] = (
    sites.sites_are_named_once,
    sites.cookie_domain_holds_the_sites,
    notice.versions_are_named_once_and_in_order,
    notice.versions_are_announced_before_they_take_effect,
    signals.dnt_statement_is_there_for_california,
    signals.dnt_settings_are_what_the_notice_says,
    vendors.necessary_is_not_listed,
    vendors.marketing_is_sale_or_sharing,
    vendors.vendors_are_known,
    vendors.vendor_categories_exist,
    vendors.declared_categories_exist,
    vendors.vendors_are_named_once,
    vendors.host_rules_can_match,
    trackers.necessary_holds_no_known_tracker,
    lifetimes.refusals_hold_as_long_as_grants,
    lifetimes.lifetimes_are_within_their_limits,
    lifetimes.records_are_kept_long_enough,
    regions.regions_are_met_under_that_code,
    regions.regions_are_told_apart,
    regions.edges_are_behind_a_trusted_proxy,
    regions.edge_headers_are_named_where_needed,
)


def problems_across(raw: Raw, folder: Path) -> Iterator[Problem]:
    """All problems that need more than one value to be seen. The notice's texts lie in `folder`."""
    for check in _CHECKS:
        yield from check(raw)
    yield from notice.texts_are_what_they_were(raw, folder)
