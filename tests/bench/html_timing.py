"""Stopwatch and scales: medians of interleaved rounds, the chunks of a stream, and how much memory a long one takes.

Time is that of the processor in this thread: nothing here waits, and what else the machine does is not counted.
"""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from statistics import median

from consentgate.walls.html import HtmlWall

ROUNDS = 15
FEWEST_ROUNDS = 3
SECONDS_FOR_EACH = 1.0
_STATUS = Path("/proc/self/statm")


def seconds(call: Callable[[], object]) -> float:
    """How long one call keeps the processor."""
    begun = time.thread_time()
    call()
    return time.thread_time() - begun


def medians(calls: Mapping[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, float]:
    """The median seconds of each call. All take turns, so that they meet the same weather; slow ones take fewer.

    Of two calls in a row the better one counts, so that none pays for what the one before it left in the caches.
    """
    times: dict[str, list[float]] = {name: [] for name in calls}
    for number in range(rounds):
        for name, call in calls.items():
            if number < FEWEST_ROUNDS or sum(times[name]) < SECONDS_FOR_EACH:
                times[name].append(min(seconds(call), seconds(call)))
        gc.collect()
    return {name: median(measured) for name, measured in times.items()}


@dataclass(frozen=True, slots=True)
class Streamed:
    """Seconds until the first byte comes out, of the slowest chunk, and of the whole page."""

    first: float
    worst: float
    whole: float


def streamed(wall: Callable[[], HtmlWall], page: bytes, chunk: int) -> Streamed:
    """Feed a page in chunks. Of each chunk the median of all rounds counts, or the worst would be the machine's."""
    rounds = [_chunk_times(wall(), page, chunk) for _ in range(ROUNDS)]
    times = [median(measured) for measured in zip(*(times for times, _ in rounds), strict=True)]
    first = rounds[0][1]
    return Streamed(sum(times[: first + 1]), max(times), sum(times))


def _chunk_times(wall: HtmlWall, page: bytes, chunk: int) -> tuple[list[float], int]:
    """Seconds of each chunk and of the end, and which of them was the first that let something out."""
    times, first = [], None
    chunks = [page[at : at + chunk] for at in range(0, len(page), chunk)]
    for number, data in enumerate([*chunks, None]):
        begun = time.thread_time()
        out = wall.close() if data is None else wall.feed(data)
        times.append(time.thread_time() - begun)
        first = number if out and first is None else first
    return times, first or 0


def growth_of(stream: Callable[[], Iterable[object]]) -> float | None:
    """How many megabytes a new process grows by, at most, while it takes the stream. None where that can't be read.

    `stream` must be a function of a module. What comes first, until the engine is warm, does not count.
    """
    if not _STATUS.exists():
        return None
    with ProcessPoolExecutor(1, get_context("spawn")) as child:
        return child.submit(_growth, stream).result()


def _growth(stream: Callable[[], Iterable[object]]) -> float:
    """In this process. Each item of the stream is dropped before the next one is made."""
    start = most = 0
    for number, _ in enumerate(stream()):
        if number == 100:
            start = _resident_bytes()
        if number % 16 == 0:
            most = max(most, _resident_bytes())
    return max(0, most - start) / 1e6


def _resident_bytes() -> int:
    return int(_STATUS.read_text("ascii").split()[1]) * os.sysconf("SC_PAGE_SIZE")
