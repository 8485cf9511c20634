"""Group commit, seen with a commit that the test holds in its hand."""

from __future__ import annotations

import asyncio
import random
import threading
import time
from collections.abc import Callable, Iterator, Sequence

import pytest

from consentgate.errors import LedgerOverloadedError, LedgerUnavailableError
from consentgate.ledger.health import Health
from consentgate.ledger.ledger_file import Row
from consentgate.ledger.writer import Draw, Writer

PATIENCE = 10.0
"""Seconds after which something that should happen at once counts as not happening."""


class HeldCommit:
    """Stands for the file: each batch waits until it is let through, and `fate` decides what becomes of it.

    Before it draws a batch it waits for `lock`, as one does that another process may hold.
    """

    def __init__(self) -> None:
        self.batches: list[list[Row]] = []
        self.fate: Callable[[Sequence[Row]], None] = lambda _: None
        self.lock = threading.Lock()
        self._arrived = threading.Semaphore(0)
        self._gate = threading.Semaphore(0)

    def __call__(self, draw: Draw) -> None:
        with self.lock:
            rows = draw()
        if not rows:  # At the start, and where all were withdrawn.
            return
        self.batches.append(list(rows))
        self._arrived.release()
        if not self._gate.acquire(timeout=PATIENCE):
            raise TimeoutError
        self.fate(rows)

    def let_through(self, batches: int = 1) -> None:
        self._gate.release(batches)

    async def next_batch(self) -> None:
        """Wait until the writer's thread has a batch in hand."""
        assert await asyncio.to_thread(self._arrived.acquire, timeout=PATIENCE)


@pytest.fixture
def commit() -> HeldCommit:
    return HeldCommit()


@pytest.fixture
def writer(commit: HeldCommit) -> Iterator[Writer]:
    writer = Writer(commit, Health("", ""), queue_limit=4, close_seconds=PATIENCE)
    writer.start()
    yield writer
    commit.let_through(100)
    writer.close()


async def queue(writer: Writer, *rows: Row) -> list[asyncio.Task[None]]:
    """Tasks that have put their rows into the queue."""
    tasks = [asyncio.create_task(writer.append(row)) for row in rows]
    await asyncio.sleep(0)  # One turn of the loop: each task runs up to where it waits for its row.
    return tasks


@pytest.mark.anyio
async def test_what_comes_in_during_a_commit_is_the_next_batch(writer: Writer, commit: HeldCommit) -> None:
    tasks = await queue(writer, (1,))
    await commit.next_batch()
    tasks += await queue(writer, (2,), (3,), (4,))
    commit.let_through(2)
    await asyncio.gather(*tasks)
    assert commit.batches == [[(1,)], [(2,), (3,), (4,)]]


@pytest.mark.anyio
async def test_nothing_is_acknowledged_before_its_commit_returns(writer: Writer, commit: HeldCommit) -> None:
    (task,) = await queue(writer, (1,))
    await commit.next_batch()
    await asyncio.sleep(0)
    assert not task.done()
    commit.let_through()
    await task


@pytest.mark.anyio
async def test_an_error_rejects_exactly_the_batch_it_hit(writer: Writer, commit: HeldCommit) -> None:
    def fate(rows: Sequence[Row]) -> None:
        if (2,) in rows:
            raise LedgerUnavailableError("disk full")

    commit.fate = fate
    first = await queue(writer, (1,))
    await commit.next_batch()
    second = await queue(writer, (2,), (3,))
    commit.let_through()
    await commit.next_batch()
    third = await queue(writer, (4,))
    commit.let_through(2)
    results = await asyncio.gather(*first, *second, *third, return_exceptions=True)
    assert [str(result) for result in results] == ["None", "disk full", "disk full", "None"]
    assert results[1] is not results[2]


@pytest.mark.anyio
async def test_an_error_nobody_thought_of_rejects_its_batch_and_the_writer_lives_on(
    writer: Writer, commit: HeldCommit
) -> None:
    def fate(rows: Sequence[Row]) -> None:
        if (1,) in rows:
            raise ZeroDivisionError("of a visitor called Smith")

    commit.fate = fate
    commit.let_through(2)
    with pytest.raises(LedgerUnavailableError) as caught:
        await writer.append((1,))
    assert "ZeroDivisionError" in str(caught.value)
    assert "Smith" not in str(caught.value)
    await writer.append((2,))


@pytest.mark.anyio
async def test_a_full_queue_refuses_and_takes_again_once_it_is_drained(writer: Writer, commit: HeldCommit) -> None:
    tasks = await queue(writer, (1,))
    await commit.next_batch()
    tasks += await queue(writer, (2,), (3,), (4,), (5,))
    with pytest.raises(LedgerOverloadedError) as caught:
        await writer.append((6,))
    assert caught.value.waiting == 4
    commit.let_through(3)
    await asyncio.gather(*tasks)
    await writer.append((7,))
    assert commit.batches[-1] == [(7,)]


# A caller that gives up


async def turns_of_the_loop() -> None:
    """Time for a cancellation to arrive wherever it goes."""
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.mark.anyio
async def test_a_row_whose_caller_is_cancelled_while_it_waits_is_never_written(
    writer: Writer, commit: HeldCommit
) -> None:
    commit.let_through(3)
    with commit.lock:
        first, cancelled, last = await queue(writer, (1,), (2,), (3,))
        cancelled.cancel()
        with pytest.raises(asyncio.CancelledError):
            await cancelled
    await asyncio.gather(first, last)
    await writer.append((4,))
    assert sorted(row for batch in commit.batches for row in batch) == [(1,), (3,), (4,)]


@pytest.mark.anyio
async def test_a_row_that_waits_for_the_lock_when_time_is_up_is_reported_as_not_saved_and_is_not(
    writer: Writer, commit: HeldCommit
) -> None:
    commit.let_through()
    with commit.lock, pytest.raises(TimeoutError):
        async with asyncio.timeout(0.01):
            await writer.append((1,))
    await writer.append((2,))
    assert commit.batches == [[(2,)]]


@pytest.mark.anyio
async def test_a_row_that_is_withdrawn_makes_room_in_the_queue(writer: Writer, commit: HeldCommit) -> None:
    commit.let_through(2)
    with commit.lock:
        tasks = await queue(writer, (1,), (2,), (3,), (4,))
        tasks[1].cancel()
        await turns_of_the_loop()
        tasks += await queue(writer, (5,))
    del tasks[1]
    await asyncio.gather(*tasks)


@pytest.mark.anyio
@pytest.mark.parametrize("times", [1, 3])
async def test_a_row_that_is_being_written_when_its_caller_is_cancelled_is_reported_as_saved(
    writer: Writer, commit: HeldCommit, times: int
) -> None:
    (task,) = await queue(writer, (1,))
    await commit.next_batch()
    for _ in range(times):
        task.cancel()
        await turns_of_the_loop()
        assert not task.done()
    commit.let_through()
    await task
    assert commit.batches == [[(1,)]]


@pytest.mark.anyio
async def test_a_row_that_is_being_written_when_its_caller_is_cancelled_and_fails_is_reported_as_failed(
    writer: Writer, commit: HeldCommit
) -> None:
    def fate(_: Sequence[Row]) -> None:
        raise LedgerUnavailableError("disk full")

    commit.fate = fate
    (task,) = await queue(writer, (1,))
    await commit.next_batch()
    task.cancel()
    await turns_of_the_loop()
    commit.let_through()
    with pytest.raises(LedgerUnavailableError, match="disk full"):
        await task


@pytest.mark.anyio
async def test_a_row_that_is_being_written_when_time_is_up_is_reported_as_saved(
    writer: Writer, commit: HeldCommit
) -> None:
    async def within_the_time() -> bool:
        async with asyncio.timeout(None) as patience:
            times.append(patience)
            await writer.append((1,))
        return patience.expired()

    times: list[asyncio.Timeout] = []
    task = asyncio.create_task(within_the_time())
    await commit.next_batch()
    times[0].reschedule(0)
    await asyncio.sleep(0.001)
    await turns_of_the_loop()
    assert not task.done()
    commit.let_through()
    assert await task  # The time was up indeed, and yet no TimeoutError came.


@pytest.mark.anyio
async def test_a_cancellation_between_the_commit_and_the_news_of_it_takes_nothing_back(
    writer: Writer, commit: HeldCommit
) -> None:
    told = threading.Event()
    loop = asyncio.get_running_loop()
    (task,) = await queue(writer, (1,))
    await commit.next_batch()
    with pytest.MonkeyPatch.context() as patch:
        wake = loop.call_soon_threadsafe

        def telling(*args: object) -> object:
            handle = wake(*args)  # type: ignore[arg-type]
            told.set()
            return handle

        patch.setattr(loop, "call_soon_threadsafe", telling)
        commit.let_through()
        assert told.wait(PATIENCE)  # Holds up the loop, so the news is still to be read when the cancellation comes.
    task.cancel()
    await task


@pytest.mark.anyio
async def test_after_a_close_that_gave_up_the_callers_of_a_hanging_batch_may_be_cancelled(commit: HeldCommit) -> None:
    writer = Writer(commit, Health("", ""), queue_limit=4, close_seconds=0.01)
    writer.start()
    (hanging,) = await queue(writer, (1,))
    await commit.next_batch()
    assert not await asyncio.to_thread(writer.close)
    hanging.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hanging
    commit.let_through()


@pytest.mark.parametrize("seed", range(5))
def test_whatever_is_cancelled_when_every_row_is_either_written_and_reported_or_neither(seed: int) -> None:
    written: set[Row] = set()

    def commit(draw: Draw) -> None:
        time.sleep(0.0005)  # For the lock.
        rows = draw()
        time.sleep(0.0005)  # For the disk.
        written.update(rows)

    async def append(writer: Writer, number: int) -> bool:
        try:
            async with asyncio.timeout(chance.uniform(-0.0005, 0.002)):
                await writer.append((number,))
        except TimeoutError:
            return False
        return True

    async def append_all(writer: Writer) -> list[bool]:
        return [
            reported
            for begin in range(0, 600, 20)
            for reported in await asyncio.gather(*(append(writer, begin + number) for number in range(20)))
        ]

    chance = random.Random(seed)
    writer = Writer(commit, Health("", ""), queue_limit=100, close_seconds=PATIENCE)
    writer.start()
    reported = asyncio.run(append_all(writer))
    writer.close()
    assert {(number,) for number, saved in enumerate(reported) if saved} == written
    assert 0 < len(written) < len(reported)


# Several event loops


@pytest.mark.anyio
async def test_an_event_loop_is_woken_once_for_all_of_a_batch(
    writer: Writer, commit: HeldCommit, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks = await queue(writer, (1,))
    await commit.next_batch()
    tasks += await queue(writer, (2,), (3,), (4,), (5,))
    loop = asyncio.get_running_loop()
    wakes: list[str | None] = []
    wake = loop.call_soon_threadsafe

    def counting(*args: object) -> object:
        wakes.append(threading.current_thread().name)
        return wake(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(loop, "call_soon_threadsafe", counting)
    commit.let_through(2)
    await asyncio.gather(*tasks)
    assert wakes == ["consentgate-ledger"] * 2


def test_several_event_loops_share_one_writer(writer: Writer, commit: HeldCommit) -> None:
    commit.let_through(100)
    saved: list[int] = []

    async def append(first: int) -> None:
        for number in range(first, first + 20):
            await writer.append((number,))
            saved.append(number)

    threads = [threading.Thread(target=lambda first=first: asyncio.run(append(first))) for first in (0, 20, 40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert sorted(saved) == list(range(60))
    assert sorted(row[0] for batch in commit.batches for row in batch if isinstance(row[0], int)) == list(range(60))


def test_an_event_loop_that_was_stopped_while_its_row_was_saved_harms_nobody(
    writer: Writer, commit: HeldCommit
) -> None:
    async def leave() -> list[asyncio.Task[None]]:
        tasks = await queue(writer, (1,))
        await commit.next_batch()
        return tasks

    loop = asyncio.new_event_loop()
    abandoned = loop.run_until_complete(leave())
    loop.close()
    commit.let_through(2)
    asyncio.run(writer.append((2,)))
    assert not abandoned[0].done()


# Starting and closing


def test_the_file_is_tried_at_the_start_without_waiting_for_a_row() -> None:
    tried = threading.Event()
    writer = Writer(lambda _: tried.set(), Health("", ""), queue_limit=4, close_seconds=PATIENCE)
    writer.start()
    assert tried.wait(PATIENCE)
    writer.close()


@pytest.mark.anyio
async def test_a_row_that_comes_during_a_commit_without_rows_waits_for_one_of_its_own() -> None:
    written: list[Row] = []
    has_drawn, may_go_on = threading.Event(), threading.Event()

    def commit(draw: Draw) -> None:
        rows = draw()
        has_drawn.set()
        may_go_on.wait(PATIENCE)
        written.extend(rows)

    writer = Writer(commit, Health("", ""), queue_limit=4, close_seconds=PATIENCE)
    writer.start()
    assert await asyncio.to_thread(has_drawn.wait, PATIENCE)
    (task,) = await queue(writer, (1,))
    may_go_on.set()
    await task
    assert written == [(1,)]
    writer.close()


@pytest.mark.anyio
async def test_what_waits_for_a_file_that_cannot_be_opened_is_rejected(caplog: pytest.LogCaptureFixture) -> None:
    def commit(_: Draw) -> None:
        raise LedgerUnavailableError("no such folder")

    writer = Writer(commit, Health("Failing:", ""), queue_limit=4, close_seconds=PATIENCE)
    writer.start()
    for row in (1,), (2,):
        with pytest.raises(LedgerUnavailableError, match="no such folder"):
            await writer.append(row)
    writer.close()
    assert caplog.messages == ["Failing: no such folder"]


@pytest.mark.anyio
async def test_closing_finishes_what_is_queued_and_takes_no_more(writer: Writer, commit: HeldCommit) -> None:
    tasks = await queue(writer, (1,))
    await commit.next_batch()
    tasks += await queue(writer, (2,), (3,))
    commit.let_through(2)
    assert await asyncio.to_thread(writer.close)
    await asyncio.gather(*tasks)
    with pytest.raises(LedgerUnavailableError, match="not running"):
        await writer.append((4,))


@pytest.mark.anyio
async def test_closing_beside_a_batch_that_hangs_rejects_the_rest(commit: HeldCommit) -> None:
    writer = Writer(commit, Health("", ""), queue_limit=4, close_seconds=0.01)
    writer.start()
    hanging = await queue(writer, (1,))
    await commit.next_batch()
    waiting = await queue(writer, (2,), (3,))
    assert not await asyncio.to_thread(writer.close)
    for task in waiting:
        with pytest.raises(LedgerUnavailableError, match="closed before"):
            await task
    commit.let_through()
    await asyncio.gather(*hanging)


@pytest.mark.anyio
async def test_a_writer_started_again_beside_a_batch_that_hangs_keeps_to_one_thread(
    commit: HeldCommit,
) -> None:
    writer = Writer(commit, Health("", ""), queue_limit=4, close_seconds=0.01)
    writer.start()
    hanging = await queue(writer, (1,))
    await commit.next_batch()
    assert not await asyncio.to_thread(writer.close)
    writer.start()
    waiting = await queue(writer, (2,))
    assert [thread.name for thread in threading.enumerate()].count("consentgate-ledger") == 1
    commit.let_through(2)
    await asyncio.gather(*hanging, *waiting)
    await asyncio.to_thread(writer.close)
