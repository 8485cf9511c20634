"""Regions by database: of every kind that operators have, replaced while it is in use, and broken in every way."""

from __future__ import annotations

import gzip
import logging
import os
import random
import shutil
import sys
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from ipaddress import ip_address
from pathlib import Path
from threading import Event
from typing import Any

import maxminddb
import pytest
from hypothesis import given
from hypothesis import strategies as st
from mmdb_writer import METADATA_MAGIC

from consentgate import data
from consentgate.errors import ConfigurationError
from consentgate.model import Regime, Region, RegionSource
from consentgate.policy.regions import SUBDIVISIONS, US_TERRITORIES
from consentgate.visitor.geoip import GeoIP
from consentgate.visitor.place import STATES, Place, flat_place, nested_place
from factories import make_policy
from geo_files import ANYONE, flat, nested, one_record, write


class Clock:
    """A monotonic clock that stands until it is moved."""

    def __init__(self) -> None:
        self.seconds = 1000.0

    def __call__(self) -> float:
        return self.seconds


def code(geoip: GeoIP, address: str = ANYONE) -> str | None:
    return geoip(ip_address(address)).code


class TestTheEmbeddedDatabase:
    @pytest.mark.parametrize(
        ("address", "expected", "regime"),
        [
            ("91.0.0.1", "DE", Regime.OPT_IN),
            ("86.128.0.1", "GB", Regime.OPT_IN),
            ("85.0.0.1", "CH", Regime.OPT_IN),
            ("88.88.0.1", "NO", Regime.OPT_IN),
            ("67.180.0.1", "US-CA", Regime.OPT_OUT),
            ("::ffff:67.180.0.1", "US-CA", Regime.OPT_OUT),
            ("70.112.0.1", "US", Regime.OPT_OUT),
            ("24.200.0.1", "CA-QC", Regime.OPT_IN),
            ("99.224.0.1", "CA", Regime.OPT_OUT),
            ("127.0.0.1", None, Regime.OPT_IN),
            ("2a00:23c0::1", "GB", Regime.OPT_IN),
        ],
    )
    def test_tells_region_and_so_regime(self, address: str, expected: str | None, regime: Regime) -> None:
        region = GeoIP()(ip_address(address))
        assert region.code == expected
        assert make_policy().regimes.of(region) is regime
        assert address not in region.why

    def test_no_address_is_an_unknown_region(self) -> None:
        region = GeoIP()(None)
        assert (region.code, region.source) == (None, RegionSource.NONE)

    def test_is_told_apart_from_others_by_its_kind_since_its_licence_asks_for_a_link(self, tmp_path: Path) -> None:
        assert GeoIP().embedded
        assert GeoIP(Path(shutil.copy(data.path("geo.mmdb"), tmp_path / "own.mmdb"))).embedded
        assert not GeoIP(one_record(tmp_path / "other.mmdb", nested("DE"))).embedded


KINDS = {
    "GeoLite2-City": "code",
    "GeoIP2-City-North-America": "code",
    "GeoIP2-Enterprise": "code",
    "DBIP-City-Lite": "name",
    "DBIP-Location (compat=City)": "name",
    "city ipv4": "flat name",
    "city ipv6": "flat name",
}
"""What each kind has of a state."""


def record_in(kind: str, country: str, state: str | None, name: str | None) -> dict[str, Any]:
    match KINDS[kind]:
        case "code":
            return nested(country, state)
        case "name":
            return nested(country, name=name)
        case _:
            return flat(country, name)


COUNTRY_KINDS = {
    "GeoLite2-Country": nested,
    "GeoIP2-Country": nested,
    "DBIP-Country-Lite": nested,
    "country ipv4": flat,
    "country ipvAll": flat,
}


class TestTheOperatorsOwnDatabase:
    @pytest.mark.parametrize("kind", KINDS)
    @pytest.mark.parametrize(
        ("country", "state", "name", "expected"),
        [
            ("US", "CA", "California", "US-CA"),
            ("US", "TX", "Texas", "US-TX"),
            ("US", "DC", "District of Columbia", "US-DC"),
            ("CA", "QC", "Quebec", "CA-QC"),
            ("CA", "QC", "Québec", "CA-QC"),
            ("CA", "ON", "Ontario", "CA-ON"),
            ("DE", "HE", "Hesse", "DE"),
            ("US", None, None, "US-CA"),
            ("CA", None, None, "CA-QC"),
            ("US", None, "", "US-CA"),
            ("US", "ZZ", "Atlantis", "US-CA"),
            ("CA", "ZZ", "Province of Quebec", "CA-QC"),
            ("MX", "BCN", "California", "MX"),
            ("PR", None, None, "PR"),
        ],
    )
    def test_of_cities_tells_the_state_where_one_matters_and_takes_the_strictest_when_it_does_not(
        self, tmp_path: Path, kind: str, country: str, state: str | None, name: str | None, expected: str
    ) -> None:
        assert code(GeoIP(one_record(tmp_path / "own.mmdb", record_in(kind, country, state, name), kind))) == expected

    @pytest.mark.parametrize("kind", COUNTRY_KINDS)
    @pytest.mark.parametrize(("country", "expected"), [("FR", "FR"), ("US", "US-CA"), ("CA", "CA-QC"), ("XK", "XK")])
    def test_of_countries_alone_leaves_the_state_unknown(
        self, tmp_path: Path, kind: str, country: str, expected: str
    ) -> None:
        region = GeoIP(one_record(tmp_path / "own.mmdb", COUNTRY_KINDS[kind](country), kind))(ip_address(ANYONE))
        assert region.code == expected
        assert ("strictest" in region.why) is (country in SUBDIVISIONS)

    @pytest.mark.parametrize(
        ("record", "expected"),
        [
            (nested("GB") | {"subdivisions": [{"iso_code": "ENG"}, {"iso_code": "WBK"}]}, "GB"),
            (nested("US") | {"subdivisions": [{"iso_code": "WA"}, {"iso_code": "CA"}]}, "US-WA"),
            (nested("BT") | {"registered_country": {"iso_code": "RO"}}, "BT"),
            ({"registered_country": {"iso_code": "US"}}, None),
            ({"continent": {"code": "EU"}}, None),
            ({"traits": {"is_anycast": True}}, None),
            (nested("UK"), "GB"),
            (nested("EU"), None),
            (nested("AP"), None),
            (nested("XX"), None),
            (nested("ZZ"), None),
            (nested("T1"), None),
            (nested("A1"), None),
            (nested("None"), None),
            (nested("us"), None),
            (nested(""), None),
            ({"country": "US"}, None),
            ({"country": {"iso_code": 5}}, None),
            ({"country": {"iso_code": ["US"]}}, None),
            (nested("US") | {"subdivisions": "CA"}, None),
            (nested("US") | {"subdivisions": [7]}, None),
            (nested("US") | {"subdivisions": [{"iso_code": 7}]}, "US-CA"),
            (nested("US") | {"subdivisions": []}, "US-CA"),
            ({"an unknown key": 1} | nested("SE"), "SE"),
            ({}, None),
            ([], None),
            ("SE", None),
            (7, None),
            (True, None),
        ],
    )
    def test_is_read_with_care(self, tmp_path: Path, record: Any, expected: str | None) -> None:
        assert code(GeoIP(one_record(tmp_path / "own.mmdb", record))) == expected

    @pytest.mark.parametrize(
        "record", [{}, [], "US", 7, {"country_code": 7}, {"country_code": ""}, {"country_code": "EU"}]
    )
    def test_with_flat_records_is_read_with_care(self, tmp_path: Path, record: Any) -> None:
        assert code(GeoIP(one_record(tmp_path / "own.mmdb", record, "country ipvAll"))) is None

    def test_of_ipv4_alone_knows_nothing_of_ipv6_addresses_and_says_so(self, tmp_path: Path) -> None:
        for kind, record in (("city ipv4", flat("DE", "Hesse")), ("GeoLite2-City", nested("DE"))):
            geoip = GeoIP(write(tmp_path / "v4.mmdb", kind, {"198.51.100.0/24": record}, ip_version=4))
            assert code(geoip) == code(geoip, f"::ffff:{ANYONE}") == "DE"
            assert geoip(ip_address("2a00::1")) == Region(
                None, RegionSource.GEOIP, "the database has no IPv6 addresses"
            )

    def test_answers_an_ipv4_mapped_address_although_the_file_does_not_list_it(self, tmp_path: Path) -> None:
        geoip = GeoIP(one_record(tmp_path / "own.mmdb", nested("SE")))
        assert code(geoip, f"::ffff:{ANYONE}") == "SE"


class TestNamesOfStates:
    def test_every_state_has_a_name_and_no_name_leads_anywhere_else(self) -> None:
        assert set(STATES["US"].values()) == SUBDIVISIONS["US"] - US_TERRITORIES - {"UM"}
        assert set(STATES["CA"].values()) == SUBDIVISIONS["CA"]
        assert STATES.keys() == SUBDIVISIONS.keys()

    @given(st.dictionaries(st.sampled_from(["country_code", "state1", "x"]), st.text(max_size=4) | st.integers()))
    def test_no_flat_record_raises(self, record: dict[str, Any]) -> None:
        place = flat_place(record)
        assert place.country is None or len(place.country) == 2

    @given(st.text(max_size=3), st.text(max_size=3), st.text(max_size=12))
    def test_a_nested_record_is_read_like_its_parts(self, country: str, state: str, name: str) -> None:
        record = {"country": {"iso_code": country}, "subdivisions": [{"iso_code": state, "names": {"en": name}}]}
        assert nested_place(record) == Place.of(country, state, name)


@pytest.fixture
def readers(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both readers of MaxMind's: the C extension where it is installed, and pure Python."""
    if request.param == "pure Python":
        monkeypatch.setattr(maxminddb, "_extension", None)
        assert isinstance(maxminddb.open_database(data.path("geo.mmdb")), maxminddb.Reader)
    return str(request.param)


both_readers = pytest.mark.parametrize("readers", ["C", "pure Python"], indirect=True)


def sound(folder: Path) -> bytes:
    """A sound database of some size."""
    networks = {f"{first}.0.0.0/8": nested(("DE", "FR", "SE", "US")[first % 4]) for first in range(1, 224)}
    return write(folder / "sound.mmdb", "GeoLite2-City", networks).read_bytes()


def metadata_of(content: bytes) -> int:
    return content.rindex(METADATA_MAGIC)


def cut(share: float) -> Callable[[bytes], bytes]:
    return lambda whole: whole[: int(len(whole) * share)]


def cut_metadata(share: float) -> Callable[[bytes], bytes]:
    return lambda whole: whole[: metadata_of(whole) + int((len(whole) - metadata_of(whole)) * share)]


BROKEN: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "one byte": lambda _: b"\0",
    "text": lambda _: b"not a database\n" * 100,
    "a page": lambda _: b"<!doctype html><title>Not found</title>",
    "gzip": gzip.compress,
    "the mark alone": lambda _: METADATA_MAGIC,
    "the mark and a map that never comes": lambda _: METADATA_MAGIC + b"\xe9",
    "the mark and an empty map": lambda _: METADATA_MAGIC + b"\xe0",
    "the mark and a string": lambda _: METADATA_MAGIC + b"\x43abc",
    "the mark and a pointer to itself": lambda _: METADATA_MAGIC + b"\x20\x00",
    "the mark and a map with a number for a key": lambda _: METADATA_MAGIC + b"\xe1\xa1\x05\xa1\x05",
    "a key that is no UTF-8": lambda whole: whole.replace(b"database_type", b"database_\xff\xfe\xfd\xfc"),
    "a type that is no UTF-8": lambda whole: whole.replace(b"GeoLite2-City", b"GeoLite2\xff\xfe\xfd\xfc\xfb"),
    "without metadata": lambda whole: whole[: metadata_of(whole)],
    "metadata alone": lambda whole: whole[metadata_of(whole) :],
    "without a tree": lambda whole: whole[-600:],
    "without a start": lambda whole: whole[100:],
    "an unknown record size": lambda whole: whole.replace(b"record_size\xa1\x18", b"record_size\xa1\x19"),
    "a record size of nothing": lambda whole: whole.replace(b"record_size\xa1\x18", b"record_size\xa1\x00"),
    "another address family": lambda whole: whole.replace(b"ip_version\xa1\x06", b"ip_version\xa1\x09"),
    "a tree larger than the file": lambda whole: whole.replace(b"node_count\xc2", b"node_count\xc4\xff\xff"),
    "an ASN database": lambda whole: whole.replace(b"GeoLite2-City", b"GeoLite2-ASN\0"),
    "an ISP database": lambda whole: whole.replace(b"GeoLite2-City", b"GeoIP2-ISP-xx"),
    "a tree of zeros": lambda whole: bytes(metadata_of(whole)) + whole[metadata_of(whole) :],
    "a tree of ones": lambda whole: b"\xff" * metadata_of(whole) + whole[metadata_of(whole) :],
}
BROKEN |= {f"cut after {part} of 20": cut(part / 20) for part in range(1, 20)}
BROKEN |= {f"cut at {share} of the metadata": cut_metadata(share) for share in (0.3, 0.6, 0.9)}


class TestABrokenFile:
    def test_replacements_in_this_table_meet_something(self, tmp_path: Path) -> None:
        whole = sound(tmp_path)
        assert [name for name, broken in BROKEN.items() if broken(whole) == whole] == []
        GeoIP(tmp_path / "sound.mmdb")

    @both_readers
    @pytest.mark.usefixtures("readers")
    @pytest.mark.parametrize("name", BROKEN)
    def test_is_a_clear_error_at_start(self, tmp_path: Path, name: str) -> None:
        path = tmp_path / "bad.mmdb"
        path.write_bytes(BROKEN[name](sound(tmp_path)))
        with pytest.raises(ConfigurationError) as caught:
            GeoIP(path)
        (problem,) = caught.value.problems
        assert problem.id == "geoip-unusable"
        assert "bad.mmdb" in problem.text
        assert str(tmp_path) not in str(caught.value)
        assert "consentgate geo update" in problem.mend

    @pytest.mark.parametrize("what", ["missing", "a folder", "a pipe", "in a folder that is none"])
    def test_what_is_no_file_is_a_clear_error_at_start(self, tmp_path: Path, what: str) -> None:
        path = tmp_path / "bad.mmdb"
        if what == "a folder":
            path.mkdir()
        elif what == "a pipe":
            os.mkfifo(path)
        elif what == "in a folder that is none":
            (tmp_path / "file").touch()
            path = tmp_path / "file" / "bad.mmdb"
        with pytest.raises(ConfigurationError, match="geoip-unusable"):
            GeoIP(path)

    @both_readers
    @pytest.mark.usefixtures("readers")
    @pytest.mark.parametrize("seed", range(12))
    def test_with_flipped_bytes_is_refused_or_read_and_never_raises_anything_else(
        self, tmp_path: Path, seed: int
    ) -> None:
        chance = random.Random(seed)
        whole = sound(tmp_path)
        path = tmp_path / "bad.mmdb"
        for _ in range(25):
            damaged = bytearray(whole)
            for _ in range(chance.choice((1, 3, 30))):
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
            path.write_bytes(damaged)
            try:
                geoip = GeoIP(path)
            except ConfigurationError:
                continue
            for first in range(256):
                for address in (f"{first}.1.2.3", f"{first:x}00::1"):
                    region = geoip(ip_address(address))
                    assert region.code is None or region.code[:2].isupper()
            path.unlink()

    @both_readers
    @pytest.mark.usefixtures("readers")
    def test_with_one_damaged_record_tells_unknown_there_and_the_truth_elsewhere(self, tmp_path: Path) -> None:
        networks = {"198.51.100.0/24": {"country": {"iso_code": "KEYS"}}, "203.0.113.0/24": nested("SE")}
        path = write(tmp_path / "own.mmdb", "GeoLite2-City", networks)
        path.write_bytes(path.read_bytes().replace(b"KEYS", b"\xff\xfe\xfd\xfc"))
        geoip = GeoIP(path)
        region = geoip(ip_address(ANYONE))
        assert (region.code, region.why) == (None, "the database has a damaged record")
        assert code(geoip, "203.0.113.1") == "SE"

    def test_that_is_closed_tells_unknown(self, tmp_path: Path) -> None:
        geoip = GeoIP(one_record(tmp_path / "own.mmdb", nested("SE")))
        geoip.close()
        assert code(geoip) is None

    def test_that_claims_an_impossible_day_is_read_all_the_same(self, tmp_path: Path) -> None:
        path = one_record(tmp_path / "own.mmdb", nested("SE"))
        content = path.read_bytes()
        start = content.rindex(b"build_epoch") + len(b"build_epoch")
        path.write_bytes(content[:start] + b"\x08\x02" + b"\xff" * 8 + content[start + 2 + content[start] :])
        geoip = GeoIP(path)
        assert geoip.database.built is None
        assert code(geoip) == "SE"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def served(tmp_path: Path, clock: Clock) -> GeoIP:
    """A database in use: everybody is in Sweden."""
    return GeoIP(one_record(tmp_path / "own.mmdb", nested("SE")), clock=clock)


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """What consentgate.geoip logs."""
    caplog.set_level(logging.INFO, "consentgate.geoip")
    return caplog


@pytest.fixture
def quick_turns() -> Iterator[None]:
    """Threads take turns after 0.1 ms instead of 5: more meetings, in less time."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-4)
    yield
    sys.setswitchinterval(usual)


class TestAReplacedFile:
    def test_is_in_use_after_the_next_check_for_addresses_seen_before_too(
        self, tmp_path: Path, served: GeoIP, clock: Clock, log: pytest.LogCaptureFixture
    ) -> None:
        assert code(served) == "SE"
        one_record(tmp_path / "own.mmdb", nested("FI"))
        clock.seconds += 4.9
        assert code(served) == "SE"
        clock.seconds += 0.2
        assert code(served) == "FI"
        assert [line.levelname for line in log.records] == ["INFO"]

    def test_is_looked_for_no_more_often_than_asked(
        self, served: GeoIP, clock: Clock, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        looks: list[Path] = []
        stat = Path.stat

        def counted(self: Path, *, follow_symlinks: bool = True) -> os.stat_result:
            looks.append(self)
            return stat(self, follow_symlinks=follow_symlinks)

        monkeypatch.setattr(Path, "stat", counted)
        for _ in range(1000):
            clock.seconds += 0.01
            code(served)
        assert 1 <= len(looks) <= 2

    @pytest.mark.parametrize("name", ["empty", "a page", "an ASN database", "cut after 19 of 20", "a tree of ones"])
    def test_that_is_broken_is_refused_once_in_the_log_while_the_old_one_serves(
        self, tmp_path: Path, served: GeoIP, clock: Clock, log: pytest.LogCaptureFixture, name: str
    ) -> None:
        (tmp_path / "new").write_bytes(BROKEN[name](sound(tmp_path)))
        (tmp_path / "new").replace(tmp_path / "own.mmdb")
        for _ in range(5):
            clock.seconds += 6
            assert code(served) == "SE"
        (line,) = log.records
        assert (line.levelname, "own.mmdb" in line.getMessage()) == ("WARNING", True)
        assert ANYONE not in line.getMessage()
        assert str(tmp_path) not in line.getMessage()

    def test_that_is_broken_in_yet_another_way_is_named_again(
        self, tmp_path: Path, served: GeoIP, clock: Clock, log: pytest.LogCaptureFixture
    ) -> None:
        for content in (b"", b"again"):
            (tmp_path / "new").write_bytes(content)
            (tmp_path / "new").replace(tmp_path / "own.mmdb")
            clock.seconds += 6
            assert code(served) == "SE"
        assert len(log.records) == 2

    def test_that_is_mended_is_taken(self, tmp_path: Path, served: GeoIP, clock: Clock) -> None:
        (tmp_path / "new").write_bytes(b"")
        (tmp_path / "new").replace(tmp_path / "own.mmdb")
        clock.seconds += 6
        assert code(served) == "SE"
        one_record(tmp_path / "own.mmdb", nested("FI"))
        clock.seconds += 6
        assert code(served) == "FI"

    def test_that_vanishes_is_named_once_and_taken_when_it_comes_back(
        self, tmp_path: Path, served: GeoIP, clock: Clock, log: pytest.LogCaptureFixture
    ) -> None:
        (tmp_path / "own.mmdb").unlink()
        for _ in range(3):
            clock.seconds += 6
            assert code(served) == "SE"
        assert len(log.records) == 1
        one_record(tmp_path / "own.mmdb", nested("FI"))
        clock.seconds += 6
        assert code(served) == "FI"

    def test_lets_go_of_the_old_one_as_soon_as_nobody_reads_it(
        self, tmp_path: Path, served: GeoIP, clock: Clock
    ) -> None:
        """Neither the file's memory nor the addresses that were asked for outlive it."""
        assert code(served) == "SE"
        old = weakref.ref(served.database.place), weakref.ref(served.database.region)
        one_record(tmp_path / "own.mmdb", nested("FI"))
        clock.seconds += 6
        code(served)
        assert [reference() for reference in old] == [None, None]

    def test_may_be_of_another_kind(self, tmp_path: Path, served: GeoIP, clock: Clock) -> None:
        one_record(tmp_path / "own.mmdb", flat("FI"), "country ipvAll")
        clock.seconds += 6
        assert code(served) == "FI"

    def test_that_needs_another_attribution_waits_for_a_restart(
        self, tmp_path: Path, served: GeoIP, clock: Clock, log: pytest.LogCaptureFixture
    ) -> None:
        one_record(tmp_path / "own.mmdb", nested("FI"), "ConsentGate-City")
        clock.seconds += 6
        assert code(served) == "SE"
        assert not served.embedded
        assert "restart" in log.text

    @pytest.mark.usefixtures("quick_turns")
    def test_is_swapped_fifty_times_under_eight_threads_without_one_wrong_answer(self, tmp_path: Path) -> None:
        """Every lookup sees one of the two files whole. `check_seconds=0` makes every lookup look."""
        path = tmp_path / "own.mmdb"
        versions = [one_record(tmp_path / f"{country}.mmdb", nested(country)) for country in ("FI", "SE")]
        shutil.copy(versions[0], path)
        geoip = GeoIP(path, check_seconds=0)
        done = Event()

        def ask() -> tuple[int, set[str | None]]:
            count, answers = 0, set[str | None]()
            while not done.is_set():
                answers.add(code(geoip, f"198.51.100.{count % 256}"))
                count += 1
            return count, answers

        with ThreadPoolExecutor(8) as threads:
            asking = [threads.submit(ask) for _ in range(8)]
            try:
                for swap in range(50):
                    shutil.copy(versions[swap % 2], tmp_path / "new")
                    serving = geoip.database
                    os.replace(tmp_path / "new", path)  # noqa: PTH105 - the call that the documents name
                    while geoip.database is serving and code(geoip) is not None:
                        pass
            finally:
                done.set()
            results = [future.result() for future in asking]
        assert all(count > 0 for count, _ in results)
        assert set().union(*(answers for _, answers in results)) == {"FI", "SE"}
