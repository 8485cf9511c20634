"""Many marks looked for in one script at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from consentgate.model import Vendor

_SIGN_BYTES = 3


class Marks:
    """The marks of vendors' inline snippets, in groups that share three bytes.

    Where a group's three bytes are not in a script, none of its marks is. So a few dozen searches do for hundreds of
    marks, and most scripts are short.
    """

    def __init__(self, marks: Iterable[tuple[bytes, Vendor]]) -> None:
        """Each mark has at least three bytes."""
        self._groups = tuple(_grouped(list(marks)))

    def find(self, script: bytes) -> Vendor | None:
        """The vendor of the longest mark that stands in the script.

        The longer, the more it tells: `gtag('config', 'AW-` is Google Ads, although Analytics has `gtag('config'`.
        """
        found = max(self._in(script), key=lambda pair: len(pair[0]), default=None)
        return found[1] if found else None

    def _in(self, script: bytes) -> Iterator[tuple[bytes, Vendor]]:
        for sign, marks in self._groups:
            if sign in script:
                yield from (pair for pair in marks if pair[0] in script)


def _grouped(marks: list[tuple[bytes, Vendor]]) -> Iterator[tuple[bytes, tuple[tuple[bytes, Vendor], ...]]]:
    """Again and again the sign that most of the marks left over have, and those that have it."""
    while marks:
        sign, _ = Counter(sign for mark, _ in marks for sign in _signs(mark)).most_common(1)[0]
        yield sign, tuple(pair for pair in marks if sign in pair[0])
        marks = [pair for pair in marks if sign not in pair[0]]


def _signs(mark: bytes) -> set[bytes]:
    return {mark[at : at + _SIGN_BYTES] for at in range(len(mark) - _SIGN_BYTES + 1)}
