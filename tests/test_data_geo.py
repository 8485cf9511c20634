"""The embedded region data, and the script that builds it from DB-IP's."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import maxminddb
import pytest
from geoip2.database import Reader
from geoip2.errors import AddressNotFoundError
from maxminddb.decoder import Decoder
from mmdb_writer import METADATA_MAGIC, MMDBWriter
from netaddr import IPSet

from consentgate import data

GEO = data.path("geo.mmdb")
SCRIPT = Path(__file__).parent.parent / "scripts" / "build_geo.py"


def region(reader: Reader, address: str) -> str | None:
    """The region as ISO 3166-1 or 3166-2, None for an address that the database does not know."""
    try:
        city = reader.city(address)
    except AddressNotFoundError:
        return None
    subdivision = city.subdivisions.most_specific.iso_code
    return f"{city.country.iso_code}-{subdivision}" if subdivision else city.country.iso_code


def records(path: Path) -> Iterator[dict[str, Any]]:
    """Every record in the data section, which is far quicker than every network that points at one."""
    with maxminddb.open_database(path) as reader:
        metadata = reader.metadata()
    content = path.read_bytes()
    start = metadata.node_count * metadata.record_size * 2 // 8 + 16
    decoder = Decoder(content, start)
    offset, end = start, content.rindex(METADATA_MAGIC)
    while offset < end:
        value, offset = decoder.decode(offset)
        if isinstance(value, dict) and "country" in value:
            yield value


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    with Reader(GEO) as opened:
        yield opened


class TestTheEmbeddedDatabase:
    # Addresses in large old blocks of access providers, which rarely move.
    @pytest.mark.parametrize(
        ("address", "expected"),
        [
            pytest.param("91.0.0.1", "DE", id="Deutsche Telekom"),
            pytest.param("2003::1", "DE", id="Deutsche Telekom, IPv6"),
            pytest.param("90.0.0.1", "FR", id="Orange"),
            pytest.param("2a01:cb00::1", "FR", id="Orange, IPv6"),
            pytest.param("86.128.0.1", "GB", id="BT"),
            pytest.param("2a00:23c0::1", "GB", id="BT, IPv6"),
            pytest.param("85.0.0.1", "CH", id="Swisscom"),
            pytest.param("2a02:1200::1", "CH", id="Swisscom, IPv6"),
            pytest.param("88.88.0.1", "NO", id="Telenor"),
            pytest.param("177.32.0.1", "BR", id="Claro"),
            pytest.param("126.0.0.1", "JP", id="SoftBank"),
            pytest.param("117.192.0.1", "IN", id="BSNL"),
            pytest.param("67.180.0.1", "US-CA", id="Comcast in California"),
            pytest.param("76.168.0.1", "US-CA", id="Spectrum in California"),
            pytest.param("70.112.0.1", "US", id="Spectrum in Texas: no subdivision"),
            pytest.param("2600:1700::1", "US", id="AT&T in Michigan, IPv6: no subdivision"),
            pytest.param("24.200.0.1", "CA-QC", id="Videotron in Quebec"),
            pytest.param("99.224.0.1", "CA", id="Rogers in Ontario: no subdivision"),
        ],
    )
    def test_places_an_address_in_its_region(self, reader: Reader, address: str, expected: str) -> None:
        assert region(reader, address) == expected

    @pytest.mark.parametrize(
        "address", ["10.0.0.1", "127.0.0.1", "169.254.1.1", "172.16.0.1", "192.168.1.1", "::1", "fd00::1", "fe80::1"]
    )
    def test_does_not_know_an_address_that_is_not_public(self, reader: Reader, address: str) -> None:
        with pytest.raises(AddressNotFoundError):
            reader.city(address)

    def test_has_nothing_in_its_records_but_country_codes_and_the_two_subdivisions(self) -> None:
        countries, subdivisions = set(), set()
        for record in records(GEO):
            match record:
                case {"country": {"iso_code": country, **rest}, **others} if not rest and not others:
                    countries.add(country)
                case {"country": {"iso_code": country}, "subdivisions": [{"iso_code": subdivision}]}:
                    subdivisions.add((country, subdivision))
                case _:
                    pytest.fail(f"an unexpected record: {record}")
        assert subdivisions == {("US", "CA"), ("CA", "QC")}
        assert 240 <= len(countries) <= 260
        assert [country for country in countries if not re.fullmatch("[A-Z]{2}", country)] == []

    def test_says_what_it_is_whose_it_is_and_under_which_licence(self, reader: Reader) -> None:
        metadata = reader.metadata()
        assert metadata.database_type == "ConsentGate-City"
        assert metadata.ip_version == 6
        assert metadata.languages == ["en"]
        assert "DB-IP (https://db-ip.com), CC BY 4.0" in metadata.description["en"]

    def test_dates_from_its_source_not_from_the_day_it_was_built(self, reader: Reader) -> None:
        assert datetime.fromtimestamp(reader.metadata().build_epoch, UTC).date().isoformat() == "2026-06-05"

    def test_is_complete_and_small_enough_to_ship_in_a_wheel(self) -> None:
        assert 2_500_000 < GEO.stat().st_size < 5_000_000

    def test_comes_with_the_attribution_the_licence_and_a_list_of_changes(self) -> None:
        notice = (data.path("licences") / "DB-IP-NOTICE.txt").read_text("utf-8")
        for needed in ("IP Geolocation by DB-IP", "https://db-ip.com", "Attribution 4.0", "What was changed"):
            assert needed in notice
        for named in ("DB-IP-LICENSE.txt", "DB-IP-CC-BY-4.0.txt"):
            assert named in notice
            assert (data.path("licences") / named).stat().st_size > 0


def flat(country: str, state: str = "") -> dict[str, Any]:
    """A record as the ip-location-db project writes it."""
    return {"country_code": country, "state1": state, "city": f"A city in {state or country}", "latitude": 1.5}


def nested(country: str, state: str = "") -> dict[str, Any]:
    """A record as DB-IP itself writes it."""
    subdivisions = {"subdivisions": [{"names": {"en": state}}]} if state else {}
    return {
        "city": {"names": {"en": "A city"}},
        "country": {"iso_code": country, "names": {"en": "A country"}},
    } | subdivisions


IPV4_NETWORKS = {
    "5.0.0.0/16": ("DE", "Hesse"),
    "5.1.0.0/16": ("DE", "Bavaria"),
    "5.2.0.0/16": ("FR", ""),
    "6.0.0.0/16": ("US", "California"),
    "6.1.0.0/16": ("US", "Texas"),
    "7.0.0.0/16": ("CA", "Quebec"),
    "7.1.0.0/16": ("CA", "Ontario"),
    "8.0.0.0/16": ("ZZ", ""),
    "8.1.0.0/16": ("", ""),
    "8.2.0.0/16": ("eu", ""),
    "9.0.0.0/16": ("MX", "California"),
    "12.0.0.0/16": ("SE", ""),
    "12.1.0.0/16": ("FI", ""),
    "12.2.0.0/16": ("SE", ""),
    "12.3.0.0/16": ("FI", ""),
}
IPV6_NETWORKS = {"2a00::/16": ("DE", ""), "2600::/16": ("US", "California"), "2601::/16": ("US", "Ohio")}


def source(path: Path, ip_version: int, networks: dict[str, tuple[str, str]], record: Any = flat) -> Path:
    """Write a database like DB-IP's; an IPv6 one may hold IPv4 networks as well, at ::/96."""
    writer = MMDBWriter(ip_version, "city", ipv4_compatible=ip_version == 6)
    for network, place in networks.items():
        writer.insert_network(IPSet([network]), record(*place))
    writer.to_db_file(str(path))
    return path


def run(*arguments: Path) -> subprocess.CompletedProcess[str]:
    """Run the script with these sources and an output path as the last argument."""
    *sources, output = map(str, arguments)
    return subprocess.run(
        [sys.executable, str(SCRIPT), *sources, "--output", output],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


class TestTheScript:
    @pytest.fixture(params=["two flat files", "two flat files, IPv6 first", "one nested file"])
    def sources(self, request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Path, ...]:
        if request.param == "one nested file":
            return (source(tmp_path / "both.mmdb", 6, IPV4_NETWORKS | IPV6_NETWORKS, nested),)
        files = (source(tmp_path / "v4.mmdb", 4, IPV4_NETWORKS), source(tmp_path / "v6.mmdb", 6, IPV6_NETWORKS))
        return files[::-1] if "IPv6 first" in request.param else files

    @pytest.fixture
    def built(self, sources: tuple[Path, ...], tmp_path: Path) -> Path:
        output = tmp_path / "geo.mmdb"
        finished = run(*sources, output)
        assert finished.returncode == 0, finished.stderr
        return output

    def test_keeps_countries_california_and_quebec_and_drops_the_rest(self, built: Path) -> None:
        expected = {
            "5.0.0.1": "DE", "5.1.0.1": "DE", "5.2.0.1": "FR", "6.0.0.1": "US-CA", "6.1.0.1": "US",
            "7.0.0.1": "CA-QC", "7.1.0.1": "CA", "9.0.0.1": "MX", "1.0.0.1": None,
            "2a00::1": "DE", "2600::1": "US-CA", "2601::1": "US", "2800::1": None,
        }  # fmt: skip
        with Reader(built) as reader:
            assert {address: region(reader, address) for address in expected} == expected

    def test_leaves_out_what_is_not_a_country_code(self, built: Path) -> None:
        with Reader(built) as reader:
            assert [region(reader, address) for address in ("8.0.0.1", "8.1.0.1", "8.2.0.1")] == [None, None, None]

    def test_merges_neighbours_that_have_become_equal(self, built: Path) -> None:
        with maxminddb.open_database(built) as reader:
            assert ip_network("5.0.0.0/15") in {network for network, _ in reader}

    def test_keeps_networks_apart_whose_neighbours_are_divided_alike(self, built: Path) -> None:
        with Reader(built) as reader:
            assert [region(reader, f"12.{n}.0.1") for n in range(4)] == ["SE", "FI", "SE", "FI"]

    def test_puts_ipv4_in_its_place_when_an_ipv6_network_encloses_it(self, tmp_path: Path) -> None:
        ipv4 = source(tmp_path / "v4.mmdb", 4, IPV4_NETWORKS)
        ipv6 = source(tmp_path / "v6.mmdb", 6, {"::/2": ("IE", "")})
        assert run(ipv4, ipv6, tmp_path / "geo.mmdb").returncode == 0
        with Reader(tmp_path / "geo.mmdb") as reader:
            addresses = ("5.0.0.1", "1.0.0.1", "::1:0:0:1", "2a00::1", "8000::1")
            assert [region(reader, address) for address in addresses] == ["DE", None, "IE", "IE", None]

    def test_builds_the_same_bytes_again_over_the_old_file(self, sources: tuple[Path, ...], built: Path) -> None:
        before = built.read_bytes()
        assert run(*sources, built).returncode == 0
        assert built.read_bytes() == before

    def test_replaces_a_file_and_never_overwrites_one_that_a_process_may_have_mapped(
        self, sources: tuple[Path, ...], built: Path
    ) -> None:
        older = built.with_name("older.mmdb")
        older.hardlink_to(built)
        assert run(*sources, built).returncode == 0
        assert not built.samefile(older)

    def test_refuses_a_source_that_no_longer_names_quebec(self, tmp_path: Path) -> None:
        renamed = IPV4_NETWORKS | IPV6_NETWORKS | {"7.0.0.0/16": ("CA", "Province of Quebec")}
        finished = run(source(tmp_path / "both.mmdb", 6, renamed), tmp_path / "geo.mmdb")
        assert finished.returncode == 1
        assert "QC" in finished.stderr
        assert not (tmp_path / "geo.mmdb").exists()

    def test_refuses_an_ipv4_database_alone(self, tmp_path: Path) -> None:
        finished = run(source(tmp_path / "v4.mmdb", 4, IPV4_NETWORKS), tmp_path / "geo.mmdb")
        assert finished.returncode == 1
        assert "one IPv6 database" in finished.stderr

    @pytest.mark.parametrize("content", [b"", b"<!doctype html>", b"\x1f\x8b\x08"], ids=["empty", "a page", "gzip"])
    def test_refuses_what_is_not_a_database_in_one_line(self, content: bytes, tmp_path: Path) -> None:
        wrong = tmp_path / "wrong.mmdb"
        wrong.write_bytes(content)
        finished = run(wrong, tmp_path / "geo.mmdb")
        assert finished.returncode == 1
        assert "Traceback" not in finished.stderr
