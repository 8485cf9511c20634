"""What is left of one header's value, and who was found in the rest."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from consentgate.model import Vendor


@dataclass(slots=True)
class Verdict:
    """`value` is what may leave, None where nothing may. `names` are what the rest was called, such as a group."""

    value: str | None
    vendors: list[Vendor] = field(default_factory=list)
    names: set[str] = field(default_factory=set)


def whole(value: str, vendors: Iterable[Vendor]) -> Verdict:
    """All of a value, or nothing."""
    found = list(vendors)
    return Verdict(None if found else value, found)
