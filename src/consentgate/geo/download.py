"""One file over HTTP, taken up again where an earlier attempt broke off (RFC 9110 sections 13.1.5 and 14)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import httpx

from consentgate.errors import GeoDataError

LARGEST = 1 << 30
"""Bytes. DB-IP's file has some 60 million packed and 130 million unpacked; more is not what was asked for."""

Progress = Callable[[int, int | None], None]
"""Told the bytes that are there, and how many there will be if the server says so."""

_CONTENT_RANGE = re.compile(r"bytes (?:([0-9]{1,18})-[0-9]+|\*)/([0-9]{1,18}|\*)")
_STRONG_ETAG = re.compile(rb'"[\x21\x23-\x7e]*"')
"""RFC 9110 section 8.8.3, in ASCII. A weak one does not vouch for single bytes."""


@dataclass(frozen=True, slots=True)
class Part:
    """What has come so far of a file. Beside it lies the strong ETag of the whole, without which nothing is resumed."""

    path: Path

    @property
    def size(self) -> int:
        """Bytes that are there."""
        return self.path.stat().st_size if self.path.exists() else 0

    def conditions(self) -> dict[str, str]:
        """The headers that ask for the rest, or for everything should the file have changed meanwhile."""
        if not self.size or not self._etag.exists():
            return {}
        etag = self._etag.read_bytes()
        # A power cut may have left anything in the file.
        if not _STRONG_ETAG.fullmatch(etag):
            return {}
        return {"Range": f"bytes={self.size}-", "If-Range": etag.decode("ascii")}

    def begin(self, etag: str) -> None:
        """Start from nothing, and keep the ETag if it is a strong one."""
        self.discard()
        if _STRONG_ETAG.fullmatch(etag.encode()):
            self._etag.write_text(etag, encoding="ascii")

    def extend(self, chunks: Iterable[bytes], total: int | None, progress: Progress) -> None:
        """Append what comes. What came before an interruption stays; what grows too large does not."""
        done = self.size
        with self.path.open("ab") as file:
            for chunk in chunks:
                done += len(chunk)
                if done > LARGEST:
                    break
                file.write(chunk)
                progress(done, total)
        if done > LARGEST:
            self.discard()
            raise GeoDataError("The server sends more than such a file can have.")

    def discard(self) -> None:
        """Leave nothing behind."""
        self.path.unlink(missing_ok=True)
        self._etag.unlink(missing_ok=True)

    @property
    def _etag(self) -> Path:
        return self.path.with_name(f"{self.path.name}.etag")


def fetch(client: httpx.Client, url: str, part: Part, progress: Progress) -> bool:
    """Complete `part` from `url`; False when the server has no such file (404).

    Raises GeoDataError for any other trouble; what has come by then is kept for the next attempt.
    """
    try:
        with client.stream("GET", url, headers={"Accept-Encoding": "identity", **part.conditions()}) as response:
            found = _take(response, part, progress)
    except httpx.HTTPError as error:
        kept = f"{part.size:,} bytes are kept, so run the command again to go on"
        raise GeoDataError(f"The download did not go through ({type(error).__name__}); {kept}.") from error
    except (httpx.InvalidURL, UnicodeError) as error:
        raise GeoDataError(f"That is no address to download from: {error}") from error
    if found is None:
        # The server does not go on where we stand: once more, from the start.
        part.discard()
        return fetch(client, url, part, progress)
    return found


def _take(response: httpx.Response, part: Part, progress: Progress) -> bool | None:
    """Whether there is such a file; None to ask again from the start, which can only follow a request for a range."""
    start, total = _range_of(response)
    match response.status_code:
        case 200:
            part.begin(response.headers.get("etag", ""))
            length = response.headers.get("content-length", "")
            total = int(length) if length.isdecimal() else None
        case 206 if start == part.size > 0:
            pass
        case 404:
            return False
        case 416 if total == part.size > 0:
            return True
        case 206 | 416 if part.size:
            return None
        case status:
            raise GeoDataError(f"The server answered {status}.")
    part.extend(response.iter_raw(), total, progress)
    if total is not None and part.size != total:
        part.discard()
        raise GeoDataError("The download has another size than the server said; run the command again.")
    return True


def _range_of(response: httpx.Response) -> tuple[int | None, int | None]:
    """The first byte sent, and how many the whole file has, by Content-Range."""
    match = _CONTENT_RANGE.fullmatch(response.headers.get("content-range", ""))
    if match is None:
        return None, None
    start, total = match.groups()
    return int(start) if start else None, int(total) if total != "*" else None
