"""A site of vectors, and the rest of the internet: each vector is shown as it is, and once more behind the wall.

Each vendor's host names the row and how it was shown, so that all can be shown at once and still be told apart.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler
from itertools import groupby
from typing import Any

from html_wall.pages import walled
from html_wall.spellings import SPELLINGS
from html_wall.vector import Live, Vector
from html_wall.vectors import VECTORS
from html_wall.vectors_untouched import UNTOUCHED, WITHOUT_EFFECT
from sink import PIXEL, Hit, Sink

HOST = "site.example"
SCHEMES = ("http", "https")
ROWS = VECTORS + SPELLINGS + UNTOUCHED + WITHOUT_EFFECT
_ROWS_AT_ONCE = 25
_QUIET, _PATIENCE = 1.0, 10.0
"""Seconds without any request after which no more are expected: when all awaited ones have come, and otherwise."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A row on a page of the site."""

    number: int
    scripting: Live
    behind_wall: bool

    @property
    def row(self) -> Vector:
        return ROWS[self.number]

    @property
    def label(self) -> str:
        """The first label of the host that it asks; no hexadecimal digit, which would lengthen an escape before it."""
        scripting = "on" if self.scripting is Live.ON else "off"
        return f"{'walled' if self.behind_wall else 'open'}-{scripting}-{self.number}"

    @property
    def must_ask(self) -> bool:
        return bool(self.row.live & self.scripting) and not self.behind_wall

    def __str__(self) -> str:
        return f"{self.row.name}: {self.row.page}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page that rows of the same kind share."""

    shown: tuple[Shown, ...]

    @property
    def top(self) -> bool:
        return self.shown[0].row.top

    @property
    def scheme(self) -> str:
        return "https" if self.shown[0].row.secure else "http"

    @property
    def path(self) -> str:
        return f"/{self.shown[0].label}"

    @property
    def address(self) -> str:
        return f"{self.scheme}://{HOST}{self.path}"

    def page(self) -> bytes:
        doctype = b"" if self.shown[0].row.quirks else b"<!doctype html>"
        page = doctype + b"\n".join(shown.row.aimed_at(shown.label) for shown in self.shown)
        if not self.shown[0].behind_wall:
            return page
        result = walled(page)
        assert result.wall.failed_closed is None, "a wall that gives up proves nothing"
        return result.output


def sheets(scripting: Live) -> list[Sheet]:
    """All rows, those behind the wall first, so that they have more time; without scripting only what may ask then."""
    silent = Live.ON if scripting is Live.OFF else None
    numbers = sorted((number for number, row in enumerate(ROWS) if row.live != silent), key=_together)
    batches = [
        same[at : at + _ROWS_AT_ONCE]
        for same in (list(group) for _, group in groupby(numbers, key=_together))
        for at in range(0, len(same), _ROWS_AT_ONCE)
    ]
    return [
        Sheet(tuple(Shown(number, scripting, behind_wall) for number in batch))
        for behind_wall in (True, False)
        for batch in batches
    ]


def _together(number: int) -> tuple[bool, bool, bool, int]:
    """Rows of the same kind share a page, unless one must be alone."""
    row = ROWS[number]
    return row.top, row.secure, row.quirks, number if row.alone else -1


def shown(scripting: Live) -> list[Shown]:
    """All rows as they are shown with scripting on or off."""
    return [one for sheet in sheets(scripting) for one in sheet.shown]


def frames_path(scripting: Live, scheme: str) -> str:
    """Where the page is that has all others in frames."""
    return f"/frames-{scripting.value}-{scheme}"


def pages() -> dict[str, bytes]:
    """The site: path -> page."""
    site: dict[str, bytes] = {}
    for scripting in (Live.ON, Live.OFF):
        all_sheets = sheets(scripting)
        site |= {sheet.path: sheet.page() for sheet in all_sheets}
        for scheme in SCHEMES:
            framed = [sheet.path for sheet in all_sheets if sheet.scheme == scheme and not sheet.top]
            site[frames_path(scripting, scheme)] = _frames(framed)
    return site


def _frames(paths: list[str]) -> bytes:
    """All in view, since what is far from it may not load."""
    tags = "".join(f"<iframe src={path}></iframe>" for path in paths)
    return f"<!doctype html><style>iframe{{position:absolute;inset:0}}</style>{tags}".encode()


class Internet(Sink):
    """The site and everyone else, on one port."""

    def __init__(self, certificate: Callable[[ssl.SSLContext], None], site: Mapping[str, bytes]) -> None:
        super().__init__(certificate)
        self.RequestHandlerClass = Answer
        self.site = site
        self.labels: set[str] = set()
        self._tls.sni_callback = self._named

    def _named(self, _: ssl.SSLObject, name: str | None, __: ssl.SSLContext) -> None:
        """Who opens a TLS connection names the host (RFC 6066 section 3), and that is contact enough."""
        if name not in {None, HOST}:
            self.remember(Hit(str(name), ""))

    def remember(self, hit: Hit) -> None:
        self.labels.add(hit.host.partition(".")[0])
        super().remember(hit)

    def wait_until_quiet(self, awaited: set[str]) -> None:
        """Until the hosts with these labels were asked, or nothing happens any more."""
        with self._changed:
            while self._changed.wait(_QUIET if awaited <= self.labels else _PATIENCE):
                pass


class Answer(BaseHTTPRequestHandler):
    """A page of the site's, and a pixel of everyone else's."""

    server: Internet

    def do_GET(self) -> None:
        host = self.headers.get("Host", "").partition(":")[0]
        if host != HOST:
            self.server.remember(Hit(host, self.path))
        kind, content = self.content(host)
        self.send_response(200 if content else 404)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_GET  # noqa: N815 - the name that http.server looks for

    def content(self, host: str) -> tuple[str, bytes]:
        """The media type and the bytes; none where there is no such page."""
        if host != HOST or self.path.endswith(".png"):
            return "image/gif", PIXEL
        return "text/html; charset=utf-8", self.server.site.get(self.path, b"")

    def log_message(self, format: str, *args: Any) -> None:
        """Quietly."""
