"""One row of the ledger: what a visitor chose, and under what it was chosen."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from consentgate.model import Choice, Device, Disposition, Regime, RegionSource

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


class Action(StrEnum):
    """What a choice did, seen beside the choice before it."""

    GRANT = "grant"
    REFUSE = "refuse"
    PARTIAL = "partial"
    WITHDRAW = "withdraw"
    RECONFIRM = "reconfirm"


class Method(StrEnum):
    """How the visitor chose: on the banner, with the preferences page's switches, by one of its two requests, or by the
    button of a placeholder that stands where something is kept out.

    `opt_out` asks not to sell or share, `limit` to limit the use of sensitive personal information.
    """

    BANNER = "banner"
    PREFERENCES = "preferences"
    OPT_OUT = "opt_out"
    LIMIT = "limit"
    PLACEHOLDER = "placeholder"


@dataclass(frozen=True, slots=True)
class Event:
    """A choice, as the ledger keeps it for proof. It holds no address, no user agent, no URL and no name.

    `event_id` is a UUIDv7 and the idempotency key: an event appended twice is one row. `made_at` and `valid_until` are
    aware, and kept to the millisecond. `previous_granted` is None where the visitor had no choice before.
    `region` is None for unknown. A disposition is None where its signal was not sent.
    """

    event_id: uuid.UUID
    consent_id: str
    site: str
    made_at: datetime
    action: Action
    granted: frozenset[str]
    refused: frozenset[str]
    previous_granted: frozenset[str] | None
    region: str | None
    region_source: RegionSource
    regime: Regime
    notice_version: str
    revision: str
    language: str
    method: Method
    gpc: bool
    dnt: bool | None
    gpc_disposition: Disposition | None
    dnt_disposition: Disposition | None
    device: Device
    valid_until: datetime


def new_event_id(now: datetime) -> uuid.UUID:
    """A UUIDv7 (RFC 9562 section 5.7): 48 bits of Unix milliseconds, then 74 random bits.

    Ids of different milliseconds sort by time. Raises ValueError for a naive time or one before 1970.
    """
    random = secrets.randbits(74)
    version, variant = 0b0111, 0b10
    high = to_milliseconds(now) << 16 | version << 12 | random >> 62
    return uuid.UUID(int=high << 64 | variant << 62 | random & (1 << 62) - 1)


def action_of(choice: Choice, before: Choice | None, optional: frozenset[str]) -> Action:
    """What a choice does, given the one `before` it, if any. `optional` are the categories that can be chosen.

    A withdrawal outranks all else, also where other categories are newly granted by the same choice. A grant that ended
    by itself is not withdrawn. Where nothing is granted at all: `refuse`.
    """
    if before is not None and not before.granted.isdisjoint(choice.refused):
        return Action.WITHDRAW
    if before is not None and (choice.granted, choice.refused) == (before.granted, before.refused):
        return Action.RECONFIRM
    if not choice.granted:
        return Action.REFUSE
    return Action.GRANT if choice.granted >= optional else Action.PARTIAL


def to_milliseconds(moment: datetime) -> int:
    """Whole Unix milliseconds, rounded down. Raises ValueError for a naive time, whose zone could only be guessed."""
    if moment.tzinfo is None:
        raise ValueError("a time in the ledger needs a time zone")
    return (moment - _EPOCH) // _MILLISECOND


def from_milliseconds(milliseconds: int) -> datetime:
    """The aware UTC time of whole Unix milliseconds."""
    return _EPOCH + milliseconds * _MILLISECOND
