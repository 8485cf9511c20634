"""One opened MaxMind DB file, of any of the kinds that operators have.

Nested records are read by geoip2, flat ones by maxminddb. Which it is, the metadata says once: geoip2 takes a third of
a millisecond to find out that a file is of another kind than the method asks for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from ipaddress import IPv4Address
from pathlib import Path

import geoip2.database
import maxminddb
from geoip2.errors import AddressNotFoundError
from geoip2.models import City, Country

from consentgate.model import Address, Region, RegionSource
from consentgate.policy.regions import STRICTEST_SUBDIVISION
from consentgate.visitor.place import Place, flat_place

PlaceOf = Callable[[Address], Place | None]
"""The place that a file has for an address, None where it has no record. Raises whatever a damaged file makes it."""

EMBEDDED_TYPE = "ConsentGate-City"

_REMEMBERED = 4096
_PROBES = tuple(IPv4Address(first << 24 | 1) for first in range(8, 224, 8))
"""Addresses all over the IPv4 space: a file with a damaged tree or data section is likely to stumble over one."""


class UnusableDatabaseError(Exception):
    """A file that can't be used; the message says why. It stays within this room: see `geoip`."""


@dataclass(frozen=True, slots=True)
class Database:
    """An opened file. `region` never raises, `place` may.

    `kind` is the database type, `built` the day that the file says. `embedded` tells our own compact kind, which lists
    only the states with rules of their own.
    """

    kind: str
    built: date | None
    embedded: bool
    region: Callable[[Address], Region]
    place: PlaceOf
    close: Callable[[], None]

    @classmethod
    def open(cls, file: Path) -> Database:
        """Open and try a file. Raises UnusableDatabaseError."""
        try:
            reader = geoip2.database.Reader(file)
            metadata = reader.metadata()
            if metadata.ip_version not in {4, 6}:
                raise UnusableDatabaseError("its metadata are damaged")  # noqa: TRY301 - told apart just below
            kind, built = str(metadata.database_type), _day(metadata.build_epoch)
            place_of, close = _method(reader, kind, file)
        except UnusableDatabaseError:
            raise
        except OSError as error:
            raise UnusableDatabaseError(f"it can't be read: {error.strerror or 'the system refuses it'}") from error
        except Exception as error:  # What damaged metadata make the readers raise is no closed list.
            raise UnusableDatabaseError("it can't be opened as a MaxMind DB") from error
        _try_out(place_of)
        embedded = kind == EMBEDDED_TYPE
        # Most visits are several requests. The cache is bounded, lives in memory only and goes with the file.
        region = lru_cache(_REMEMBERED)(lambda address: _region(place_of, address, embedded=embedded))
        return cls(kind, built, embedded, region, place_of, close)


def _day(epoch: int) -> date | None:
    """The day of a POSIX time; None for one that no calendar has, which a file may well claim."""
    try:
        return datetime.fromtimestamp(epoch, UTC).date()
    except (OverflowError, ValueError, OSError):
        return None


def _method(reader: geoip2.database.Reader, kind: str, file: Path) -> tuple[PlaceOf, Callable[[], None]]:
    """How places are read from a file of this kind, and how it is closed. Raises UnusableDatabaseError."""
    if "City" in kind:
        return _nested(reader.city), reader.close
    if "Enterprise" in kind:
        return _nested(reader.enterprise), reader.close
    if "Country" in kind:
        return _nested(reader.country), reader.close
    reader.close()
    if kind.startswith(("city ip", "country ip")):
        flat = maxminddb.open_database(file)
        return _flat(flat), flat.close
    raise UnusableDatabaseError("it holds neither cities nor countries")


def _nested(find: Callable[[Address], City | Country]) -> PlaceOf:
    def place_of(address: Address) -> Place | None:
        try:
            record = find(address)
        except AddressNotFoundError:
            return None
        # `registered_country` is where the network was registered, and no visitor need be there.
        country = record.country.iso_code
        if country not in STRICTEST_SUBDIVISION or not isinstance(record, City) or not record.subdivisions:
            return Place.of(country)
        # The first subdivision is the state; a more specific one may be a county.
        state = record.subdivisions[0]
        return Place.of(country, state.iso_code, state.names.get("en"))

    return place_of


def _flat(reader: maxminddb.Reader) -> PlaceOf:
    def place_of(address: Address) -> Place | None:
        record = reader.get(address)
        if record is None:
            return None
        if not isinstance(record, dict):
            raise maxminddb.InvalidDatabaseError("a record is not a map")
        return flat_place(record)

    return place_of


def _try_out(place_of: PlaceOf) -> None:
    """Raises UnusableDatabaseError when a lookup does not go through."""
    try:
        for address in _PROBES:
            place_of(address)
    except Exception as error:  # As above: whatever it is, the file is damaged.
        raise UnusableDatabaseError("its records are damaged") from error


def _region(place_of: PlaceOf, address: Address, *, embedded: bool) -> Region:
    try:
        place = place_of(address)
    except ValueError as error:
        unsuited = address.version == 6 and not isinstance(error, UnicodeDecodeError)
        return _unknown("the database has no IPv6 addresses" if unsuited else "the database has a damaged record")
    except Exception:  # As above; a page is served all the same.
        return _unknown("the database has a damaged record")
    if place is None:
        return _unknown("the address is not in the database")
    return _region_of(place, embedded=embedded)


def _region_of(place: Place, *, embedded: bool) -> Region:
    country = place.country
    if country is None:
        return _unknown("the database names no country")
    if country not in STRICTEST_SUBDIVISION:
        return Region(country, RegionSource.GEOIP, "by country")
    if place.state:
        return Region(f"{country}-{place.state}", RegionSource.GEOIP, "by state")
    if embedded:
        # It lists only the states that matter: none means another one.
        return Region(country, RegionSource.GEOIP, "by country, another state than the ones with rules of their own")
    return Region(STRICTEST_SUBDIVISION[country], RegionSource.GEOIP, "state unknown, so the strictest of the country")


def _unknown(why: str) -> Region:
    return Region(None, RegionSource.GEOIP, why)
