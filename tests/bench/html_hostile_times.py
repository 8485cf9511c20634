"""How long hostile pages keep the wall busy: half of one and all of it, whole and in packets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from bench.html_hostile import HOSTILE
from bench.html_report import Goal, console, table
from bench.html_subject import PACKET, cold_seconds, new_judge, through_the_wall
from bench.html_timing import seconds

HOSTILE_BYTES = 200_000
SLOWEST, STEEPEST = 150, 2.5
HOPELESS = 500
"""Milliseconds that a part of a page may take before the whole is not even tried."""


@dataclass(frozen=True, slots=True)
class HostileTimes:
    """Milliseconds for half and for all of a page, first whole and then in packets, and how it ended."""

    times: tuple[tuple[float, float], ...]
    end: str
    hopeless: float = 0
    raised: bool = False

    @property
    def slowest(self) -> float:
        return max((full for _, full in self.times), default=self.hopeless)

    @property
    def steepest(self) -> float:
        """A page that takes no millisecond is too short to tell."""
        return max((full / half for half, full in self.times if full > 1), default=0)

    @property
    def cells(self) -> list[str]:
        shown: list[str] = []
        for half, full in self.times:
            red = "[red]" if full > SLOWEST else ""
            shown += [f"{half:.1f}", f"{red}{full:.1f}", f"{full / half:.1f}"]
        return [*shown, *["-"] * (6 - len(shown)), self.end]


def measured(page_of: Callable[[int], bytes]) -> HostileTimes:
    """What a page does to the wall. That it can raise, or is hopeless, is a finding and not the end of the bench."""
    half, full = page_of(HOSTILE_BYTES // 2), page_of(HOSTILE_BYTES)
    try:
        for share in (16, 4):
            taken = once(page_of(HOSTILE_BYTES // share)) * 1e3
            if taken > HOPELESS:
                return HostileTimes((), f"[red]n/{share} alone takes {taken / 1e3:.1f} s", taken)
        end = through_the_wall(new_judge(), full, PACKET).failed_closed or ""
        times = tuple(
            (cold_seconds(half, chunk) * 1e3, cold_seconds(full, chunk) * 1e3) for chunk in (len(full), PACKET)
        )
    except Exception as error:
        return HostileTimes((), f"[red]{type(error).__name__}", raised=True)
    return HostileTimes(times, end)


def once(page: bytes) -> float:
    """Seconds for a page in packets, which are the dearer way."""
    return seconds(partial(through_the_wall, new_judge(), page, PACKET))


def hostile_pages() -> list[Goal]:
    """Print the table. A ratio near 2 is linear, near 4 quadratic."""
    columns = ("n/2, ms", "n", "ratio", "packets n/2", "n", "ratio", "failed closed")
    shown = table(f"Hostile pages of n = {HOSTILE_BYTES // 1000} KB", "", *columns)
    rows = {name: measured(page_of) for name, page_of in HOSTILE.items()}
    for name, row in rows.items():
        shown.add_row(name, *row.cells)
    console.print(shown)
    return [
        Goal("slowest hostile page", SLOWEST, "ms", max(row.slowest for row in rows.values())),
        Goal("steepest of them: twice the input", STEEPEST, "x", max(row.steepest for row in rows.values())),
        Goal("of them raise an error", 0, "", sum(row.raised for row in rows.values())),
    ]
