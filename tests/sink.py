"""The rest of the internet, on one loopback port: answers every host by HTTP and HTTPS, and remembers who was asked."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import MSG_PEEK, socket
from typing import Any, Self

TLS_HANDSHAKE = b"\x16"
"""The first byte of a TLS connection (RFC 8446 section 5.1)."""

PIXEL = bytes.fromhex("47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b")
"""A transparent GIF of one by one pixel."""

SCRIPTS = {
    "www.googletagmanager.com": "document.cookie='_ga=GA1.1.1;path=/;max-age=9999;domain='+location.hostname;"
    "new Image().src='https://www.google-analytics.com/g/collect?v=2';",
    "connect.facebook.net": "document.cookie='_fbp=fb.1.1;path=/;max-age=9999';"
    "new Image().src='https://www.facebook.com/tr/?id=1';",
    "static.hotjar.com": "document.cookie='_hjSessionUser_1=x;path=/;max-age=9999';",
    "snap.licdn.com": "document.cookie='li_fat_id=x;path=/;max-age=9999';"
    "new Image().src='https://px.ads.linkedin.com/collect?fmt=js';",
}
"""What vendors' scripts do first, as far as a test can see it: a first-party cookie and a further request."""


THE_BROWSERS_OWN = frozenset({"update.googleapis.com", "clients2.google.com", "optimizationguide-pa.googleapis.com"})
"""Hosts that Chromium asks for itself, whatever page it shows; no vendor of ours lives there."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One request that reached the sink."""

    host: str
    path: str


class Sink(ThreadingHTTPServer):
    """A server for all hosts but the site's own."""

    daemon_threads = True
    request_queue_size = 512

    def __init__(
        self,
        certificate: Callable[[ssl.SSLContext], None],
        script: Callable[[Hit], str] = lambda hit: SCRIPTS.get(hit.host, ""),
    ) -> None:
        """`script` tells what a vendor's script does."""
        super().__init__(("127.0.0.1", 0), _Answer)
        self.script = script
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        certificate(self._tls)
        self._changed = threading.Condition()
        self._hits: list[Hit] = []

    @contextmanager
    def running(self) -> Iterator[Self]:
        """Answer while it is entered."""
        threading.Thread(target=self.serve_forever, daemon=True).start()
        yield self
        self.shutdown()
        self.server_close()

    @property
    def port(self) -> int:
        """The port that every host is mapped to."""
        return int(self.server_address[1])

    @property
    def hosts(self) -> set[str]:
        """The hosts that were asked since the last `forget`."""
        with self._changed:
            return {hit.host for hit in self._hits}

    @property
    def hits(self) -> tuple[Hit, ...]:
        """The requests that came since the last `forget`."""
        with self._changed:
            return tuple(self._hits)

    def forget(self) -> None:
        """Begin anew."""
        with self._changed:
            self._hits.clear()

    def remember(self, hit: Hit) -> None:
        """Note a request, and tell whoever waits."""
        if hit.host in THE_BROWSERS_OWN:
            return
        with self._changed:
            self._hits.append(hit)
            self._changed.notify_all()

    def wait_for(self, *hosts: str, seconds: float = 15) -> None:
        """Until all of `hosts` were asked. Raises AssertionError with those that were not."""
        with self._changed:
            met = self._changed.wait_for(lambda: set(hosts) <= {hit.host for hit in self._hits}, seconds)
            assert met, f"not asked: {set(hosts) - {hit.host for hit in self._hits}}"

    def wait_until(self, met: Callable[[], bool], seconds: float = 15) -> bool:
        """Until `met` is true, asked anew with each request. Returns whether it is; who waits says what is missing."""
        with self._changed:
            return self._changed.wait_for(met, seconds)

    def wait_for_silence(self, seconds: float) -> None:
        """Until no request has come for so long."""
        with self._changed:
            while self._changed.wait(seconds):
                pass

    def finish_request(self, request: Any, client_address: Any) -> None:
        """HTTP and HTTPS come to the same port: the first byte tells them apart."""
        try:
            with closing(self._plain(request)) as plain:
                super().finish_request(plain, client_address)
        except (ssl.SSLError, ConnectionError, TimeoutError):
            return  # A browser drops connections that it opened in advance.

    def _plain(self, request: socket) -> socket:
        request.settimeout(30)
        if request.recv(1, MSG_PEEK) != TLS_HANDSHAKE:
            return request
        return self._tls.wrap_socket(request, server_side=True)


class _Answer(BaseHTTPRequestHandler):
    """Answers a request as the vendor would, as far as a browser can tell."""

    protocol_version = "HTTP/1.1"
    server: Sink

    def do_GET(self) -> None:
        host = self.headers.get("Host", "").partition(":")[0]
        self.rfile.read(int(self.headers.get("Content-Length", 0)))  # A body left unread would be the next request.
        hit = Hit(host, self.path)
        self.server.remember(hit)
        media_type, content = self._content(hit)
        self.send_response(200)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Cache-Control", "no-store")
        self.send_header("Set-Cookie", "tracker=1; SameSite=None; Secure; Max-Age=9999")
        self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_GET  # noqa: N815 - the name that http.server looks for

    def _content(self, hit: Hit) -> tuple[str, bytes]:
        destination = self.headers.get("Sec-Fetch-Dest", "")
        if destination == "script":
            return "text/javascript", self.server.script(hit).encode()
        if destination in {"iframe", "document"}:
            return "text/html", b"<!doctype html><title>vendor</title>"
        if destination == "style":
            return "text/css", b""
        return "image/gif", PIXEL

    def log_message(self, format: str, *args: Any) -> None:
        """Quietly."""
