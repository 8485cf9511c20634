"""`geo.mmdb` from DB-IP's monthly City Lite: downloaded, checked, reduced, tried, and only then put in place.

DB-IP offers the file without sign-up, licensed CC BY 4.0, which asks for a link wherever results are used.
"""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from consentgate.errors import GeoDataError
from consentgate.geo.compact import build
from consentgate.geo.download import LARGEST, Part, Progress, fetch
from consentgate.visitor.database import Database, UnusableDatabaseError
from consentgate.visitor.place import Place

SOURCE = "https://download.db-ip.com/free"
ATTRIBUTION = "IP Geolocation by DB-IP (https://db-ip.com)"

_FILE = "dbip-city-lite-{}.mmdb.gz"
_CHUNK = 1 << 20
_TIMEOUT = httpx.Timeout(60, connect=15)


@dataclass(frozen=True, slots=True)
class Updated:
    """What was put in place: the month (`2026-11`) of the data, the size in bytes, how many places are told apart."""

    month: str
    size: int
    places: int


def recent_months(today: date) -> tuple[str, str]:
    """This month and the one before: early in a month its file may not be there yet."""
    return f"{today:%Y-%m}", f"{today.replace(day=1) - timedelta(days=1):%Y-%m}"


def update(
    output: Path, months: Sequence[str], *, source: str, progress: Progress, step: Callable[[str], None]
) -> Updated:
    """Put the first of `months` that `source` has in place of `output`. `step` is told what is being done.

    Raises GeoDataError, after which `output` is as it was. An interrupted download is resumed the next time; one that
    nothing can be made of is thrown away, as are those of earlier months once there is a newer file.
    """
    if not output.name or output.is_dir():
        raise GeoDataError(f"'{output}' is no name for a file: give one, such as geo.mmdb.")
    try:
        month, part = _download(output, months, source, progress)
        step("Unpacking and reducing, which takes half a minute")
        with TemporaryDirectory(dir=output.parent, prefix=f".{output.name}.") as folder:
            return _put_in_place(part, output, Path(folder), month)
    except OSError as error:
        raise GeoDataError(f"{output.name} can't be written: {error.strerror or type(error).__name__}.") from error


def _download(output: Path, months: Sequence[str], source: str, progress: Progress) -> tuple[str, Part]:
    with _client() as client:
        for month in months:
            name = _FILE.format(month)
            part = Part(output.with_name(f"{name}.part"))
            if fetch(client, f"{source.rstrip('/')}/{name}", part, progress):
                return month, part
    raise GeoDataError(f"There is no file for {' or '.join(months)}.")


def _client() -> httpx.Client:
    """A client that goes by the environment, as `HTTPS_PROXY` and `SSL_CERT_FILE` have it."""
    try:
        return httpx.Client(timeout=_TIMEOUT, follow_redirects=True)
    except (httpx.InvalidURL, ValueError, ImportError, OSError) as error:
        # Not what the error says: a proxy's address may hold a password.
        kind = type(error).__name__
        raise GeoDataError(f"The environment's proxy or certificate settings can't be used ({kind}).") from error


def _put_in_place(part: Part, output: Path, folder: Path, month: str) -> Updated:
    reduced = folder / "reduced.mmdb"
    try:
        places = _reduce(part.path, folder / "source.mmdb", reduced)
    except GeoDataError:
        # It came whole, so the next attempt would ask for nothing and fail on the same bytes.
        part.discard()
        raise
    # On the disk before it gets its name: after a power cut there is the old file or the new one, whole.
    with reduced.open("rb+") as file:
        os.fsync(file.fileno())
    size = reduced.stat().st_size
    reduced.replace(output)
    _discard_up_to(part)
    return Updated(month, size, len(places))


def _discard_up_to(newest: Part) -> None:
    """Discard the parts of this month and of earlier ones. What can't be removed is left: the update succeeded."""
    for path in newest.path.parent.glob(_FILE.format("????-??") + ".part"):
        if path.name <= newest.path.name:
            with suppress(OSError):
                Part(path).discard()


def _reduce(packed: Path, unpacked: Path, reduced: Path) -> frozenset[Place]:
    """Make a database of the download that can be used. Raises GeoDataError when the download is not good for it."""
    try:
        _unpack(packed, unpacked)
    except (gzip.BadGzipFile, EOFError, zlib.error) as error:
        raise GeoDataError("The download is damaged and was thrown away; run the command again.") from error
    places = build([unpacked], reduced)
    _try_out(reduced)
    return places


def _unpack(packed: Path, unpacked: Path) -> None:
    """Unpack a gzip file, whose checksum and length are checked on the way (RFC 1952)."""
    with gzip.open(packed) as source, unpacked.open("wb") as target:
        while chunk := source.read(_CHUNK):
            if target.tell() > LARGEST:
                raise GeoDataError("The download unpacks to more than such a file can have.")
            target.write(chunk)


def _try_out(file: Path) -> None:
    try:
        Database.open(file).close()
    except UnusableDatabaseError as error:
        raise GeoDataError(f"What was built can't be used: {error}.") from error
