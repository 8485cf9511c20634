"""What the host says to machines: Global Privacy Control always, the tracking status where it is turned on."""

from __future__ import annotations

import logging
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from consentgate.ledger import open_ledger
from consentgate.policy.signals import StatusValue
from factories import AN_OBJECTION, BY_REGION, make_policy, notice_table
from gating import CALIFORNIA, GERMANY, careers, choose, gated

pytestmark = pytest.mark.anyio

TRACKING_STATUS = {"tracking_status": True}


async def test_gpc_json_is_always_there_for_everybody_alike_and_may_be_kept(tmp_path: Path) -> None:
    async with gated(tmp_path) as site:
        answers = [
            await site.visitor(GERMANY).get("/.well-known/gpc.json"),
            await site.visitor(CALIFORNIA, Sec_GPC="1", DNT="1", Cookie="consent=x").get("/.well-known/gpc.json"),
        ]
    assert len({(answer.content, str(answer.headers.raw)) for answer in answers}) == 1
    answer = answers[0]
    assert answer.json() == {"gpc": True, "lastUpdate": "2026-10-12"}
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "public, max-age=86400"
    assert "set-cookie" not in answer.headers


async def test_gpc_json_tells_no_day_that_is_yet_to_come_and_the_notices_once_it_is_in_force(tmp_path: Path) -> None:
    coming = {"version": "2027-01", "updated": date(2027, 1, 4)}
    async with gated(tmp_path, notice=notice_table(coming)) as site:
        visitor = site.visitor()
        now = (await visitor.get("/.well-known/gpc.json")).json()
        site.clock.now = datetime(2027, 1, 4, tzinfo=UTC)
        then = (await visitor.get("/.well-known/gpc.json")).json()
    assert [now["lastUpdate"], then["lastUpdate"]] == ["2026-10-12", "2027-01-04"]


async def test_who_has_it_already_is_told_that_nothing_changed(tmp_path: Path) -> None:
    async with gated(tmp_path) as site:
        visitor = site.visitor()
        tag = (await visitor.get("/.well-known/gpc.json")).headers["etag"]
        again = [
            await visitor.get("/.well-known/gpc.json", headers={"If-None-Match": given}) for given in (tag, f"W/{tag}")
        ]
        other = await visitor.get("/.well-known/gpc.json", headers={"If-None-Match": '"other"'})
    assert [(answer.status_code, answer.content, answer.headers["etag"]) for answer in again] == [(304, b"", tag)] * 2
    assert other.status_code == 200


async def test_gpc_json_takes_only_get_and_head(tmp_path: Path) -> None:
    async with gated(tmp_path) as site:
        posted = await site.visitor().post("/.well-known/gpc.json")
        head = await site.visitor().head("/.well-known/gpc.json")
    assert (posted.status_code, posted.headers["allow"]) == (405, "GET, HEAD")
    assert (head.status_code, head.content) == (200, b"")


async def test_an_app_below_the_root_of_its_host_has_nothing_well_known(tmp_path: Path) -> None:
    def own(_: Request) -> Response:
        return PlainTextResponse("the app's")

    async with gated(tmp_path, careers(**{".well-known/gpc.json": own})) as site:
        mounted = site.visitor()
        mounted._transport.root_path = "/careers"  # type: ignore[attr-defined]
        answer = await mounted.get("/careers/.well-known/gpc.json")
    assert answer.headers["content-type"] != "application/json"


async def test_without_the_tracking_status_there_is_no_tk_and_the_address_is_the_apps(tmp_path: Path) -> None:
    async with gated(tmp_path) as site:
        visitor = site.visitor()
        answers = [
            await visitor.get(path) for path in ("/", "/_consent/", "/.well-known/dnt/", "/.well-known/gpc.json")
        ]
        answers.append(await choose(visitor))
    assert [answer for answer in answers if "tk" in answer.headers] == []
    assert answers[2].status_code == 404


async def test_the_tracking_status_says_who_what_and_where(tmp_path: Path) -> None:
    signals = {**TRACKING_STATUS, "controller": ["https://www.example.com/"]}
    async with gated(tmp_path, signals=signals) as site:
        answer = await site.visitor().get("/.well-known/dnt/")
    assert answer.headers["content-type"] == "application/tracking-status+json"
    assert answer.json() == {
        "tracking": "D", "controller": ["https://www.example.com/"], "policy": "/privacy", "config": "/_consent/"
    }  # fmt: skip
    assert answer.headers["cache-control"] == "public, max-age=86400"


async def test_status_requests_get_no_cookie_and_are_neither_logged_nor_counted(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with gated(tmp_path, signals=TRACKING_STATUS) as site:
        visitor = site.visitor(GERMANY, DNT="1", Sec_GPC="1", Cookie="consent=forged; _ga=GA1.1.1.1")
        answers = [await visitor.get(path) for path in ("/.well-known/dnt/", "/.well-known/dnt/d")]
    assert [answer.status_code for answer in answers] == [200, 404]
    assert not [answer for answer in answers if "set-cookie" in answer.headers]
    assert not [record for record in caplog.records if record.name.startswith("consentgate")]
    assert open_ledger(site.ledger).tallies(0, 10**6) == []
    assert site.events() == []


@pytest.mark.parametrize("dnt", [{}, {"DNT": "1"}, {"DNT": "0"}])
async def test_every_response_says_the_same_whatever_was_sent_and_chosen(tmp_path: Path, dnt: dict[str, str]) -> None:
    def own(_: Request) -> Response:
        return PlainTextResponse("text", headers={"TK": "N"})

    paths = ("/", "/own", "/what-holds", "/missing", "/_consent/", "/_consent/notice/", "/_consent/nothing")
    async with gated(tmp_path, careers(own=own), signals=TRACKING_STATUS) as site:
        visitor = site.visitor(GERMANY, **dnt)
        before = [(await visitor.get(path)).headers.get_list("tk") for path in paths]
        await choose(visitor)
        after = [(await visitor.get(path)).headers.get_list("tk") for path in paths]
    assert before == after == [["D"]] * len(paths)


async def test_a_consent_change_says_that_the_status_may_have_changed_and_a_refused_one_does_not(
    tmp_path: Path,
) -> None:
    async with gated(tmp_path, signals=TRACKING_STATUS) as site:
        visitor = site.visitor()
        given = await choose(visitor)
        withdrawn = await choose(visitor, "choice=reject", Accept="application/json")
        refused = await choose(visitor, "choice=perhaps")
    assert [answer.headers["tk"] for answer in (given, withdrawn, refused)] == ["U", "U", "D"]


@pytest.mark.parametrize(
    ("signals", "notice", "value"),
    [
        ({}, notice_table(), StatusValue.DISREGARDING),
        ({"dnt": "objection"}, notice_table(dnt=AN_OBJECTION), StatusValue.TRACKING),
        ({"regions": {"DE": "objection"}}, notice_table(dnt=BY_REGION), StatusValue.TRACKING),
    ],
)
def test_no_site_says_that_it_disregards_what_it_takes_for_an_objection_anywhere(
    signals: dict[str, object], notice: dict[str, object], value: StatusValue
) -> None:
    assert make_policy(signals={**TRACKING_STATUS, **signals}, notice=notice).tracking_status_value is value
