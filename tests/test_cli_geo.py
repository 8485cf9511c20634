"""`consentgate geo`, as someone who types it meets it."""

from __future__ import annotations

import builtins
import gzip
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType

import pytest
from typer.testing import CliRunner

from consentgate.cli import app
from geo_files import ANYONE, nested, one_record
from geo_server import THIS, Server, is_old, name_of, old_file, packed_source, serving

WIDE = {"COLUMNS": "200", "TERM": "dumb"}


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["geo", *words], env=WIDE)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result.exit_code, result.output


def rows(text: str) -> list[tuple[str, str]]:
    """The steps that `explain` prints."""
    cells = [line.split("│") for line in text.splitlines() if line.startswith("│")]
    return [(cell[1].strip(), cell[2].strip()) for cell in cells]


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


class TestUpdate:
    def test_puts_the_file_in_place_and_says_whose_data_it_is_and_what_to_do(
        self, server: Server, packed: bytes, output: Path
    ) -> None:
        server.files[name_of(THIS)] = packed
        code, text = run("update", "--output", str(output), "--from", server.url, "--month", THIS)
        assert code == 0
        assert not is_old(output)
        for told in (
            THIS,
            "5 places",
            'geoip = "geo.mmdb"',
            "IP Geolocation by DB-IP",
            "https://db-ip.com",
            "CC BY 4.0",
        ):
            assert told in text

    def test_asks_for_this_month_and_the_one_before_unless_told(self, server: Server, output: Path) -> None:
        code, text = run("update", "--output", str(output), "--from", server.url)
        assert (code, len(server.asked)) == (1, 2)
        assert "no file for" in text

    def test_asks_for_no_other_month_than_the_one_given(self, server: Server, output: Path) -> None:
        code, _ = run("update", "--output", str(output), "--from", server.url, "--month", "2025-01")
        assert code == 1
        assert [path for path, _, _ in server.asked] == [f"/free/{name_of('2025-01')}"]

    @pytest.mark.parametrize("content", [b"", b"<!doctype html>", gzip.compress(b"no database")])
    def test_that_meets_a_damaged_file_fails_without_a_traceback_and_leaves_the_old_one(
        self, server: Server, output: Path, content: bytes
    ) -> None:
        server.files[name_of(THIS)] = content
        code, text = run("update", "--output", str(output), "--from", server.url, "--month", THIS)
        assert code == 1
        assert "Traceback" not in text
        assert is_old(output)

    def test_that_was_cut_says_to_run_it_again_and_goes_on_then(
        self, server: Server, packed: bytes, output: Path
    ) -> None:
        server.files[name_of(THIS)] = packed
        server.cut_after = 5000
        words = ("update", "--output", str(output), "--from", server.url, "--month", THIS)
        code, text = run(*words)
        assert (code, "run the command again" in text) == (1, True)
        assert run(*words)[0] == 0
        assert not is_old(output)

    @pytest.mark.parametrize("month", ["2026", "2026-13", "november", "../../etc"])
    def test_of_what_is_no_month_is_refused(self, month: str) -> None:
        code, text = run("update", "--month", month)
        assert code == 2
        assert "Write a month as" in text

    @pytest.mark.parametrize("output", ["", ".", "/"])
    def test_into_what_is_no_file_is_refused_before_anything_is_asked_for(self, server: Server, output: str) -> None:
        code, text = run("update", "--output", output, "--from", server.url)
        assert code == 1
        assert "no name for a file" in text
        assert server.asked == []

    def test_from_what_is_no_address_says_so(self, output: Path) -> None:
        code, text = run("update", "--output", str(output), "--from", "http://h/\udcff")
        assert code == 1
        assert "no address to download from" in text

    def test_without_its_libraries_says_what_to_install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in [name for name in sys.modules if name.startswith("consentgate.geo.") or name == "mmdb_writer"]:
            monkeypatch.delitem(sys.modules, name)
        monkeypatch.delattr("consentgate.geo.update", raising=False)
        real = builtins.__import__

        def without_writer(name: str, *rest: object, **more: Mapping[str, object]) -> ModuleType:
            if name == "mmdb_writer":
                raise ModuleNotFoundError("No module named 'mmdb_writer'", name="mmdb_writer")
            return real(name, *rest, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(builtins, "__import__", without_writer)
        code, text = run("update")
        assert code == 1
        assert "pip install 'consentgate[geo]'" in text


@pytest.fixture
def policy(tmp_path: Path) -> str:
    """A policy with proxies and an edge, and a database of its own in which `ANYONE` is in Texas."""
    one_record(tmp_path / "own.mmdb", nested("US", name="Texas"), "DBIP-City-Lite")
    path = tmp_path / "consentgate.toml"
    path.write_text(
        'site = "careers.example"\n[notice]\nurl = "/privacy"\ndnt = "We do not respond to it."\n'
        'versions = [{ version = "1", updated = 2026-10-12 }]\n'
        '[visitor]\ntrusted_proxies = ["10.0.0.0/8"]\nedge = "cloudflare"\ngeoip = "own.mmdb"\n'
    )
    return str(path)


class TestExplain:
    def test_needs_nothing_but_an_address(self) -> None:
        code, text = run("explain", "67.180.0.1")
        assert code == 0
        steps = dict(rows(text))
        assert steps["trusted"].startswith("no: the policy trusts nobody")
        assert steps["database"].startswith("ConsentGate-City, data of 2026-")
        assert (steps["record"], steps["region"], steps["source"]) == ("country US, state CA", "US-CA", "geoip")
        assert (steps["regime"], steps["choices link"]) == ("opt_out", "required on every page")

    def test_walks_the_hops_from_the_right_as_far_as_anyone_looks(self, policy: str) -> None:
        hops = f"X-Forwarded-For: 91.0.0.1, {ANYONE}, 10.1.1.1"
        code, text = run("explain", "10.0.0.1", "--policy", policy, "--header", hops)
        assert code == 0
        assert [finding for name, finding in rows(text) if name == "hop"] == [
            "10.1.1.1: a trusted proxy",
            f"{ANYONE}: the visitor",
        ]
        steps = dict(rows(text))
        assert (steps["address"], steps["edge"]) == (ANYONE, "cloudflare says nothing")
        assert (steps["record"], steps["region"], steps["regime"]) == ("country US, state TX", "US-TX", "opt_out")

    @pytest.mark.parametrize(
        ("peer", "headers", "expected"),
        [
            (
                "10.0.0.1",
                [f"X-Forwarded-For: {ANYONE}", "CF-IPCountry: FR"],
                {"edge": "cloudflare: FR", "region": "unknown", "source": "conflict", "regime": "opt_in"},
            ),
            (
                "10.0.0.1",
                [f"x-forwarded-for:{ANYONE}", "cf-ipcountry: US", "CF-Region-Code: CO"],
                {"edge": "cloudflare: US-CO", "region": "US-CO", "source": "edge"},
            ),
            (
                "10.0.0.1",
                ["CF-IPCountry: T1"],
                {"edge": "cloudflare: unknown", "region": "unknown", "record": "not asked"},
            ),
            ("10.0.0.1", [], {"hops": "none in x-forwarded-for", "address": "can't be told", "region": "unknown"}),
            ("10.0.0.1", ["X-Forwarded-For: unknown"], {"hop": "'unknown': can't be read", "region": "unknown"}),
            (
                ANYONE,
                ["X-Forwarded-For: 91.0.0.1", "CF-IPCountry: FR"],
                {
                    "trusted": "no: so the peer is the visitor",
                    "hops": "1 in x-forwarded-for, not looked at",
                    "edge": "cloudflare, not believed",
                    "region": "US-TX",
                },
            ),
            ("91.0.0.1", [], {"record": "none", "region": "unknown", "why": "the address is not in the database"}),
        ],
    )
    def test_tells_each_step_and_what_came_of_it(
        self, policy: str, peer: str, headers: list[str], expected: Mapping[str, str]
    ) -> None:
        given = [word for header in headers for word in ("--header", header)]
        code, text = run("explain", peer, "--policy", policy, *given)
        assert code == 0
        steps = dict(rows(text))
        assert {name: steps.get(name, "")[: len(start)] for name, start in expected.items()} == expected

    def test_takes_another_database_than_the_policys(self, policy: str, tmp_path: Path) -> None:
        other = one_record(tmp_path / "other.mmdb", nested("SE"))
        _, text = run("explain", ANYONE, "--policy", policy, "--database", str(other))
        assert dict(rows(text))["region"] == "SE"

    def test_of_a_damaged_record_says_so(self, tmp_path: Path) -> None:
        other = one_record(tmp_path / "other.mmdb", {"country": "SE"})
        _, text = run("explain", ANYONE, "--database", str(other))
        steps = dict(rows(text))
        assert (steps["record"], steps["why"]) == ("can't be read", "the database has a damaged record")

    @pytest.mark.parametrize("option", ["--database", "--policy"])
    def test_without_the_file_it_is_given_says_what_is_wrong(self, tmp_path: Path, option: str) -> None:
        code, text = run("explain", ANYONE, option, str(tmp_path / "missing"))
        assert code == 1
        assert "No such file" in text

    @pytest.mark.parametrize("address", ["", "testclient", "91.0.0", "91.0.0.1, 91.0.0.2", "\udcff"])
    def test_of_what_is_no_address_says_how_to_write_one(self, address: str) -> None:
        code, text = run("explain", address)
        assert code == 1
        assert "is no address. Write one such as" in text

    def test_takes_the_bytes_of_a_header_as_they_are(self, policy: str) -> None:
        # An argument that is no UTF-8 reaches Python with its odd bytes as surrogates (PEP 383).
        code, text = run("explain", "10.0.0.1", "--policy", policy, "--header", "X-Forwarded-For: \udcff")
        assert code == 0
        assert dict(rows(text))["hop"] == "'ÿ': can't be read, so nobody knows"
        assert run("explain", "10.0.0.1", "--header", "\udcff: x")[0] == 0

    @pytest.mark.parametrize("header", ["no colon", ": no name", ""])
    def test_of_what_is_no_header_is_refused(self, header: str) -> None:
        code, text = run("explain", ANYONE, "--header", header)
        assert code == 2
        assert "Name: value" in text
