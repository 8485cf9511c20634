"""What is done with signals, and what is said about it (W3C Tracking Preference Expression)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from consentgate.model import Region


class DntSetting(StrEnum):
    """What is done with Do Not Track.

    `log`: received, counted, and without any effect. `objection`: `DNT: 1` denies every optional category unless the
    visitor granted it in a choice made while they sent it (GDPR article 21(5); LG Berlin, 16 O 420/19).
    """

    LOG = "log"
    OBJECTION = "objection"


@dataclass(frozen=True, slots=True)
class DntSettings:
    """The setting of each region, `US-CA` before `US`; `elsewhere` for the others."""

    elsewhere: DntSetting = DntSetting.LOG
    regions: Mapping[str, DntSetting] = field(default_factory=dict)

    def of(self, region: Region) -> DntSetting:
        """The region's setting. An unknown region might be one where an objection counts, so there it does."""
        if region.code is None or region.country is None:
            return DntSetting.OBJECTION if DntSetting.OBJECTION in self.in_use else DntSetting.LOG
        return self.regions.get(region.code) or self.regions.get(region.country) or self.elsewhere

    @property
    def in_use(self) -> frozenset[DntSetting]:
        """All settings that some region has."""
        return frozenset({self.elsewhere, *self.regions.values()})


class StatusValue(StrEnum):
    """A tracking status value (TPE section 6.2): what the site says of all its responses."""

    DISREGARDING = "D"
    TRACKING = "T"

    @classmethod
    def of(cls, settings: DntSettings) -> StatusValue:
        """`D`, as the notice says it: the preference is received and not respected.

        It is one value for the whole site. `?` would have to come with an answer on every single response of the host,
        also on those that no gate sees, and an answer for each visitor could be kept by no cache. Where some region
        takes the signal for an objection, `D` would be false for visitors there; `T` (might track) is true for all.
        """
        return cls.TRACKING if DntSetting.OBJECTION in settings.in_use else cls.DISREGARDING


@dataclass(frozen=True, slots=True)
class TrackingStatus:
    """The URLs of the tracking status representation (TPE section 6.5): who controls, where is it said and changed."""

    controller: tuple[str, ...]
    policy: str
    config: str
