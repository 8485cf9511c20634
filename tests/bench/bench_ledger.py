"""Durable choices per second of the embedded ledger, and how long each waits: `bench_ledger.py [FOLDER]`.

Closed loop, 64 in flight in each process. FOLDER is on the disk to measure; without it, the system's temporary folder.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

CHILD = Path(__file__).parents[1] / "crash" / "ledger_child.py"
SECONDS = 3.0
ROUNDS = 3


def latencies(path: Path, processes: int) -> list[int]:
    """Microseconds that each append took, of all processes together."""
    children = [
        subprocess.Popen(
            [sys.executable, str(CHILD), "measure", str(path), str(SECONDS)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(processes)
    ]
    for child in children:
        if child.stdout is None or child.stdout.readline() != "ready\n":
            raise RuntimeError("a child did not start")
    for child in children:
        if child.stdin is not None:
            child.stdin.write("go\n")
            child.stdin.flush()
    return [int(latency) for child in children for latency in child.communicate()[0].split()]


def report(processes: int, taken: list[int]) -> str:
    taken = sorted(taken)
    p50, p99 = (taken[int(len(taken) * share)] / 1000 for share in (0.5, 0.99))
    rate = len(taken) / SECONDS
    worst = taken[-1] / 1000
    return f"{processes} process(es): {rate:8,.0f}/s   p50 {p50:6.2f} ms   p99 {p99:6.2f} ms   max {worst:.0f} ms"


def main(folder: str | None = None) -> None:
    for _ in range(ROUNDS):
        for processes in (1, 4):
            with tempfile.TemporaryDirectory(dir=folder) as place:
                print(report(processes, latencies(Path(place) / "consent.sqlite3", processes)))


if __name__ == "__main__":
    main(*sys.argv[1:])
