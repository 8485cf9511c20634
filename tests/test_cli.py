"""The command line, as someone who types it meets it."""

from __future__ import annotations

import asyncio
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from consentgate import __version__
from consentgate.cli import app
from consentgate.gate import utc_now
from consentgate.ledger import Cell, counters, open_ledger
from gating import CALIFORNIA, GERMANY, choose, gated

ROOT = Path(__file__).parents[1]
WIDE = {"COLUMNS": "200", "TERM": "dumb"}
SOUND = """
site = "careers.example.com"
vendors = ["hotjar"]
[notice]
url = "/privacy"
dnt = "We do not respond to Do Not Track."
versions = [{ version = "1", updated = 2026-01-01 }]
"""


def run(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, words, env=WIDE)
    return result.exit_code, result.output


def test_check_prints_what_a_sound_policy_says() -> None:
    code, text = run("check", str(ROOT / "demo_app" / "consentgate.toml"))
    assert code == 0
    assert "careers.northwind.example" in text
    assert "marketing" in text
    assert "Notice 2026-10" in text


@pytest.mark.parametrize(
    ("site", "said"),
    [
        ("careers.example.com", None),
        ("www.example.com/careers", "outside of these paths: without tags, and asked about nothing."),
        ('www.example.com/careers"\noutside = "pass', "outside of these paths: left to the app untouched."),
    ],
)
def test_check_says_what_becomes_of_pages_that_belong_to_no_site(tmp_path: Path, site: str, said: str | None) -> None:
    path = tmp_path / "consentgate.toml"
    path.write_text(SOUND.replace("careers.example.com", site), "utf-8")
    code, text = run("check", str(path))
    assert (code, "outside of these paths" in text) == (0, said is not None)
    assert said is None or said in text


def test_check_prints_to_a_terminal_that_knows_ascii_only(tmp_path: Path) -> None:
    path = tmp_path / "consentgate.toml"
    path.write_text(SOUND + '[[vendor]]\nid = "own"\nname = "Métrique"\ncategory = "analytics"\n', "utf-8")
    result = CliRunner(charset="ascii").invoke(app, ["check", str(path)], env=WIDE)
    assert (result.exit_code, result.exception) == (0, None)
    assert "M?trique" in result.output
    assert "none" in result.output


def test_check_prints_every_problem_and_fails(tmp_path: Path) -> None:
    path = tmp_path / "consentgate.toml"
    path.write_text('site = "?"\nvendors = ["hotjr"]\n[categories.marketing]\n')
    code, text = run("check", str(path))
    assert code == 1
    for problem in (
        "policy-missing",
        "policy-string-pattern-mismatch",
        "policy-vendor-unknown",
        "policy-marketing-not-sharing",
    ):
        assert problem in text
    assert "Did you mean hotjar?" in text
    assert "no gate starts with it" in text
    assert "Traceback" not in text


WRONG = SOUND.replace("careers.example.com", "?").replace("hotjar", "hotjr")


@pytest.mark.parametrize("columns", ["80", "200"])
def test_check_prints_id_place_what_is_wrong_and_the_mend_of_each_problem(tmp_path: Path, columns: str) -> None:
    path = tmp_path / "consentgate.toml"
    path.write_text(WRONG)
    result = CliRunner().invoke(app, ["check", str(path)], env={"COLUMNS": columns, "TERM": "dumb"})
    first, *blocks = result.output.strip().split("\n\n")
    assert " ".join(first.split()) == f"2 problems in {path}: no gate starts with it."
    vendor = next(block for block in blocks if block.startswith("vendors[0]  policy-vendor-unknown\n"))
    assert " ".join(vendor.split()).endswith(
        "No vendor is called 'hotjr', so visitors would not be told of whoever is meant. Did you mean hotjar?"
    )
    assert max(map(len, result.output.splitlines()[1:])) <= int(columns)


def test_check_as_json_tells_machines_the_same(tmp_path: Path) -> None:
    path = tmp_path / "consentgate.toml"
    path.write_text(WRONG)
    result = CliRunner().invoke(app, ["check", "--json", str(path)])
    assert (result.exit_code, result.stderr) == (1, "")
    said = json.loads(result.stdout)
    assert said["policy"] == str(path)
    assert {problem["id"] for problem in said["problems"]} == {
        "policy-string-pattern-mismatch",
        "policy-vendor-unknown",
    }
    assert all(problem["place"] and problem["text"] and problem["mend"] for problem in said["problems"])


def advised(folder: Path) -> Path:
    """A sound policy that serves Germany, for which there is advice."""
    path = folder / "consentgate.toml"
    path.write_text(SOUND)
    return path


def test_advice_is_printed_apart_and_is_no_failure(tmp_path: Path) -> None:
    code, text = run("check", str(advised(tmp_path)))
    assert code == 0
    sound, advice = text.split("Advice, which no gate waits for:")
    assert "the policy is sound" in sound
    assert "16 O 420/19" in advice


def test_advice_as_json_stands_beside_an_empty_list_of_problems(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["check", "--json", str(advised(tmp_path))])
    said = json.loads(result.stdout)
    assert (result.exit_code, said["problems"]) == (0, [])
    assert "16 O 420/19" in json.dumps(said["advice"])


def test_check_names_every_site_and_a_notice_that_is_to_come(tmp_path: Path) -> None:
    path = tmp_path / "consentgate.toml"
    coming = '{ version = "2", updated = 2999-01-01, announced_at = 2026-01-02, material = true }'
    several = SOUND.replace('site = "careers.example.com"', 'sites = ["a.example", "b.example/jobs"]')
    path.write_text(several.replace(" }]", f" }}, {coming}]"))
    code, text = run("check", str(path))
    assert code == 0
    assert "a.example, b.example/jobs" in text
    assert "Notice 1, last updated 2026-01-01" in text
    assert "Notice 2 takes effect at 2999-01-01" in text


def test_check_reads_the_policy_of_the_folder_where_none_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    advised(tmp_path)
    monkeypatch.chdir(tmp_path)
    assert run("check")[0] == 0


def test_check_finds_a_region_database_that_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "consentgate.toml"
    path.write_text(SOUND + '[visitor]\ngeoip = "missing.mmdb"\n')
    code, text = run("check", str(path))
    assert code == 1
    assert "geoip-unusable" in text


def test_the_version_is_that_of_the_package() -> None:
    assert run("--version") == (0, f"consentgate {__version__}\n")


def test_check_of_a_missing_file_is_a_problem_not_a_traceback(tmp_path: Path) -> None:
    code, text = run("check", str(tmp_path / "missing.toml"))
    assert code == 1
    assert "policy-unreadable" in text


@pytest.fixture
def ledger(tmp_path: Path) -> str:
    """A ledger after some visits: three from Germany, one from California."""

    async def visits() -> str:
        async with gated(tmp_path) as site:
            for body in ("choice=accept", "choice=reject", None):
                visitor = site.visitor(GERMANY, DNT="1")
                await visitor.get("/", headers={"Sec-Fetch-Site": "none"})
                if body:
                    await choose(visitor, body)
            await site.visitor(CALIFORNIA, Sec_GPC="1").get("/")
            return site.ledger

    return asyncio.run(visits())


def test_report_shows_rates_signals_and_what_was_kept_out(ledger: str) -> None:
    code, text = run("report", "--ledger", ledger, "--days", "3660")
    assert code == 0
    rates, over = (line.split() for line in _lines_from(text, " DE ", 2))
    assert rates == "DE 3 67 % 50 % 50 % 0".split()
    assert " ".join(over).startswith("21–94 of 3 9–91 of 2")
    assert "received not honored" in text
    assert "honored" in next(line for line in text.splitlines() if "GPC" in line)
    assert "google-analytics" in text


def _lines_from(text: str, word: str, n: int) -> list[str]:
    """`n` lines, beginning with the first that holds `word`."""
    lines = text.splitlines()
    first = next(number for number, line in enumerate(lines) if word in line)
    return lines[first : first + n]


def test_report_by_day_is_in_the_order_of_the_days(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/consent.sqlite3"
    today = utc_now()
    store = open_ledger(url)
    store.start()
    for days, visits in ((1, 5), (3, 90), (2, 7)):
        store.counters.add(_impression(today - timedelta(days=days)), visits)
    store.close()
    code, text = run("report", "--ledger", url, "--by", "day")
    assert code == 0
    places = [text.index(f"{today - timedelta(days=days):%Y-%m-%d}") for days in (3, 2, 1)]
    assert places == sorted(places)


def _impression(moment: datetime) -> Cell:
    what = counters.IMPRESSION_ENTRY
    return Cell(counters.hour_of(moment), "careers.example.com", "DE", "opt_in", "phone", "2026-10", False, what)


@pytest.mark.parametrize(
    ("by", "word"), [("regime", "opt_in"), ("device", "desktop"), ("notice", "2026-10"), ("all", "all")]
)
def test_report_groups_as_asked(ledger: str, by: str, word: str) -> None:
    code, text = run("report", "--ledger", ledger, "--days", "3660", "--by", by)
    assert code == 0
    assert word in text


def test_report_of_another_site_says_that_nothing_is_counted(ledger: str) -> None:
    code, text = run("report", "--ledger", ledger, "--site", "elsewhere.example")
    assert code == 0
    assert "Nothing is counted" in text


@pytest.mark.parametrize("url", ["mysql://db", "sqlite:///no/such/folder/consent.sqlite3"])
def test_report_without_a_ledger_says_what_is_wrong(url: str) -> None:
    code, text = run("report", "--ledger", url)
    assert code == 1
    assert "Traceback" not in text


@pytest.mark.parametrize("options", [(), ("--ledger", "sqlite:///typo.sqlite3"), ("--ledger", "sqlite:///no/such")])
def test_report_where_there_is_no_ledger_asks_for_its_name_and_makes_no_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    code, text = run("report", *options)
    assert code == 1
    assert "does not exist. Name it with --ledger." in text
    assert list(tmp_path.iterdir()) == []


def test_report_on_an_empty_file_leaves_it_alone_and_makes_none_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "consent.sqlite3"
    path.touch()
    code, text = run("report", "--ledger", f"sqlite:///{path}")
    assert code == 1
    assert "holds nothing yet" in text
    assert list(tmp_path.iterdir()) == [path]
