"""What must hold between the tables of a policy file. Checks read the raw mapping, so that all problems come at once.

Each problem says what is wrong and what comes of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path

from consentgate.errors import Problem
from consentgate.policy.checks import lifetimes, notice, regions, signals, sites, trackers, vendors, walls
from consentgate.policy.checks.raw import Raw

_CHECKS: tuple[Callable[[Raw], Iterable[Problem]], ...] = (
    sites.sites_are_named_once,
    sites.cookie_domain_holds_the_sites,
    notice.versions_are_named_once_and_in_order,
    notice.versions_are_announced_before_they_take_effect,
    signals.dnt_says_stands_beside_a_statement,
    vendors.necessary_is_not_listed,
    vendors.vendors_are_known,
    vendors.vendor_categories_exist,
    vendors.declared_categories_exist,
    vendors.vendors_are_named_once,
    vendors.host_rules_can_match,
    trackers.necessary_holds_no_known_tracker,
    trackers.essential_cookies_are_no_known_trackers,
    trackers.advertising_is_sale_or_sharing,
    lifetimes.refusals_hold_as_long_as_grants,
    lifetimes.lifetimes_are_within_their_limits,
    lifetimes.records_are_kept_long_enough,
    regions.regions_are_met_under_that_code,
    regions.regions_are_told_apart,
    regions.edges_are_behind_a_trusted_proxy,
    regions.edge_headers_are_named_where_needed,
    walls.nonces_are_enforced,
)

_CHECKS_OF_THE_DAY: tuple[Callable[[Raw, datetime], Iterable[Problem]], ...] = (
    signals.dnt_statement_is_there_for_california,
    signals.dnt_settings_are_what_the_notice_says,
    signals.gpc_is_honored_already,
)


def problems_across(raw: Raw, folder: Path, now: datetime) -> Iterator[Problem]:
    """All problems that need more than one value to be seen. The notice's texts lie in `folder`.

    `now` (aware) tells which version of the notice is in force.
    """
    for check in _CHECKS:
        yield from check(raw)
    for check_of_the_day in _CHECKS_OF_THE_DAY:
        yield from check_of_the_day(raw, now)
    yield from notice.texts_are_what_they_were(raw, folder)
