"""The report as tables for a terminal, made for 80 columns and more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from consentgate.reports.metrics import Rate, SignalCount, Summary

_NOTHING_YET = "Nothing is counted in this period."
_NO_TRIALS = "–"
_LEGEND = (
    "Robots are left out. Shown: visits that met the banner. Chose: choices for each visit shown. Accepted all and "
    "rejected all: of these choices. Granted: of all choices that named the category, changes and withdrawals too. "
    "Below each share stand its 95 % interval and what it is a share of."
)


def report(
    title: str,
    grouped_by: str,
    summaries: Sequence[Summary],
    signals: Iterable[SignalCount],
    blocked: Iterable[tuple[str, int]],
    unread: Sequence[tuple[str, str, int]] = (),
) -> RenderableType:
    """The whole report. `grouped_by` says what the summaries' groups are, such as "region".

    `unread` are the pages that no wall could read: what became of them, why, and how many. There should be none.
    """
    if not summaries:
        return Group(Text(title), _NOTHING_YET)
    return Group(
        _choices(title, grouped_by, summaries),
        _granted(grouped_by, summaries),
        _signals(signals),
        _blocked(blocked),
        *([_unread(unread)] if unread else []),
        Text(_LEGEND),
    )


def _choices(title: str, grouped_by: str, summaries: Sequence[Summary]) -> Table:
    table = _table(title, grouped_by, right=("shown", "chose", "accepted all", "rejected all", "withdrew"))
    for summary in summaries:
        rates = (summary.chose, summary.accepted_all, summary.rejected_all)
        shares = (_share(rate) for rate in rates)
        table.add_row(Text(summary.group), f"{summary.shown:,}", *shares, f"{summary.withdrawals:,}")
    return table


def _granted(grouped_by: str, summaries: Sequence[Summary]) -> Table:
    categories = sorted({category for summary in summaries for category in summary.granted})
    table = _table("Granted, by category", grouped_by, right=categories)
    for summary in summaries:
        shares = (_share(summary.granted.get(category, Rate(0, 0))) for category in categories)
        table.add_row(Text(summary.group), *shares)
    return table


def _signals(counts: Iterable[SignalCount]) -> Table:
    table = _table("Signals received", "signal", "value", "disposition", right=("page views",))
    for count in counts:
        disposition = count.disposition.replace("_", " ")
        table.add_row(count.signal.upper(), f"{count.value:d}", disposition, f"{count.page_views:,}")
    return table


def _blocked(counts: Iterable[tuple[str, int]]) -> Table:
    table = _table("Tags kept out", "vendor", right=("tags",))
    for vendor, n in counts:
        table.add_row(Text(vendor), f"{n:,}")
    return table


def _unread(counts: Iterable[tuple[str, str, int]]) -> Table:
    table = _table("Pages that could not be read", "what became of them", "reason", right=("pages",))
    for fate, reason, n in counts:
        table.add_row(Text(fate), Text(reason.replace("_", " ")), f"{n:,}")
    return table


def _table(title: str, *left: str, right: Iterable[str]) -> Table:
    # Without lines between the columns, 80 characters hold more of them. What is still too long folds: nothing is cut.
    table = Table(title=Text(title), title_justify="left", box=box.SIMPLE_HEAD)
    for heading in left:
        table.add_column(Text(heading), overflow="fold")
    for heading in right:
        table.add_column(Text(heading), justify="right", overflow="fold")
    return table


def _share(rate: Rate) -> Text:
    """`62 %` over `58–65 of 703`."""
    share, interval = rate.share, rate.interval
    if share is None or interval is None:
        return Text(_NO_TRIALS)
    low, high = interval
    return Text.assemble(f"{share * 100:.0f} %\n", (f"{low * 100:.0f}–{high * 100:.0f} of {rate.whole:,}", "dim"))
