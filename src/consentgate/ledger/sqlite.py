"""The embedded ledger: two SQLite files on a local disk, shared by all processes of one machine, and no service."""

from __future__ import annotations

import threading
from pathlib import Path

from consentgate.ledger.counters import Cell, Counters, Mark
from consentgate.ledger.counters_file import COUNTERS, CountersFile
from consentgate.ledger.database import Database
from consentgate.ledger.event import Event
from consentgate.ledger.flusher import Flusher
from consentgate.ledger.health import Health
from consentgate.ledger.ledger_file import LEDGER, LedgerFile, row_of
from consentgate.ledger.writer import Writer


class SqliteLedger:
    """A `Ledger`: `name.sqlite3` holds the choices, `name.counters.sqlite3` the counts; each has a lock file beside it.

    `flush_seconds` is how often the counters are written down, and so what a crash may cost of them; it never costs a
    choice. `queue_limit` is how many choices may wait, `busy_seconds` how long another program may keep a file to
    itself, `close_seconds` how long closing waits for the choices and then for the counters when the disk hangs: both
    together less than the 30 seconds that Kubernetes waits by default before it kills. `mounts` is the system's table
    of mounts, by which network file systems are known.
    """

    def __init__(
        self,
        path: Path,
        *,
        flush_seconds: float = 5.0,
        queue_limit: int = 4096,
        busy_seconds: float = 5.0,
        close_seconds: float = 10.0,
        mounts: Path = Path("/proc/mounts"),
    ) -> None:
        path = path.absolute()  # The process may change its folder later.
        beside = Path(f"{str(path).removesuffix('.sqlite3')}.counters.sqlite3")
        self.counters = Counters()
        self._ledger_file = LedgerFile(Database(path, LEDGER, busy_seconds, mounts))
        self._counters_file = CountersFile(Database(beside, COUNTERS, busy_seconds, mounts))
        self._writer = Writer(
            self._ledger_file.append,
            Health("Choices can't be saved:", "Choices are saved again."),
            queue_limit=queue_limit,
            close_seconds=close_seconds,
        )
        self._flusher = Flusher(
            self.counters,
            self._counters_file,
            self._ledger_file.events,
            seconds=flush_seconds,
            close_seconds=close_seconds,
        )
        self._running = False
        self._changing = threading.Lock()

    async def append(self, event: Event) -> None:
        """See `Ledger`. Raises ValueError for a time without a zone."""
        await self._writer.append(row_of(event))

    def start(self) -> None:
        """See `Ledger`. While it runs, this reads one attribute and waits for nothing, not even for a closing."""
        if not self._running:
            with self._changing:
                self._start_once()

    def close(self) -> None:
        """See `Ledger`. One that does not run stays as it is."""
        with self._changing:
            if self._running:
                is_file_free = self._writer.close()
                self._flusher.close()
                if is_file_free:
                    self._ledger_file.close()
            self._running = False

    def flush(self) -> None:
        """See `Ledger`. Works without `start` too, beside a running server."""
        self._flusher.flush()

    def events(self, after: int = 0, limit: int = 1000) -> list[tuple[int, Event]]:
        """See `Ledger`."""
        return self._ledger_file.events(after, limit)

    def tallies(self, since_hour: int, until_hour: int, site: str | None = None) -> list[tuple[Cell, int]]:
        """See `Ledger`."""
        return self._counters_file.cells(since_hour, until_hour, site)

    def marks(self, since_hour: int, until_hour: int, site: str | None = None) -> list[tuple[Mark, int]]:
        """See `Ledger`."""
        return self._counters_file.marks(since_hour, until_hour, site)

    def _start_once(self) -> None:
        # Another thread may have started it while this one waited for the lock.
        if not self._running:
            self._writer.start()
            self._flusher.start()
            self._running = True
