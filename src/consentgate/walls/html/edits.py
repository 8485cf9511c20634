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

    _waiting: dict[Insertion, None] = field(default_factory=dict)

    def insert(self, at: int, text: bytes, vendors: tuple[Vendor, ...] = ()) -> None:
        self._waiting[Insertion(at, text, vendors)] = None

    def take(self, end: int, *, final: bool = False) -> list[Insertion]:
        """The insertions before `end` (when `final` also those at it), in order of place and then of arrival.

        They leave the collection; the others are moved to where their place will be once `end` bytes are gone.
        """
        ordered = sorted(self._waiting, key=lambda insertion: insertion.at)
        due = [insertion for insertion in ordered if final or insertion.at < end]
        self._waiting = {replace(later, at=later.at - end): None for later in ordered[len(due) :]}
        return due


def splice(data: bytearray, insertions: list[Insertion]) -> bytes:
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
