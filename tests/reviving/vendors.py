"""The vendors on the other side: scripts that note their name in the page, answers that wait for a test."""

from __future__ import annotations

import ssl
import threading
from collections import Counter
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any

from sink import PIXEL, Hit, Sink

PATIENCE = 15.0
_QUIET = 0.7
"""Seconds."""

_TYPES = {"js": "text/javascript", "css": "text/css", "html": "text/html", "svg": "image/svg+xml"}


class Vendors(Sink):
    """Answers for every vendor. `scripts` are those that do more than to note their name, by path."""

    def __init__(self, certificate: Callable[[ssl.SSLContext], None]) -> None:
        super().__init__(certificate)
        self.RequestHandlerClass = _Answer
        self.scripts: dict[str, str] = {}
        self.released = threading.Event()

    @property
    def asked(self) -> Counter[str]:
        """How often each address was asked for since the last `forget`, as `host/path`."""
        with self._changed:
            return Counter(hit.host + hit.path for hit in self._hits)

    def forget(self) -> None:
        self.scripts.clear()
        self.released.clear()
        super().forget()

    def wait_until_asked(self, *addresses: str) -> None:
        """Until all of these were asked for. Raises AssertionError with those that were not."""
        with self._changed:
            met = self._changed.wait_for(lambda: set(addresses) <= self._addresses(), PATIENCE)
            assert met, f"not asked for: {sorted(set(addresses) - self._addresses())}"

    def wait_until_quiet(self, *addresses: str) -> None:
        """Until all of these were asked for, and then nothing any more for a while: what comes twice comes soon."""
        self.wait_until_asked(*addresses)
        with self._changed:
            while self._changed.wait(_QUIET):
                pass

    def _addresses(self) -> set[str]:
        return {hit.host + hit.path for hit in self._hits}


class _Answer(BaseHTTPRequestHandler):
    """Names end in what they are. Below `/held/` they wait until a test lets go; below `/gone/` is nothing."""

    protocol_version = "HTTP/1.1"
    server: Vendors

    def do_GET(self) -> None:
        host = self.headers.get("Host", "").partition(":")[0]
        self.server.remember(Hit(host, self.path))
        if self.path.startswith("/held/"):
            self.server.released.wait(PATIENCE)
        kind = _TYPES.get(self.path.rpartition(".")[2], "image/gif")
        content = self._content(kind)
        self.send_response(404 if self.path.startswith("/gone/") else 200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_GET  # noqa: N815 - the name that http.server looks for

    def _content(self, kind: str) -> bytes:
        if kind == "text/javascript":
            name = self.path.rpartition("/")[2].removesuffix(".js")
            return self.server.scripts.get(self.path, noting(name)).encode()
        return PIXEL if kind == "image/gif" else b""

    def log_message(self, format: str, *args: Any) -> None:
        """Quietly."""


def noting(name: str) -> str:
    """A script that notes that it ran, and whether its element could be found."""
    return f'(window.order ||= []).push("{name}");'
