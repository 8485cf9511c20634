"""One sending of the form, known again: a double click and a lost answer send it twice, and it is one choice.

For a moment the last thing that each sender said is remembered, by salted digests only. The same again gets the same
result; anything else is a choice of its own and takes its place. Whoever names the sending (`Idempotency-Key`, or
`submission`) may repeat it for longer. The memory is this process's: where several serve a site, a repeat that reaches
another one is written down twice, and says the same both times.
"""

from __future__ import annotations

import hashlib
import secrets
from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Generic, TypeVar

_MOST_REMEMBERED = 10_000

UNNAMED_FOR = timedelta(seconds=3)
"""A double click is over long before; whoever shares an address and a browser with the sender is seldom so fast."""

NAMED_FOR = timedelta(minutes=10)

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class _Remembered(Generic[Result]):
    content: bytes
    result: Result
    until: datetime


class Submissions(Generic[Result]):
    """What was last made of each sender's words."""

    def __init__(self) -> None:
        self._salt = secrets.token_bytes(16)
        self._last: OrderedDict[bytes, _Remembered[Result]] = OrderedDict()

    def once(
        self,
        sender: Iterable[bytes],
        content: Iterable[bytes],
        now: datetime,
        held: timedelta,
        make: Callable[[], Result],
        still_fits: Callable[[Result], bool] = lambda _: True,
    ) -> Result:
        """What was made when `sender` just said this, if it `still_fits`, else what `make` makes of it now."""
        who, what = self._digest(sender), self._digest(content)
        last = self._last.get(who)
        if last is not None and last.content == what and now < last.until and still_fits(last.result):
            return last.result
        result = make()
        self._last[who] = _Remembered(what, result, now + held)
        self._last.move_to_end(who)
        self._forget(now)
        return result

    def __len__(self) -> int:
        """Senders that are remembered."""
        return len(self._last)

    def _digest(self, parts: Iterable[bytes]) -> bytes:
        """Of all parts in their order, each with its length, so that no two lists of parts look alike."""
        digest = hashlib.blake2b(key=self._salt, digest_size=16)
        for part in parts:
            digest.update(len(part).to_bytes(4, "big") + part)
        return digest.digest()

    def _forget(self, now: datetime) -> None:
        """The oldest stand first. One that is named may keep shorter ones behind it; the bound holds for all."""
        while self._last:
            who = next(iter(self._last))
            if now < self._last[who].until and len(self._last) <= _MOST_REMEMBERED:
                return
            del self._last[who]
