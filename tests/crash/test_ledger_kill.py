"""What was acknowledged is there, whatever happens to the processes that acknowledged it."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from consentgate.ledger.sqlite import SqliteLedger

CHILD = Path(__file__).with_name("ledger_child.py")
ROUNDS = 20
PATIENCE = 60.0


@contextmanager
def child(*arguments: object) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, str(CHILD), *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def output(process: subprocess.Popen[str]) -> list[str]:
    lines, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    return lines.splitlines()


def acknowledged_until_killed(path: Path, seconds: float) -> set[bytes]:
    """Start a child, kill it `seconds` after its ledger is open, and give the event ids it acknowledged."""
    with child("append", path) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        killer = threading.Timer(seconds, process.kill)
        killer.start()
        acknowledged = {bytes.fromhex(line) for line in process.stdout.read().split()}
        killer.join()
    assert process.returncode == -9
    return acknowledged


def kill_two(path: Path, moments: tuple[float, float]) -> set[bytes]:
    """Two children that append to the same ledger, each killed at its own moment; all that they acknowledged."""
    with ThreadPoolExecutor() as pool:
        one, other = pool.map(lambda seconds: acknowledged_until_killed(path, seconds), moments)
    return one | other


def test_no_acknowledged_choice_is_lost_when_processes_are_killed(tmp_path: Path) -> None:
    path = tmp_path / "consent.sqlite3"
    chance = random.Random(20)
    acknowledged: set[bytes] = set()
    for _ in range(ROUNDS):
        acknowledged |= kill_two(path, (chance.uniform(0, 0.4), chance.uniform(0, 0.4)))
        with closing(sqlite3.connect(path)) as connection:
            kept = {row[0] for row in connection.execute("SELECT event_id FROM event")}
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert acknowledged <= kept
    assert len(acknowledged) > 100 * ROUNDS


def test_a_file_that_may_not_grow_rejects_choices_and_loses_none(tmp_path: Path) -> None:
    pytest.importorskip("resource")
    with child("fill", tmp_path / "consent.sqlite3") as process:
        _, rejected, acknowledged, kept, missing = output(process)
    assert int(rejected.removeprefix("rejected after ")) > 0
    assert kept.split()[1] == acknowledged.split()[1]
    assert missing == "missing 0"


def test_rows_and_counts_are_counted_exactly_once_by_processes_that_flush_at_the_same_time(tmp_path: Path) -> None:
    path = tmp_path / "consent.sqlite3"
    times = 60
    with child("count", path, times) as one, child("count", path, times) as other:
        output(one)
        output(other)
    totals: Counter[str] = Counter()
    for cell, n in SqliteLedger(path).tallies(0, 10**6):
        totals[cell.what] += n
    whats = "impression:entry choice:partial:banner granted:analytics granted:functional refused:marketing"
    assert totals == Counter(whats.split() * 2 * times)
