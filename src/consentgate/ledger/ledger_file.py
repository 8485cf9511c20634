"""The ledger's file: one row for each event, appended in batches, never changed."""

from __future__ import annotations

import json
import logging
import sqlite3
import uuid
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from typing import Any, TypeAlias

from consentgate.errors import LedgerUnavailableError
from consentgate.ledger.database import Database, FileIdentity, Layout
from consentgate.ledger.event import Action, Event, Method, from_milliseconds, to_milliseconds
from consentgate.model import Device, Disposition, Regime, RegionSource

_log = logging.getLogger("consentgate.ledger")

Row: TypeAlias = tuple[str | bytes | int | None, ...]
"""An event as SQLite takes it, in the order of the table's columns after `seq`."""

LEDGER = Layout(
    application_id=0x43474C31,  # "CGL1"
    version=1,
    settings=(
        "synchronous = FULL",
        # On macOS a plain fsync leaves the data in the drive's cache; elsewhere this does nothing.
        "fullfsync = ON",
        # What is deleted shall not stay readable in free pages.
        "secure_delete = ON",
        "journal_size_limit = 16777216",
    ),
    tables=(
        # AUTOINCREMENT: a number is never used again, so the counters' watermark holds although old rows are deleted.
        """
        CREATE TABLE event(
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            event_id BLOB NOT NULL UNIQUE,
            consent_id TEXT NOT NULL,
            site TEXT NOT NULL,
            made_at_ms INTEGER NOT NULL,
            action TEXT NOT NULL,
            granted TEXT NOT NULL,
            refused TEXT NOT NULL,
            previous_granted TEXT,
            region TEXT,
            region_source TEXT NOT NULL,
            regime TEXT NOT NULL,
            notice_version TEXT NOT NULL,
            revision TEXT NOT NULL,
            language TEXT NOT NULL,
            method TEXT NOT NULL,
            gpc INTEGER NOT NULL,
            dnt INTEGER,
            gpc_disposition TEXT,
            dnt_disposition TEXT,
            device TEXT NOT NULL,
            valid_until_ms INTEGER NOT NULL
        ) STRICT
        """,
    ),
)

_COLUMNS = (
    "event_id, consent_id, site, made_at_ms, action, granted, refused, previous_granted, region, region_source, "
    "regime, notice_version, revision, language, method, gpc, dnt, gpc_disposition, dnt_disposition, device, "
    "valid_until_ms"
)
# Only a known event_id is passed over: "INSERT OR IGNORE" would also pass over a row with a missing value.
_INSERT = f"INSERT INTO event({_COLUMNS}) VALUES ({', '.join('?' * 21)}) ON CONFLICT(event_id) DO NOTHING"  # noqa: S608
_SELECT = f"SELECT seq, {_COLUMNS} FROM event WHERE seq > ? ORDER BY seq LIMIT ?"  # noqa: S608


class LedgerFile:
    """The ledger's file. `append` and `close` are for one thread at a time, `events` for any."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._connection: sqlite3.Connection | None = None
        self._identity: FileIdentity | None = None

    def append(self, draw: Callable[[], Sequence[Row]]) -> None:
        """Make all that `draw` gives durable, or none. A row whose event is there already changes nothing.

        `draw` is called once, when the file is open, locked and in its place: then only the disk is waited for. The
        file is opened if it is not open; a missing one is made, also where it was removed or replaced while open.
        After an error the file is closed, and opened anew by the next batch. Raises LedgerUnavailableError.
        """
        try:
            while not self._append_in_place(draw):
                _log.error(
                    "%s was removed or replaced while in use; what it held is not there any more. "
                    "Choices are saved in the file that is there now, a new one if there is none.",
                    self._database.path,
                )
                self.close()
        except BaseException:
            self.close()
            raise

    def events(self, after: int, limit: int) -> list[tuple[int, Event]]:
        """Up to `limit` rows numbered above `after`, in order. Raises LedgerUnavailableError."""
        with self._database.reading() as connection:
            rows = connection.execute(_SELECT, (after, limit)).fetchall()
        try:
            return [(seq, event_of(row)) for seq, *row in rows]
        except ValueError as error:
            raise LedgerUnavailableError(
                f"{self._database.path} holds rows with words that this version does not know."
            ) from error

    def close(self) -> None:
        """Close the file. Raises nothing: what is committed is safe already."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with suppress(sqlite3.Error), closing(connection):
                pass

    def _append_in_place(self, draw: Callable[[], Sequence[Row]]) -> bool:
        """Append, unless another file or none is at the path: then a row would go where nobody finds it."""
        connection = self._opened()
        with self._database.writing(connection):
            # Only now, as the file may have been removed while this waited for the lock.
            is_in_place = self._identity is not None and self._identity == self._database.identity()
            if is_in_place:
                connection.executemany(_INSERT, draw())
        return is_in_place

    def _opened(self) -> sqlite3.Connection:
        if self._connection is None:
            self._connection = self._database.open_to_write()
            self._identity = self._database.identity()
        return self._connection


def row_of(event: Event) -> Row:
    """The row of an event. Raises ValueError for a time without a zone."""
    # Words and flags become plain str and int: for anything else sqlite3 looks for an adapter, value by value.
    return (
        event.event_id.bytes,
        event.consent_id,
        event.site,
        to_milliseconds(event.made_at),
        str(event.action),
        _names(event.granted),
        _names(event.refused),
        None if event.previous_granted is None else _names(event.previous_granted),
        event.region,
        str(event.region_source),
        str(event.regime),
        event.notice_version,
        event.revision,
        event.language,
        str(event.method),
        int(event.gpc),
        None if event.dnt is None else int(event.dnt),
        None if event.gpc_disposition is None else str(event.gpc_disposition),
        None if event.dnt_disposition is None else str(event.dnt_disposition),
        str(event.device),
        to_milliseconds(event.valid_until),
    )


def event_of(row: Sequence[Any]) -> Event:
    """The event of a row. Raises ValueError where a word is not known, as in a row of a later version."""
    return Event(
        event_id=uuid.UUID(bytes=row[0]),
        consent_id=row[1],
        site=row[2],
        made_at=from_milliseconds(row[3]),
        action=Action(row[4]),
        granted=frozenset(json.loads(row[5])),
        refused=frozenset(json.loads(row[6])),
        previous_granted=None if row[7] is None else frozenset(json.loads(row[7])),
        region=row[8],
        region_source=RegionSource(row[9]),
        regime=Regime(row[10]),
        notice_version=row[11],
        revision=row[12],
        language=row[13],
        method=Method(row[14]),
        gpc=bool(row[15]),
        dnt=None if row[16] is None else bool(row[16]),
        gpc_disposition=None if row[17] is None else Disposition(row[17]),
        dnt_disposition=None if row[18] is None else Disposition(row[18]),
        device=Device(row[19]),
        valid_until=from_milliseconds(row[20]),
    )


def _names(categories: frozenset[str]) -> str:
    return json.dumps(sorted(categories), ensure_ascii=False, separators=(",", ":"))
