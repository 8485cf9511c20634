"""The archive of the notice: which versions there are, and the text of each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from consentgate.banner.assets import asset
from consentgate.banner.templating import template
from consentgate.banner.texts import ArchiveText, texts
from consentgate.policy import Policy
from consentgate.policy.notice import Media, NoticeVersion


@dataclass(frozen=True, slots=True)
class Entry:
    """One version as the list shows it: `state` and `date` are sentences already."""

    version: NoticeVersion
    state: str
    date: str


class Archive:
    """Renders the archive's pages."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    def is_known(self, version: NoticeVersion, now: datetime) -> bool:
        """Whether visitors may know of a version: it is announced, or in force."""
        return version.announced_at <= now or version is self._policy.notice.in_force(now)

    def versions(self, site: str, language: str, root: str, now: datetime) -> str:
        """The list, the newest first. What is not announced yet is not in it. `site` is what visitors read it as."""
        words = texts(language).archive
        known = [version for version in self._policy.notice.versions if self.is_known(version, now)]
        entries = [self._entry(version, words, now) for version in reversed(known)]
        return template("archive.html").render(**self._frame(site, language, root), entries=entries)

    def text(self, version: NoticeVersion, site: str, language: str, root: str, now: datetime) -> str:
        """One version's text: HTML as the site wrote it, anything else as text. Whoever serves it forbids it to run."""
        return template("notice.html").render(
            **self._frame(site, language, root),
            entry=self._entry(version, texts(language).archive, now),
            text=version.text,
            plain=version.media is not Media.HTML,
            text_language=self._policy.language,
        )

    def _entry(self, version: NoticeVersion, words: ArchiveText, now: datetime) -> Entry:
        if version is self._policy.notice.in_force(now):
            return Entry(version, words.in_force, _updated(version, words))
        if version.effective_at > now:
            return Entry(version, words.announced, words.effective.format(date=version.effective_at.date()))
        return Entry(version, words.earlier, _updated(version, words))

    def _frame(self, site: str, language: str, root: str) -> dict[str, object]:
        prefix = root + self._policy.prefix
        return {
            "t": texts(language),
            "prefix": prefix,
            "sheet": asset("page.css").name,
            "site": site,
        }


def _updated(version: NoticeVersion, words: ArchiveText) -> str:
    return words.updated.format(date=version.updated) if version.updated else ""
