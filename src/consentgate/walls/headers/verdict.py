"""What is left of one header's value, and who was found in the rest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from consentgate.model import Vendor

_ESCAPE = re.compile(r"\\(.)")


@dataclass(slots=True)
class Verdict:
    """`value` is what may leave, None where nothing may. `names` are what the rest was called, such as a group."""

    value: str | None
    vendors: list[Vendor] = field(default_factory=list)
    names: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Member:
    """One of the members that a value lists, the vendors to keep out that it reaches, and its name if it has one."""

    text: str
    vendors: Sequence[Vendor]
    name: str | None = None


def whole(value: str, vendors: Iterable[Vendor]) -> Verdict:
    """All of a value, or nothing."""
    found = list(vendors)
    return Verdict(None if found else value, found)


def without_reaching(value: str, members: Iterable[Member]) -> Verdict:
    """The `value` but for those of its `members` that reach a vendor; where none does, as it came."""
    members = tuple(members)
    out = [member for member in members if member.vendors]
    if not out:
        return Verdict(value)
    kept = ", ".join(member.text for member in members if not member.vendors)
    vendors = [vendor for member in out for vendor in member.vendors]
    return Verdict(kept or None, vendors, {member.name for member in out if member.name is not None})


def unquoted(text: str) -> str:
    """What a quoted string says (RFC 9110 section 5.6.4; RFC 9651 section 3.3.3)."""
    return _ESCAPE.sub(r"\1", text[1:-1])
