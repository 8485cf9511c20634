"""From counted cells to consent rates. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

from consentgate.ledger import Action, Cell, Mark, counters
from consentgate.model import Disposition, Signal

_Z_95 = 1.959964
"""The standard normal quantile for 95 % of the middle."""


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with its denominator, and the 95 % interval that so few or so many trials allow (Wilson 1927)."""

    part: int
    whole: int

    @property
    def share(self) -> float | None:
        """0 to 1, or None without trials."""
        return self.part / self.whole if self.whole else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """Low and high end. A part greater than its whole, as across the edge of a period, is taken as the whole."""
        if not self.whole:
            return None
        n, p = self.whole, min(self.part / self.whole, 1.0)
        middle = p + _Z_95**2 / (2 * n)
        reach = _Z_95 * sqrt(p * (1 - p) / n + _Z_95**2 / (4 * n * n))
        scale = 1 + _Z_95**2 / n
        return max((middle - reach) / scale, 0.0), min((middle + reach) / scale, 1.0)


@dataclass(frozen=True, slots=True)
class Summary:
    """The consent rates of one group of cells, robots left out.

    `shown` are entry impressions of the banner. `choices` are all choices but withdrawals and mere confirmations, so
    that a visitor who comes back to the switches is not counted twice. `granted` counts per category over `decided`,
    every choice that named it.
    """

    group: str
    shown: int
    choices: int
    withdrawals: int
    granted_all: int
    refused_all: int
    granted: Mapping[str, Rate]

    @property
    def chose(self) -> Rate:
        """Choices for each visit that was shown the banner."""
        return Rate(self.choices, self.shown)

    @property
    def accepted_all(self) -> Rate:
        """Choices that granted everything."""
        return Rate(self.granted_all, self.choices)

    @property
    def rejected_all(self) -> Rate:
        """Choices that granted nothing."""
        return Rate(self.refused_all, self.choices)


@dataclass(frozen=True, slots=True)
class SignalCount:
    """How many page views carried a signal, and what was done with it."""

    signal: Signal
    value: bool
    disposition: Disposition
    page_views: int


def summarize(tallies: Iterable[tuple[Cell, int]], group_of: Callable[[Cell], str]) -> list[Summary]:
    """One summary for each group, those with the most choices first."""
    groups: dict[str, Counter[str]] = {}
    for cell, n in tallies:
        if not cell.bot:
            groups.setdefault(group_of(cell), Counter())[cell.what] += n
    summaries = [_summary(group, counts) for group, counts in groups.items()]
    return sorted(summaries, key=lambda summary: (-summary.choices, -summary.shown, summary.group))


def signals(tallies: Iterable[tuple[Cell, int]]) -> list[SignalCount]:
    """The signals received, the most frequent first, robots left out."""
    counts: Counter[tuple[Signal, bool, Disposition]] = Counter()
    for cell, n in tallies:
        received = counters.signal_of(cell.what)
        if received is not None and not cell.bot:
            counts[received] += n
    return [SignalCount(*received, page_views=n) for received, n in counts.most_common()]


def by_key(marks: Iterable[tuple[Mark, int]], dimension: str) -> list[tuple[str, int]]:
    """(key, count) of one dimension, the most frequent first."""
    counts: Counter[str] = Counter()
    for mark, n in marks:
        if mark.dimension == dimension:
            counts[mark.key] += n
    return counts.most_common()


_FATES = {"page_sealed": "served under a strict policy", "wall_limit": "cut short"}


def unread(marks: Iterable[tuple[Mark, int]]) -> list[tuple[str, str, int]]:
    """(what became of them, reason, count) of the pages that no wall could read."""
    marks = list(marks)
    return [(fate, reason, n) for dimension, fate in _FATES.items() for reason, n in by_key(marks, dimension)]


def _summary(group: str, counts: Counter[str]) -> Summary:
    fresh = (Action.GRANT, Action.REFUSE, Action.PARTIAL)
    return Summary(
        group=group,
        shown=counts[counters.IMPRESSION_ENTRY],
        choices=sum(counts[counters.choice(action)] for action in fresh),
        withdrawals=counts[counters.choice(Action.WITHDRAW)],
        granted_all=counts[counters.choice(Action.GRANT)],
        refused_all=counts[counters.choice(Action.REFUSE)],
        granted=_granted(counts),
    )


def _granted(counts: Counter[str]) -> dict[str, Rate]:
    categories = {category for what in counts if (category := counters.category_of(what)) is not None}
    return {category: _granted_of(category, counts) for category in sorted(categories)}


def _granted_of(category: str, counts: Counter[str]) -> Rate:
    granted = counts[counters.granted(category)]
    return Rate(granted, granted + counts[counters.refused(category)])
