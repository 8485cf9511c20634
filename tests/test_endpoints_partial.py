"""Partial choices on the site: what a placeholder's button allows, and opting out, leave all else as it was."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from consentgate.ledger import Action, Method
from gating import CALIFORNIA, GERMANY, TEXAS, choose, confirming, gated

pytestmark = pytest.mark.anyio

JSON = "application/json"
THREE = {"functional": {}, "analytics": {}, "marketing": {"sale_or_sharing": True}}
ALLOW = "choice=allow&grant=marketing&back=/jobs"


async def reasons(client: httpx.AsyncClient) -> tuple[str, str]:
    """What settled analytics and marketing."""
    held = (await client.get("/what-holds")).json()
    return held["reasons"]["analytics"], held["reasons"]["marketing"]


async def test_what_a_placeholder_allows_holds_and_the_banner_stays_for_all_else(tmp_path: Path) -> None:
    async with gated(tmp_path) as site:
        visitor = site.visitor(GERMANY)
        answer = await choose(visitor, ALLOW)
        assert (answer.status_code, answer.headers["location"]) == (303, "/jobs")
        assert await reasons(visitor) == ("regime_opt_in", "choice_granted")
        assert 'id="consentgate"' in (await visitor.get("/")).text
        await choose(visitor, "choice=save&grant=marketing")
        assert 'id="consentgate"' not in (await visitor.get("/")).text
        first, second = site.events()
    assert (first.granted, first.refused, first.previous_granted) == (frozenset({"marketing"}), frozenset(), None)
    assert (first.action, first.method) == (Action.PARTIAL, Method.PLACEHOLDER)
    assert (second.action, second.previous_granted) == (Action.PARTIAL, frozenset({"marketing"}))


async def test_it_leaves_what_was_answered_before_and_says_in_json_what_is_granted_now(tmp_path: Path) -> None:
    async with gated(tmp_path, categories=THREE) as site:
        visitor = site.visitor(GERMANY)
        await choose(visitor, "choice=save&grant=functional")
        site.clock.now += timedelta(days=30)
        members = {"choice": "allow", "grant": ["marketing"], "back": "/", "lang": "de"}
        told = (await choose(visitor, json.dumps(members), Content_Type=JSON, Accept=JSON)).json()
        event = site.events()[-1]
    assert (told["code"], told["granted"], told["refused"]) == ("saved", ["functional", "marketing"], ["analytics"])
    assert (event.granted, event.refused) == (frozenset({"functional", "marketing"}), frozenset({"analytics"}))
    assert event.valid_until - event.made_at == timedelta(days=150)


async def test_where_nobody_must_ask_json_tells_what_is_granted_without_a_choice_too(tmp_path: Path) -> None:
    async with gated(tmp_path, categories=THREE) as site:
        told = (await choose(site.visitor(TEXAS), "choice=opt_out", Accept=JSON)).json()
    assert (told["granted"], told["refused"]) == (["analytics", "functional"], ["marketing"])


async def test_an_opt_out_records_nothing_of_what_nobody_was_asked_about(tmp_path: Path) -> None:
    async with gated(tmp_path) as site:
        page = await site.visitor(CALIFORNIA).get("/_consent/")
        assert 'name="grant" value="analytics" aria-label="Analytics" checked' in page.text
        await choose(site.visitor(CALIFORNIA), "choice=opt_out&grant=analytics&from=preferences")
        (event,) = site.events()
    assert (event.granted, event.refused) == (frozenset(), frozenset({"marketing"}))


async def test_after_an_opt_out_a_visitor_who_moves_to_where_one_must_ask_is_asked_for_all_else(tmp_path: Path) -> None:
    async with gated(tmp_path) as site:
        visitor = site.visitor(CALIFORNIA)
        await choose(visitor, "choice=opt_out")
        visitor.headers["X-Forwarded-For"] = GERMANY
        assert await reasons(visitor) == ("regime_opt_in", "choice_refused")


@pytest.mark.parametrize("body", ["choice=allow", "choice=allow&from=preferences"])
async def test_to_allow_nothing_is_no_choice(tmp_path: Path, body: str) -> None:
    async with gated(tmp_path) as site:
        answer = await choose(site.visitor(GERMANY), body, Accept=JSON)
    assert (answer.status_code, answer.json()["code"], site.events()) == (400, "no_choice", [])


async def test_allowing_against_the_signal_takes_two_steps_and_then_leads_back_to_the_page(tmp_path: Path) -> None:
    async with gated(tmp_path) as site:
        visitor = site.visitor(GERMANY, Sec_GPC="1")
        page = await choose(visitor, ALLOW)
        asked = await choose(visitor, ALLOW, Accept=JSON)
        assert (page.status_code, asked.status_code) == (200, 409)
        answer = await choose(visitor, f"{confirming(asked)}&back=/jobs")
        assert (answer.status_code, answer.headers["location"]) == (303, "/jobs")
        assert await reasons(visitor) == ("regime_opt_in", "gpc_overridden")
        assert len(site.events()) == 1
    assert '<a href="/jobs">Keep off</a>' in page.text
    words = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.text))
    assert (words["choice"], words["grant"], words["override"], words["back"]) == ("allow", "marketing", "gpc", "/jobs")
    assert "from" not in words


async def test_keeping_off_what_was_asked_saves_what_was_allowed_beside_it_and_nothing_else(tmp_path: Path) -> None:
    async with gated(tmp_path, categories=THREE) as site:
        visitor = site.visitor(GERMANY, Sec_GPC="1")
        page = await choose(visitor, f"{ALLOW}&grant=functional")
        keep_off = next(form for form in re.findall(r"<form.*?</form>", page.text, re.DOTALL) if "Keep off" in form)
        fields = re.findall(r'name="(\w+)" value="([^"]*)"', keep_off)
        await choose(visitor, str(httpx.QueryParams(fields)))
        (event,) = site.events()
    assert (event.granted, event.refused) == (frozenset({"functional"}), frozenset())
