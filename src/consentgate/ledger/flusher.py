"""Writes the counters down every few seconds, and counts the ledger's new rows, away from any request."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable

from consentgate.errors import LedgerError, LedgerUnavailableError
from consentgate.ledger.counters import Counters
from consentgate.ledger.counters_file import CountersFile, Events, Flush
from consentgate.ledger.health import Health

_log = logging.getLogger("consentgate.ledger")


class Flusher:
    """Moves what `counters` hold into `file`, and folds in what `events` reads from the ledger.

    `seconds` lie between two flushes; `close_seconds` is how long closing waits for one that hangs.
    """

    def __init__(
        self, counters: Counters, file: CountersFile, events: Events, *, seconds: float, close_seconds: float
    ) -> None:
        self._counters = counters
        self._file = file
        self._events = events
        self._seconds = seconds
        self._close_seconds = close_seconds
        self._health = Health("Counters can't be written down:", "Counters are written down again.")
        self._one_at_a_time = threading.Lock()
        self._writer = uuid.uuid4()
        self._number = 0
        self._pending: Flush | None = None
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread, which makes the file. Raises nothing: what fails there is logged and tried again."""
        # An event of its own, so that a thread which hung through the last close still ends.
        self._stopping = threading.Event()
        self._thread = threading.Thread(
            target=self._run, args=(self._stopping,), name="consentgate-counters", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Have the thread flush a last time and end. Raises nothing: what hangs is logged and left behind."""
        self._stopping.set()
        if self._thread is None:
            return
        self._thread.join(self._close_seconds)
        if self._thread.is_alive():
            _log.error("The last counts are still not written down; closing without them.")

    def flush(self) -> None:
        """Flush now. Raises LedgerUnavailableError; what could not be written is tried again by the next flush."""
        with self._one_at_a_time:
            self._write_pending()  # What an earlier flush could not write keeps its number.
            self._pending = self._next()
            self._write_pending()
            self._file.fold(self._events)

    def _write_pending(self) -> None:
        if self._pending is not None:
            self._file.add(self._pending)
            self._pending = None

    def _next(self) -> Flush | None:
        tallies = self._counters.drain()
        if not tallies:
            return None
        self._number += 1
        return Flush(self._writer, self._number, tallies)

    def _run(self, stopping: threading.Event) -> None:
        self._try(self._file.make)
        while not stopping.wait(self._seconds):
            self._try(self.flush)
        self._try(self.flush)

    def _try(self, task: Callable[[], None]) -> None:
        try:
            task()
        except LedgerError as error:
            self._health.failed(error)
        except Exception as error:  # Whatever it is, the thread must live on to flush the next time.
            self._health.failed(LedgerUnavailableError(f"Unexpected {type(error).__name__}."))
        else:
            self._health.worked()
