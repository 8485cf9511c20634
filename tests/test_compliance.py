"""Every row of docs/compliance.md names tests that exist, or says why there are none. The last few stand here."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import httpx
import pytest
from demo_app.gated import gated_site
from demo_app.jobs import load_jobs
from demo_app.seed import running

from factories import KEY, notice_table
from gating import BROWSER, CALIFORNIA, GERMANY, choose, gated

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "docs" / "compliance.md").read_text(encoding="utf-8")

ROWS = re.findall(r"^\| ([A-Z])(\d+) \| (.*?) \| (.*?) \|$", TEXT, re.MULTILINE)
"""Letter, number, requirement, proof."""

NODE = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
SENTENCE = re.compile(r"(?:\S+ ){5,}\S+\.")


def names_of_tests(file: str) -> Iterator[str]:
    """The names of the tests that a file defines, without running it."""
    path = ROOT / file
    for node in ast.parse(path.read_text(encoding="utf-8")).body if path.is_file() else ():
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            yield node.name


@pytest.mark.parametrize(("file", "test"), sorted(set(NODE.findall(TEXT))))
def test_every_test_that_is_named_exists(file: str, test: str) -> None:
    assert test in set(names_of_tests(file))


@pytest.mark.parametrize(("letter", "number", "requirement", "proof"), ROWS, ids=[row[0] + row[1] for row in ROWS])
def test_every_row_asks_something_and_has_a_test_or_a_reason(
    letter: str, number: str, requirement: str, proof: str
) -> None:
    assert len(requirement.split()) >= 3, letter + number
    said = [part for part in proof.split("<br>") if not NODE.fullmatch(part)]
    assert all(SENTENCE.fullmatch(part) for part in said), said


def test_no_row_is_missed_and_none_is_counted_twice() -> None:
    lines = [line for line in TEXT.splitlines() if line.startswith("| ") and not line.startswith("| id ")]
    assert len(lines) == len(ROWS)
    for _, rows in groupby(ROWS, key=lambda row: row[0]):
        numbers = [int(row[1]) for row in rows]
        assert numbers == list(range(1, len(numbers) + 1))


def test_it_begins_by_saying_that_it_is_no_legal_advice() -> None:
    assert TEXT.split("\n\n")[1].startswith("**Not legal advice.**")


def test_a_test_that_does_not_exist_would_be_found() -> None:
    assert "test_that_nobody_wrote" not in set(names_of_tests("tests/test_decide.py"))
    assert list(names_of_tests("tests/no_such_file.py")) == []


# --- What no other test proves ---


@pytest.mark.anyio
async def test_the_preferences_page_names_each_vendor_with_its_purpose_its_cookies_their_days_and_its_country(
    tmp_path: Path,
) -> None:
    async with gated(tmp_path) as site:
        page = (await site.visitor().get("/_consent/")).text
        for vendor in site.policy.vendors:
            row = next(row for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL) if f">{vendor.name}</a>" in row)
            assert f'<td lang="en">{vendor.purpose}</td>' in row
            assert row.endswith(f"<td>{vendor.country}</td></tr>")
            assert [rule for rule in vendor.cookies if str(rule) not in row] == []
            assert [
                rule for rule in vendor.cookies if rule.lifetime_days and f"{rule.lifetime_days}\u00a0d" not in row
            ] == []


@pytest.mark.anyio
async def test_the_banner_links_to_both_notices_and_to_the_list_of_vendors(tmp_path: Path) -> None:
    async with gated(tmp_path, notice=notice_table(cookies_url="/cookies")) as site:
        page = (await site.visitor().get("/")).text
    banner = page[page.index('<section id="consentgate"') :]
    assert ('href="/privacy"' in banner, 'href="/cookies"' in banner) == (True, True)
    assert re.search(r'<a href="/_consent/[^"]*">Vendors: 3</a>', banner)


@pytest.mark.anyio
@pytest.mark.parametrize("path", ["/", "/_consent/"])
async def test_wherever_everything_can_be_accepted_it_can_be_rejected_beside_it(tmp_path: Path, path: str) -> None:
    async with gated(tmp_path) as site:
        page = (await site.visitor().get(path)).text
    assert page.count('value="accept"') == 1
    assert re.search(r'<button name="choice" value="reject">[^<]+</button><button name="choice" value="accept">', page)


@pytest.mark.anyio
async def test_where_marketing_is_asked_for_everywhere_the_end_of_the_signal_grants_nothing(tmp_path: Path) -> None:
    async with gated(tmp_path) as site:
        held = [(await site.visitor(CALIFORNIA, **sent).get("/what-holds")).json() for sent in ({"Sec_GPC": "1"}, {})]
    assert [each["reasons"]["marketing"] for each in held] == ["gpc", "asked_everywhere"]
    assert [each["marketing"] for each in held] == [False, False]


@pytest.mark.anyio
@pytest.mark.parametrize("choice", ["", "accept", "reject"])
@pytest.mark.parametrize("signals", [{}, {"Sec-GPC": "1"}, {"DNT": "1"}])
async def test_an_application_is_taken_alike_whatever_was_chosen_or_sent(
    tmp_path: Path, choice: str, signals: dict[str, str]
) -> None:
    site = gated_site(ledger=f"sqlite:///{tmp_path / 'consent.sqlite3'}", key=KEY)
    headers = {"User-Agent": BROWSER, "Origin": "http://careers.northwind.example", **signals}
    async with (
        running(site),
        httpx.AsyncClient(
            transport=httpx.ASGITransport(site), base_url=headers["Origin"], headers=headers, trust_env=False
        ) as client,
    ):
        if choice:
            await client.post("/_consent/choice", data={"choice": choice, "back": "/"})
        job = f"/jobs/{load_jobs()[0].slug}/apply"
        form = re.findall(r"<(?:label|input|textarea|select)[^>]*>", (await client.get(job)).text)
        answer = await client.post(job, data={"name": "Ada Example", "email": "ada@mail.example"})
    assert [name for name in ("name", "email") if not any(f'name="{name}"' in field for field in form)] == []
    assert (answer.status_code, answer.headers["location"]) == (303, "/applied")


def all_bytes_in(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


@pytest.mark.anyio
async def test_no_file_and_no_log_line_holds_an_address_a_user_agent_or_what_was_searched_for(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="consentgate")
    async with gated(tmp_path) as site:
        visitor = site.visitor(GERMANY, DNT="1", Sec_GPC="1")
        await visitor.get("/?q=night-shifts")
        await choose(visitor, "choice=accept&back=/?q=night-shifts")
    assert "received_not_honored" in caplog.text
    kept = all_bytes_in(tmp_path).decode("latin-1") + caplog.text
    assert "careers.example.com" in kept
    assert [personal for personal in (GERMANY, BROWSER, "Gecko", "night-shifts") if personal in kept] == []


def test_the_demos_notice_speaks_of_sharing_and_of_both_signals() -> None:
    notice = (ROOT / "demo_app" / "notices" / "2026-10.html").read_text("utf-8")
    for words in ("opt out of the sale or sharing", "Global Privacy Control", "Do Not Track"):
        assert words in notice


def test_no_text_of_ours_claims_the_privacy_shield() -> None:
    """It is void since 2020 (CJEU, C-311/18)."""
    package = ROOT / "src" / "consentgate"
    texts = [*(package / "data" / "locales").glob("*.toml"), *(package / "banner" / "templates").glob("*.html")]
    texts.append(ROOT / "demo_app" / "notices" / "2026-10.html")
    assert len(texts) > 10
    assert [text.name for text in texts if re.search(r"privacy\s+shield", text.read_text("utf-8"), re.IGNORECASE)] == []
