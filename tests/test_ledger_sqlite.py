"""The embedded ledger on a real disk: durable once acknowledged, counted exactly once, calm when the disk is not."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from consentgate.errors import LedgerMissingError, LedgerUnavailableError
from consentgate.ledger import Cell, Mark, counters
from consentgate.ledger.counters import Tallies, hour_of
from consentgate.ledger.counters_file import COUNTERS, CountersFile, Flush
from consentgate.ledger.database import Database
from consentgate.ledger.lock import locked
from consentgate.ledger.sqlite import SqliteLedger
from factories import NOW, make_event

HOUR = hour_of(NOW)
CELL = Cell(HOUR, "careers.example.com", "DE", "opt_in", "phone", "2026-10", False, counters.IMPRESSION_ENTRY)
MARK = Mark(HOUR, "careers.example.com", "vendor_blocked", "hotjar")
PATIENCE = 10.0
"""Seconds after which something that should happen soon counts as not happening."""


def choice_cells(n: int, site: str = "careers.example.com") -> dict[Cell, int]:
    """What `n` of `make_event` add to the counters."""
    whats = ("choice:partial:banner", "granted:analytics", "refused:marketing")
    return {replace(CELL, site=site, what=what): n for what in whats}


def until(happens: Callable[[], object]) -> None:
    """Wait for what another thread does."""
    deadline = time.monotonic() + PATIENCE
    while not happens():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def is_readable(ledger: SqliteLedger) -> bool:
    try:
        return not ledger.events() and not ledger.tallies(0, HOUR)
    except LedgerUnavailableError:  # A file is not made yet.
        return False


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "consent.sqlite3"


@pytest.fixture
def ledger(path: Path) -> Iterator[SqliteLedger]:
    """A running one: flushed only by hand, and quick to give up on a file that another program holds."""
    ledger = SqliteLedger(path, flush_seconds=3600, busy_seconds=0.05)
    ledger.start()
    until(lambda: is_readable(ledger))
    yield ledger
    ledger.close()


def pragma(path: Path, name: str) -> object:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(f"PRAGMA {name}").fetchone()[0]


async def queued(ledger: SqliteLedger, n: int) -> list[asyncio.Task[None]]:
    """Tasks that have put an event each into the ledger's queue."""
    tasks = [asyncio.create_task(ledger.append(make_event())) for _ in range(n)]
    await asyncio.sleep(0)  # One turn of the loop: each task runs up to where it waits for its row.
    return tasks


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


# Appending and reading


@pytest.mark.anyio
async def test_an_acknowledged_event_can_be_read_at_once_by_whoever_opens_the_file(
    ledger: SqliteLedger, path: Path
) -> None:
    event = make_event()
    await ledger.append(event)
    assert SqliteLedger(path).events() == [(1, event)]


@pytest.mark.anyio
async def test_the_same_event_id_appended_again_is_one_row_and_the_first_stays_as_it_was(ledger: SqliteLedger) -> None:
    event = make_event()
    await ledger.append(event)
    changed = replace(event, site="jobs.example")
    await asyncio.gather(
        ledger.append(event), ledger.append(changed), ledger.append(changed), ledger.append(make_event())
    )
    first, _ = ledger.events()
    assert first == (1, event)


@pytest.mark.anyio
async def test_events_are_numbered_in_the_order_they_were_appended_and_read_page_by_page(
    ledger: SqliteLedger,
) -> None:
    appended = [make_event() for _ in range(5)]
    for event in appended:
        await ledger.append(event)
    assert ledger.events() == list(enumerate(appended, start=1))
    assert ledger.events(after=1, limit=2) == [(2, appended[1]), (3, appended[2])]
    assert ledger.events(after=5) == []


@pytest.mark.anyio
async def test_a_thousand_choices_at_once_are_all_kept(ledger: SqliteLedger) -> None:
    appended = [make_event() for _ in range(3000)]
    await asyncio.gather(*(ledger.append(event) for event in appended))
    assert [event for _, event in ledger.events(limit=5000)] == appended


def consentgate_threads() -> list[str]:
    return sorted(thread.name for thread in threading.enumerate() if thread.name.startswith("consentgate-"))


def test_a_ledger_that_is_started_by_many_threads_at_once_is_started_once(path: Path) -> None:
    ledger = SqliteLedger(path, flush_seconds=3600)
    with ThreadPoolExecutor(8) as pool:
        for _ in range(8):
            pool.submit(ledger.start)
    assert consentgate_threads() == ["consentgate-counters", "consentgate-ledger"]
    ledger.close()
    assert consentgate_threads() == []


@pytest.mark.anyio
async def test_a_ledger_that_was_never_started_refuses_choices(path: Path) -> None:
    with pytest.raises(LedgerUnavailableError, match="not running"):
        await SqliteLedger(path).append(make_event())


@pytest.mark.anyio
async def test_starting_what_runs_waits_for_nothing(ledger: SqliteLedger, path: Path) -> None:
    with locked(path.with_suffix(".lock")):
        waiting = (await queued(ledger, 1))[0]
        closing = threading.Thread(target=ledger.close)
        closing.start()
        ledger.start()
        assert closing.is_alive()
    await waiting
    await asyncio.to_thread(closing.join)


@pytest.mark.anyio
async def test_a_closed_ledger_refuses_choices_until_it_is_started_again(ledger: SqliteLedger) -> None:
    await ledger.append(make_event())
    ledger.close()
    ledger.close()
    with pytest.raises(LedgerUnavailableError, match="not running"):
        await ledger.append(make_event())
    ledger.start()
    ledger.start()
    await ledger.append(make_event())
    assert len(ledger.events()) == 2


@pytest.mark.anyio
async def test_two_ledgers_on_one_file_do_not_disturb_each_other(ledger: SqliteLedger, path: Path) -> None:
    other = SqliteLedger(path, flush_seconds=3600)
    other.start()
    await asyncio.gather(*(each.append(make_event()) for _ in range(200) for each in (ledger, other)))
    other.close()
    assert len(ledger.events()) == 400


# The files


def test_starting_makes_the_files_before_anything_is_chosen_or_counted(path: Path) -> None:
    ledger = SqliteLedger(path, flush_seconds=3600)
    ledger.start()
    until(lambda: is_readable(ledger))
    ledger.close()


@pytest.mark.anyio
async def test_the_ledger_survives_a_power_cut_by_its_settings_and_says_whose_file_it_is(
    ledger: SqliteLedger, path: Path
) -> None:
    await ledger.append(make_event())
    ledger.flush()
    assert pragma(path, "journal_mode") == "wal"
    assert pragma(path, "user_version") == 1
    assert pragma(path, "application_id") == int.from_bytes(b"CGL1", "big")
    assert pragma(path.with_name("consent.counters.sqlite3"), "application_id") == int.from_bytes(b"CGC1", "big")
    connection = ledger._ledger_file._opened()
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert connection.execute("PRAGMA secure_delete").fetchone() == (1,)


@pytest.mark.anyio
async def test_a_column_refuses_what_is_not_of_its_type(ledger: SqliteLedger, path: Path) -> None:
    await ledger.append(make_event())
    with closing(sqlite3.connect(path)) as connection, pytest.raises(sqlite3.IntegrityError, match="made_at_ms"):
        connection.execute("UPDATE event SET made_at_ms = 'noon'")


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("change", "text"),
    [
        ("PRAGMA user_version = 2", "later consentgate: it has version 2, this one knows 1"),
        ("PRAGMA application_id = 7", "belongs to another program"),
    ],
)
async def test_a_file_that_is_not_ours_to_write_is_left_as_it_is(path: Path, change: str, text: str) -> None:
    made = SqliteLedger(path)
    made.start()
    made.close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(change)
    ledger = SqliteLedger(path)
    ledger.start()
    with pytest.raises(LedgerUnavailableError, match=text):
        await ledger.append(make_event())
    with pytest.raises(LedgerUnavailableError, match=text):
        ledger.events()
    ledger.close()


def test_the_database_of_another_program_is_not_taken_over(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE theirs(x)")
    before = path.read_bytes()
    ledger = SqliteLedger(path)
    ledger.start()
    with pytest.raises(LedgerUnavailableError, match="belongs to another program"):
        asyncio.run(ledger.append(make_event()))
    ledger.close()
    assert path.read_bytes() == before


def test_a_network_file_system_is_refused_by_name(path: Path, tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/vda / ext4 rw 0 0\nnas:/x {tmp_path} nfs4 rw 0 0\n")
    ledger = SqliteLedger(path, mounts=mounts)
    ledger.start()
    with pytest.raises(LedgerUnavailableError, match=r"network file system \(nfs4\)"):
        asyncio.run(ledger.append(make_event()))
    ledger.close()
    assert not path.exists()


@pytest.mark.anyio
async def test_any_file_name_will_do(tmp_path: Path) -> None:
    ledger = SqliteLedger(tmp_path / "Zustimmung & 100% für?#.db", flush_seconds=3600)
    ledger.start()
    await ledger.append(make_event())
    ledger.close()
    assert len(ledger.events()) == 1
    assert dict(ledger.tallies(HOUR, HOUR + 1)) == choice_cells(1)


@pytest.mark.parametrize(
    "read",
    [
        lambda ledger: ledger.events(),
        lambda ledger: ledger.tallies(0, 1),
        lambda ledger: ledger.marks(0, 1),
        lambda ledger: ledger.flush(),
    ],
)
def test_reading_where_there_is_no_ledger_says_so_and_makes_no_file(
    path: Path, read: Callable[[SqliteLedger], object]
) -> None:
    with pytest.raises(LedgerMissingError, match="does not exist"):
        read(SqliteLedger(path))
    assert list(path.parent.iterdir()) == []


# When the disk does not play along


def make_nothing(_: Path) -> None:
    """The folder is missing."""


def make_a_folder(path: Path) -> None:
    path.mkdir(parents=True)


def make_nonsense(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"This is not a database. " * 1000)


@pytest.mark.anyio
@pytest.mark.parametrize("obstacle", [make_nothing, make_a_folder, make_nonsense])
async def test_a_ledger_that_cannot_be_opened_says_so_once_and_works_as_soon_as_it_can(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, obstacle: object
) -> None:
    path = tmp_path / "later" / "consent.sqlite3"
    assert callable(obstacle)
    obstacle(path)
    ledger = SqliteLedger(path, flush_seconds=3600)
    ledger.start()
    for _ in range(3):
        with pytest.raises(LedgerUnavailableError, match=r"consent\.sqlite3"):
            await ledger.append(make_event())
    assert len([text for text in errors(caplog) if text.startswith("Choices can't be saved")]) == 1
    if path.is_dir():
        path.rmdir()
    path.unlink(missing_ok=True)
    path.parent.mkdir(exist_ok=True)
    await ledger.append(make_event())
    assert caplog.messages[-1] == "Choices are saved again."
    ledger.close()
    assert len(ledger.events()) == 1


@pytest.mark.anyio
async def test_a_file_that_another_program_holds_rejects_choices_until_it_lets_go(
    ledger: SqliteLedger, path: Path
) -> None:
    await ledger.append(make_event())
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(LedgerUnavailableError, match="locked"):
            await ledger.append(make_event())
    await ledger.append(make_event())
    assert len(ledger.events()) == 2


@pytest.mark.anyio
async def test_a_broken_connection_costs_one_batch_and_is_opened_anew(ledger: SqliteLedger) -> None:
    await ledger.append(make_event())
    ledger._ledger_file._opened().close()
    with pytest.raises(LedgerUnavailableError):
        await ledger.append(make_event())
    await ledger.append(make_event())
    assert len(ledger.events()) == 2


@pytest.mark.anyio
async def test_text_that_no_file_can_hold_rejects_its_choice_and_not_the_next(ledger: SqliteLedger) -> None:
    with pytest.raises(LedgerUnavailableError, match="UnicodeEncodeError"):
        await ledger.append(replace(make_event(), language="\ud800"))
    await ledger.append(make_event())
    assert len(ledger.events()) == 1


@pytest.mark.anyio
async def test_a_row_with_words_of_a_later_version_is_reported_not_guessed(ledger: SqliteLedger, path: Path) -> None:
    await ledger.append(make_event())
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE event SET action = 'delegate'")
    with pytest.raises(LedgerUnavailableError, match="words that this version does not know"):
        ledger.events()


# A lock that another process holds


@contextmanager
def locks_held_by_another_process(path: Path) -> Iterator[None]:
    """As by a server that was stopped in the middle of a batch and of a flush."""
    with other_process(HOLD, path.with_suffix(".lock"), path.with_name("consent.counters.lock")):
        yield


@contextmanager
def other_process(script: str, *arguments: Path) -> Iterator[None]:
    """One that runs `script` and is ready, until it is killed."""
    command = [sys.executable, "-c", script, *map(str, arguments)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield
        finally:
            process.kill()


HOLD = """
import sys
from contextlib import ExitStack
from pathlib import Path
from consentgate.ledger.lock import locked
with ExitStack() as held:
    for path in sys.argv[1:]:
        held.enter_context(locked(Path(path)))
    print("ready", flush=True)
    sys.stdin.read()
"""


@pytest.mark.anyio
async def test_a_lock_that_is_held_stops_neither_the_start_nor_the_close(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ledger = SqliteLedger(path, flush_seconds=3600, close_seconds=0.1)
    with locks_held_by_another_process(path):
        begun = time.monotonic()
        ledger.start()
        ledger.counters.add(CELL)
        waiting = await queued(ledger, 1)
        ledger.close()
        assert time.monotonic() - begun < PATIENCE
        with pytest.raises(LedgerUnavailableError, match="closed before"):
            await waiting[0]
    assert errors(caplog) == [
        "The ledger's file hangs; closing, with 1 choice(s) not known to be saved.",
        "The last counts are still not written down; closing without them.",
    ]


@pytest.mark.anyio
async def test_a_choice_that_waits_for_a_held_lock_until_its_time_is_up_is_never_written(path: Path) -> None:
    ledger = SqliteLedger(path, flush_seconds=3600)
    kept = make_event()
    with locks_held_by_another_process(path):
        ledger.start()
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await ledger.append(make_event())
        waiting = asyncio.create_task(ledger.append(kept))
        await asyncio.sleep(0)
    await waiting
    ledger.close()
    assert [event for _, event in ledger.events()] == [kept]


@pytest.mark.anyio
async def test_a_choice_that_waits_for_another_program_until_its_time_is_up_is_never_written(path: Path) -> None:
    ledger = SqliteLedger(path, flush_seconds=3600, busy_seconds=PATIENCE)
    ledger.start()
    await ledger.append(make_event())
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await ledger.append(make_event())
    await ledger.append(make_event())
    ledger.close()
    assert len(ledger.events()) == 2


# A file that is taken away


REPLACED = "was removed or replaced while in use"


def remove_all(path: Path) -> None:
    for file in path.parent.glob("consent.sqlite3*"):
        file.unlink()


def remove_the_file_alone(path: Path) -> None:
    path.unlink()


def rename(path: Path) -> None:
    path.rename(path.with_name("kept.sqlite3"))


def replace_by_another(path: Path) -> None:
    other = SqliteLedger(path.with_name("other.sqlite3"), flush_seconds=3600)
    other.start()
    other.close()
    remove_all(path)
    path.with_name("other.sqlite3").rename(path)


@pytest.mark.anyio
@pytest.mark.parametrize("take_away", [remove_all, remove_the_file_alone, rename, replace_by_another])
async def test_a_choice_after_the_file_was_taken_away_is_in_the_file_that_is_there_then(
    ledger: SqliteLedger, path: Path, caplog: pytest.LogCaptureFixture, take_away: Callable[[Path], None]
) -> None:
    before, after, later = make_event(), make_event(), make_event()
    await ledger.append(before)
    take_away(path)
    await ledger.append(after)
    await ledger.append(later)
    assert [event for _, event in SqliteLedger(path).events()] == [after, later]
    assert [REPLACED in text for text in errors(caplog)] == [True]


@pytest.mark.anyio
async def test_a_choice_that_waits_for_the_lock_while_the_file_is_removed_is_in_the_new_file(
    ledger: SqliteLedger, path: Path
) -> None:
    event = make_event()
    await ledger.append(make_event())
    with locked(path.with_suffix(".lock")):
        waiting = await queued(ledger, 1)
        remove_all(path)
    await asyncio.gather(*waiting)
    await ledger.append(event)
    assert [seq for seq, _ in SqliteLedger(path).events()] == [1, 2]


@pytest.mark.anyio
async def test_when_the_folder_is_taken_away_choices_are_refused_until_it_is_back(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "folder" / "consent.sqlite3"
    path.parent.mkdir()
    ledger = SqliteLedger(path, flush_seconds=3600)
    ledger.start()
    await ledger.append(make_event())
    path.parent.rename(tmp_path / "away")
    for _ in range(2):
        with pytest.raises(LedgerUnavailableError):
            await ledger.append(make_event())
    assert len(errors(caplog)) == 1
    path.parent.mkdir()
    await ledger.append(make_event())
    ledger.close()
    assert len(SqliteLedger(path).events()) == 1


@pytest.mark.anyio
async def test_two_ledgers_whose_file_is_taken_away_meet_again_in_the_new_one(
    ledger: SqliteLedger, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    other = SqliteLedger(path, flush_seconds=3600)
    other.start()
    for each in (ledger, other):
        await each.append(make_event())
    remove_all(path)
    for _ in range(50):
        await asyncio.gather(ledger.append(make_event()), other.append(make_event()))
    other.close()
    assert len(ledger.events()) == 100
    assert pragma(path, "integrity_check") == "ok"
    assert [REPLACED in text for text in errors(caplog)] == [True, True]


@pytest.mark.anyio
@pytest.mark.parametrize("take_away", [remove_all, remove_the_file_alone, rename])
async def test_an_idle_process_that_still_has_the_old_file_open_keeps_nobody_from_the_new_one(
    ledger: SqliteLedger, path: Path, take_away: Callable[[Path], None]
) -> None:
    await ledger.append(make_event())
    with other_process(KEEP_OPEN, path):
        take_away(path)
        for _ in range(2):
            await ledger.append(make_event())
        assert len(ledger.events()) == 2
    await ledger.append(make_event())
    assert len(ledger.events()) == 3
    assert pragma(path, "integrity_check") == "ok"


KEEP_OPEN = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("SELECT * FROM event").fetchall()
print("ready", flush=True)
sys.stdin.read()
"""


def test_counters_whose_file_is_removed_are_counted_on_in_a_new_one(ledger: SqliteLedger, path: Path) -> None:
    ledger.counters.add(CELL)
    ledger.flush()
    for file in path.parent.glob("consent.counters.sqlite3*"):
        file.unlink()
    ledger.counters.add(CELL, 2)
    ledger.flush()
    assert ledger.tallies(HOUR, HOUR + 1) == [(CELL, 2)]


# Closing


@pytest.mark.anyio
async def test_closing_finishes_choices_that_wait_for_the_lock(ledger: SqliteLedger, path: Path) -> None:
    with locked(path.with_suffix(".lock")):
        waiting = await queued(ledger, 10)
        closing = threading.Thread(target=ledger.close)
        closing.start()
    await asyncio.gather(*waiting)
    await asyncio.to_thread(closing.join)
    assert len(ledger.events()) == 10


@pytest.mark.anyio
async def test_closing_gives_up_on_a_disk_that_hangs_and_the_ledger_can_be_started_again(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ledger = SqliteLedger(path, flush_seconds=3600, close_seconds=0.3)
    ledger.start()
    ledger.counters.add(CELL)
    with locked(path.with_suffix(".lock")), locked(path.with_name("consent.counters.lock")):
        waiting = await queued(ledger, 1)
        await asyncio.to_thread(ledger.close)
    assert errors(caplog) == [
        "The ledger's file hangs; closing, with 1 choice(s) not known to be saved.",
        "The last counts are still not written down; closing without them.",
    ]
    await asyncio.gather(*waiting, return_exceptions=True)
    ledger.start()
    await ledger.append(make_event())
    ledger.flush()
    assert dict(ledger.tallies(HOUR, HOUR + 1))[CELL] == 1
    ledger.close()


def test_counting_goes_on_in_memory_while_nothing_can_be_written(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = tmp_path / "later" / "consent.sqlite3"
    ledger = SqliteLedger(path, flush_seconds=3600)
    ledger.start()
    ledger.counters.add(CELL)
    with pytest.raises(LedgerUnavailableError, match="folder"):
        ledger.flush()
    ledger.counters.add(CELL)
    until(lambda: len(errors(caplog)) == 2)
    assert {text.split(":")[0] for text in errors(caplog)} == {
        "Choices can't be saved",
        "Counters can't be written down",
    }
    path.parent.mkdir()
    ledger.close()
    assert ledger.tallies(HOUR, HOUR + 1) == [(CELL, 2)]


# The counters' file


def test_flushed_counts_add_up_and_are_found_by_hour_and_site(ledger: SqliteLedger) -> None:
    for _ in range(2):
        ledger.counters.add(CELL, 2)
        ledger.counters.add(MARK, 3)
        ledger.counters.add(replace(CELL, site="jobs.example"))
        ledger.counters.add(replace(MARK, hour=HOUR + 1))
        ledger.flush()
    assert ledger.tallies(HOUR, HOUR + 1) == [(CELL, 4), (replace(CELL, site="jobs.example"), 2)]
    assert ledger.tallies(HOUR, HOUR + 1, "jobs.example") == [(replace(CELL, site="jobs.example"), 2)]
    assert ledger.tallies(HOUR - 1, HOUR) == ledger.tallies(HOUR + 1, HOUR + 2) == []
    assert ledger.marks(HOUR, HOUR + 1) == [(MARK, 6)]
    assert ledger.marks(HOUR, HOUR + 2, "careers.example.com") == [(MARK, 6), (replace(MARK, hour=HOUR + 1), 2)]
    assert ledger.marks(HOUR, HOUR + 2, "jobs.example") == []


def test_a_bot_comes_back_as_a_bot(ledger: SqliteLedger) -> None:
    ledger.counters.add(replace(CELL, bot=True))
    ledger.flush()
    assert ledger.tallies(HOUR, HOUR + 1) == [(replace(CELL, bot=True), 1)]


def test_the_same_flush_written_twice_counts_once(path: Path) -> None:
    file = CountersFile(Database(path, COUNTERS, 5.0, Path("/proc/mounts")))
    writer, other = uuid.uuid4(), uuid.uuid4()
    tallies = Tallies(cells=((CELL, 1),), marks=((MARK, 1),))
    for flush in [Flush(writer, 1, tallies), Flush(writer, 1, tallies), Flush(other, 1, tallies)]:
        file.add(flush)
    assert file.cells(HOUR, HOUR + 1, None) == [(CELL, 2)]
    file.add(Flush(writer, 2, tallies))
    file.add(Flush(writer, 1, tallies))
    assert file.marks(HOUR, HOUR + 1, None) == [(MARK, 3)]


def test_a_flush_that_fails_is_neither_lost_nor_counted_twice(ledger: SqliteLedger, path: Path) -> None:
    ledger.counters.add(CELL)
    with closing(sqlite3.connect(path.with_name("consent.counters.sqlite3"), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        for _ in range(2):
            with pytest.raises(LedgerUnavailableError, match="locked"):
                ledger.flush()
        ledger.counters.add(CELL, 10)
    ledger.flush()
    ledger.flush()
    assert ledger.tallies(HOUR, HOUR + 1) == [(CELL, 11)]


@pytest.mark.anyio
async def test_each_row_of_the_ledger_is_counted_once_however_often_it_is_flushed(ledger: SqliteLedger) -> None:
    for _ in range(3):
        await ledger.append(make_event())
        ledger.flush()
        ledger.flush()
    assert dict(ledger.tallies(HOUR, HOUR + 1)) == choice_cells(3)


@pytest.mark.anyio
async def test_more_rows_than_one_transaction_takes_are_all_counted_by_one_flush(ledger: SqliteLedger) -> None:
    await asyncio.gather(*(ledger.append(make_event()) for _ in range(2500)))
    ledger.flush()
    assert dict(ledger.tallies(HOUR, HOUR + 1)) == choice_cells(2500)


@pytest.mark.anyio
async def test_another_process_may_flush_without_starting_anything(ledger: SqliteLedger, path: Path) -> None:
    await ledger.append(make_event())
    command_line = SqliteLedger(path)
    command_line.flush()
    assert dict(command_line.tallies(HOUR, HOUR + 1)) == choice_cells(1)
    command_line.close()


@pytest.mark.anyio
async def test_closing_flushes_the_counters_and_counts_the_last_choice(ledger: SqliteLedger) -> None:
    await ledger.append(make_event())
    ledger.counters.add(CELL)
    ledger.close()
    assert dict(ledger.tallies(HOUR, HOUR + 1)) == {CELL: 1, **choice_cells(1)}


def is_counted(ledger: SqliteLedger) -> bool:
    try:
        return ledger.tallies(HOUR, HOUR + 1) == [(CELL, 1)]
    except LedgerUnavailableError:  # The file is not made yet.
        return False


def test_counters_are_flushed_every_few_seconds_without_being_asked(path: Path) -> None:
    ledger = SqliteLedger(path, flush_seconds=0.01)
    ledger.start()
    ledger.counters.add(CELL)
    until(lambda: is_counted(ledger))
    ledger.close()


def test_a_log_line_says_which_file_and_why_and_comes_back_to_say_it_works(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.mkdir()
    ledger = SqliteLedger(path, flush_seconds=3600)
    ledger.start()
    ledger.close()
    assert errors(caplog)[0] == f"Choices can't be saved: {path} is a folder, not a file."
