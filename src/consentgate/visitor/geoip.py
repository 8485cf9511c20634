"""The region of an address, by the embedded database or by the operator's own, which may be replaced at any time.

The address is looked up and forgotten. Whatever goes wrong while visitors come means unknown, which `decide` meets with
the strictest rules; only a database that can't be used at all is an error, at start.
"""

from __future__ import annotations

import logging
import os
import stat
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Protocol, Self

from consentgate import data
from consentgate.errors import ConfigurationError, Problem
from consentgate.model import Address, Region, RegionSource
from consentgate.visitor.database import Database, UnusableDatabaseError

_log = logging.getLogger("consentgate.geoip")


class RegionOf(Protocol):
    """Whatever tells the region of an address."""

    def __call__(self, address: Address | None) -> Region: ...


@dataclass(frozen=True, slots=True)
class Version:
    """What tells the file that lies at a path from the one before: a new file renamed over it has another inode."""

    inode: int
    modified_ns: int
    size: int

    @classmethod
    def of(cls, file: Path) -> Self:
        """The version that lies there now. Raises UnusableDatabaseError when nothing can be read."""
        try:
            found = file.stat()
        except OSError as error:
            raise UnusableDatabaseError(f"it can't be read: {os.strerror(error.errno or 0)}") from error
        if not stat.S_ISREG(found.st_mode):
            raise UnusableDatabaseError("it is not a file")
        return cls(found.st_ino, found.st_mtime_ns, found.st_size)


class GeoIP:
    """Looks regions up in a MaxMind DB file, and takes a new file when one is renamed over it.

    The path is looked at every `check_seconds` at most, and only when somebody asks. `clock` is monotonic, in seconds.
    Safe to call from many threads. Raises ConfigurationError when the file can't be used.
    """

    def __init__(
        self,
        path: Path | None = None,
        *,
        check_seconds: float = 5.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._file = path or data.path("geo.mmdb")
        try:
            # The version first: should the file be replaced in between, the next check sees it.
            self._seen: Version | None = Version.of(self._file)
            self._database = Database.open(self._file)
        except UnusableDatabaseError as error:
            raise _unusable(self._file, str(error), ours=path is None) from error
        self._check_seconds = check_seconds
        self._clock = clock
        self._next_check = clock() + check_seconds
        self._checking = Lock()

    def __call__(self, address: Address | None) -> Region:
        """The region of an address; unknown for None, private and unlisted ones."""
        if address is None:
            return Region(None, RegionSource.NONE, "the address can't be told")
        if self._clock() >= self._next_check:
            self._check()
        return self._database.region(_plain(address))

    @property
    def database(self) -> Database:
        """The file that is in use now."""
        return self._database

    @property
    def embedded(self) -> bool:
        """Whether the data are DB-IP's in our compact form, whose licence asks for a link. It never changes."""
        return self._database.embedded

    def close(self) -> None:
        """Give the file back. Whoever asks afterwards is told unknown, or what is still remembered."""
        self._database.close()

    def _check(self) -> None:
        """One thread looks, the others go on with what there is."""
        if not self._checking.acquire(blocking=False):
            return
        try:
            self._take_new_file()
        finally:
            self._next_check = self._clock() + self._check_seconds
            self._checking.release()

    def _take_new_file(self) -> None:
        """Replace the database where a usable new file lies. A refused one is named in the log once."""
        version = None
        try:
            version = Version.of(self._file)
            if version == self._seen:
                return
            self._database = self._replacement()
        except UnusableDatabaseError as error:
            if version != self._seen:
                _log.warning("%s was not taken, the old one stays in use: %s", self._file.name, error)
        else:
            _log.info("%s was replaced, and the new one is in use", self._file.name)
        self._seen = version

    def _replacement(self) -> Database:
        """The new file, opened. The old one is left to the garbage collector: other threads may be reading it."""
        new = Database.open(self._file)
        if new.embedded != self.embedded:
            raise UnusableDatabaseError("it needs another attribution on the pages, so restart to take it")
        return new


def _plain(address: Address) -> Address:
    """The IPv4 address that an IPv4-mapped one stands for (RFC 4291 section 2.5.5.2): many files lack those."""
    return address if address.version == 4 else address.ipv4_mapped or address


def _unusable(file: Path, why: str, *, ours: bool) -> ConfigurationError:
    mend = (
        "Install consentgate anew."
        if ours
        else "Give a GeoIP2, GeoLite2 or DB-IP file of cities or countries, or make one with `consentgate geo update`."
    )
    problem = Problem("geoip-unusable", "visitor.geoip", f"{file.name}: {why}.", mend)
    return ConfigurationError("The GeoIP database", (problem,))
