"""`geo update` against a server on this machine."""

from __future__ import annotations

import gzip
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from ipaddress import ip_address
from pathlib import Path

import pytest

from consentgate.errors import GeoDataError
from consentgate.geo import download
from consentgate.geo.update import Updated, recent_months, update
from consentgate.visitor.database import Database, UnusableDatabaseError
from consentgate.visitor.geoip import GeoIP
from geo_files import nested, write
from geo_server import LAST, PLACES, THIS, Server, is_old, name_of, old_file, packed_source, serving


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving() as running:
        yield running


@pytest.fixture
def packed(tmp_path: Path) -> bytes:
    return packed_source(tmp_path)


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return old_file(tmp_path / "there")


def fetch(server: Server, output: Path, *months: str) -> Updated:
    return update(output, months or (THIS, LAST), source=server.url, progress=lambda *_: None, step=lambda _: None)


def lying_beside(output: Path) -> set[str]:
    return {path.name for path in output.parent.iterdir()} - {output.name}


def regions(path: Path) -> list[str | None]:
    geoip = GeoIP(path)
    return [geoip(ip_address(a)).code for a in ("67.180.0.1", "70.112.0.1", "24.200.0.1", "91.0.0.1", "2003::1")]


def test_a_fresh_file_is_reduced_and_put_in_place_and_nothing_else_is_left(
    server: Server, packed: bytes, output: Path
) -> None:
    server.files[name_of(THIS)] = packed
    updated = fetch(server, output)
    assert updated == Updated(THIS, output.stat().st_size, 5)
    assert regions(output) == ["US-CA", "US", "CA-QC", "DE", "DE"]
    assert GeoIP(output).embedded
    assert lying_beside(output) == set()


def test_a_file_that_a_gate_has_open_is_replaced_and_never_written_into(
    server: Server, packed: bytes, output: Path
) -> None:
    server.files[name_of(THIS)] = packed
    older = output.with_name("older.mmdb")
    older.hardlink_to(output)
    fetch(server, output)
    assert is_old(older)


def test_no_file_needs_to_be_there_before(server: Server, packed: bytes, tmp_path: Path) -> None:
    server.files[name_of(THIS)] = packed
    fetch(server, tmp_path / "new.mmdb")
    assert regions(tmp_path / "new.mmdb")[0] == "US-CA"


def test_the_previous_month_stands_in_while_this_one_is_not_there_yet(
    server: Server, packed: bytes, output: Path
) -> None:
    server.files[name_of(LAST)] = packed
    assert fetch(server, output).month == LAST
    assert [status for _, _, status in server.asked] == [404, 200]


def test_without_either_month_the_old_file_stays(server: Server, output: Path) -> None:
    with pytest.raises(GeoDataError, match="no file for 2026-11 or 2026-10"):
        fetch(server, output)
    assert is_old(output)


def test_a_download_that_was_cut_is_resumed_where_it_broke_off(server: Server, packed: bytes, output: Path) -> None:
    server.files[name_of(THIS)] = packed
    server.cut_after = 5000
    with pytest.raises(GeoDataError, match="5,000 bytes are kept"):
        fetch(server, output)
    assert is_old(output)
    fetch(server, output)
    assert server.asked[1:] == [(f"/free/{name_of(THIS)}", "bytes=5000-", 206)]
    assert regions(output)[0] == "US-CA"
    assert lying_beside(output) == set()


def test_a_download_may_be_cut_many_times(server: Server, packed: bytes, output: Path) -> None:
    server.files[name_of(THIS)] = packed
    for _ in range(3):
        server.cut_after = 3000
        with pytest.raises(GeoDataError):
            fetch(server, output)
    fetch(server, output)
    assert server.asked[-1][1:] == ("bytes=9000-", 206)
    assert regions(output)[0] == "US-CA"


@pytest.mark.parametrize("how", ["no ranges", "no ETag", "a weak ETag", "another file since"])
def test_a_download_that_cant_be_resumed_starts_again(server: Server, packed: bytes, output: Path, how: str) -> None:
    server.files[name_of(THIS)] = gzip.compress(b"another file" * 9000, 0) if how == "another file since" else packed
    server.ranges = how != "no ranges"
    if how == "no ETag":
        server.etag = None
    elif how == "a weak ETag":
        server.etag = lambda _: 'W/"same"'
    server.cut_after = 5000
    with pytest.raises(GeoDataError):
        fetch(server, output)
    server.files[name_of(THIS)] = packed
    fetch(server, output)
    assert server.asked[-1][2] == 200
    assert regions(output)[0] == "US-CA"


def test_a_download_that_came_whole_is_not_asked_for_twice(server: Server, packed: bytes, output: Path) -> None:
    """Whoever interrupts the second half of the work does not repeat the first."""
    server.files[name_of(THIS)] = packed
    part = download.Part(output.with_name(f"{name_of(THIS)}.part"))
    part.begin(server.etag(packed))  # type: ignore[misc]
    part.extend([packed], None, lambda *_: None)
    fetch(server, output)
    assert [status for _, _, status in server.asked] == [416]
    assert regions(output)[0] == "US-CA"


def test_a_part_longer_than_the_file_is_thrown_away(server: Server, packed: bytes, output: Path) -> None:
    server.files[name_of(THIS)] = packed
    part = download.Part(output.with_name(f"{name_of(THIS)}.part"))
    part.begin(server.etag(packed))  # type: ignore[misc]
    part.extend([packed, b"more"], None, lambda *_: None)
    fetch(server, output)
    assert [status for _, _, status in server.asked] == [416, 200]


def damaged_in_the_middle(packed: bytes) -> bytes:
    middle = len(packed) // 2
    return packed[:middle] + bytes([packed[middle] ^ 0x55]) + packed[middle + 1 :]


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(damaged_in_the_middle, id="a flipped byte"),
        pytest.param(lambda packed: packed[: len(packed) // 2], id="half of it, which the server takes for the whole"),
        pytest.param(lambda packed: packed[:-8] + bytes(8), id="a wrong checksum"),
        pytest.param(lambda _: b"<!doctype html>" * 20, id="a page"),
        pytest.param(gzip.decompress, id="unpacked"),
        pytest.param(lambda _: gzip.compress(b"<!doctype html>" * 20), id="a packed page"),
        pytest.param(lambda packed: gzip.compress(gzip.decompress(packed)[:-40]), id="a packed half"),
        pytest.param(lambda _: gzip.compress(b""), id="nothing, packed"),
        pytest.param(lambda _: b"", id="nothing"),
    ],
)
def test_a_damaged_file_is_refused_and_the_old_one_stays(
    server: Server, packed: bytes, output: Path, damage: Callable[[bytes], bytes]
) -> None:
    server.files[name_of(THIS)] = damage(packed)
    with pytest.raises(GeoDataError):
        fetch(server, output)
    assert is_old(output)


def test_a_damaged_file_is_not_resumed_from(server: Server, packed: bytes, output: Path) -> None:
    server.files[name_of(THIS)] = damaged_in_the_middle(packed)
    with pytest.raises(GeoDataError, match="thrown away"):
        fetch(server, output)
    assert lying_beside(output) == set()


def test_a_file_that_no_longer_tells_california_apart_is_refused(server: Server, output: Path, tmp_path: Path) -> None:
    renamed = PLACES | {"67.180.0.0/16": nested("US", name="State of California")}
    server.files[name_of(THIS)] = gzip.compress(
        write(tmp_path / "renamed.mmdb", "DBIP-City-Lite", renamed).read_bytes()
    )
    with pytest.raises(GeoDataError, match="US-CA"):
        fetch(server, output)
    assert is_old(output)


@pytest.mark.parametrize(
    "wrong",
    [
        pytest.param(b"<!doctype html>" * 20, id="no database"),
        pytest.param(b"", id="nothing"),
        pytest.param("half", id="half a database"),
        pytest.param("renamed", id="without California"),
        pytest.param("odd", id="a build time that is none"),
    ],
)
def test_sound_gzip_of_the_wrong_content_is_thrown_away_so_that_the_next_attempt_asks_anew(
    server: Server, packed: bytes, output: Path, tmp_path: Path, wrong: bytes | str
) -> None:
    renamed = PLACES | {"67.180.0.0/16": nested("US", name="State of California")}
    made = {
        "half": gzip.decompress(packed)[:-40],
        "renamed": write(tmp_path / "renamed.mmdb", "DBIP-City-Lite", renamed).read_bytes(),
        "odd": with_odd_build_time(gzip.decompress(packed)),
    }
    # A mirror whose ETag stays the same whatever it has vouches for the part for ever.
    server.etag = lambda _: '"same"'
    server.files[name_of(THIS)] = gzip.compress(made[wrong] if isinstance(wrong, str) else wrong)
    with pytest.raises(GeoDataError):
        fetch(server, output)
    assert is_old(output)
    assert lying_beside(output) == set()
    server.files[name_of(THIS)] = packed
    fetch(server, output)
    assert regions(output)[0] == "US-CA"


def with_odd_build_time(database: bytes) -> bytes:
    """The same database, its `build_epoch` a text (type 2) where a number (extended type 9) is due."""
    before, key, after = database.rpartition(b"build_epoch")
    length = after[0] & 0x1F
    assert after[0] >> 5 == 0
    assert after[1] == 2
    return before + key + bytes([0x40 | length + 1]) + b"x" * (length + 1) + after[2 + length :]


def test_what_can_not_be_tried_out_is_thrown_away(
    server: Server, packed: bytes, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(_: Path) -> Database:
        raise UnusableDatabaseError("its records are damaged")

    monkeypatch.setattr(Database, "open", refused)
    server.files[name_of(THIS)] = packed
    with pytest.raises(GeoDataError, match="can't be used"):
        fetch(server, output)
    assert lying_beside(output) == set()


def test_parts_of_earlier_months_go_with_the_next_success_and_nothing_else_does(
    server: Server, packed: bytes, output: Path
) -> None:
    kept = {f"{name_of('2026-12')}.part", f"{name_of('2026-12')}.part.etag", "own.part", name_of("2026-09")}
    gone = {f"{name_of('2026-09')}.part", f"{name_of('2026-09')}.part.etag", f"{name_of('2025-12')}.part"}
    for name in kept | gone:
        output.with_name(name).write_bytes(b"1")
    with pytest.raises(GeoDataError):
        fetch(server, output)
    assert lying_beside(output) == kept | gone
    server.files[name_of(THIS)] = packed
    fetch(server, output)
    assert lying_beside(output) == kept


@pytest.mark.parametrize("name", ["", ".", "..", "/", "folder"])
def test_an_output_that_is_no_file_is_refused_before_anything_is_asked_for(
    server: Server, packed: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    (tmp_path / "folder").mkdir()
    monkeypatch.chdir(tmp_path)
    server.files[name_of(THIS)] = packed
    with pytest.raises(GeoDataError, match="no name for a file"):
        fetch(server, Path(name))
    assert server.asked == []


@pytest.mark.parametrize("left", [b"\xff\xfe", b"\x00\x00", b"", b'"half'])
def test_a_damaged_note_of_the_etag_means_starting_again(
    server: Server, packed: bytes, output: Path, left: bytes
) -> None:
    server.files[name_of(THIS)] = packed
    output.with_name(f"{name_of(THIS)}.part").write_bytes(packed[:100])
    output.with_name(f"{name_of(THIS)}.part.etag").write_bytes(left)
    fetch(server, output)
    assert server.asked == [(f"/free/{name_of(THIS)}", None, 200)]


@pytest.mark.parametrize(
    ("name", "value"), [("HTTP_PROXY", "odd://user:secret@proxy"), ("SSL_CERT_FILE", "/no/such/file")]
)
def test_an_environment_that_no_client_can_be_made_of_is_a_clear_error(
    server: Server, output: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(GeoDataError, match="environment's proxy or certificate settings") as error:
        fetch(server, output)
    assert "secret" not in str(error.value)


@pytest.mark.parametrize("status", [403, 429, 500, 503])
def test_another_answer_is_named_and_the_old_file_stays(server: Server, output: Path, status: int) -> None:
    server.status = status
    with pytest.raises(GeoDataError, match=str(status)):
        fetch(server, output)
    assert is_old(output)


def test_more_than_such_a_file_can_have_is_not_taken(
    server: Server, packed: bytes, output: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.files[name_of(THIS)] = packed
    monkeypatch.setattr(download, "LARGEST", 1000)
    with pytest.raises(GeoDataError, match="more than such a file"):
        fetch(server, output)
    assert is_old(output)
    assert lying_beside(output) == set()


@pytest.mark.parametrize(
    "source", ["http://127.0.0.1:1/free", "ftp://127.0.0.1/free", "not an address", "http://[", "http://h/\udcff"]
)
def test_a_server_that_is_not_there_is_a_clear_error(output: Path, source: str) -> None:
    with pytest.raises(GeoDataError):
        fetch(Server(url=source), output)
    assert is_old(output)


def test_a_folder_that_is_not_there_is_a_clear_error(server: Server, packed: bytes, tmp_path: Path) -> None:
    server.files[name_of(THIS)] = packed
    with pytest.raises(GeoDataError, match="can't be written"):
        fetch(server, tmp_path / "none" / "geo.mmdb")


def test_progress_tells_what_is_there_of_how_much(server: Server, packed: bytes, output: Path) -> None:
    server.files[name_of(THIS)] = packed
    server.cut_after = 5000
    told: list[tuple[int, int | None]] = []
    for _ in range(2):
        try:
            update(
                output,
                (THIS,),
                source=server.url,
                progress=lambda done, total: told.append((done, total)),
                step=lambda _: None,
            )
        except GeoDataError:
            assert told[-1] == (5000, len(packed))
    assert told[-1] == (len(packed), len(packed))
    assert [done for done, _ in told] == sorted(done for done, _ in told)


@pytest.mark.parametrize(
    ("today", "months"),
    [
        (date(2026, 11, 22), ("2026-11", "2026-10")),
        (date(2026, 1, 1), ("2026-01", "2025-12")),
        (date(2026, 3, 31), ("2026-03", "2026-02")),
    ],
)
def test_the_months_asked_for_are_this_one_and_the_one_before(today: date, months: tuple[str, str]) -> None:
    assert recent_months(today) == months


def test_the_gate_needs_none_of_it() -> None:
    """Nothing is fetched when a site starts or runs: what could fetch is not even imported."""
    code = "import sys, consentgate; print([name for name in sys.modules if name in sys.argv[1:]])"
    words = [sys.executable, "-c", code, "consentgate.geo", "mmdb_writer", "httpx"]
    assert subprocess.run(words, capture_output=True, text=True, check=True).stdout.strip() == "[]"
