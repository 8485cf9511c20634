"""A process that uses a ledger, for tests and benches that start several and may kill them.

    ledger_child.py append PATH           append without end; each acknowledged event id is a line on stdout
    ledger_child.py count PATH TIMES      TIMES times: append one event, count one impression, flush
    ledger_child.py fill PATH             run into a file size limit and out of it; report both on stdout
    ledger_child.py measure PATH SECONDS  append at full speed, 64 in flight; print each latency in microseconds

Each prints `ready` once its ledger is open.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from consentgate.errors import LedgerUnavailableError
from consentgate.ledger import Cell, Event, counters, new_event_id
from consentgate.ledger.counters import hour_of
from consentgate.ledger.sqlite import SqliteLedger

# This file is run as a script, and then Python looks beside it only.
sys.path.insert(0, str(Path(__file__).parents[1]))
from factories import make_event


def an_event() -> Event:
    """A choice made now, by a visitor of its own."""
    now = datetime.now(UTC)
    return make_event(
        event_id=new_event_id(now),
        consent_id=os.urandom(16).hex(),
        made_at=now,
        granted=frozenset({"analytics", "functional"}),
        valid_until=now + timedelta(days=180),
    )


def say(line: str) -> None:
    """One write, so that a kill leaves no half line."""
    os.write(sys.stdout.fileno(), f"{line}\n".encode())


def wait_until_open(ledger: SqliteLedger) -> None:
    """The ledger's threads make the files while `start` has returned already."""
    while True:
        try:
            ledger.events(limit=1)
            ledger.tallies(0, 0)
        except LedgerUnavailableError:
            time.sleep(0.001)
        else:
            return


async def append(ledger: SqliteLedger, in_flight: int = 16) -> None:
    async def without_end() -> None:
        while True:
            event = an_event()
            await ledger.append(event)
            say(event.event_id.hex)

    await asyncio.gather(*(without_end() for _ in range(in_flight)))


async def count(ledger: SqliteLedger, times: int) -> None:
    for _ in range(times):
        event = an_event()
        await ledger.append(event)
        ledger.counters.add(
            Cell(
                hour=hour_of(event.made_at),
                site=event.site,
                region="DE",
                regime=event.regime,
                device=event.device,
                notice=event.notice_version,
                bot=False,
                what=counters.IMPRESSION_ENTRY,
            )
        )
        ledger.flush()


async def fill(ledger: SqliteLedger) -> None:
    """Python ignores SIGXFSZ, so a write beyond the limit fails with EFBIG, as one on a full disk does with ENOSPC."""
    import resource  # POSIX only

    _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, hard))
    acknowledged: list[Event] = []
    try:
        while True:
            event = an_event()
            await ledger.append(event)
            acknowledged.append(event)
    except LedgerUnavailableError:
        say(f"rejected after {len(acknowledged)}")
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    for retried in (event, an_event()):
        await ledger.append(retried)
        acknowledged.append(retried)
    say(f"acknowledged {len(acknowledged)}")
    kept = [event for _, event in ledger.events(limit=len(acknowledged) + 1)]
    say(f"kept {len(kept)}")
    say(f"missing {len({event.event_id for event in acknowledged} - {event.event_id for event in kept})}")


async def measure(ledger: SqliteLedger, seconds: float, in_flight: int = 64) -> None:
    latencies: list[float] = []
    until = time.perf_counter() + seconds

    async def until_then() -> None:
        while (begun := time.perf_counter()) < until:
            await ledger.append(an_event())
            latencies.append(time.perf_counter() - begun)

    await asyncio.gather(*(until_then() for _ in range(in_flight)))
    say(" ".join(f"{latency * 1e6:.0f}" for latency in latencies))


def main(task: str, path: str, *rest: str) -> None:
    ledger = SqliteLedger(Path(path), flush_seconds=3600)
    ledger.start()
    wait_until_open(ledger)
    say("ready")
    match task:
        case "append":
            asyncio.run(append(ledger))
        case "count":
            asyncio.run(count(ledger, int(rest[0])))
        case "fill":
            asyncio.run(fill(ledger))
        case "measure":
            if sys.stdin.readline():  # Wait for the starting shot, so that all begin together.
                asyncio.run(measure(ledger, float(rest[0])))
    ledger.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
