"""Counts by the hour, held in memory until they are flushed: statistics, never about one visitor."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from datetime import datetime

from consentgate.ledger.event import Action, Event, Method, from_milliseconds, to_milliseconds
from consentgate.model import Disposition, Signal

IMPRESSION_ENTRY = "impression:entry"
"""A page that was asked for from outside the site."""

IMPRESSION_REPEAT = "impression:repeat"
"""A page that was asked for from the same site."""

UNKNOWN = "unknown"
"""The region of a cell whose region is not known."""

OTHER = "other"
"""Where counts fold into when there are too many keys."""

_HOUR_MS = 3_600_000
_PARTIAL = frozenset({Method.OPT_OUT, Method.LIMIT, Method.PLACEHOLDER})
"""The methods of choices that speak of some categories only."""

_CHOICE = "choice"
_GRANTED = "granted"
_REFUSED = "refused"
_SIGNAL = "signal"


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the coarse cube. `hour` is whole hours since 1970, `region` is "unknown" where there is none."""

    hour: int
    site: str
    region: str
    regime: str
    device: str
    notice: str
    bot: bool
    what: str


@dataclass(frozen=True, slots=True)
class Mark:
    """One cell of a marginal: a dimension that would make the cube explode, such as ("vendor_blocked", "hotjar")."""

    hour: int
    site: str
    dimension: str
    key: str


@dataclass(frozen=True, slots=True)
class Tallies:
    """What was counted between two drains."""

    cells: tuple[tuple[Cell, int], ...] = ()
    marks: tuple[tuple[Mark, int], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.cells or self.marks)


class Counters:
    """Counts in memory, for any number of threads.

    At most `limit` distinct keys are held between two drains. Beyond it a new key folds into "other"; should even the
    folded keys reach `limit`, which takes a disk that stays unwritable for days, what comes is not counted.
    """

    def __init__(self, limit: int = 10_000) -> None:
        self._limit = limit
        self._lock = threading.Lock()
        self._counts: dict[Cell | Mark, int] = {}

    def add(self, key: Cell | Mark, n: int = 1) -> None:
        """Count `n` more of `key`. Never raises, never waits for a disk."""
        with self._lock:
            counts = self._counts
            if key not in counts and len(counts) >= self._limit:
                key = _folded(key)
                if key not in counts and len(counts) >= 2 * self._limit:
                    return
            counts[key] = counts.get(key, 0) + n

    def drain(self) -> Tallies:
        """All that was counted since the last drain; the counters begin anew."""
        with self._lock:
            counts, self._counts = self._counts, {}
        return Tallies(
            tuple((key, n) for key, n in counts.items() if isinstance(key, Cell)),
            tuple((key, n) for key, n in counts.items() if isinstance(key, Mark)),
        )


def _folded(key: Cell | Mark) -> Cell | Mark:
    if isinstance(key, Cell):
        return replace(key, region=OTHER, what=OTHER)
    return replace(key, key=OTHER)


def hour_of(moment: datetime) -> int:
    """Whole hours since 1970, for a cell or a mark. Raises ValueError for a naive time."""
    return to_milliseconds(moment) // _HOUR_MS


def start_of(hour: int) -> datetime:
    """When an hour of a cell or a mark begins, in UTC."""
    return from_milliseconds(hour * _HOUR_MS)


def choice(action: Action, method: Method) -> str:
    """The `what` of a choice: `choice:grant:banner`."""
    return f"{_CHOICE}:{action}:{method}"


def choice_of(what: str) -> tuple[Action, Method] | None:
    """The parts that `choice` spelled; None for any other `what`, and for words of a later version.

    Choices were once counted without their method, as `choice:grant`: those are taken for the banner's, as most were.
    """
    kind, *parts = what.split(":")
    if kind != _CHOICE or len(parts) not in {1, 2}:
        return None
    action, method = (*parts, Method.BANNER)[:2]
    try:
        return Action(action), Method(method)
    except ValueError:
        return None


def granted(category: str) -> str:
    """The `what` of a category granted in a choice: `granted:analytics`."""
    return f"{_GRANTED}:{category}"


def refused(category: str) -> str:
    """The `what` of a category refused in a choice: `refused:analytics`."""
    return f"{_REFUSED}:{category}"


def category_of(what: str) -> str | None:
    """The category that `granted` or `refused` spelled; None for any other `what`."""
    result, _, category = what.partition(":")
    return category if result in {_GRANTED, _REFUSED} else None


def signal(signal: Signal, value: bool, disposition: Disposition) -> str:
    """The `what` of a signal received: `signal:dnt:1:received_not_honored`."""
    return f"{_SIGNAL}:{signal}:{value:d}:{disposition}"


def signal_of(what: str) -> tuple[Signal, bool, Disposition] | None:
    """The parts that `signal` spelled; None for any other `what`, and for words of a later version."""
    kind, *parts = what.split(":")
    if kind != _SIGNAL:
        return None
    try:
        name, value, disposition = parts
        return Signal(name), bool(int(value)), Disposition(disposition)
    except ValueError:
        return None


def cells_of(event: Event) -> tuple[Cell, ...]:
    """What one row of the ledger adds to the cube: its action, and the result of each category that was answered.

    The row of a partial choice holds what stays of the one before, too: that was counted then. Answered is what `allow`
    newly grants, and of a request to opt out or to limit what is refused.
    """
    was_granted = (event.previous_granted or frozenset()) if event.method in _PARTIAL else frozenset()
    was_refused = event.refused if event.method is Method.PLACEHOLDER else frozenset()
    whats = (
        choice(event.action, event.method),
        *(granted(category) for category in sorted(event.granted - was_granted)),
        *(refused(category) for category in sorted(event.refused - was_refused)),
    )
    return tuple(
        Cell(
            hour=hour_of(event.made_at),
            site=event.site,
            region=event.region or UNKNOWN,
            regime=event.regime,
            device=event.device,
            notice=event.notice_version,
            bot=False,
            what=what,
        )
        for what in whats
    )
