"""A visit to a gated site: which site it is, who asks, and which notice is in force meanwhile."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse, Response

from consentgate import ConfigurationError, ConsentGate
from factories import KEY, make_policy, notice_table
from gating import CALIFORNIA, GERMANY, careers, choose, gated

pytestmark = pytest.mark.anyio

COMING = {
    "version": "2027-01",
    "updated": date(2027, 1, 15),
    "announced_at": date(2026, 12, 1),
    "effective_at": date(2027, 1, 15),
    "material": True,
}
ANNOUNCED, EFFECTIVE = datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 1, 15, tzinfo=UTC)


async def test_nothing_carries_over_between_the_sites_of_one_policy(tmp_path: Path) -> None:
    sites = ["careers.example.com", "jobs.example.org"]
    async with gated(tmp_path, site=None, sites=sites) as site:
        here = site.visitor(GERMANY)
        await choose(here, "choice=accept")
        value = here.cookies["consent"]
        assert (await here.get("/what-holds")).json()["analytics"] is True
        there = site.visitor(GERMANY, host="jobs.example.org", Cookie=f"consent={value}")
        held = (await there.get("/what-holds")).json()
        assert (held["analytics"], held["choice_state"], held["prompt"]) == (False, "other_site", "banner")
        await choose(site.visitor(GERMANY, host="jobs.example.org"), "choice=reject")
        assert [event.site for event in site.events()] == sites
        site.gate._ledger.flush()
        counted = {cell.site for cell, _ in site.gate._ledger.tallies(0, 10**7)}
        assert counted == set(sites)


async def test_two_parts_of_one_host_have_a_choice_each(tmp_path: Path) -> None:
    sites = ["careers.example.com/jobs", "careers.example.com/team"]

    def holds(request: Request) -> Response:
        return HTMLResponse(str(request.scope["consentgate"].allows("analytics")))

    async with gated(tmp_path, careers(jobs=holds, team=holds), site=None, sites=sites) as site:
        visitor = site.visitor(GERMANY)
        await choose(visitor, "choice=accept&back=/jobs")
        await choose(visitor, "choice=reject&back=/team")
        assert [event.site for event in site.events()] == sites
        assert "True" in (await visitor.get("/jobs")).text
        assert "False" in (await visitor.get("/team")).text


async def test_a_minor_is_granted_nothing_asked_nothing_and_nothing_is_kept(tmp_path: Path) -> None:
    def is_minor(connection: HTTPConnection) -> bool:
        return connection.headers.get("x-age") == "15"

    async with gated(tmp_path, is_minor=is_minor) as site:
        minor = site.visitor(GERMANY, X_Age="15")
        assert 'id="consentgate"' not in (await minor.get("/")).text
        answer = await choose(minor, "choice=accept")
        assert answer.status_code == 303
        assert "consent" not in minor.cookies
        held = (await minor.get("/what-holds")).json()
        assert held["reasons"] == {"necessary": "necessary", "analytics": "minor", "marketing": "minor"}
        assert (held["analytics"], held["prompt"]) == (False, "status")
        grown_up = site.visitor(GERMANY, X_Age="30")
        assert (await choose(grown_up, "choice=accept")).status_code == 303
        assert [event.granted for event in site.events()] == [frozenset({"analytics", "marketing"})]


async def test_an_earlier_choice_of_a_minor_grants_nothing(tmp_path: Path) -> None:
    asked: list[str] = []

    def is_minor(connection: HTTPConnection) -> bool:
        asked.append(connection.url.path)
        return connection.url.path != "/_consent/choice"

    async with gated(tmp_path, is_minor=is_minor) as site:
        visitor = site.visitor(CALIFORNIA)
        await choose(visitor, "choice=accept")
        held = (await visitor.get("/what-holds")).json()
        assert (held["choice"], held["analytics"], held["marketing"]) == (True, False, False)
        assert set(asked) == {"/_consent/choice", "/what-holds"}


async def test_an_app_that_cant_say_whether_it_is_a_minor_is_taken_for_a_yes_and_the_page_is_served(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def is_minor(_: HTTPConnection) -> bool:
        raise RuntimeError("the session store is down")

    async with gated(tmp_path, is_minor=is_minor) as site:
        answer = await site.visitor(CALIFORNIA).get("/what-holds")
        assert (answer.status_code, answer.json()["reasons"]["analytics"]) == (200, "minor")
    assert "is_minor failed" in caplog.text


async def asked_later(_: HTTPConnection) -> bool:
    return False


class AskedLater:
    async def __call__(self, _: HTTPConnection) -> bool:
        return False


@pytest.mark.parametrize("is_minor", [asked_later, AskedLater(), partial(asked_later), AskedLater().__call__])
def test_an_app_that_would_say_so_only_later_is_refused_at_once(is_minor: Any) -> None:
    with pytest.raises(ConfigurationError) as refused:
        ConsentGate(careers(), policy=make_policy(), secret_keys=[KEY], ledger="sqlite:///:memory:", is_minor=is_minor)
    (problem,) = refused.value.problems
    assert (problem.id, problem.place) == ("is-minor-async", "is_minor")


async def test_a_pages_entity_tag_changes_when_a_version_is_announced_and_when_it_takes_effect(tmp_path: Path) -> None:
    def dated(_: Request) -> Response:
        return HTMLResponse("<!doctype html><title>Jobs</title>", headers={"ETag": '"1"'})

    async with gated(tmp_path, careers(dated=dated), notice=notice_table(COMING)) as site:
        visitor = site.visitor(CALIFORNIA)
        tags = []
        for now in (ANNOUNCED - timedelta(seconds=1), ANNOUNCED, EFFECTIVE - timedelta(seconds=1), EFFECTIVE):
            site.clock.now = now
            tags.append((await visitor.get("/dated")).headers["etag"])
        before, announced, still_announced, effective = tags
        assert announced == still_announced
        assert len({before, announced, effective}) == 3


async def test_a_material_version_asks_again_when_it_takes_effect_and_not_before(tmp_path: Path) -> None:
    async with gated(tmp_path, notice=notice_table(COMING)) as site:
        agreed, refused = site.visitor(GERMANY), site.visitor(GERMANY)
        await choose(agreed, "choice=accept")
        await choose(refused, "choice=reject")
        held = []
        for now in (EFFECTIVE - timedelta(seconds=1), EFFECTIVE):
            site.clock.now = now
            held += [(await visitor.get("/what-holds")).json() for visitor in (agreed, refused)]
        assert [each["analytics"] for each in held] == [True, False, False, False]
        assert [each["prompt"] for each in held] == ["status", "status", "banner", "status"]
        assert held[2]["reasons"]["analytics"] == "notice_changed"
        await choose(agreed, "choice=accept")
        assert (await agreed.get("/what-holds")).json()["analytics"] is True
        assert [event.notice_version for event in site.events()] == ["2026-10", "2026-10", "2027-01"]


async def test_who_moves_from_the_united_states_to_germany_is_asked_again(tmp_path: Path) -> None:
    async with gated(tmp_path) as site:
        visitor = site.visitor(CALIFORNIA)
        await choose(visitor, "choice=accept")
        visitor.headers["X-Forwarded-For"] = GERMANY
        held = (await visitor.get("/what-holds")).json()
        assert (held["prompt"], held["reasons"]["analytics"]) == ("banner", "regime_changed")


async def test_a_choice_holds_as_long_as_its_region_says_from_the_click_and_without_sliding(tmp_path: Path) -> None:
    async with gated(tmp_path) as site:
        visitor = site.visitor(CALIFORNIA)
        answer = await choose(visitor, "choice=reject")
        assert f"Max-Age={400 * 86400};" in answer.headers["set-cookie"]
        (event,) = site.events()
        assert event.valid_until - event.made_at == timedelta(days=400)
        site.clock.now += timedelta(days=399)
        later = await visitor.get("/what-holds")
        assert "consent=" not in later.headers.get("set-cookie", "")
        assert later.json()["reasons"]["analytics"] == "choice_refused"
