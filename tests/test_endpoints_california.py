"""California's rights on the site: opting out and limiting without an account, the status, and the way back in."""

from __future__ import annotations

import re
from datetime import timedelta
from html import unescape
from pathlib import Path

import httpx
import pytest

from consentgate.ledger import Action, Method
from gating import CALIFORNIA, GERMANY, TEXAS, choose, confirming, gated

pytestmark = pytest.mark.anyio

UNKNOWN = "192.0.2.1"
HONORED = "Opt-out request honored"
SENSITIVE = {"analytics": {"sensitive": True}, "marketing": {"sale_or_sharing": True}}
SOLD_BY_DEFAULT = {"analytics": {}, "marketing": {"sale_or_sharing": True}}


async def press(client: httpx.AsyncClient, page: httpx.Response, button: str, **tick: bool) -> httpx.Response:
    """Send the form that holds `button` as a browser without scripts would, with switches set as in `tick`."""
    form = next(form for form in re.findall(r"<form.*?</form>", page.text, re.DOTALL) if button in form)
    fields = []
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = (unescape(re.search(rf'{key}="([^"]*)"', tag)[1]) for key in ("name", "value"))  # type: ignore[index]
        if 'type="checkbox"' not in tag or tick.get(value, " checked" in tag):
            fields.append((name, value))
    word = re.search(rf'<button name="choice" value="(\w+)">{button}<', form)
    assert word is not None
    return await choose(client, str(httpx.QueryParams([*fields, ("choice", word[1])])))


@pytest.mark.parametrize("address", [CALIFORNIA, TEXAS])
async def test_the_link_and_its_icon_stand_on_every_page_in_the_united_states(tmp_path: Path, address: str) -> None:
    async with gated(tmp_path, banner={"link": "required"}) as site:
        pages = [await site.visitor(address).get("/"), await site.visitor(address, Sec_GPC="1").get("/")]
        chosen = site.visitor(address)
        await choose(chosen, "choice=save&grant=analytics&from=preferences")
        pages.append(await chosen.get("/"))
    for page in pages:
        assert re.search(r'<a href="/_consent/\?[^"]*">Your Privacy Choices <svg viewBox="0 0 30 14"', page.text)


async def test_whoever_might_be_there_gets_the_link_and_the_icon_in_the_banner(tmp_path: Path) -> None:
    async with gated(tmp_path) as site:
        page = await site.visitor(UNKNOWN).get("/")
        icon = re.search(r'Your Privacy Choices <img src="([^"]*)"', page.text)
        assert icon is not None
        drawn = await site.visitor(UNKNOWN).get(icon[1])
    assert drawn.headers["content-type"] == "image/svg+xml"
    assert drawn.text.startswith("<svg ")


async def test_opting_out_takes_one_click_and_no_account_and_is_confirmed_there_and_on_every_page(
    tmp_path: Path,
) -> None:
    async with gated(tmp_path, categories=SOLD_BY_DEFAULT) as site:
        visitor = site.visitor(CALIFORNIA)
        assert (await visitor.get("/what-holds")).json()["marketing"] is True
        page = await visitor.get("/_consent/?back=/")
        answer = await press(visitor, page, "Opt out")
        confirmed = await visitor.get(answer.headers["location"])
        after = await visitor.get("/")
        held = (await visitor.get("/what-holds")).json()
        event = site.events()[0]
    assert HONORED not in page.text
    assert f"<b>{HONORED}.</b> These stay off: Marketing." in confirmed.text
    assert 'value="marketing" aria-label="Marketing">' in confirmed.text
    assert f"<span>{HONORED}</span>" in after.text
    assert (held["marketing"], held["analytics"]) == (False, True)
    assert (event.method, event.refused) == (Method.OPT_OUT, frozenset({"marketing"}))


async def test_limiting_works_like_opting_out(tmp_path: Path) -> None:
    async with gated(tmp_path, categories=SENSITIVE) as site:
        visitor = site.visitor(CALIFORNIA)
        answer = await press(visitor, await visitor.get("/_consent/"), "Limit the use")
        confirmed = await visitor.get(answer.headers["location"])
        held = (await visitor.get("/what-holds")).json()
        event = site.events()[0]
    assert "Your request to limit the use is honored. These stay off: Analytics." in confirmed.text
    assert (held["analytics"], held["marketing"]) == (False, True)
    assert (event.method, event.refused) == (Method.LIMIT, frozenset({"analytics"}))


async def test_a_refusal_in_germany_is_no_opt_out_request_and_the_requests_are_not_offered(tmp_path: Path) -> None:
    async with gated(tmp_path) as site:
        visitor = site.visitor(GERMANY)
        await choose(visitor, "choice=reject")
        pages = [await visitor.get("/"), await visitor.get("/_consent/")]
    assert [page for page in pages if HONORED in page.text or "opt_out" in page.text] == []


@pytest.mark.parametrize("gpc", [False, True])
async def test_opting_in_again_takes_two_steps_and_nothing_happens_before_the_second(tmp_path: Path, gpc: bool) -> None:
    async with gated(tmp_path, categories=SOLD_BY_DEFAULT) as site:
        visitor = site.visitor(CALIFORNIA, **({"Sec_GPC": "1"} if gpc else {}))
        await choose(visitor, "choice=opt_out&grant=analytics&from=preferences")
        page = await visitor.get("/_consent/")
        asked = await press(visitor, page, "Save these choices", marketing=True)
        between = (await visitor.get("/what-holds")).json()
        rows = len(site.events())
        site.clock.now += timedelta(seconds=1)
        answer = await press(visitor, asked, "Turn on")
        held = (await visitor.get("/what-holds")).json()
        event = site.events()[-1]
        after = await visitor.get("/")
    assert (asked.status_code, asked.headers["cache-control"]) == (200, "no-store")
    assert "You now ask to turn on: Marketing." in asked.text
    assert ("Global Privacy Control" in asked.text, "You opted out" in asked.text) == (gpc, not gpc)
    assert "set-cookie" not in asked.headers
    assert (between["marketing"], rows) == (False, 1)
    assert answer.headers["location"].startswith("/_consent/?saved")
    assert (held["marketing"], held["analytics"]) == (True, True)
    assert event.granted == {"analytics", "marketing"}
    assert HONORED not in after.text


async def test_keeping_it_off_at_the_second_step_saves_all_else(tmp_path: Path) -> None:
    async with gated(tmp_path, categories=SOLD_BY_DEFAULT) as site:
        visitor = site.visitor(CALIFORNIA)
        await choose(visitor, "choice=reject&from=preferences")
        asked = await press(
            visitor, await visitor.get("/_consent/"), "Save these choices", marketing=True, analytics=True
        )
        site.clock.now += timedelta(seconds=1)
        await press(visitor, asked, "Keep off")
        held = (await visitor.get("/what-holds")).json()
    assert (held["marketing"], held["analytics"]) == (False, True)


@pytest.mark.parametrize("place", ["", "&from=preferences"])
@pytest.mark.parametrize("word", ["accept", "save&grant=marketing&grant=analytics", "allow&grant=marketing"])
@pytest.mark.parametrize("claim", ["", "&override=opt_out", "&override=opt_out&confirmed=6742a1f0.x", "&override=gpc"])
async def test_a_single_step_never_opts_in_again_wherever_it_comes_from(
    tmp_path: Path, word: str, place: str, claim: str
) -> None:
    async with gated(tmp_path, categories=SOLD_BY_DEFAULT) as site:
        visitor = site.visitor(CALIFORNIA)
        await choose(visitor, "choice=opt_out")
        for accept in ("text/html", "application/json"):
            answer = await choose(visitor, f"choice={word}{place}{claim}", Accept=accept)
            assert "set-cookie" not in answer.headers
            assert answer.status_code == (200 if accept == "text/html" else 409)
        held = (await visitor.get("/what-holds")).json()
        assert len(site.events()) == 1
    assert (held["marketing"], held["analytics"]) == (False, True)


async def test_a_script_is_told_what_to_confirm_against_what_and_by_which_words(tmp_path: Path) -> None:
    async with gated(tmp_path) as site:
        visitor = site.visitor(CALIFORNIA, Sec_GPC="1")
        answer = await choose(visitor, "choice=accept", Accept="application/json")
        told = answer.json()
        later = await choose(visitor, confirming(answer), Accept="application/json")
    assert (answer.status_code, answer.headers["content-type"]) == (409, "application/problem+json")
    assert (told["code"], told["confirm"], told["override"]) == ("confirm", ["marketing"], "gpc")
    assert (told["choice"], told["grant"]) == ("save", ["analytics", "marketing"])
    assert told["detail"].startswith("Your browser sends Global Privacy Control")
    assert (later.status_code, later.json()["granted"]) == (200, ["analytics", "marketing"])


async def test_a_confirmation_that_comes_too_late_is_asked_for_anew_and_then_counts(tmp_path: Path) -> None:
    async with gated(tmp_path, categories=SOLD_BY_DEFAULT) as site:
        visitor = site.visitor(CALIFORNIA)
        await choose(visitor, "choice=opt_out")
        asked = await choose(visitor, "choice=allow&grant=marketing", Accept="application/json")
        site.clock.now += timedelta(minutes=16)
        again = await choose(visitor, confirming(asked), Accept="application/json")
        assert (again.status_code, (await visitor.get("/what-holds")).json()["marketing"]) == (409, False)
        await choose(visitor, confirming(again))
        assert (await visitor.get("/what-holds")).json()["marketing"] is True


async def test_a_confirmation_of_before_a_new_opt_out_does_not_undo_it(tmp_path: Path) -> None:
    async with gated(tmp_path, categories=SOLD_BY_DEFAULT) as site:
        visitor = site.visitor(CALIFORNIA)
        await choose(visitor, "choice=opt_out")
        asked = await choose(visitor, "choice=allow&grant=marketing", Accept="application/json")
        for word in (confirming(asked), "choice=opt_out", confirming(asked)):
            site.clock.now += timedelta(seconds=10)
            await choose(visitor, word)
        assert (await visitor.get("/what-holds")).json()["marketing"] is False


async def test_the_word_against_an_earlier_opt_out_does_not_reach_the_signal(tmp_path: Path) -> None:
    async with gated(tmp_path, categories=SOLD_BY_DEFAULT) as site:
        visitor = site.visitor(CALIFORNIA)
        await choose(visitor, "choice=opt_out")
        asked = await choose(visitor, "choice=save&grant=marketing", Accept="application/json")
        visitor.headers["Sec-GPC"] = "1"
        again = await choose(visitor, confirming(asked), Accept="application/json")
        assert (again.status_code, again.json()["override"]) == (409, "gpc")
        assert (await visitor.get("/what-holds")).json()["marketing"] is False


@pytest.mark.parametrize("address", [CALIFORNIA, TEXAS])
async def test_the_signal_changes_nothing_but_what_is_off_and_the_status(tmp_path: Path, address: str) -> None:
    async with gated(tmp_path) as site:
        with_signal = await site.visitor(address, Sec_GPC="1").get("/")
        without = await site.visitor(address).get("/")
    assert with_signal.status_code == without.status_code == 200
    assert 'id="consentgate"' not in with_signal.text
    assert "dialog" not in with_signal.text
    assert with_signal.text.replace(f"<span>{HONORED}</span> ", "") == without.text


@pytest.mark.parametrize("address", [CALIFORNIA, UNKNOWN])
async def test_after_an_opt_out_nobody_is_asked_for_twelve_months(tmp_path: Path, address: str) -> None:
    async with gated(tmp_path) as site:
        visitor = site.visitor(address)
        await choose(visitor, "choice=opt_out")
        for days in (1, 100, 200, 364):
            site.clock.now = site.events()[0].made_at + timedelta(days=days)
            page = await visitor.get("/")
            assert 'id="consentgate"' not in page.text
            assert HONORED in page.text


async def test_each_request_is_a_row_with_its_day_its_nature_and_its_manner(tmp_path: Path) -> None:
    async with gated(tmp_path, categories=SENSITIVE) as site:
        visitor = site.visitor(CALIFORNIA)
        await choose(visitor, "choice=save&grant=analytics&grant=marketing&from=preferences")
        site.clock.now += timedelta(days=1)
        await choose(visitor, "choice=opt_out&from=preferences")
        site.clock.now += timedelta(days=1)
        await choose(visitor, "choice=limit&from=preferences")
        _, *events = site.events()
    assert [(event.method, event.action, event.granted, event.refused) for event in events] == [
        (Method.OPT_OUT, Action.WITHDRAW, frozenset({"analytics"}), frozenset({"marketing"})),
        (Method.LIMIT, Action.WITHDRAW, frozenset(), frozenset({"analytics", "marketing"})),
    ]
    assert events[1].made_at - events[0].made_at == timedelta(days=1)
