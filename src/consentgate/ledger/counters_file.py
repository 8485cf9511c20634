"""The counters' file: what the counters in memory are flushed to, and what the ledger's rows are folded into."""

from __future__ import annotations

import sqlite3
import uuid
from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import dataclass
from typing import Any, TypeAlias

from consentgate.ledger.counters import Cell, Mark, Tallies, cells_of
from consentgate.ledger.database import Database, Layout
from consentgate.ledger.event import Event

Events: TypeAlias = Callable[[int, int], list[tuple[int, Event]]]
"""Reads the ledger: (after, limit) -> [(seq, event)]."""

COUNTERS = Layout(
    application_id=0x43474331,  # "CGC1"
    version=1,
    settings=(
        # A power cut may take the last flush with it, but never half of one: the watermark goes back with its cells.
        "synchronous = NORMAL",
        "journal_size_limit = 16777216",
    ),
    tables=(
        """
        CREATE TABLE cell(
            hour INTEGER NOT NULL,
            site TEXT NOT NULL,
            region TEXT NOT NULL,
            regime TEXT NOT NULL,
            device TEXT NOT NULL,
            notice TEXT NOT NULL,
            bot INTEGER NOT NULL,
            what TEXT NOT NULL,
            n INTEGER NOT NULL,
            PRIMARY KEY (hour, site, region, regime, device, notice, bot, what)
        ) STRICT, WITHOUT ROWID
        """,
        """
        CREATE TABLE mark(
            hour INTEGER NOT NULL,
            site TEXT NOT NULL,
            dimension TEXT NOT NULL,
            key TEXT NOT NULL,
            n INTEGER NOT NULL,
            PRIMARY KEY (hour, site, dimension, key)
        ) STRICT, WITHOUT ROWID
        """,
        # One row for each process that ever flushed: the number of its last flush.
        "CREATE TABLE flush(writer BLOB PRIMARY KEY, number INTEGER NOT NULL) STRICT, WITHOUT ROWID",
        # One row: the last row of the ledger that is counted.
        "CREATE TABLE watermark(seq INTEGER NOT NULL) STRICT",
        "INSERT INTO watermark VALUES (0)",
    ),
)

_FOLD_LIMIT = 1000
"""Rows of the ledger in one transaction, so that no other process waits long."""


@dataclass(frozen=True, slots=True)
class Flush:
    """Tallies on their way to the file. `writer` and `number` name the flush: written twice, it counts once."""

    writer: uuid.UUID
    number: int
    tallies: Tallies


class CountersFile:
    """The counters' file. It is open only while it is used; any thread and process may use it.

    Every method raises LedgerUnavailableError.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def make(self) -> None:
        """Make the file where it is missing."""
        self._database.open_to_write().close()

    def add(self, flush: Flush) -> None:
        """Add a flush, unless it or a later one of its writer is there already."""
        with closing(self._database.open_to_write()) as connection, self._database.writing(connection):
            if _is_first(connection, flush):
                _add_cells(connection, flush.tallies.cells)
                _add_marks(connection, flush.tallies.marks)

    def fold(self, events: Events) -> None:
        """Count every row of the ledger that is not counted yet, each exactly once whoever else folds.

        Where there is no ledger to read, no file is made either.
        """
        events(0, 1)
        with closing(self._database.open_to_write()) as connection:
            while self._fold_some(connection, events):
                pass

    def cells(self, since_hour: int, until_hour: int, site: str | None) -> list[tuple[Cell, int]]:
        """The cells of the hours from `since_hour` up to but without `until_hour`, in order."""
        rows = self._rows("cell", since_hour, until_hour, site)
        return [
            (Cell(hour, site, region, regime, device, notice, bool(bot), what), n)
            for hour, site, region, regime, device, notice, bot, what, n in rows
        ]

    def marks(self, since_hour: int, until_hour: int, site: str | None) -> list[tuple[Mark, int]]:
        """The marks of the hours from `since_hour` up to but without `until_hour`, in order."""
        rows = self._rows("mark", since_hour, until_hour, site)
        return [(Mark(hour, site, dimension, key), n) for hour, site, dimension, key, n in rows]

    def _fold_some(self, connection: sqlite3.Connection, events: Events) -> bool:
        """Count the next rows and move the watermark in one transaction. Whether there may be more."""
        with self._database.writing(connection):
            (watermark,) = connection.execute("SELECT seq FROM watermark").fetchone()
            rows = events(watermark, _FOLD_LIMIT)
            if rows:
                counted = Counter(cell for _, event in rows for cell in cells_of(event))
                _add_cells(connection, counted.items())
                connection.execute("UPDATE watermark SET seq = ?", (rows[-1][0],))
        return len(rows) == _FOLD_LIMIT

    def _rows(self, table: str, since_hour: int, until_hour: int, site: str | None) -> list[tuple[Any, ...]]:
        # The primary key is the order on disk, so a span of hours is one walk and needs no sorting.
        span = f"SELECT * FROM {table} WHERE hour >= ? AND hour < ?"  # noqa: S608
        with self._database.reading() as connection:
            if site is None:
                return connection.execute(f"{span} ORDER BY hour, site", (since_hour, until_hour)).fetchall()
            return connection.execute(
                f"{span} AND site = ? ORDER BY hour, site", (since_hour, until_hour, site)
            ).fetchall()


def _is_first(connection: sqlite3.Connection, flush: Flush) -> bool:
    """Note the flush as written. False where it was before: then a COMMIT that reported failure had held after all."""
    noted = connection.execute(
        "INSERT INTO flush VALUES (?, ?) ON CONFLICT(writer) "
        "DO UPDATE SET number = excluded.number WHERE excluded.number > number",
        (flush.writer.bytes, flush.number),
    )
    return noted.rowcount == 1


def _add_cells(connection: sqlite3.Connection, cells: Iterable[tuple[Cell, int]]) -> None:
    connection.executemany(
        "INSERT INTO cell VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
        "ON CONFLICT(hour, site, region, regime, device, notice, bot, what) DO UPDATE SET n = n + excluded.n",
        [(c.hour, c.site, c.region, c.regime, c.device, c.notice, c.bot, c.what, n) for c, n in cells],
    )


def _add_marks(connection: sqlite3.Connection, marks: Iterable[tuple[Mark, int]]) -> None:
    connection.executemany(
        "INSERT INTO mark VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT(hour, site, dimension, key) DO UPDATE SET n = n + excluded.n",
        [(m.hour, m.site, m.dimension, m.key, n) for m, n in marks],
    )
