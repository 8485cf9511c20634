"""MaxMind DB files for tests, of the shapes that operators have."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mmdb_writer import MMDBWriter
from netaddr import IPSet

ANYONE = "198.51.100.7"
"""An address in the one network of `one_record`."""


def nested(country: str, state: str | None = None, name: str | None = None) -> dict[str, Any]:
    """A record as GeoIP2 writes it, with a state's code, and as DB-IP does, with its name alone."""
    record: dict[str, Any] = {"country": {"iso_code": country, "names": {"en": "A country"}}}
    if state:
        record["subdivisions"] = [{"iso_code": state}]
    if name:
        record["subdivisions"] = [{"names": {"en": name}}]
    return record


def flat(country: str, state: str | None = None) -> dict[str, Any]:
    """A record as the ip-location-db project writes it: with a state's name, or of countries alone."""
    return {"country_code": country} | ({"state1": state, "city": "A city"} if state is not None else {})


def write(path: Path, kind: str, records: Mapping[str, Any], ip_version: int = 6) -> Path:
    """Write a database of that type; it is put in place by renaming, as databases must be."""
    writer = MMDBWriter(ip_version, kind, ipv4_compatible=ip_version == 6)
    for network, record in records.items():
        writer.insert_network(IPSet([network]), record)
    unfinished = path.with_name(f"{path.name}.unfinished")
    writer.to_db_file(str(unfinished))
    unfinished.replace(path)
    return path


def one_record(path: Path, record: Any, kind: str = "GeoLite2-City") -> Path:
    """A database in which `ANYONE` has this record, and nobody else any."""
    return write(path, kind, {"198.51.100.0/24": record})
