"""How long a choice holds: from the click, without sliding, within what a region's authority allows.

All in whole days. Six months are 181 to 184 days, so at most six months is written 184 as well as at least.
Not legal advice: these are cautious readings, to be confirmed by whoever answers for the site.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from consentgate.model import Region
from consentgate.policy import regions

_SIX_MONTHS = 184
_TWO_YEARS = 730
_BROWSERS_KEEP = 400
"""No browser need keep a cookie longer (RFC 6265bis section 5.5)."""


@dataclass(frozen=True, slots=True)
class Lifetime:
    """Days that a grant and a refusal hold."""

    grant_days: int
    refusal_days: int


@dataclass(frozen=True, slots=True)
class Limit:
    """What a region's authority wants, and where it says so. In days; None where it says nothing."""

    source: str
    shortest_grant: int | None = None
    longest_grant: int | None = None
    shortest_refusal: int | None = None

    def applied_to(self, lifetime: Lifetime) -> Lifetime:
        """The lifetime, brought within the limit. A refusal never holds shorter than a grant."""
        grant = min(lifetime.grant_days, self.longest_grant or lifetime.grant_days)
        grant = max(grant, self.shortest_grant or 0)
        return Lifetime(grant, max(lifetime.refusal_days, self.shortest_refusal or 0, grant))


_FRANCE = Limit(
    "CNIL, recommendation 2020-092: the choice is kept six months, a refusal as long as a consent",
    longest_grant=_SIX_MONTHS,
)
_UNITED_STATES = Limit(
    "Cal. Code Regs. title 11, section 7026(k): no question for 12 months after an opt-out, and it does not lapse",
    shortest_refusal=_BROWSERS_KEEP,
)
LIMITS: Mapping[str, Limit] = MappingProxyType(
    {
        **dict.fromkeys({"FR"} | regions.EU_OUTERMOST | regions.FRENCH_BEYOND_EU, _FRANCE),
        "IE": Limit(
            "DPC, guidance on cookies of April 2020: consent lapses after six months", longest_grant=_SIX_MONTHS
        ),
        "IT": Limit(
            "Garante, guidelines on cookies of 10 June 2021: nobody is asked again before six months are over",
            shortest_grant=_SIX_MONTHS,
            shortest_refusal=_SIX_MONTHS,
        ),
        "ES": Limit(
            "AEPD, guide on cookies, section 3.2.8: a choice holds 24 months at most", longest_grant=_TWO_YEARS
        ),
        **dict.fromkeys({"US"} | regions.US_TERRITORIES, _UNITED_STATES),
    }
)
"""By country. California's rule is kept in all of the United States: a state is often not known, or guessed wrong."""


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """The lifetimes of a policy: of its `regions`, `US-CA` before `US`, and `elsewhere` within each region's limit."""

    elsewhere: Lifetime
    regions: Mapping[str, Lifetime] = field(default_factory=dict)

    def of(self, region: Region) -> Lifetime:
        """The region's lifetime; where it is unknown, the shortest that any limit or region has for grants and the
        longest for refusals.
        """
        if region.code is None or region.country is None:
            return self._strictest()
        own = self.regions.get(region.code) or self.regions.get(region.country)
        if own is not None:
            return own
        limit = limit_of(region.code)
        return limit.applied_to(self.elsewhere) if limit else self.elsewhere

    def _strictest(self) -> Lifetime:
        lifetimes = (self.elsewhere, *self.regions.values())
        shortest_grant = min(lifetime.grant_days for lifetime in lifetimes)
        longest_refusal = max(lifetime.refusal_days for lifetime in lifetimes)
        return _strictest(LIMITS.values()).applied_to(Lifetime(shortest_grant, longest_refusal))


def limit_of(code: str) -> Limit | None:
    """The limit of a region, by its country."""
    return LIMITS.get(code.partition("-")[0])


def _strictest(limits: Iterable[Limit]) -> Limit:
    limits = list(limits)
    return Limit(
        "the strictest of all",
        longest_grant=min(limit.longest_grant for limit in limits if limit.longest_grant),
        shortest_refusal=max(limit.shortest_refusal for limit in limits if limit.shortest_refusal),
    )
