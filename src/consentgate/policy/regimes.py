"""Which regime applies where, before a choice. A policy may override any region; the lists are in regions.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from consentgate.model import Regime, Region
from consentgate.policy import regions

OPT_IN = (
    regions.EU
    | regions.EEA_BEYOND_EU
    | regions.EU_OUTERMOST
    | regions.ALAND
    | regions.FRENCH_BEYOND_EU
    | regions.DANISH_BEYOND_EU
    | regions.DUTCH_BEYOND_EU
    | regions.NORWEGIAN_BEYOND_EEA
    | regions.EUROPEAN_MICROSTATES
    | regions.UNITED_KINGDOM
    | regions.SWITZERLAND
    | regions.BRAZIL
    | regions.QUEBEC
    | regions.ASKING_ELSEWHERE
    | regions.ASKING_BY_PRECAUTION
)

OPT_OUT = (
    regions.US_TERRITORIES
    | regions.SIGNAL_DUTY.keys()
    | regions.US_PRIVACY_LAWS_WITHOUT_SIGNAL_DUTY
    | frozenset({"US", "CA"})
)
"""The United States, with or without a privacy law of the state, and Canada outside Quebec (PIPEDA)."""


class Profile(StrEnum):
    """How careful to be in regions that no list names."""

    STRICT = "strict"
    LAX = "lax"


ELSEWHERE: Mapping[Profile, Regime] = MappingProxyType({Profile.STRICT: Regime.OPT_IN, Profile.LAX: Regime.NOTICE})
"""The regime of regions that no list names. An unknown region is not one of them: it is always opt_in."""


@dataclass(frozen=True, slots=True)
class Regimes:
    """The regime of each region: the policy's own word first, then the lists above, then `elsewhere`."""

    elsewhere: Regime = Regime.OPT_IN
    overrides: Mapping[str, Regime] = field(default_factory=dict)

    def of(self, region: Region) -> Regime:
        """The policy's word on `US-CA`, then on `US`, then the lists. An unknown region gets the strictest regime.

        A word on a country holds for its subdivisions too, but for those that a list has a stricter regime for.
        """
        if region.code is None or region.country is None:
            return Regime.OPT_IN
        listed = _listed(region.code)
        if region.code in self.overrides:
            return self.overrides[region.code]
        if region.country in self.overrides:
            return min(self.overrides[region.country], listed or Regime.NOTICE, key=_STRICTEST_FIRST.index)
        return listed or _listed(region.country) or self.elsewhere


_STRICTEST_FIRST = (Regime.OPT_IN, Regime.OPT_OUT, Regime.NOTICE)


def _listed(code: str) -> Regime | None:
    if code in OPT_IN:
        return Regime.OPT_IN
    return Regime.OPT_OUT if code in OPT_OUT else None


def wants_choices_link(region: Region) -> bool:
    """Whether "Your Privacy Choices" must stand on every page: all of the US, and whoever might be there.

    Cal. Code Regs. title 11, sections 7013(c) and 7015(b).
    """
    return region.country in {None, "US"}
