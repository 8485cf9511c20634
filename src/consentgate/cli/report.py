"""`consentgate report`: consent rates as tables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, NoReturn

import typer

from consentgate.cli.consoles import err, out
from consentgate.errors import ConsentGateError, LedgerMissingError
from consentgate.gate import utc_now
from consentgate.ledger import Cell, Ledger, open_ledger
from consentgate.ledger.counters import hour_of, start_of
from consentgate.reports import metrics, table


class GroupBy(StrEnum):
    """What the rows of a report are."""

    REGION = "region"
    REGIME = "regime"
    DEVICE = "device"
    NOTICE = "notice"
    DAY = "day"
    ALL = "all"


def report(
    ledger: Annotated[str, typer.Option(help="The ledger's URL.")] = "sqlite:///consent.sqlite3",
    days: Annotated[int, typer.Option(min=1, max=3660, help="How many days back.")] = 90,
    site: Annotated[str | None, typer.Option(help="Only this site.")] = None,
    by: Annotated[GroupBy, typer.Option(help="What the rows are.")] = GroupBy.REGION,
) -> None:
    """Print the consent rates, signals and blocked tags of the last days."""
    try:
        _print_report(open_ledger(ledger), days, site, by)
    except LedgerMissingError as error:
        _fail(f"{error} Name it with --ledger.", error)
    except ConsentGateError as error:
        _fail(str(error), error)


def _fail(text: str, error: ConsentGateError) -> NoReturn:
    err().print(text, markup=False, soft_wrap=True)
    raise typer.Exit(1) from error


def _print_report(store: Ledger, days: int, site: str | None, by: GroupBy) -> None:
    now = utc_now()
    until = hour_of(now) + 1
    since = hour_of(now - timedelta(days=days))
    store.flush()
    tallies = store.tallies(since, until, site)
    title = f"Consent rates, {now - timedelta(days=days):%d %b %Y} to {now:%d %b %Y}"
    summaries = metrics.summarize(tallies, _GROUPS[by])
    if by is GroupBy.DAY:
        summaries.sort(key=lambda summary: summary.group)
    marks = store.marks(since, until, site)
    blocked = metrics.by_key(marks, "vendor_blocked")
    csp = (metrics.by_key(marks, "csp_blocked"), metrics.undeclared(marks))
    out().print(table.report(title, by, summaries, metrics.signals(tallies), blocked, metrics.unread(marks), *csp))


_GROUPS: dict[GroupBy, Callable[[Cell], str]] = {
    GroupBy.REGION: lambda cell: cell.region,
    GroupBy.REGIME: lambda cell: cell.regime,
    GroupBy.DEVICE: lambda cell: cell.device,
    GroupBy.NOTICE: lambda cell: cell.notice,
    GroupBy.DAY: lambda cell: f"{start_of(cell.hour):%Y-%m-%d}",
    GroupBy.ALL: lambda _: "all",
}
