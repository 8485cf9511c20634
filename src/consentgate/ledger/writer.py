"""Group commit: one thread that makes durable, in one transaction, all that came in while it made the last one durable.

There is no waiting for company: the time a commit takes is what the next batch gathers in.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from consentgate.errors import LedgerError, LedgerOverloadedError, LedgerUnavailableError
from consentgate.ledger.health import Health
from consentgate.ledger.ledger_file import Row

_log = logging.getLogger("consentgate.ledger")

Draw: TypeAlias = Callable[[], Sequence[Row]]
"""Takes the next batch out of the queue. From then on its rows can't be withdrawn."""

_BATCH = 1024


@dataclass(slots=True, eq=False)
class _Waiting:
    """A row, and the future that its caller waits for. `outcome` is for the thread of the caller's event loop only."""

    row: Row
    future: asyncio.Future[None]

    def outcome(self) -> asyncio.Future[None]:
        """Where the outcome is delivered. Cancelling a caller ends the future it waits for; then a new one follows."""
        if self.future.cancelled():
            self.future = self.future.get_loop().create_future()
        return self.future


class Writer:
    """Takes rows from any number of event loops and threads, and hands them in batches to `commit` on its own thread.

    `commit` calls the `Draw` that it is given once, as late as it can: when it has waited for all there is to wait for
    and only the disk is left. It makes what it drew durable or raises, in which case nothing of it counts as saved.
    The first `commit` comes with the start, rows or not, so that a file of no use is known before the first choice.

    `queue_limit` is how many rows may wait, `close_seconds` how long closing waits for a `commit` that hangs (a lock
    whose holder is stopped).
    """

    def __init__(
        self,
        commit: Callable[[Draw], None],
        health: Health,
        *,
        queue_limit: int,
        close_seconds: float,
    ) -> None:
        self._commit = commit
        self._queue_limit = queue_limit
        self._close_seconds = close_seconds
        self._health = health
        self._queue: deque[_Waiting] = deque()
        self._changed = threading.Condition()
        self._drawn: list[_Waiting] = []
        self._is_open = False
        self._has_given_up = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Take rows from now on. A thread that hung through the last close takes them, so there is never a second."""
        with self._changed:
            self._is_open = True
            self._has_given_up = False
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="consentgate-ledger", daemon=True)
                self._thread.start()

    async def append(self, row: Row) -> None:
        """Return once `row` is durable.

        A caller that is cancelled while its row is queued takes the row back. Once the row is drawn the outcome is
        awaited all the same, and returned or raised in place of the cancellation; only after a `close` that gave up on
        a hanging batch may its callers be cancelled, as otherwise their event loops could never end.

        Raises LedgerOverloadedError when the queue is full, LedgerUnavailableError when the batch failed or no thread
        is there to take it.
        """
        waiting = _Waiting(row, asyncio.get_running_loop().create_future())
        self._put(waiting)
        while True:
            try:
                return await waiting.outcome()
            except asyncio.CancelledError:
                if self._withdraw(waiting):
                    raise

    def close(self) -> bool:
        """Take no more, finish what is queued, end the thread. False if a batch hangs: then the rest is rejected."""
        with self._changed:
            self._is_open = False
            self._changed.notify()
            thread = self._thread
        if thread is None:
            return True
        thread.join(self._close_seconds)
        if not thread.is_alive():
            return True
        with self._changed:
            self._has_given_up = True
            abandoned = self._take()
            unsure = len(abandoned) + len(self._drawn)
        _log.error("The ledger's file hangs; closing, with %d choice(s) not known to be saved.", unsure)
        _settle(abandoned, LedgerUnavailableError("The ledger was closed before the choice was saved."))
        return False

    def _put(self, waiting: _Waiting) -> None:
        with self._changed:
            if not self._is_open:
                raise LedgerUnavailableError("The ledger is not running.")
            if len(self._queue) >= self._queue_limit:
                raise LedgerOverloadedError(len(self._queue))
            self._queue.append(waiting)
            self._changed.notify()

    def _withdraw(self, waiting: _Waiting) -> bool:
        """Take a row back. False if it is drawn: then its outcome comes."""
        with self._changed:
            try:
                self._queue.remove(waiting)
            except ValueError:
                return self._has_given_up
            return True

    def _run(self) -> None:
        self._commit_batch()
        while self._has_more():
            self._commit_batch()

    def _has_more(self) -> bool:
        """Whether there are rows, waiting for the first. False once closed and drained."""
        with self._changed:
            while self._is_open and not self._queue:
                self._changed.wait()
            if not self._queue:
                self._thread = None  # Under the lock, so that `start` knows for certain whether this one goes on.
            return bool(self._queue)

    def _commit_batch(self) -> None:
        error = self._try()
        with self._changed:
            if error and not self._drawn:
                # It failed before anything was drawn, as the file can't be opened: what waits for it fails with it.
                self._drawn = self._take(_BATCH)
            batch, self._drawn = self._drawn, []
        _settle(batch, error)

    def _draw(self) -> Sequence[Row]:
        with self._changed:
            self._drawn = self._take(_BATCH)
            return [waiting.row for waiting in self._drawn]

    def _take(self, most: int | None = None) -> list[_Waiting]:
        size = len(self._queue) if most is None else min(len(self._queue), most)
        return [self._queue.popleft() for _ in range(size)]

    def _try(self) -> LedgerError | None:
        try:
            self._commit(self._draw)
        except LedgerError as error:
            self._health.failed(error)
            return error
        except Exception as error:  # Whatever it is, the thread must live on to serve the next batch.
            unexpected = LedgerUnavailableError(f"Unexpected {type(error).__name__} while saving.")
            self._health.failed(unexpected)
            return unexpected
        self._health.worked()
        return None


def _settle(batch: Sequence[_Waiting], error: LedgerError | None) -> None:
    """Wake each event loop once for all its waiters, since waking one is a system call."""
    by_loop: defaultdict[asyncio.AbstractEventLoop, list[_Waiting]] = defaultdict(list)
    for waiting in batch:
        by_loop[waiting.future.get_loop()].append(waiting)
    for loop, of_loop in by_loop.items():
        try:
            loop.call_soon_threadsafe(_resolve, of_loop, error)
        except RuntimeError:
            # That event loop is closed: nobody waits there any more.
            continue


def _resolve(batch: Sequence[_Waiting], error: LedgerError | None) -> None:
    for waiting in batch:
        if error is None:
            waiting.outcome().set_result(None)
        else:
            # An exception of its own for each, as each collects its own traceback.
            waiting.outcome().set_exception(LedgerUnavailableError(str(error)))
