"""The dated versions of the privacy notice that choices are made under."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum

ALWAYS = datetime.min.replace(tzinfo=UTC)
"""When a version took effect that has no date."""


class Media(StrEnum):
    """What a version's text is: a fragment of HTML, shown as it is, or plain text (`.txt`, `.md`), shown as text."""

    HTML = "text/html"
    TEXT = "text/plain"


@dataclass(frozen=True, slots=True)
class NoticeVersion:
    """One version. `updated` is the date that visitors see, None where the site gave none.

    `material`: from `effective_at` on, grants made under an earlier version are void. `announced_at` is when visitors
    began to be told of it; without an announcement it is `effective_at`. `text` is what its file holds, with the
    SHA-256 of the bytes in hex. `dnt` is what it says about Do Not Track.
    """

    version: str
    updated: date | None
    material: bool
    announced_at: datetime = ALWAYS
    effective_at: datetime = ALWAYS
    text: str | None = None
    media: Media = Media.TEXT
    sha256: str | None = None
    dnt: str | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """Where the site's notice stands, and its versions, oldest first."""

    url: str
    cookies_url: str
    archive_url: str
    versions: tuple[NoticeVersion, ...]

    def in_force(self, now: datetime) -> NoticeVersion:
        """The last version that has taken effect; before any has, the first."""
        return self._effective(now)[-1]

    def announced(self, now: datetime) -> NoticeVersion | None:
        """The next material version that is announced and has not taken effect."""
        coming = (version for version in self.versions if version.announced_at <= now < version.effective_at)
        return next((version for version in coming if version.material), None)

    def last_material(self, now: datetime) -> NoticeVersion:
        """The version that choices must be at least as new as. The first one counts as material."""
        effective = self._effective(now)
        return next((version for version in reversed(effective) if version.material), effective[0])

    def _effective(self, now: datetime) -> tuple[NoticeVersion, ...]:
        return tuple(version for version in self.versions if version.effective_at <= now) or self.versions[:1]
