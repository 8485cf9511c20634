"""What the guard is told: whose addresses it refuses, and which of them pass all the same."""

from __future__ import annotations

import pytest

from consentgate.model import Vendor
from consentgate.policy.catalog import Catalog
from consentgate.policy.shipped import shipped_catalog, written_vendors
from consentgate.walls.guard import guard_rules
from consentgate.walls.judge import Judge

NOTHING = frozenset({"necessary"})


def vendor(name: str, category: str, *hosts: str, exempt: str = "") -> Vendor:
    return Vendor(name, name, category, hosts, exempt=exempt)


def rules(*vendors: Vendor, declared: int = 1, granted: str = "", released: tuple[str, ...] = ()) -> str:
    """The rules where the first `declared` of the catalogue's vendors are declared."""
    catalog = Catalog(vendors, released)
    return guard_rules(catalog, vendors[:declared], Judge(catalog, NOTHING | set(granted.split())).tag_of)


PIXEL = vendor("pixel", "marketing", "pixel.example", "shared.example/px")
STATS = vendor("stats", "analytics", "stats.example")


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (rules(PIXEL), "marketing pixel.example shared.example/px"),
        (rules(PIXEL, STATS), "marketing pixel.example shared.example/px"),
        (rules(PIXEL, STATS, declared=2), "marketing pixel.example shared.example/px;analytics stats.example"),
        (rules(PIXEL, STATS, declared=2, granted="marketing"), "analytics stats.example"),
        (rules(PIXEL, STATS, declared=2, granted="marketing analytics"), ""),
        (rules(PIXEL, declared=0), ""),
        (rules(vendor("ats", "marketing", "apply.example", exempt="the application runs there")), ""),
    ],
)
def test_it_is_told_the_hosts_of_declared_vendors_that_are_not_granted(told: str, expected: str) -> None:
    assert told == expected


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        # A longer host ends the search, whatever is known of it.
        (vendor("own", "analytics", "cdn.pixel.example"), "- cdn.pixel.example"),
        (vendor("own", "analytics", "cdn.pixel.example/lib"), "- cdn.pixel.example/lib cdn.pixel.example"),
        (vendor("ats", "marketing", "a.b.pixel.example", exempt="the application runs there"), "- a.b.pixel.example"),
        # A longer path decides.
        (vendor("own", "analytics", "pixel.example/lib"), "- pixel.example/lib"),
        (vendor("own", "analytics", "shared.example/px/lib"), "- shared.example/px/lib"),
        # What lies beside or above matches nothing of theirs.
        (vendor("own", "analytics", "shared.example/lib"), ""),
        (vendor("own", "analytics", "shared.example"), ""),
        (vendor("own", "analytics", "example"), ""),
        (vendor("own", "analytics", "notpixel.example"), ""),
    ],
)
def test_what_is_granted_or_exempt_below_a_denied_rule_passes(other: Vendor, expected: str) -> None:
    told = rules(PIXEL, other, granted="analytics")
    assert told.removeprefix("marketing pixel.example shared.example/px").removeprefix(";") == expected


def test_what_is_denied_below_a_denied_rule_waits_for_its_own_category() -> None:
    told = rules(PIXEL, vendor("own", "analytics", "pixel.example/lib", "cdn.pixel.example"))
    assert told == "marketing pixel.example shared.example/px;analytics cdn.pixel.example pixel.example/lib"


def test_a_released_host_passes() -> None:
    told = rules(PIXEL, released=("login.pixel.example",))
    assert told == "marketing pixel.example shared.example/px;- login.pixel.example"


def test_a_path_with_a_sign_of_the_format_is_escaped() -> None:
    assert rules(vendor("own", "marketing", "own.example/a;b c%")) == "marketing own.example/a%3Bb%20c%25"


def test_a_policy_that_declares_none_stands_for_the_vendors_that_were_written_by_hand() -> None:
    catalog = shipped_catalog()
    vendors = [catalog.vendor(vendor_id) for vendor_id in written_vendors()]
    told = guard_rules(catalog, [one for one in vendors if one], Judge(catalog, NOTHING).tag_of)
    assert None not in vendors
    assert {"connect.facebook.net", "static.hotjar.com"}.isdisjoint(told.split()), "the vendors' own hosts cover these"
    assert {"facebook.net", "hotjar.com", "facebook.com/tr", "googletagmanager.com"} <= set(
        told.replace(";", " ").split()
    )
    assert "greenhouse.io" not in told.partition(";- ")[0], "an applicant tracking system"
