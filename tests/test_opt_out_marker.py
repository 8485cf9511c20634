"""When Global Privacy Control was sent and later is not, its absence is no consent: the marker that remembers it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response

from consentgate.choice import ChoiceCookie, OptOutMarker
from consentgate.walls.judge import Judge
from factories import KEY, NOW, make_policy
from gating import CALIFORNIA, GERMANY, TEXAS, careers, choose, choose_in_two_steps, gated

pytestmark = pytest.mark.anyio

UNKNOWN = "192.0.2.1"
SOLD_BY_DEFAULT = {"analytics": {}, "marketing": {"sale_or_sharing": True}}
HONORED = "Opt-out request honored"
ROBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


def marking(answer: httpx.Response) -> list[str]:
    """The Set-Cookie headers of the marker."""
    return [
        value for value in answer.headers.get_list("set-cookie") if value.partition("=")[0].endswith("consent-opt-out")
    ]


async def marked(site_visitor: httpx.AsyncClient) -> httpx.AsyncClient:
    """The visitor after a page view with the signal, which they send no more."""
    site_visitor.headers["Sec-GPC"] = "1"
    await site_visitor.get("/")
    del site_visitor.headers["Sec-GPC"]
    return site_visitor


async def test_a_page_leaves_it_once_to_whoever_sends_the_signal_in_the_united_states(tmp_path: Path) -> None:
    async with gated(tmp_path, categories=SOLD_BY_DEFAULT) as site:
        for address in (CALIFORNIA, TEXAS, UNKNOWN):
            visitor = site.visitor(address, Sec_GPC="1")
            first, second = await visitor.get("/"), await visitor.get("/")
            assert marking(first) == [
                f"consent-opt-out=202611; Path=/; Max-Age={400 * 86_400}; HttpOnly; SameSite=Lax",
            ]
            assert marking(second) == []


async def test_on_https_it_is_bound_to_the_host_and_a_plain_one_is_not_read(tmp_path: Path) -> None:
    async with gated(tmp_path, categories=SOLD_BY_DEFAULT) as site:
        visitor = site.visitor(CALIFORNIA, scheme="https", Sec_GPC="1")
        (header,) = marking(await visitor.get("/"))
        plain = site.visitor(CALIFORNIA, scheme="https", Cookie="consent-opt-out=202611")
        assert (await plain.get("/what-holds")).json()["marketing"] is True
    assert header.startswith("__Host-consent-opt-out=202611; Path=/; ")
    assert header.endswith("; Secure")


async def test_the_end_of_the_signal_turns_nothing_on_and_asks_nothing(tmp_path: Path) -> None:
    async with gated(tmp_path, categories=SOLD_BY_DEFAULT) as site:
        for address in (CALIFORNIA, TEXAS, UNKNOWN):
            visitor = await marked(site.visitor(address))
            held = (await visitor.get("/what-holds")).json()
            page, preferences = await visitor.get("/"), await visitor.get("/_consent/")
            assert (held["marketing"], held["prompt"], held["choice"]) == (False, "status", False)
            assert HONORED in page.text
            assert 'id="consentgate"' not in page.text
            assert f"<b>{HONORED}.</b> These stay off: Marketing." in preferences.text
        assert (await site.visitor(CALIFORNIA).get("/what-holds")).json()["marketing"] is True
    assert site.events() == []


async def test_a_grant_of_before_the_signal_does_not_outlive_it(tmp_path: Path) -> None:
    async with gated(tmp_path, categories=SOLD_BY_DEFAULT) as site:
        visitor = site.visitor(CALIFORNIA)
        await choose(visitor, "choice=accept")
        held = (await (await marked(visitor)).get("/what-holds")).json()
    assert held["reasons"] == {"necessary": "necessary", "analytics": "choice_granted", "marketing": "opted_out_before"}


async def test_a_grant_that_is_confirmed_later_outweighs_it_and_takes_it_away(tmp_path: Path) -> None:
    async with gated(tmp_path, categories=SOLD_BY_DEFAULT) as site:
        visitor = await marked(site.visitor(CALIFORNIA))
        asked = await choose(visitor, "choice=accept")
        assert "You opted out of the sale and sharing of your data before." in asked.text
        assert (await visitor.get("/what-holds")).json()["marketing"] is False
        answer = await choose_in_two_steps(visitor, "choice=allow&grant=marketing")
        assert marking(answer) == ["consent-opt-out=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax"]
        assert "consent-opt-out" not in visitor.cookies
        assert (await visitor.get("/what-holds")).json()["reasons"]["marketing"] == "choice_granted"
        assert HONORED not in (await visitor.get("/")).text


@pytest.mark.parametrize("body", ["choice=reject", "choice=opt_out", "choice=save&grant=analytics"])
async def test_no_other_choice_takes_it_away(tmp_path: Path, body: str) -> None:
    async with gated(tmp_path, categories=SOLD_BY_DEFAULT) as site:
        visitor = await marked(site.visitor(CALIFORNIA))
        assert marking(await choose(visitor, body)) == []
        assert "consent-opt-out" in visitor.cookies


async def test_after_it_was_confirmed_against_the_signal_nothing_is_left_while_the_signal_goes_on(
    tmp_path: Path,
) -> None:
    async with gated(tmp_path, categories=SOLD_BY_DEFAULT) as site:
        visitor = site.visitor(CALIFORNIA, Sec_GPC="1")
        await visitor.get("/")
        answer = await choose_in_two_steps(visitor, "choice=accept")
        assert [header.partition(";")[0] for header in marking(answer)] == ["consent-opt-out="]
        assert marking(await visitor.get("/")) == []
        del visitor.headers["Sec-GPC"]
        assert (await visitor.get("/what-holds")).json()["marketing"] is True


def frame(_: Request) -> Response:
    return HTMLResponse("<!doctype html><title>Frame</title>")


def data(_: Request) -> Response:
    return JSONResponse({})


def moved(_: Request) -> Response:
    return RedirectResponse("/")


NO_PAGE: list[tuple[str, dict[str, str]]] = [
    ("/data", {}),
    ("/moved", {}),
    ("/missing", {"Accept": "application/json"}),
    ("/frame", {"Sec_Fetch_Dest": "iframe"}),
    ("/frame", {"Sec_Fetch_Dest": "empty"}),
    ("/_consent/", {}),
    ("/_consent/notice/", {}),
    ("/.well-known/gpc.json", {}),
    ("/frame", {"User_Agent": ROBOT}),
    ("/frame", {"Sec_GPC": "0"}),
    ("/frame", {"X_Forwarded_For": GERMANY}),
]


@pytest.mark.parametrize(("path", "headers"), NO_PAGE)
async def test_nothing_but_a_page_leaves_it_and_only_to_people_who_sent_the_signal_where_it_counts(
    tmp_path: Path, path: str, headers: dict[str, str]
) -> None:
    routes: dict[str, Callable[[Request], Response]] = {"data": data, "moved": moved, "frame": frame}
    async with gated(tmp_path, careers(**routes), categories=SOLD_BY_DEFAULT) as site:
        assert marking(await site.visitor(CALIFORNIA, Sec_GPC="1").get("/frame")) != []
        assert marking(await site.visitor(CALIFORNIA, **{"Sec_GPC": "1", **headers}).get(path)) == []


async def test_a_minor_and_a_site_that_sells_nothing_keep_none(tmp_path: Path) -> None:
    (tmp_path / "minor").mkdir()
    (tmp_path / "selling").mkdir()
    async with gated(tmp_path / "minor", is_minor=lambda _: True, categories=SOLD_BY_DEFAULT) as site:
        assert marking(await site.visitor(CALIFORNIA, Sec_GPC="1").get("/")) == []
    async with gated(tmp_path / "selling", categories={"analytics": {}}) as site:
        assert marking(await site.visitor(CALIFORNIA, Sec_GPC="1").get("/")) == []


async def test_it_counts_for_its_site_alone_and_only_with_a_month_in_it(tmp_path: Path) -> None:
    sites = ["careers.example.com/jobs", "careers.example.com/team"]
    routes: dict[str, Callable[[Request], Response]] = {"jobs": frame, "team": frame}
    async with gated(tmp_path, careers(**routes), site=None, sites=sites, categories=SOLD_BY_DEFAULT) as site:
        visitor = site.visitor(CALIFORNIA, Sec_GPC="1")
        (name,) = [
            header.partition("=")[0]
            for header in (await visitor.get("/jobs")).headers.get_list("set-cookie")
            if "-opt-out" in header
        ]
        pages = {
            path: (await site.visitor(CALIFORNIA, Cookie=f"{name}={value}").get(path)).text
            for path, value in (("/jobs", "202601"), ("/team", "202601"), ("/jobs?", "yes"))
        }
    assert re.fullmatch(r"consent-[0-9a-f]{8}-opt-out", name)
    assert {path: HONORED in page for path, page in pages.items()} == {"/jobs": True, "/team": False, "/jobs?": False}


async def test_a_page_with_and_without_it_has_another_entity_tag_where_it_changes_anything(tmp_path: Path) -> None:
    def dated(_: Request) -> Response:
        return HTMLResponse("<!doctype html><title>Jobs</title>", headers={"ETag": '"1"'})

    async with gated(tmp_path, careers(dated=dated), categories=SOLD_BY_DEFAULT) as site:
        new = (await site.visitor(CALIFORNIA).get("/dated")).headers["etag"]
        visitor = await marked(site.visitor(CALIFORNIA))
        old = (await visitor.get("/dated", headers={"If-None-Match": new})).headers["etag"]
    assert new != old


async def test_it_says_nothing_about_anybody_and_is_renewed_once_a_month(tmp_path: Path) -> None:
    async with gated(tmp_path, categories=SOLD_BY_DEFAULT) as site:
        headers = {marking(await site.visitor(each, Sec_GPC="1").get("/"))[0] for each in (CALIFORNIA, TEXAS)}
        visitor = site.visitor(CALIFORNIA, Sec_GPC="1")
        await visitor.get("/")
        del visitor.headers["Sec-GPC"]
        site.clock.now += timedelta(days=300)
        renewed, again = await visitor.get("/"), await visitor.get("/")
    assert len(headers) == 1
    assert [header.partition(";")[0] for header in marking(renewed)] == ["consent-opt-out=202709"]
    assert marking(again) == []


async def test_an_opt_out_by_a_click_outlives_the_choice_that_it_was_made_in(tmp_path: Path) -> None:
    async with gated(tmp_path, categories=SOLD_BY_DEFAULT) as site:
        for address, body in ((CALIFORNIA, "choice=opt_out"), (TEXAS, "choice=reject")):
            visitor = site.visitor(address)
            await choose(visitor, body)
            site.clock.now += timedelta(days=200)
            await visitor.get("/")
            site.clock.now += timedelta(days=201)
            held = (await visitor.get("/what-holds")).json()
            assert (held["choice"], held["reasons"]["marketing"]) == (False, "opted_out_before")
            assert HONORED in (await visitor.get("/")).text


async def test_a_click_leaves_it_only_where_it_is_an_opt_out_from_what_is_sold(tmp_path: Path) -> None:
    async with gated(tmp_path, categories=SOLD_BY_DEFAULT) as site:
        for address, body in ((GERMANY, "choice=reject"), (CALIFORNIA, "choice=accept"), (CALIFORNIA, "choice=limit")):
            visitor = site.visitor(address)
            await choose(visitor, body)
            assert marking(await visitor.get("/")) == []


def test_it_has_the_names_and_the_domain_of_the_choice_cookie_and_no_wall_knows_it() -> None:
    policy = make_policy(choice={"cookie_domain": "example.com"})
    marker = OptOutMarker(ChoiceCookie(policy, [KEY]))
    header = marker.set_cookie("careers.example.com", NOW, secure=True)
    assert header.startswith("__Secure-consent-opt-out=202611; Path=/; Domain=example.com; ")
    deletion = marker.delete_cookie("careers.example.com", secure=True)
    assert deletion.startswith("__Secure-consent-opt-out=; Path=/; Domain=example.com; Max-Age=0; ")
    assert Judge(policy.catalog, frozenset()).cookie("__Secure-consent-opt-out") is None
