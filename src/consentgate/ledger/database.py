"""An SQLite file of ours: opened with its settings, made when missing, refused when it is not ours."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from consentgate.errors import LedgerMissingError, LedgerUnavailableError
from consentgate.ledger.filesystem import network_filesystem
from consentgate.ledger.lock import locked

FileIdentity: TypeAlias = tuple[int, int]
"""Device and inode: what a path leads to, whatever it is named."""

_OLDEST_SQLITE = (3, 37)
"""The first SQLite with STRICT tables."""


@dataclass(frozen=True, slots=True)
class Layout:
    """What a kind of file looks like inside.

    `application_id` and `version` are written into the file's header (PRAGMA application_id, user_version).
    `settings` are pragmas for each writing connection, `tables` what a new file is made of.
    """

    application_id: int
    version: int
    settings: tuple[str, ...]
    tables: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Database:
    """Where a file is and what it holds. All its methods raise LedgerUnavailableError, with a text for the operator."""

    path: Path
    layout: Layout
    busy_seconds: float
    mounts: Path

    @property
    def lock_path(self) -> Path:
        """`name.sqlite3` is locked by `name.lock` beside it."""
        return Path(f"{str(self.path).removesuffix('.sqlite3')}.lock")

    def identity(self) -> FileIdentity | None:
        """Which file is at the path now; None without one."""
        with _translated(self.path):
            try:
                status = self.path.stat()
            except FileNotFoundError:
                return None
        return status.st_dev, status.st_ino

    def open_to_write(self) -> sqlite3.Connection:
        """A connection for writing; a missing file is made.

        It may move between threads, as long as one uses it at a time.
        """
        self._check_place()
        with _translated(self.path), locked(self.lock_path):
            if not self.path.exists():
                self._remove_leftovers()
            connection = sqlite3.connect(
                self.path, timeout=self.busy_seconds, isolation_level=None, check_same_thread=False
            )
            try:
                self._prepare(connection)
            except BaseException:
                connection.close()
                raise
            return connection

    @contextmanager
    def writing(self, connection: sqlite3.Connection) -> Iterator[None]:
        """A transaction, as the only one of all processes and threads: all of it or, after any error, nothing."""
        with _translated(self.path), locked(self.lock_path), _transaction(connection):
            yield

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection that can't write, for one short question. A missing file stays missing."""
        self._check_place()
        if not self.path.exists():
            raise LedgerMissingError(f"{self.path} does not exist.")
        with _translated(self.path), closing(self._open_to_read()) as connection:
            connection.execute("PRAGMA query_only = ON")
            if self._is_new(connection):
                raise LedgerUnavailableError(f"{self.path} holds nothing yet.")
            yield connection

    def _open_to_read(self) -> sqlite3.Connection:
        # Not mode=ro: without a running server a reader has to make the shared memory of the write-ahead log anew.
        return sqlite3.connect(
            f"{self.path.as_uri()}?mode=rw", uri=True, timeout=self.busy_seconds, isolation_level=None
        )

    def _check_place(self) -> None:
        if not self.path.parent.is_dir():
            raise LedgerMissingError(f"The folder of {self.path} does not exist.")
        if self.path.is_dir():
            raise LedgerUnavailableError(f"{self.path} is a folder, not a file.")
        if kind := network_filesystem(self.path, self.mounts):
            raise LedgerUnavailableError(
                f"{self.path} is on a network file system ({kind}), where SQLite can lose rows. Put it on a local disk."
            )

    def _remove_leftovers(self) -> None:
        """Of a file that was removed alone. SQLite would drop its log anyway, but take its shared memory for current
        as long as another process still has the old file open, and then a new file can't be written.
        """
        for suffix in ("-wal", "-shm"):
            Path(f"{self.path}{suffix}").unlink(missing_ok=True)

    def _prepare(self, connection: sqlite3.Connection) -> None:
        if sqlite3.sqlite_version_info < _OLDEST_SQLITE:
            raise LedgerUnavailableError(f"SQLite {sqlite3.sqlite_version} is too old, 3.37 is needed.")
        is_new = self._is_new(connection)
        (mode,) = connection.execute("PRAGMA journal_mode = WAL").fetchone()
        if mode != "wal":
            raise LedgerUnavailableError(f"{self.path} is where SQLite can't keep a write-ahead log.")
        for setting in self.layout.settings:
            connection.execute(f"PRAGMA {setting}")
        if is_new:
            self._make(connection)

    def _is_new(self, connection: sqlite3.Connection) -> bool:
        """Whether the file is empty still. Raises for a file of another program or of a later version."""
        (application_id,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        if (application_id, version, tables) == (0, 0, 0):
            return True
        if application_id != self.layout.application_id:
            raise LedgerUnavailableError(f"{self.path} belongs to another program; it was left as it is.")
        if version > self.layout.version:
            raise LedgerUnavailableError(
                f"{self.path} was written by a later consentgate: it has version {version}, "
                f"this one knows {self.layout.version}. Upgrade consentgate, or name another file."
            )
        return False

    def _make(self, connection: sqlite3.Connection) -> None:
        with _transaction(connection):
            for table in self.layout.tables:
                connection.execute(table)
            connection.execute(f"PRAGMA application_id = {self.layout.application_id}")
            connection.execute(f"PRAGMA user_version = {self.layout.version}")


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # After some errors, such as a full disk, SQLite has rolled back by itself.
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    """Turn errors of SQLite and of the system into ours. Neither quotes a row."""
    try:
        yield
    except sqlite3.Error as error:
        raise LedgerUnavailableError(f"{path}: {error}.") from error
    except OSError as error:
        raise LedgerUnavailableError(f"{path}: {error.strerror or type(error).__name__}.") from error
