"""From counted cells to rates, and from rates to what a terminal shows."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from consentgate.ledger import Cell, Mark, Method
from consentgate.model import Disposition, Signal
from consentgate.reports import table
from consentgate.reports.metrics import (
    MOST_UNDECLARED,
    Rate,
    SignalCount,
    by_key,
    signals,
    summarize,
    undeclared,
    unread,
)


def cell(what: str, *, region: str = "DE", bot: bool = False) -> Cell:
    return Cell(490_000, "careers.example.com", region, "opt_in", "phone", "2026-10", bot, what)


TALLIES = [
    (cell("impression:entry"), 100),
    (cell("impression:repeat"), 500),
    (cell("impression:entry", bot=True), 900),
    (cell("choice:grant:banner"), 25),
    (cell("choice:grant"), 5),
    (cell("choice:refuse:banner"), 20),
    (cell("choice:partial:banner"), 10),
    (cell("choice:partial:placeholder"), 4),
    (cell("choice:refuse:opt_out"), 900),
    (cell("choice:withdraw:preferences"), 4),
    (cell("choice:withdraw:banner"), 1),
    (cell("choice:reconfirm:preferences"), 3),
    (cell("granted:analytics"), 40),
    (cell("refused:analytics"), 25),
    (cell("signal:dnt:1:received_not_honored"), 7),
    (cell("signal:gpc:1:honored"), 9),
    (cell("impression:entry", region="FR"), 10),
]


def test_a_summary_counts_entries_and_first_choices_and_leaves_robots_out() -> None:
    germany, france = summarize(TALLIES, lambda one: one.region)
    assert (germany.group, france.group) == ("DE", "FR")
    assert (germany.shown, germany.choices, germany.withdrawals) == (100, 60, 5)
    assert germany.chose.share == 0.6
    assert germany.accepted_all.share == 0.5
    assert germany.rejected_all == Rate(20, 60)
    assert germany.granted == {"analytics": Rate(40, 65)}
    assert germany.elsewhere == {Method.OPT_OUT: 900, Method.PLACEHOLDER: 4}
    assert france.elsewhere == {}
    assert france.chose.share == 0
    assert france.accepted_all.share is None


def test_choices_that_needed_no_banner_make_no_rate_exceed_all() -> None:
    (texas,) = summarize(
        [
            (cell(f"choice:{action}:{method}"), 7)
            for action in ("grant", "refuse")
            for method in ("preferences", "opt_out")
        ],
        lambda _: "US-TX",
    )
    assert (texas.chose, texas.accepted_all, texas.rejected_all) == (Rate(0, 0), Rate(0, 0), Rate(0, 0))
    assert texas.elsewhere == {Method.PREFERENCES: 14, Method.OPT_OUT: 14}


def test_signals_carry_their_disposition() -> None:
    assert signals([*TALLIES, (cell("signal:gpc:1:honored", bot=True), 99)]) == [
        SignalCount(Signal.GPC, True, Disposition.HONORED, 9),
        SignalCount(Signal.DNT, True, Disposition.RECEIVED_NOT_HONORED, 7),
    ]


def test_marks_add_up_by_key() -> None:
    marks = [
        (Mark(1, "a", "vendor_blocked", "hotjar"), 2),
        (Mark(2, "a", "vendor_blocked", "hotjar"), 3),
        (Mark(1, "a", "x", "y"), 9),
    ]
    assert by_key(marks, "vendor_blocked") == [("hotjar", 5)]


def test_pages_that_could_not_be_read_are_reported_with_the_reason_and_only_then() -> None:
    marks = [
        (Mark(1, "a", "page_sealed", "no_transform"), 2),
        (Mark(1, "a", "vendor_blocked", "hotjar"), 9),
        (Mark(2, "a", "wall_limit", "held_tag"), 1),
        (Mark(2, "a", "page_sealed", "no_transform"), 3),
    ]
    rows = unread(marks)
    assert rows == [("served under a strict policy", "no_transform", 5), ("cut short", "held_tag", 1)]
    assert "no transform" in report_with(rows)
    assert "could not be read" not in report_with([])


def report_with(unread: list[tuple[str, str, int]]) -> str:
    console = Console(file=io.StringIO(), width=80)
    with console.capture() as captured:
        console.print(table.report("Rates", "region", summarize(TALLIES, lambda one: one.region), [], [], unread))
    return captured.get()


def test_undeclared_hosts_are_reported_the_most_frequent_first_and_no_more_than_one_reads() -> None:
    marks = [(Mark(hour, "a", "undeclared_host", f"h{n}.example"), n) for hour in (1, 2) for n in range(1, 31)]
    rows = undeclared([*marks, (Mark(1, "a", "csp_blocked", "hotjar"), 99)])
    assert rows[:2] == [("h30.example", 60), ("h29.example", 58)]
    assert len(rows) == MOST_UNDECLARED == 20


def test_what_the_csp_kept_out_and_what_nobody_declared_stand_in_the_report_only_where_there_is_any() -> None:
    told = csp_report([("hotjar", 3)], [("fonts.example", 1_234)])
    assert "Kept out by the CSP alone vendor loads" in told
    assert "hotjar 3" in told
    assert "Undeclared hosts host loads" in told
    assert "fonts.example 1,234" in told
    assert "loads" not in csp_report([], [])


def csp_report(blocked: list[tuple[str, int]], hosts: list[tuple[str, int]]) -> str:
    console = Console(file=io.StringIO(), width=80)
    rows = summarize(TALLIES, lambda one: one.region)
    with console.capture() as captured:
        console.print(table.report("Rates", "region", rows, [], [], csp_blocked=blocked, undeclared=hosts))
    return words(captured.get())


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0), (618, 1000, 0.5875, 0.6476)],
)
def test_the_interval_is_wilsons(part: int, whole: int, low: float, high: float) -> None:
    """Textbook values of the score interval: 0.2366 to 0.7634 for 5 of 10."""
    assert Rate(part, whole).interval == pytest.approx((low, high), abs=2e-4)


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_the_interval_lies_between_nothing_and_all_and_holds_the_share(part: int, whole: int) -> None:
    rate = Rate(part, whole)
    if rate.interval is None or rate.share is None:
        assert whole == 0
    else:
        low, high = rate.interval
        assert 0 <= low <= min(rate.share, 1.0) + 1e-9
        assert min(rate.share, 1.0) - 1e-9 <= high <= 1


# The terminal


def printed(tallies: list[tuple[Cell, int]], width: int) -> list[str]:
    """The lines of a report grouped by region, without the blanks that fill them up."""
    console = Console(file=io.StringIO(), width=width)
    summaries = summarize(tallies, lambda one: one.region)
    blocked = [("google-tag-manager", 1_234_567)]
    console.print(table.report("Consent rates", "region", summaries, signals(tallies), blocked))
    assert isinstance(console.file, io.StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def words(line: str) -> str:
    return " ".join(line.split())


@pytest.mark.parametrize("width", [80, 120])
def test_a_share_stands_over_its_interval_and_what_it_is_a_share_of(width: int) -> None:
    lines = [words(line) for line in printed(TALLIES, width)]
    germany = lines.index("DE 100 60 % 50 % 33 % 5")
    assert lines[germany + 1] == "50–69 of 100 38–62 of 60 23–46 of 60"
    assert "region shown chose accepted all rejected all withdrew" in lines
    assert "DE 62 %" in lines
    chosen = lines.index("Chose without the banner")
    assert "region opt out placeholder" in lines[chosen:]
    assert "DE 900 4" in lines[chosen:]
    assert "GPC 1 honored 9" in lines
    assert "google-tag-manager 1,234,567" in lines


@pytest.mark.parametrize("width", [80, 120])
def test_a_large_site_with_many_categories_fits_and_nothing_of_it_is_cut(width: int) -> None:
    categories = ("analytics", "functional", "marketing", "personalisation", "social-media")
    tallies = [(one, n * 9_999) for one, n in TALLIES]
    tallies += [(cell(f"granted:{category}"), 1_234_567) for category in categories]
    tallies.append((cell("impression:entry", region="a-region-of-a-rather-long-name"), 1))
    lines = printed(tallies, width)
    assert max(map(len, lines)) <= width
    assert not any("…" in line for line in lines)


def test_what_was_not_tried_has_no_share_and_a_label_is_not_read_as_markup() -> None:
    lines = [words(line) for line in printed([(cell("impression:entry", region="[red]"), 3)], 80)]
    assert "[red] 3 0 % – – 0" in lines


def test_a_period_without_counts_says_so() -> None:
    assert printed([], 80) == ["Consent rates", "Nothing is counted in this period."]
