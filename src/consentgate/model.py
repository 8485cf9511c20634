"""The words of consentgate as frozen records and enums.

Choice, permission, prompt and signal are four different things: a choice is what a visitor said, a permission what
this response may do, a prompt whether to ask now, a signal what the browser sent. Only `decide` turns one into another.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address

NECESSARY = "necessary"
"""The one category that is always granted."""

UNDECLARED = "not-declared"
"""What stands in the place of a category for a vendor that visitors were never told of. No category is called so (names
have no hyphen), so no choice grants it, neither on the server nor in the page.
"""

Address = IPv4Address | IPv6Address
"""Where a request comes from. Looked at and forgotten: in no record, log or cookie."""


class Regime(StrEnum):
    """What applies in a region before a choice."""

    OPT_IN = "opt_in"
    OPT_OUT = "opt_out"
    NOTICE = "notice"


class Prompt(StrEnum):
    """Whether to ask now."""

    BANNER = "banner"
    STATUS = "status"
    NONE = "none"


class Signal(StrEnum):
    """A preference that the browser sends with each request."""

    GPC = "gpc"
    DNT = "dnt"


class Disposition(StrEnum):
    """What was done with a signal."""

    HONORED = "honored"
    RECEIVED_NOT_HONORED = "received_not_honored"
    TREATED_AS_OBJECTION = "treated_as_objection"


class RegionSource(StrEnum):
    """Where a region comes from. `conflict`: the edge and the database name different countries, so it is unknown."""

    GEOIP = "geoip"
    EDGE = "edge"
    CONFLICT = "conflict"
    NONE = "none"


class Device(StrEnum):
    """The class of device, as coarse as a report needs it."""

    DESKTOP = "desktop"
    PHONE = "phone"
    TABLET = "tablet"
    OTHER = "other"


class ChoiceState(StrEnum):
    """What became of the choice cookies that came with a request. Everything but `valid` means: no choice."""

    VALID = "valid"
    ABSENT = "absent"
    MALFORMED = "malformed"
    BAD_SIGNATURE = "bad_signature"
    OTHER_SITE = "other_site"
    EXPIRED = "expired"
    FROM_THE_FUTURE = "from_the_future"


class Reason(StrEnum):
    """Why a category is granted or denied. One per category, the one that settled it.

    `notice_changed` and `regime_changed` stand for a grant that no longer counts: what was agreed to has changed since,
    or the visitor came from a region that asks nobody to one that asks first. A choice that has expired is no choice.
    `opted_out_before`: the visitor opted out of sale and sharing once, by Global Privacy Control or by a click, and
    nothing that they said since takes that back.
    `outside` stands for a page that belongs to no site: another notice governs it, so nobody was asked about it.
    """

    NECESSARY = "necessary"
    REGIME_OPT_IN = "regime_opt_in"
    REGIME_OPT_OUT = "regime_opt_out"
    REGIME_NOTICE = "regime_notice"
    ASKED_EVERYWHERE = "asked_everywhere"
    CHOICE_GRANTED = "choice_granted"
    CHOICE_REFUSED = "choice_refused"
    NOTICE_CHANGED = "notice_changed"
    REGIME_CHANGED = "regime_changed"
    GPC = "gpc"
    GPC_OVERRIDDEN = "gpc_overridden"
    OPTED_OUT_BEFORE = "opted_out_before"
    OBJECTION = "objection"
    MINOR = "minor"
    BOT = "bot"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Region:
    """Where the visitor seems to be.

    `code` is ISO 3166-1 alpha-2 (`DE`), or 3166-2 where the subdivision matters (`US-CA`), or None for unknown.
    `why` is one short sentence for whoever asks how it came about; it never holds an address.
    """

    code: str | None
    source: RegionSource
    why: str

    @property
    def country(self) -> str | None:
        """The country of the region, without a subdivision."""
        return self.code.partition("-")[0] if self.code else None

    def __str__(self) -> str:
        return self.code or "unknown"


@dataclass(frozen=True, slots=True)
class Signals:
    """The signals as received. `gpc`: `Sec-GPC` was exactly `1`. `dnt`: `1` -> True, `0` -> False, absent -> None."""

    gpc: bool = False
    dnt: bool | None = None


@dataclass(frozen=True, slots=True)
class CookieRule:
    """A first-party cookie, or all that begin with `name` when `prefix`.

    `lifetime_days`: 0 is a session, None unknown.
    """

    name: str
    prefix: bool
    lifetime_days: int | None

    def __str__(self) -> str:
        return f"{self.name}*" if self.prefix else self.name


@dataclass(frozen=True, slots=True)
class Vendor:
    """Who sets or loads something.

    `hosts` are rules `host[/path]`: the host with all its subdomains, or only what begins with that path there.
    `inline` are the marks of its inline snippets: plain text that only such a snippet contains.
    `exempt` says why the walls let it pass although its category may be denied; empty for all but a few.
    """

    id: str
    name: str
    category: str
    hosts: tuple[str, ...]
    inline: tuple[str, ...] = ()
    cookies: tuple[CookieRule, ...] = ()
    purpose: str = ""
    country: str = ""
    privacy_url: str = ""
    exempt: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """What a visitor explicitly said, and when, under what, with which signals present.

    Categories in neither `granted` nor `refused` were not answered. `site` is the name of one of the policy's sites.
    `grants_until` and `valid_until` are fixed when the choice is made: its grants lapse at the first, all of it at the
    second. `gpc_overridden` is set when the visitor confirmed a grant although their browser sent Global Privacy
    Control.
    """

    consent_id: str
    site: str
    revision: str
    regime: Regime
    granted: frozenset[str]
    refused: frozenset[str]
    made_at: datetime
    grants_until: datetime
    valid_until: datetime
    signals: Signals
    gpc_overridden: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """All that `decide` may look at. Time comes in as a fact too. `minor` is the app's word.

    `opted_out_before`: this browser is marked as one that an opt-out from sale and sharing came from. `outside`:
    the page belongs to none of the policy's sites.
    """

    region: Region
    signals: Signals
    choice: Choice | None
    choice_state: ChoiceState
    bot: bool
    now: datetime
    minor: bool = False
    opted_out_before: bool = False
    outside: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """What holds for this response, with a reason for each category and what was done with each signal received."""

    regime: Regime
    permissions: frozenset[str]
    prompt: Prompt
    reasons: Mapping[str, Reason]
    dispositions: Mapping[Signal, Disposition]
