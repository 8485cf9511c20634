"""What docs/choosing.md says of the choice endpoint is so: every field, word, code and number, and its examples run."""

from __future__ import annotations

import re
import shlex
from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from consentgate.choice import Fault, Override, Said
from consentgate.choice.fields import FIELDS
from consentgate.choice.form import LARGEST_BODY
from consentgate.choice.rate import CHOICES
from consentgate.choice.second_step import HOLDS
from consentgate.choice.submissions import NAMED_FOR, UNNAMED_FOR
from consentgate.model import Reason
from gating import CALIFORNIA, GERMANY, choose, gated

pytestmark = pytest.mark.anyio

TEXT = (Path(__file__).parents[1] / "docs" / "choosing.md").read_text(encoding="utf-8")
PLAIN = " ".join(TEXT.split())
JSON = {"Accept": "application/json"}

CODES = {
    # code: status, body, headers
    "saved": (200, "choice=accept", {}),
    "confirm": (409, "choice=accept", {"Sec_GPC": "1"}),
    "minor": (200, "choice=accept", {"X_Minor": "1"}),
    "no_choice": (400, "choice=allow", {}),
    "unknown_category": (400, "choice=save&grant=spying", {}),
    "unknown_field": (400, "choice=accept&x=1", {}),
    "said_twice": (400, "choice=accept&choice=reject", {}),
    "wrong_value": (400, "choice=accept&from=elsewhere", {}),
    "unreadable": (400, "choice=accept%FF", {}),
    "cross_site": (403, "choice=accept", {"Sec_Fetch_Site": "cross-site"}),
    "too_large": (413, "choice=accept&back=" + "a" * LARGEST_BODY, {}),
    "unsupported_type": (415, "choice=accept", {"Content_Type": "text/plain"}),
    "too_many": (429, "choice=accept", {}),
    "not_saved": (503, "choice=accept", {}),
    "method_not_allowed": (405, "", {}),
}
DOCUMENTED = {code: int(status) for status, code in re.findall(r"^\| (\d{3}) \| `(\w+)` \|", TEXT, re.MULTILINE)}


def rows_after(heading: str) -> list[list[str]]:
    """The cells of the first table below a line that begins with `heading`."""
    table = TEXT.partition(f"\n{heading}")[2].partition("\n\n")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2:]]


def test_every_field_and_every_word_is_documented_and_there_is_no_other() -> None:
    assert {row[0].strip("`") for row in rows_after("| field ")} == FIELDS
    assert {row[0].strip("`") for row in rows_after("| `choice` | grants")} == set(Said)
    assert [word for word in Override if word and f"`{word}`" not in TEXT] == []


def test_every_code_is_documented_with_its_status() -> None:
    assert {code: status for code, (status, _, _) in CODES.items()} == DOCUMENTED
    assert {code for code, status in DOCUMENTED.items() if status == 400} == set(Fault)


@pytest.mark.parametrize("code", CODES)
async def test_a_code_that_is_documented_is_answered_with_its_status(tmp_path: Path, code: str) -> None:
    status, body, headers = CODES[code]
    folder = tmp_path / "missing" if code == "not_saved" else tmp_path
    async with gated(folder, is_minor=lambda who: who.headers.get("x-minor") == "1") as site:
        visitor = site.visitor(GERMANY)
        for _ in range(CHOICES.address.burst if code == "too_many" else 0):
            await choose(visitor)
        if code == "method_not_allowed":
            answer = await visitor.get("/_consent/choice", headers=JSON)
        else:
            answer = await choose(visitor, body, **{**JSON, **headers})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert ("retry-after" in answer.headers) is (code in {"too_many", "not_saved"})


@pytest.mark.parametrize("command", re.findall(r"^curl (?:.*\\\n)*.*", TEXT, re.MULTILINE))
async def test_the_examples_are_taken(tmp_path: Path, command: str) -> None:
    words = shlex.split(command.replace("\\\n", " "))
    given = list(pairwise(words))
    data = "&".join(value for flag, value in given if flag == "-d")
    headers = dict(value.split(": ") for flag, value in given if flag == "-H")
    sent = {"Accept": "*/*", "Content-Type": "application/x-www-form-urlencoded", **headers}
    url = next(word for word in words if word.startswith("https://"))
    async with gated(tmp_path) as site:
        visitor = site.visitor(GERMANY, scheme="https")
        answer = await visitor.post(httpx.URL(url).path, content=data, headers=sent)
        (event,) = site.events()
    assert answer.status_code in {200, 303}
    assert event.granted


async def test_the_question_has_the_members_that_are_documented(tmp_path: Path) -> None:
    example = re.findall(r'"(\w+)":', TEXT.partition("```json")[2].partition("```")[0])
    async with gated(tmp_path) as site:
        told = (await choose(site.visitor(CALIFORNIA, Sec_GPC="1"), "choice=accept", **JSON)).json()
    assert set(example) | {"title"} == set(told)


def test_the_numbers_are_those_of_the_code() -> None:
    address, wider, everybody = CHOICES.address, CHOICES.wider, CHOICES.everybody_else
    assert f"within {HOLDS.seconds // 60} minutes" in PLAIN
    assert f"{LARGEST_BODY // 1024} KiB at most" in PLAIN
    assert f"{address.burst} choices at once and then one a second" in PLAIN
    assert f"a /48 may make {wider[48].burst} at once and then four a second" in PLAIN
    assert f"a /32 {wider[32].burst:,} and then twenty" in PLAIN
    assert f"shares {everybody.burst} and then ten a second" in PLAIN
    rates = [round(1 / each.seconds) for each in (address, wider[48], wider[32], everybody)]
    assert rates == [1, 4, 20, 10]
    assert (UNNAMED_FOR.seconds, NAMED_FOR.seconds) == (3, 600)
    assert f"`{Reason.OPTED_OUT_BEFORE}`" in TEXT
