"""From counted cells to consent rates. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

from consentgate.ledger import Action, Cell, Mark, Method, counters
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

    `shown` are entry impressions of the banner, and `choices` those that were made on it, but for withdrawals and mere
    confirmations, so that a visitor who comes back is not counted twice. What was chosen in another way had no banner
    to be related to: it is counted `elsewhere`, by its method. Withdrawals are counted wherever they were made.
    `granted` counts per category, over every choice that names it.
    """

    group: str
    shown: int
    choices: int
    withdrawals: int
    granted_all: int
    refused_all: int
    granted: Mapping[str, Rate]
    elsewhere: Mapping[Method, int]

    @property
    def chose(self) -> Rate:
        """Choices on the banner for each visit that was shown it."""
        return Rate(self.choices, self.shown)

    @property
    def accepted_all(self) -> Rate:
        """Choices on the banner that granted everything."""
        return Rate(self.granted_all, self.choices)

    @property
    def rejected_all(self) -> Rate:
        """Choices on the banner that granted nothing."""
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


_FRESH = (Action.GRANT, Action.REFUSE, Action.PARTIAL)
MOST_UNDECLARED = 20
"""Hosts that a report names: the rest is seldom, or noise of visitors' own extensions and networks."""


def undeclared(marks: Iterable[tuple[Mark, int]]) -> list[tuple[str, int]]:
    """(host, count) of what pages tried to load from although nobody declared it, the most frequent first."""
    return by_key(marks, "undeclared_host")[:MOST_UNDECLARED]


def _summary(group: str, counts: Counter[str]) -> Summary:
    made = _choices(counts)
    return Summary(
        group=group,
        shown=counts[counters.IMPRESSION_ENTRY],
        choices=sum(made[action, Method.BANNER] for action in _FRESH),
        withdrawals=sum(made[Action.WITHDRAW, method] for method in Method),
        granted_all=made[Action.GRANT, Method.BANNER],
        refused_all=made[Action.REFUSE, Method.BANNER],
        granted=_granted(counts),
        elsewhere=_elsewhere(made),
    )


def _choices(counts: Counter[str]) -> Counter[tuple[Action, Method]]:
    made: Counter[tuple[Action, Method]] = Counter()
    for what, n in counts.items():
        choice = counters.choice_of(what)
        if choice is not None:
            made[choice] += n
    return made


def _elsewhere(made: Counter[tuple[Action, Method]]) -> dict[Method, int]:
    """What was chosen by each method but the banner, those that nobody used left out."""
    numbers = {method: sum(made[action, method] for action in _FRESH) for method in Method}
    return {method: n for method, n in numbers.items() if n and method is not Method.BANNER}


def _granted(counts: Counter[str]) -> dict[str, Rate]:
    categories = {category for what in counts if (category := counters.category_of(what)) is not None}
    return {category: _granted_of(category, counts) for category in sorted(categories)}


def _granted_of(category: str, counts: Counter[str]) -> Rate:
    granted = counts[counters.granted(category)]
    return Rate(granted, granted + counts[counters.refused(category)])
