"""The archive of the notice, and the line on every page before it changes."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from consentgate.banner.texts import languages, texts
from factories import NOW, notice_table
from gating import CALIFORNIA, GERMANY, PAGE, Site, careers, choose, gated, without_our_head

pytestmark = pytest.mark.anyio

OLD = 'Notice\n\n<script>alert(1)</script> & "all" we do.'
CURRENT = "<h1>Notice</h1><p>What we do.</p>"
NEXT = "<h1>Notice, new</h1><script>alert(1)</script>"
EFFECTIVE = datetime(2027, 1, 1, tzinfo=UTC)
TEXTS = {"old.txt": OLD, "current.html": CURRENT, "next.html": NEXT}
STRIP = "New privacy notice from 2027-01-01"


def version(name: str, updated: date, file: str, **more: Any) -> dict[str, Any]:
    digest = hashlib.sha256(TEXTS[file].encode()).hexdigest()
    return {"version": name, "updated": updated, "file": file, "sha256": digest, **more}


def versions() -> list[dict[str, Any]]:
    return [
        version("2021-08", date(2021, 8, 20), "old.txt", material=True),
        {"version": "2024-01", "updated": date(2024, 1, 1)},
        version("2026-10", date(2026, 10, 12), "current.html"),
        version("2027-01", date(2027, 1, 1), "next.html", material=True, announced_at=date(2026, 12, 1)),
    ]


@asynccontextmanager
async def announcing(folder: Path, monkeypatch: pytest.MonkeyPatch, **changes: Any) -> AsyncIterator[Site]:
    """A site with a notice of four versions, of which the last is announced for December."""
    for name, text in TEXTS.items():
        (folder / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(folder)  # A policy from a mapping has its files there.
    notice = notice_table()
    notice["versions"] = versions()
    async with gated(folder, notice=notice, **changes) as site:
        yield site


async def test_the_archive_lists_the_versions_newest_first_with_what_each_of_them_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with announcing(tmp_path, monkeypatch) as site:
        site.clock.now = datetime(2026, 12, 5, tzinfo=UTC)
        page = (await site.visitor().get("/_consent/notice/")).text
    items = [item.partition("</li>")[0] for item in page.split('<li class="card">')[1:]]
    expected = [
        ("2027-01", "Announced", "Takes effect: 2027-01-01", True),
        ("2026-10", "In force", "Last updated: 2026-10-12", False),
        ("2024-01", "Earlier", "Last updated: 2024-01-01", False),
        ("2021-08", "Earlier", "Last updated: 2021-08-20", True),
    ]
    assert len(items) == len(expected)
    for item, (name, state, dated, material) in zip(items, expected, strict=True):
        assert f"Version {name}" in item
        assert f"<b>{state}</b> · {dated}" in item
        assert ("Material change" in item) is material
        assert ("<a href" in item) is (name != "2024-01")


async def test_a_version_is_not_listed_before_it_is_announced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with announcing(tmp_path, monkeypatch) as site:
        assert "2027-01" not in (await site.visitor().get("/_consent/notice/")).text
        assert (await site.visitor().get("/_consent/notice/2027-01")).status_code == 404


async def test_an_old_text_is_served_as_text_with_everything_in_it_escaped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with announcing(tmp_path, monkeypatch) as site:
        answer = await site.visitor().get("/_consent/notice/2021-08")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; " in answer.text
    assert "<script" not in answer.text
    assert "Version 2021-08" in answer.text


async def test_a_text_in_html_is_served_as_the_site_wrote_it_where_nothing_can_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with announcing(tmp_path, monkeypatch) as site:
        site.clock.now = EFFECTIVE
        answer = await site.visitor().get("/_consent/notice/2027-01")
    assert NEXT in answer.text
    policy = {part.strip().partition(" ")[0]: part for part in answer.headers["content-security-policy"].split(";")}
    assert "'none'" in policy["default-src"]
    assert "script-src" not in policy
    assert "allow-scripts" not in policy["sandbox"]
    assert "allow-forms" not in policy["sandbox"]
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "name", ["2020-01", "2024-01", "../consentgate.toml", "..%2Fold.txt", "2021-08/", "2021-08%00", "%20", "a" * 4000]
)
async def test_any_other_version_is_not_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    async with announcing(tmp_path, monkeypatch) as site:
        answer = await site.visitor(Accept_Language="nl").get(f"/_consent/notice/{name}")
    assert answer.status_code == 404
    assert texts("nl").errors.not_found in answer.text


async def test_a_text_that_somebody_has_already_is_not_sent_again_until_it_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with announcing(tmp_path, monkeypatch) as site:
        visitor = site.visitor()
        first = await visitor.get("/_consent/notice/2026-10")
        same = await visitor.get("/_consent/notice/2026-10", headers={"If-None-Match": first.headers["etag"]})
        site.clock.now = EFFECTIVE  # It is an earlier one now.
        later = await visitor.get("/_consent/notice/2026-10", headers={"If-None-Match": first.headers["etag"]})
    assert (first.headers["cache-control"], first.headers["vary"]) == ("no-cache", "Accept-Language")
    assert (same.status_code, later.status_code) == (304, 200)
    assert same.headers["content-security-policy"] == first.headers["content-security-policy"]


@pytest.mark.parametrize("language", sorted(languages()))
async def test_the_archive_speaks_the_visitors_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    async with announcing(tmp_path, monkeypatch) as site:
        page = await site.visitor(Accept_Language=language).get("/_consent/notice/")
        asked = await site.visitor().get(f"/_consent/notice/?lang={language}")
    assert texts(language).archive.title in page.text
    assert texts(language).archive.in_force in asked.text


@pytest.mark.parametrize("address", [GERMANY, CALIFORNIA, "70.112.0.1"])
async def test_the_strip_stands_on_pages_from_the_announcement_until_the_change(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    announced = datetime(2026, 12, 1, tzinfo=UTC)
    second = timedelta(seconds=1)
    shown = {}
    async with announcing(tmp_path, monkeypatch) as site:
        for moment in (announced - second, announced, EFFECTIVE - second, EFFECTIVE):
            site.clock.now = moment
            shown[moment] = STRIP in (await site.visitor(address).get("/")).text
    assert list(shown.values()) == [False, True, True, False]


async def test_the_strip_stands_also_where_nothing_else_is_asked_or_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with announcing(tmp_path, monkeypatch, banner={"link": "required"}) as site:
        visitor = site.visitor(GERMANY)
        await choose(visitor)
        assert b"consentgate" not in without_our_head((await visitor.get("/")).content)
        site.clock.now = datetime(2026, 12, 5, tzinfo=UTC)
        page = (await visitor.get("/")).text
    assert f'<a href="/_consent/notice/2027-01?lang=en">{STRIP}</a></nav>' in page.replace("\n", "")
    assert "Your Privacy Choices" not in page


@pytest.mark.parametrize(
    "headers", [{"User_Agent": "Googlebot/2.1"}, {"Sec_Fetch_Dest": "iframe"}, {"HX_Request": "true"}]
)
async def test_the_strip_is_not_shown_to_bots_nor_in_pieces_of_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, headers: dict[str, str]
) -> None:
    async with announcing(tmp_path, monkeypatch) as site:
        site.clock.now = datetime(2026, 12, 5, tzinfo=UTC)
        assert STRIP not in (await site.visitor(GERMANY, **headers).get("/")).text


@pytest.mark.parametrize("address", [GERMANY, CALIFORNIA])
@pytest.mark.parametrize("language", sorted(languages()))
async def test_the_strip_speaks_the_language_of_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, address: str
) -> None:
    def translated(_: Request) -> Response:
        return HTMLResponse(f'<!doctype html><html lang="{language}"><title>Jobs</title><p>Jobs')

    async with announcing(tmp_path, monkeypatch, app=careers(translated=translated)) as site:
        site.clock.now = datetime(2026, 12, 5, tzinfo=UTC)
        page = await site.visitor(address).get("/translated")
    assert f">{texts(language).strip.text.format(date='2027-01-01')}</a>" in unescape(page.text)


async def test_the_strip_changes_the_pages_entity_tag_when_it_comes_and_when_it_goes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tagged(_: Request) -> Response:
        return HTMLResponse(PAGE, headers={"ETag": '"v1"'})

    moments = [NOW, datetime(2026, 12, 5, tzinfo=UTC), datetime(2026, 12, 6, tzinfo=UTC), EFFECTIVE]
    async with announcing(tmp_path, monkeypatch, app=careers(tagged=tagged)) as site:
        visitor = site.visitor(GERMANY)
        await choose(visitor, "choice=reject")
        tags = []
        for site.clock.now in moments:
            tags.append((await visitor.get("/tagged")).headers["etag"])
    assert tags[1] == tags[2]
    assert len(set(tags)) == 3


async def test_the_preferences_page_leads_to_the_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with announcing(tmp_path, monkeypatch) as site:
        assert '<a href="/_consent/notice/">earlier versions</a>' in (await site.visitor().get("/_consent/")).text
