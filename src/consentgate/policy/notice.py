"""The dated versions of the privacy notice that choices are made under."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class NoticeVersion:
    """One version, `updated` None where the site gave no date.

    `material` says that it asks again: grants made under an earlier one are void.
    """

    version: str
    updated: date | None
    material: bool


@dataclass(frozen=True, slots=True)
class Notice:
    """Where the site's notice stands, and its versions, oldest first."""

    url: str
    cookies_url: str
    archive_url: str
    versions: tuple[NoticeVersion, ...]

    @property
    def current(self) -> NoticeVersion:
        """The version in force."""
        return self.versions[-1]

    @property
    def last_material(self) -> NoticeVersion:
        """The version that choices must be at least as new as. The first one counts as material."""
        return next((version for version in reversed(self.versions) if version.material), self.versions[0])
