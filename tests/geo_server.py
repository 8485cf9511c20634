"""A server on this machine with DB-IP's monthly files, which behaves as servers do: it cuts, forgets, sends pages."""

from __future__ import annotations

import gzip
import hashlib
import random
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path

from consentgate.visitor.geoip import GeoIP
from geo_files import nested, write

THIS, LAST = "2026-11", "2026-10"
PLACES = {
    "67.180.0.0/16": nested("US", name="California"),
    "70.112.0.0/16": nested("US", name="Texas"),
    "24.200.0.0/16": nested("CA", name="Quebec"),
    "91.0.0.0/16": nested("DE", name="Hesse"),
    "2003::/20": nested("DE", name="Hesse"),
}


def name_of(month: str) -> str:
    return f"dbip-city-lite-{month}.mmdb.gz"


@dataclass
class Server:
    """A mirror of DB-IP's folder. `cut_after` breaks the next answer off after so many bytes."""

    files: dict[str, bytes] = field(default_factory=dict)
    ranges: bool = True
    etag: Callable[[bytes], str] | None = lambda content: f'"{hashlib.sha256(content).hexdigest()[:12]}"'
    cut_after: int | None = None
    status: int | None = None
    asked: list[tuple[str, str | None, int]] = field(default_factory=list)
    """Path, Range and status of each request."""
    url: str = ""

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        content = self.files.get(request.path.removeprefix("/free/"))
        wanted = request.headers.get("Range")
        status, body, headers = self._answer(content, wanted, request.headers.get("If-Range"))
        self.asked.append((request.path, wanted, status))
        request.send_response(status)
        for header, value in {**headers, "Content-Length": str(len(body))}.items():
            request.send_header(header, value)
        request.end_headers()
        cut, self.cut_after = self.cut_after, None
        request.wfile.write(body[:cut])

    def _answer(
        self, content: bytes | None, wanted: str | None, if_range: str | None
    ) -> tuple[int, bytes, dict[str, str]]:
        if self.status:
            return self.status, b"", {}
        if content is None:
            return 404, b"<!doctype html><title>Not found</title>", {}
        headers = {"ETag": self.etag(content)} if self.etag else {}
        if not wanted or not self.ranges or if_range != headers.get("ETag"):
            return 200, content, headers
        start = int(re.fullmatch(r"bytes=(\d+)-", wanted)[1])  # type: ignore[index]
        if start >= len(content):
            return 416, b"", headers | {"Content-Range": f"bytes */{len(content)}"}
        return 206, content[start:], headers | {"Content-Range": f"bytes {start}-{len(content) - 1}/{len(content)}"}


@contextmanager
def serving() -> Iterator[Server]:
    """Run a server for as long as the block lasts."""
    mirror = Server()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            mirror.answer(self)

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        mirror.url = f"http://127.0.0.1:{listening.server_port}/free"
        thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield mirror
        finally:
            listening.shutdown()
            thread.join()


def packed_source(folder: Path) -> bytes:
    """A month's file as DB-IP packs it, with enough random names in it to be worth cutting."""
    chance = random.Random(1)
    many = {f"13.{n}.0.0/16": nested("FR", name=chance.randbytes(20).hex()) for n in range(200)}
    return gzip.compress(write(folder / "source.mmdb", "DBIP-City-Lite", PLACES | many).read_bytes(), mtime=0)


def old_file(folder: Path) -> Path:
    """Where a new file is to go, with an old one there and nothing else."""
    folder.mkdir()
    return write(folder / "geo.mmdb", "GeoLite2-City", {"67.180.0.0/16": nested("MX")})


def is_old(output: Path) -> bool:
    """Whether it is still the old file that lies there."""
    return GeoIP(output)(ip_address("67.180.0.1")).code == "MX"
