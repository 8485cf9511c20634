"""How fast the HTML wall is, what it is fast beside, and how far hostile pages get: `bench_html.py [FOLDER ...]`.

The rivals are those of the extra `bench`; what is not installed is named and left out. FOLDER holds real HTML files to
time; without it, those that this machine has from Python packages, the system's documentation and npm. All times are
the processor's, with warm caches unless `cold` is said. Compare figures of one run only.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Mapping
from functools import partial
from math import inf
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench.html_corpus import careers_page, real_pages
from bench.html_hostile_times import hostile_pages
from bench.html_report import Goal, console, show_goals, table
from bench.html_rivals import Rewrite, rivals, wall
from bench.html_subject import (
    CHUNK,
    INJECTION,
    STREAM_MEGABYTES,
    cold_seconds,
    long_stream,
    new_judge,
    remembered,
)
from bench.html_timing import growth_of, medians, seconds, streamed
from consentgate.walls.html import HtmlWall, Memory
from consentgate.walls.judge import Judge

OURS, RIVAL = "consentgate", "python-lolhtml"
PAGE_KILOBYTES = (5, 30, 100, 500, 2048)
SECONDS_PER_RIVAL = 3.0


def generated_pages(rewrites: Mapping[str, Rewrite]) -> tuple[list[Goal], float]:
    """Careers pages of several sizes. Returns the goals, and the wall's seconds for all sizes together."""
    shown = table("Careers pages: ms (MB/s)", "KB", *rewrites, f"x {RIVAL}", "ours, cold")
    goals: list[Goal] = []
    total = 0.0
    for kilobytes in PAGE_KILOBYTES:
        page = careers_page(kilobytes)
        times = medians({name: partial(rewrite, page) for name, rewrite in rewrites.items()})
        ratio = times[OURS] / times[RIVAL] if RIVAL in times else None
        rates = [f"{taken * 1e3:.2f} ({len(page) / taken / 1e6:.0f})" for taken in times.values()]
        cold = cold_seconds(page, len(page)) * 1e3
        shown.add_row(str(kilobytes), *rates, f"{ratio:.2f}" if ratio else "-", f"{cold:.2f}")
        total += times[OURS]
        if kilobytes == 100:
            goals = [Goal("careers page of 100 KB", 1.5, "ms", times[OURS] * 1e3)]
            goals += [Goal(f"the same, beside {RIVAL}", 1.8, "x", ratio)]
    console.print(shown)
    return goals, total


def pages_of_this_machine(rewrites: Mapping[str, Rewrite], pages: list[bytes], generated_seconds: float) -> list[Goal]:
    """Real pages, in an order that gives slow rivals a fair sample of them."""
    random.Random(1).shuffle(pages)
    size = sum(map(len, pages))
    shown = table(f"Real pages: {len(pages)}, {size / 1e6:.1f} MB", "", "MB/s", "of MB", "gave up on")
    rates = {}
    for name, rewrite in rewrites.items():
        done, taken, failed = _all_of(pages, rewrite)
        rates[name] = done / taken if taken else inf
        shown.add_row(name, f"{rates[name] / 1e6:.0f}" if done else "-", f"{done / 1e6:.1f}", str(failed))
    console.print(shown)
    generated = sum(len(careers_page(kilobytes)) for kilobytes in PAGE_KILOBYTES)
    overall = (generated + size) / (generated_seconds + size / rates[OURS]) / 1e6
    return [Goal("all pages, generated and real", 80, "MB/s", overall, floor=True)]


def _all_of(pages: list[bytes], rewrite: Rewrite) -> tuple[int, float, int]:
    """Bytes rewritten within the time there is, the seconds of the better of two turns each, and pages given up on."""
    done, taken, failed, end = 0, 0.0, 0, time.thread_time() + SECONDS_PER_RIVAL
    for page in pages:
        try:
            taken += min(seconds(partial(rewrite, page)) for _ in range(2))
            done += len(page)
        except Exception:  # A library raises what it likes at a page that it does not like.
            failed += 1
        if time.thread_time() > end:
            break
    return done, taken, failed


def streams(judge: Judge) -> list[Goal]:
    """What a visitor waits for when a page comes in chunks, and what a very long one takes in memory."""
    shown = table("Streamed in chunks of 16 KB: ms", "KB", "first byte", "worst chunk", "whole")
    worst = 0.0
    for kilobytes in (100, 500):
        times = streamed(lambda: HtmlWall(judge, INJECTION), careers_page(kilobytes), CHUNK)
        worst = max(worst, times.worst)
        shown.add_row(str(kilobytes), *(f"{taken * 1e3:.2f}" for taken in (times.first, times.worst, times.whole)))
    console.print(shown)
    return [
        Goal("worst chunk of 16 KB", 1.0, "ms", worst * 1e3),
        Goal(f"memory of a stream of {STREAM_MEGABYTES} MB", 2.0, "MB", growth_of(long_stream)),
    ]


def repeated_pages(judge: Judge) -> list[Goal]:
    """Pages that come again in the same bytes: their edits are remembered, and the page is not scanned."""
    shown = table("Pages sent again and again", "KB", "ms", "MB/s", "same as scanned")
    rates = []
    for kilobytes in PAGE_KILOBYTES:
        page = careers_page(kilobytes)
        again = partial(remembered, Memory(), judge, page)
        taken = medians({OURS: again})[OURS]  # The first time it is scanned, but that does not move the median.
        rates.append(len(page) / taken / 1e6)
        same = again() == wall(judge, INJECTION)(page)
        shown.add_row(str(kilobytes), f"{taken * 1e3:.3f}", f"{rates[-1]:.0f}", "yes" if same else "[red]no")
    console.print(shown)
    return [Goal("slowest of the pages sent again", 400, "MB/s", min(rates), floor=True)]


def main(folders: list[Path]) -> None:
    """Print all tables, and last how they compare with the goals."""
    judge = new_judge()
    rewrites, missing = rivals(judge, INJECTION)
    if missing:
        console.print(f"Not installed, so left out: {', '.join(missing)}. The extra `consentgate\\[bench]` has them.")
    goals, taken = generated_pages(rewrites)
    goals += pages_of_this_machine(rewrites, real_pages(folders), taken)
    goals += streams(judge)
    goals += repeated_pages(judge)
    goals += hostile_pages()
    show_goals(goals)


if __name__ == "__main__":
    main([Path(argument) for argument in sys.argv[1:]])
