"""What every ledger can do, whatever it is kept in, and how one is found by its URL."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from consentgate.errors import ConfigurationError, Problem
from consentgate.ledger.counters import Cell, Counters, Mark
from consentgate.ledger.event import Event
from consentgate.ledger.sqlite import SqliteLedger

_SQLITE = "sqlite:///"


class Ledger(Protocol):
    """The append-only record of choices, with the counters beside it.

    The reading methods may be called from any thread and process, also beside a running server.
    """

    @property
    def counters(self) -> Counters:
        """Where to count what is not proof. Adding never raises and never waits."""

    async def append(self, event: Event) -> None:
        """Return once the event is durable. The same `event_id` twice is one row.

        A caller that gives up, by a timeout or because it is cancelled, is never told wrong: while the event waits it
        is withdrawn and never written; once it is being written its outcome is awaited and takes the place of the
        cancellation, so what became durable is returned as such. `asyncio.timeout` raises TimeoutError in the first
        case only. `close` ends this where the disk hangs: a cancellation after it may leave the outcome unknown.

        Raises LedgerOverloadedError when too many events wait already, LedgerUnavailableError when the event could
        not be made durable or the ledger is not running. After either, the same event may be appended again.
        """

    def start(self) -> None:
        """Start the threads, also after a `close`. Never raises and never waits for a disk or a lock.

        The threads open the files and make missing ones; what fails there is logged and tried again. While the ledger
        runs this does nothing, and so fast that it may be called for each request.
        """

    def close(self) -> None:
        """Make durable or reject all that waits, flush the counters, end the threads. Never raises.

        It gives up on a disk that hangs, after a time that is limited.
        """

    def flush(self) -> None:
        """Write the counters down now, and count the rows of the ledger that were not counted yet.

        Raises LedgerMissingError where there is no ledger; no file is made then, unless something was counted here.
        Raises LedgerUnavailableError; nothing is lost by it, and a later flush counts nothing twice.
        """

    def events(self, after: int = 0, limit: int = 1000) -> list[tuple[int, Event]]:
        """Up to `limit` rows whose number is greater than `after`, as (seq, event), in the order they were appended.

        Raises LedgerUnavailableError.
        """

    def tallies(self, since_hour: int, until_hour: int, site: str | None = None) -> list[tuple[Cell, int]]:
        """The flushed cells from `since_hour` up to but without `until_hour`, of one site or of all, in order.

        Raises LedgerUnavailableError.
        """

    def marks(self, since_hour: int, until_hour: int, site: str | None = None) -> list[tuple[Mark, int]]:
        """The flushed marks from `since_hour` up to but without `until_hour`, of one site or of all, in order.

        Raises LedgerUnavailableError.
        """


def open_ledger(url: str) -> Ledger:
    """The ledger at `url`, not started yet: no file is touched.

    `sqlite:///consent.sqlite3` is relative to the working folder, `sqlite:////var/lib/site/consent.sqlite3` absolute.
    Raises ConfigurationError for anything else.
    """
    name = url.removeprefix(_SQLITE)
    if not url.startswith(_SQLITE) or not _is_file_name(name):
        raise ConfigurationError("The ledger's URL", (_problem(url),))
    return SqliteLedger(Path(name))


def _is_file_name(name: str) -> bool:
    """Whether this names a file on a disk, which SQLite's `:memory:` and its temporary files do not."""
    if name in {"", ":memory:"} or name.endswith(("/", "/.", "/..")):
        return False
    # A query or a fragment would become a part of the file's name, which nobody who writes one expects.
    return not set(name) & set("?#\0")


def _problem(url: str) -> Problem:
    # Only the scheme is repeated: the rest may hold a password.
    scheme, colon, _ = url.partition(":")
    return Problem(
        id="ledger-url",
        place="ledger",
        text=f"The URL of the ledger ({scheme if colon else 'without a scheme'}) is not one of an SQLite file.",
        mend='Write "sqlite:///consent.sqlite3", or "sqlite:////var/lib/site/consent.sqlite3" for an absolute path.',
    )
