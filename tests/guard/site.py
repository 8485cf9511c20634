"""A site with a page for each way in, shown without the guard, with it, and with it until a grant."""

from __future__ import annotations

import ssl
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from consentgate.banner.assets import asset
from consentgate.banner.embed import script_tag
from guard.ways import WAYS, Fate, Way
from html_wall.site import HOST, Answer, Internet
from sink import PIXEL, Hit

VENDORS = "tracker.example"
RULES = f"marketing {VENDORS}"


class Shown(Enum):
    """How a page is shown."""

    BARE = "bare"
    GUARDED = "guarded"
    RELEASED = "released"


REVIVAL = """
  for (const e of document.querySelectorAll('[data-cg]:not([data-cg=""])')) {
    const fresh = e.localName == 'script' ? document.createElementNS(e.namespaceURI, 'script') : e
    if (fresh != e && e.type != 'text/plain') fresh.type = e.type
    e.removeAttribute('data-cg')
    for (const {name, value} of [...e.attributes]) {
      if (!name.startsWith('data-cg-')) continue
      e.removeAttribute(name)
      fresh.setAttribute(name.slice(8), value)
    }
    if (fresh != e) e.replaceWith(fresh)
  }
"""
"""What banner.js does after the event, as far as these pages need it: revive what is still marked."""

GRANT = "document.dispatchEvent(new CustomEvent('consentgate', {detail: {granted: ['marketing']}}));" + REVIVAL

HELPERS = """
  const spot = document.getElementById('spot');
  const put = e => (document.body.append(e), e);
  const loaded = () => window.release && setTimeout(release);
  const later = f => { window.waiting = true; addEventListener('load', () => setTimeout(f)) };
"""


def guard_tag(rules: str = RULES) -> str:
    """The guard as a page has it."""
    return script_tag(asset("guard.js"), "/", [], inline=True, data={"rules": rules}).decode()


@dataclass(frozen=True, slots=True)
class Showing:
    """One way in, shown in one of the ways."""

    number: int
    shown: Shown

    @property
    def way(self) -> Way:
        return WAYS[self.number]

    @property
    def label(self) -> str:
        """The first label of the host that only this page asks."""
        return f"{self.shown.value}-{self.number}"

    @property
    def path(self) -> str:
        return f"/{self.label}"

    def page(self) -> bytes:
        guard = "" if self.shown is Shown.BARE else guard_tag()
        release = f"window.release = () => {{ {GRANT} }};" if self.shown is Shown.RELEASED else ""
        way = self.way.aimed_at(f"{self.label}.{VENDORS}")
        return (
            f"<!doctype html><meta charset=utf-8>{guard}<title>{self.label}</title><div id=spot></div>"
            f"<script>{release}{HELPERS}</script><script>{way}</script><script>window.waiting || loaded()</script>"
        ).encode()

    @property
    def asks(self) -> int:
        """How often its host must be asked."""
        if self.shown is Shown.BARE or self.way.fate is Fate.OPEN:
            return 1
        return 1 if self.shown is Shown.RELEASED and self.way.fate is Fate.KEPT else 0


SHOWINGS = tuple(Showing(number, shown) for shown in Shown for number in range(len(WAYS)))
_FRAMES_AT_ONCE = 40


def pages() -> dict[str, bytes]:
    """The site: path -> page. The pages of the ways are shown in frames, many at once."""
    site = {showing.path: showing.page() for showing in SHOWINGS}
    for at, path in enumerate(sheets()):
        shown = SHOWINGS[at * _FRAMES_AT_ONCE : (at + 1) * _FRAMES_AT_ONCE]
        frames = "".join(f"<iframe src={showing.path}></iframe>" for showing in shown)
        site[path] = f"<!doctype html><style>iframe{{position:absolute;inset:0}}</style>{frames}".encode()
    return site


def sheets() -> list[str]:
    """The paths of the pages that have all others in frames."""
    return [f"/sheet-{at}" for at in range(-(-len(SHOWINGS) // _FRAMES_AT_ONCE))]


class Web(Internet):
    """The site and everyone else, on one port; counts what each host was asked."""

    def __init__(self, certificate: Callable[[ssl.SSLContext], None]) -> None:
        self._pages = pages()
        super().__init__(certificate, self._pages)
        self.RequestHandlerClass = _Answer

    def show(self, path: str, content: str | bytes) -> None:
        """Add a page or a script to the site."""
        self._pages[path] = content.encode() if isinstance(content, str) else content

    def remember(self, hit: Hit) -> None:
        """Nobody else: a browser with a profile asks its maker for one thing or another."""
        if hit.host.rstrip(".").endswith(".example"):
            super().remember(hit)

    def asked(self) -> Counter[str]:
        """How often each host was asked, by its first label. A connection alone counts once."""
        with self._changed:
            hits = list(self._hits)
        connected = Counter({hit.host.partition(".")[0]: 1 for hit in hits if not hit.path})
        return connected | Counter(hit.host.partition(".")[0] for hit in hits if hit.path)


class _Answer(Answer):
    """A page of the site's, and from everyone else what was asked for."""

    server: Web

    def content(self, host: str) -> tuple[str, bytes]:
        """The media type and the bytes."""
        path = self.path.partition("?")[0]
        if host == HOST and path in self.server.site:
            return "text/javascript" if path.endswith(".js") else "text/html; charset=utf-8", self.server.site[path]
        if path.endswith(".js"):
            return "text/javascript", b"window.ran = (window.ran || 0) + 1"
        if path.endswith(".html"):
            return "text/html", b"<!doctype html><title>vendor</title>"
        return "image/gif", PIXEL
