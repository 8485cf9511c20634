"""The preferences page as it is served: for which site, in which language, and what it says of signals where."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from factories import AN_OBJECTION, BY_REGION, notice_table
from gating import CALIFORNIA, GERMANY, choose, gated

pytestmark = pytest.mark.anyio

UNKNOWN, FRANCE = "192.0.2.1", "2.0.0.1"
NOT_HONORED, OBJECTION = "do not respond to it", "we take it as your objection"
IN_GERMANY: dict[str, Any] = {"signals": {"regions": {"DE": "objection"}}, "notice": notice_table(dnt=BY_REGION)}
NO_STATEMENT: dict[str, Any] = {
    "regimes": {"not_served": ["US"]},
    "notice": {"url": "/privacy", "versions": notice_table()["versions"]},
}
EVERYWHERE: dict[str, Any] = {"signals": {"dnt": "objection"}, "notice": notice_table(dnt=AN_OBJECTION)}


@pytest.mark.parametrize(
    ("policy", "address", "said"),
    [
        ({}, CALIFORNIA, NOT_HONORED),
        ({}, UNKNOWN, NOT_HONORED),
        ({}, GERMANY, None),
        (IN_GERMANY, GERMANY, OBJECTION),
        (IN_GERMANY, CALIFORNIA, NOT_HONORED),
        (IN_GERMANY, UNKNOWN, OBJECTION),
        (EVERYWHERE, CALIFORNIA, OBJECTION),
        (NO_STATEMENT, FRANCE, None),
        (NO_STATEMENT, UNKNOWN, None),
    ],
)
@pytest.mark.parametrize("dnt", [{}, {"DNT": "1"}])
async def test_what_is_said_of_do_not_track_follows_the_region_and_never_the_signal(
    tmp_path: Path, policy: dict[str, Any], address: str, said: str | None, dnt: dict[str, str]
) -> None:
    async with gated(tmp_path, **policy) as site:
        page = (await site.visitor(address, **dnt).get("/_consent/")).text
    assert [words for words in (NOT_HONORED, OBJECTION) if words in page] == ([said] if said else [])


async def test_an_objection_is_named_on_the_page_and_a_click_made_all_the_same_counts(tmp_path: Path) -> None:
    async with gated(tmp_path, **IN_GERMANY) as site:
        visitor = site.visitor(GERMANY, DNT="1")
        objecting = (await visitor.get("/_consent/")).text
        await choose(visitor, "choice=accept&from=preferences")
        granted = (await visitor.get("/_consent/")).text
    assert "Your browser sent Do Not Track, so these stay off: Analytics, Marketing." in objecting
    assert "so these stay off" not in granted
    assert granted.count(" checked") == 2


async def test_the_page_is_one_visitors_and_nothing_on_it_can_run_or_be_framed(tmp_path: Path) -> None:
    async with gated(tmp_path) as site:
        answer = await site.visitor().get("/_consent/")
    assert answer.headers["cache-control"] == "no-store"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src" not in policy


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({}, "Example Careers"),
        ({"name": None}, "careers.example.com"),
        ({"site": None, "sites": ["careers.example.com/jobs", "careers.example.com"]},
         "Example Careers · careers.example.com/jobs"),
        ({"site": None, "sites": ["careers.example.com/jobs", "careers.example.com"], "name": None},
         "careers.example.com/jobs"),
    ],
)  # fmt: skip
async def test_the_page_says_for_which_site_the_choices_are(
    tmp_path: Path, changes: dict[str, Any], title: str
) -> None:
    async with gated(tmp_path, **changes) as site:
        page = (await site.visitor().get("/_consent/?back=/jobs/1")).text
        archive = (await site.visitor().get("/_consent/notice/")).text
    assert f"{title}</title>" in page
    assert "</title>" in archive


@pytest.mark.parametrize("back", ["//evil.example", "https://evil.example", "javascript:alert(1)", "/\\evil.example"])
async def test_its_way_back_never_leads_to_another_site(tmp_path: Path, back: str) -> None:
    async with gated(tmp_path) as site:
        page = (await site.visitor().get("/_consent/", params={"back": back})).text
    assert '<a href="/">Back to the site</a>' in page
    assert "evil" not in page


@pytest.mark.parametrize("path", ["/_consent", "/_consent/notice"])
async def test_an_address_without_its_last_slash_leads_to_the_one_with_it(tmp_path: Path, path: str) -> None:
    async with gated(tmp_path) as site:
        answer = await site.visitor().get(path)
    assert (answer.status_code, answer.headers["location"]) == (308, f"{path}/")
