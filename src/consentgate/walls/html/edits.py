"""Insertions into a page, collected in any order and spliced in by their place."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from consentgate.model import Vendor


@dataclass(frozen=True, slots=True)
class Insertion:
    """Bytes to insert before offset `at` of the buffer. `vendors` are those whose tag it disarms."""

    at: int
    text: bytes
    vendors: tuple[Vendor, ...] = ()


@dataclass(slots=True)
class Edits:
    """What waits to be inserted. Two readings of a page may ask for the same insertion; it is made once."""

    _waiting: dict[tuple[int, bytes], Insertion] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def insert(self, at: int, text: bytes, vendors: tuple[Vendor, ...] = ()) -> None:
        self._waiting.setdefault((at, text), Insertion(at, text, vendors))

    def take(self, end: int, *, final: bool = False) -> list[Insertion]:
        """The insertions before `end` (when `final` also those at it), in order of place and then of arrival.

        They leave the collection; the others are moved to where their place will be once `end` bytes are gone.
        """
        ordered = sorted(self._waiting.values(), key=lambda insertion: insertion.at)
        due = [insertion for insertion in ordered if final or insertion.at < end]
        later = [replace(insertion, at=insertion.at - end) for insertion in ordered[len(due) :]]
        self._waiting = {(insertion.at, insertion.text): insertion for insertion in later}
        return due


def splice(data: bytes | bytearray, insertions: list[Insertion]) -> bytes:
    """The data with the insertions made. Everything else is a slice of the input, so no other byte can change."""
    if not insertions:
        return bytes(data)
    pieces: list[bytes | bytearray] = []
    at = 0
    for insertion in insertions:
        pieces += (data[at : insertion.at], insertion.text)
        at = insertion.at
    pieces.append(data[at:])
    return b"".join(pieces)
