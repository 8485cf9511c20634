"""Pages of a site's host that belong to no site of the policy: another notice governs them."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from consentgate import get_consent
from factories import notice_table
from gating import CALIFORNIA, GERMANY, PAGE, Site, careers, choose, gated, page, without_our_head

pytestmark = pytest.mark.anyio

SITES = ["careers.example.com/jobs", "careers.example.com/team"]
OURS = (b"consentgate", b"/_consent/")


def reasons(request: Request) -> Response:
    consent = get_consent(request)
    return JSONResponse({**consent.reasons, "prompt": consent.prompt})


APP = {"jobs": page, "team": page, "pricing": page, "reasons": reasons, "jobs/reasons": reasons}


def cookies_set(response: httpx.Response) -> list[str]:
    return [value.partition("=")[0] for value in response.headers.get_list("set-cookie")]


def counted(site: Site) -> list[object]:
    ledger = site.gate._ledger
    ledger.flush()
    return [*ledger.tallies(0, 10**7), *ledger.marks(0, 10**7)]


async def test_no_choice_counts_there_and_every_tag_and_vendors_cookie_stays_out(tmp_path: Path) -> None:
    async with gated(tmp_path, careers(**APP), site=None, sites=SITES) as site:
        visitor = site.visitor(GERMANY)
        await choose(visitor, "choice=accept&back=/jobs")
        inside, outside = await visitor.get("/jobs"), await visitor.get("/pricing")
        held = (await visitor.get("/reasons")).json()
    assert b"data-cg-src" not in inside.content
    assert outside.content.count(b"data-cg-src") == 2
    assert cookies_set(inside) == ["_ga", "session"]
    assert cookies_set(outside) == ["session"]
    assert held == {"necessary": "necessary", "analytics": "outside", "marketing": "outside", "prompt": "none"}


@pytest.mark.parametrize("address", [GERMANY, CALIFORNIA])
@pytest.mark.parametrize("signals", [{}, {"Sec_GPC": "1", "DNT": "1"}])
async def test_nobody_is_asked_or_told_anything_there_and_nothing_is_counted_or_logged(
    tmp_path: Path, address: str, signals: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "consentgate.signals")
    coming = {"version": "2", "updated": date(2027, 1, 1), "announced_at": date(2026, 11, 1), "material": True}
    notice = notice_table({**coming, "effective_at": date(2027, 1, 1)})
    async with gated(tmp_path, careers(**APP), site=None, sites=SITES, notice=notice) as site:
        await choose(site.visitor(address), "choice=reject&back=/jobs")  # So that there is a ledger to look at.
        visitor = site.visitor(address, **signals)
        before = counted(site)
        outside = await visitor.get("/pricing")
        after = counted(site)
        inside = await visitor.get("/jobs")
        then = counted(site)
    assert [word for word in OURS if word in without_our_head(outside.content)] == []
    assert [word for word in OURS if word in inside.content] == list(OURS)
    assert (after, len(then) > len(before)) == (before, True)
    assert len([one for one in caplog.records if one.name == "consentgate.signals"]) == len(signals)


async def test_a_policy_may_hand_them_to_the_app_which_is_told_all_the_same_that_nothing_is_granted(
    tmp_path: Path,
) -> None:
    async with gated(tmp_path, careers(**APP), site=None, sites=SITES, outside="pass") as site:
        visitor = site.visitor(GERMANY)
        await choose(visitor, "choice=accept&back=/jobs")
        outside, held = await visitor.get("/pricing"), (await visitor.get("/reasons")).json()
        nothing = counted(site)
        before = await site.visitor(GERMANY).get("/jobs")
    assert outside.content == PAGE
    assert cookies_set(outside) == ["_ga", "session"]
    assert (held["analytics"], held["prompt"]) == ("outside", "none")
    assert [str(one) for one in nothing if "impression" in str(one)] == []
    assert b"data-cg-src" in before.content


@pytest.mark.parametrize("back", ["/pricing", "/", "/jobs-fair", "/pricing?from=/jobs"])
async def test_a_choice_about_such_a_page_is_refused_with_a_word_of_its_own(tmp_path: Path, back: str) -> None:
    async with gated(tmp_path, careers(**APP), site=None, sites=SITES) as site:
        visitor = site.visitor(GERMANY)
        await choose(visitor, "choice=reject&back=/jobs")
        told = await choose(visitor, f"choice=accept&back={back}", Accept="application/json")
        shown = await choose(visitor, f"choice=accept&back={back}&lang=de")
        preferences = await visitor.get("/_consent/", params={"back": back})
        events = site.events()
    assert (told.status_code, told.json()["code"]) == (403, "outside")
    assert told.json()["detail"] == "A choice can only be made on this site's own pages. Nothing has changed."
    assert (shown.status_code, preferences.status_code) == (403, 403)
    assert 'lang="de"' in shown.text
    assert ([event.granted for event in events], cookies_set(told), cookies_set(shown)) == ([frozenset()], [], [])


@pytest.mark.parametrize(
    ("body", "chosen_for"),
    [
        ("choice=accept", SITES[0]),
        ("choice=accept&back=", SITES[0]),
        # What can be no page of ours is no page that is known.
        ("choice=accept&back=https://evil.example/", SITES[0]),
        (f"choice=accept&back=/team/{'x' * 3000}", SITES[0]),
        ("choice=accept&back=/team%23top", SITES[1]),
        ("choice=accept&back=/team/1?a=b", SITES[1]),
    ],
)
async def test_where_no_page_is_known_the_first_site_of_the_host_is_meant(
    tmp_path: Path, body: str, chosen_for: str
) -> None:
    async with gated(tmp_path, careers(**APP), site=None, sites=SITES) as site:
        answer = await choose(site.visitor(GERMANY), body)
        assert answer.status_code == 303
        assert [event.site for event in site.events()] == [chosen_for]
        assert (await site.visitor(GERMANY).get("/_consent/")).status_code == 200


async def test_a_part_of_a_host_that_is_the_only_site_leaves_the_rest_outside(tmp_path: Path) -> None:
    async with gated(tmp_path, careers(**APP), site="careers.example.com/jobs") as site:
        visitor = site.visitor(GERMANY)
        await choose(visitor, "choice=accept")
        inside, outside = (await visitor.get("/jobs/reasons")).json(), (await visitor.get("/reasons")).json()
        refused = await choose(visitor, "choice=reject&back=/pricing")
    assert (inside["analytics"], outside["analytics"], refused.status_code) == ("choice_granted", "outside", 403)


async def test_a_host_that_no_site_names_has_the_first_site_as_a_whole(tmp_path: Path) -> None:
    async with gated(tmp_path, careers(**APP), site=None, sites=SITES) as site:
        visitor = site.visitor(GERMANY, host="localhost:8000")
        held = (await visitor.get("/reasons")).json()
        answer = await choose(visitor, "choice=accept&back=/pricing")
        assert (held["prompt"], answer.status_code) == ("banner", 303)
        assert [event.site for event in site.events()] == [SITES[0]]


async def test_a_page_without_a_vendor_stays_what_it_is_there(tmp_path: Path) -> None:
    def plain(_: Request) -> Response:
        return HTMLResponse("<!doctype html><title>Pricing</title>")

    async with gated(tmp_path, careers(pricing=plain), site=None, sites=SITES) as site:
        site.clock.now = datetime(2026, 12, 1, tzinfo=UTC)
        page = await site.visitor(GERMANY).get("/pricing")
        assert without_our_head(page.content) == b"<!doctype html><title>Pricing</title>"
