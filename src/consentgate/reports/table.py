"""The report as tables for a terminal, made for 80 columns and more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from consentgate.ledger import Method
from consentgate.reports.metrics import Rate, SignalCount, Summary

_NOTHING_YET = "Nothing is counted in this period."
_NO_TRIALS = "–"
_LEGEND = (
    "Robots are left out. Shown: visits that met the banner. Chose: choices on the banner for each visit shown. "
    "Accepted all and rejected all: of these choices. Withdrew: wherever it was done. Granted: of all choices that "
    "named the category, changes and withdrawals too. Below each share stand its 95 % interval and what it is a share "
    "of."
)


def report(
    title: str,
    grouped_by: str,
    summaries: Sequence[Summary],
    signals: Iterable[SignalCount],
    blocked: Iterable[tuple[str, int]],
    unread: Sequence[tuple[str, str, int]] = (),
    csp_blocked: Sequence[tuple[str, int]] = (),
    undeclared: Sequence[tuple[str, int]] = (),
) -> RenderableType:
    """The whole report. `grouped_by` says what the summaries' groups are, such as "region".

    `unread` are the pages that no wall could read: what became of them, why, and how many. There should be none.
    `csp_blocked` are the vendors that only the Content-Security-Policy kept out, `undeclared` the hosts it reported.
    """
    if not summaries:
        return Group(Text(title), _NOTHING_YET)
    return Group(
        _choices(title, grouped_by, summaries),
        _granted(grouped_by, summaries),
        *([_elsewhere(grouped_by, summaries)] if any(summary.elsewhere for summary in summaries) else []),
        _signals(signals),
        _counted("Tags kept out", "vendor", "tags", blocked),
        *([_counted("Kept out by the CSP alone", "vendor", "loads", csp_blocked)] if csp_blocked else []),
        *([_counted("Undeclared hosts", "host", "loads", undeclared)] if undeclared else []),
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


def _elsewhere(grouped_by: str, summaries: Sequence[Summary]) -> Table:
    """Only groups and ways that were used: where there is no banner, these are all the choices there are."""
    methods = [method for method in Method if any(method in summary.elsewhere for summary in summaries)]
    headings = (method.replace("_", " ") for method in methods)
    table = _table("Chose without the banner", grouped_by, right=headings)
    for summary in summaries:
        if summary.elsewhere:
            table.add_row(Text(summary.group), *(f"{summary.elsewhere.get(method, 0):,}" for method in methods))
    return table


def _signals(counts: Iterable[SignalCount]) -> Table:
    table = _table("Signals received", "signal", "value", "disposition", right=("page views",))
    for count in counts:
        disposition = count.disposition.replace("_", " ")
        table.add_row(count.signal.upper(), f"{count.value:d}", disposition, f"{count.page_views:,}")
    return table


def _counted(title: str, what: str, counted: str, counts: Iterable[tuple[str, int]]) -> Table:
    table = _table(title, what, right=(counted,))
    for key, n in counts:
        table.add_row(Text(key), f"{n:,}")
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
