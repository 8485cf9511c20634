"""Layer one: the banner, or the passive status line. Rendered once for each look; only the way back differs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from html import escape
from urllib.parse import quote

from consentgate.banner.assets import Asset, asset
from consentgate.banner.templating import template
from consentgate.banner.texts import Texts, texts
from consentgate.model import Prompt
from consentgate.policy import Policy
from consentgate.version import __version__

_BACK = "cg-way-back"
_BACK_IN_URL = "cg-way-back-in-url"
_EITHER_BACK = re.compile(f"{_BACK_IN_URL}|{_BACK}")
"""Where what is kept for all pages gets the path of its own. Filled in one pass: a path may hold any text."""

_LOOKS_KEPT = 512
_SHEETS = {Prompt.BANNER: "banner.css", Prompt.STATUS: "status.css", Prompt.NONE: "status.css"}
"""Where there is nothing to ask or to tell, a change of the notice is still announced, in the place of the status."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """That the notice will change: the strip's one line. `has_text`: the new text stands in our archive."""

    version: str
    effective_on: date
    has_text: bool


@dataclass(frozen=True, slots=True)
class Look:
    """All that a layer one depends on, but for the page it stands on. `root` is where the app is mounted.

    `choices_icon`: "Your Privacy Choices" must stand on every page, with the icon that the law names. Whoever's opt-out
    is honored is not asked, so only the status line says it.
    """

    prompt: Prompt
    language: str
    opt_out_honored: bool
    choices_icon: bool
    root: str
    announcement: Announcement | None = None


class LayerOne:
    """Renders layer one for a policy. `attribution`: the embedded region data asks for a link to whom it is from."""

    def __init__(self, policy: Policy, *, attribution: bool) -> None:
        self._policy = policy
        self._attribution = attribution
        self._template = lru_cache(_LOOKS_KEPT)(self._render)

    @cached_property
    def fingerprint(self) -> str:
        """Changes with what changes layer one in a page: this version of consentgate, its sheets, the attribution."""
        sheets = sorted({asset(name).name for name in _SHEETS.values()})
        return f"{__version__} {self._attribution} {' '.join(sheets)}"

    def sheet(self, look: Look) -> Asset | None:
        """The style sheet that it needs."""
        if look.prompt is Prompt.NONE and look.announcement is None:
            return None
        return asset(_SHEETS[look.prompt])

    def html(self, look: Look, back: str) -> bytes:
        """The bytes that go first in `<body>`. `back` is the page's own path and query."""
        if self.sheet(look) is None:
            return b""
        ways = {_BACK: escape(back), _BACK_IN_URL: quote(back, safe="/")}
        filled = _EITHER_BACK.sub(lambda place: ways[place[0]], self._template(look))
        return filled.encode("ascii", "xmlcharrefreplace")  # Right in whatever encoding the page has.

    def _render(self, look: Look) -> str:
        words = texts(look.language)
        prefix = look.root + self._policy.prefix
        page = template("banner.html" if look.prompt is Prompt.BANNER else "status.html")
        html = page.render(
            t=words,
            site=self._policy.name,
            purposes=self._purposes(words),
            notice=self._policy.notice,
            vendor_count=len(self._policy.vendors),
            opt_out_honored=look.opt_out_honored,
            choices_icon=look.choices_icon,
            icon_file=asset("opt-out.svg").name,
            status=look.prompt is Prompt.STATUS,
            announced=self._announced(look, words),
            announced_url=self._announced_url(look, prefix),
            attribution=self._attribution,
            prefix=prefix,
            preferences=f"{prefix}/?lang={look.language}&back={_BACK_IN_URL}",
            back=_BACK,
        )
        return html.replace("\n", "")

    def _announced(self, look: Look, words: Texts) -> str:
        return words.strip.text.format(date=look.announcement.effective_on) if look.announcement else ""

    def _announced_url(self, look: Look, prefix: str) -> str:
        if look.announcement is None or not look.announcement.has_text:
            return self._policy.notice.url
        return f"{prefix}/notice/{look.announcement.version}?lang={look.language}"

    def _purposes(self, words: Texts) -> str:
        purposes = [words.category(category.name).purpose for category in self._policy.categories]
        *most, last = purposes
        return f"{', '.join(most)} {words.banner.and_} {last}" if most else last
