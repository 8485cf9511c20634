"""What is known of a cookie name: an index for looking names up, and the labels of the Open Cookie Database.

A label tells whoever reads a report what a cookie may be. It never decides anything: the database calls `sessionid`
advertising because one vendor's cookie has that name, and so it is with many names that frameworks use.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Generic, TypeVar

from consentgate import data

T = TypeVar("T")


class CookieIndex(Generic[T]):
    """Finds by cookie name. Of entries with the same name the last one stays.

    Names are case-sensitive (RFC 6265 section 5.3). A lookup takes about a microsecond, whatever the size.
    """

    __slots__ = ("_exact", "_lengths", "_prefixes")

    def __init__(self, entries: Iterable[tuple[str, T]]) -> None:
        """Of entries `name` and `prefix*`."""
        known = dict(entries)
        self._exact = {name: entry for name, entry in known.items() if not name.endswith("*")}
        self._prefixes = {name[:-1]: entry for name, entry in known.items() if name.endswith("*")}
        self._lengths = sorted({len(prefix) for prefix in self._prefixes}, reverse=True)

    def __len__(self) -> int:
        return len(self._exact) + len(self._prefixes)

    def find(self, name: str) -> T | None:
        """The entry of that very name, or else of its longest prefix."""
        found = self._exact.get(name)
        if found is not None:
            return found
        for length in self._lengths:
            found = self._prefixes.get(name[:length])
            if found is not None:
                return found
        return None


@dataclass(frozen=True, slots=True)
class CookieLabel:
    """One row of the Open Cookie Database. `name` ends in a star where it is a prefix.

    `category` is theirs in our words, `retention` their text, such as `2 years` or `session`.
    """

    name: str
    category: str
    platform: str
    retention: str


def shipped_labels() -> CookieIndex[tuple[CookieLabel, ...]]:
    """The labels of cookies.tsv, by cookie name; several platforms may use the same one."""
    lines = data.path("cookies.tsv").read_text(encoding="utf-8").splitlines()
    rows = csv.reader((line for line in lines if not line.startswith("#")), delimiter="\t", quoting=csv.QUOTE_NONE)
    by_name = groupby((CookieLabel(*row) for row in rows), key=lambda label: label.name)
    return CookieIndex((name, tuple(labels)) for name, labels in by_name)
