"""The choice endpoint: who may post, what, how much and how often, and what they are told."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Message

from consentgate import ConsentGate
from consentgate.banner.texts import languages, texts
from consentgate.choice.rate import CHOICES
from consentgate.ledger import Action, Method
from factories import KEY, make_policy
from gating import CALIFORNIA, GERMANY, Site, careers, choose, gated, shut_down

pytestmark = pytest.mark.anyio

JSON = "application/json"


async def choose_json(client: httpx.AsyncClient, members: object, **headers: str) -> httpx.Response:
    """Post a choice as a script of the site would."""
    return await choose(client, json.dumps(members), Content_Type=JSON, Accept=JSON, **headers)


BAD_REQUESTS = [
    # body, headers, status, stable word
    ("choice=save&grant=spying", {}, 400, "unknown_category"),
    ("choice=perhaps", {}, 400, "no_choice"),
    ("", {}, 400, "no_choice"),
    ("choice=accept&x=1", {}, 400, "unknown_field"),
    ("choice=accept&choice=reject", {}, 400, "said_twice"),
    ("choice=accept%FF", {}, 400, "unreadable"),
    ("choice=accept&back=" + "a" * 9000, {}, 413, "too_large"),
    ("choice=accept", {"Sec_Fetch_Site": "cross-site"}, 403, "cross_site"),
    ("choice=accept", {"Sec_Fetch_Site": "same-site"}, 403, "cross_site"),
    ("choice=accept", {"Sec_Fetch_Site": "none"}, 403, "cross_site"),
    ("choice=accept", {"Sec_Fetch_Site": ""}, 403, "cross_site"),
    ("choice=accept", {"Sec_Fetch_Site": "cross-site", "Origin": "http://careers.example.com"}, 403, "cross_site"),
    ("choice=accept", {"Content_Type": "text/plain"}, 415, "unsupported_type"),
    ("choice=accept", {"Content_Type": ""}, 415, "unsupported_type"),
    ("choice=accept", {"Content_Type": "multipart/form-data; boundary=x"}, 415, "unsupported_type"),
    ('{"choice": "accept"}', {"Content_Type": "application/json5"}, 415, "unsupported_type"),
    ("choice=accept", {"Content_Type": JSON}, 400, "unreadable"),
    ('{"choice": "accept", "choice": "reject"}', {"Content_Type": JSON}, 400, "said_twice"),
    ('{"choice": NaN}', {"Content_Type": JSON}, 400, "unreadable"),
    ("[" * 8000, {"Content_Type": JSON}, 400, "unreadable"),
    ('{"choice": {"choice": "accept"}}', {"Content_Type": JSON}, 400, "wrong_value"),
]


@pytest.mark.parametrize("accept", ["text/html", "*/*"])
@pytest.mark.parametrize(("body", "headers", "status", "word"), BAD_REQUESTS, ids=lambda value: str(value)[:30])
async def test_a_bad_choice_gets_a_clear_answer_and_leaves_nothing_behind(
    tmp_path: Path, body: str, headers: dict[str, str], status: int, word: str, accept: str
) -> None:
    async with gated(tmp_path) as site:
        answer = await choose(site.visitor(GERMANY), body, Accept=accept, **headers)
    assert site.events() == []
    assert (answer.status_code, answer.headers["cache-control"]) == (status, "no-store")
    assert "set-cookie" not in answer.headers
    if accept == "text/html" and headers.get("Content_Type") != JSON:
        assert answer.headers["content-type"].startswith("text/html")
        assert "<h1>That did not work.</h1>" in answer.text
    else:
        assert answer.headers["content-type"] == "application/problem+json"
        assert (answer.json()["status"], answer.json()["code"]) == (status, word)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://careers.example.com"}, 303),
        ({"Referer": "http://careers.example.com/jobs"}, 303),
        ({"Origin": "https://evil.example", "Referer": "http://careers.example.com/"}, 403),
        ({"Origin": "null", "Referer": "http://careers.example.com/"}, 403),
        ({"Referer": "https://evil.example/?http://careers.example.com/"}, 403),
        ({}, 403),
    ],
)
async def test_without_fetch_metadata_the_origin_decides_and_the_referer_last(
    tmp_path: Path, headers: dict[str, str], status: int
) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    async with gated(tmp_path) as site:
        answer = await site.visitor().post("/_consent/choice", content="choice=accept", headers=form | headers)
    assert answer.status_code == status


async def test_json_is_taken_like_a_form_and_answered_as_json(tmp_path: Path) -> None:
    async with gated(tmp_path) as site:
        visitor = site.visitor(GERMANY, Accept_Language="de")
        answer = await choose_json(visitor, {"choice": "save", "grant": ["analytics"], "back": "/jobs"})
        event = site.events()[0]
        held = (await visitor.get("/what-holds")).json()
    assert (answer.status_code, answer.headers["content-type"]) == (200, JSON)
    assert (answer.headers["cache-control"], answer.headers["content-language"]) == ("no-store", "de")
    assert answer.json() == {
        "code": "saved",
        "detail": "Ihre Auswahl ist gespeichert.",
        "granted": ["analytics"],
        "refused": ["marketing"],
        "made_at": "2026-11-22T12:00:00+00:00",
        "valid_until": event.valid_until.isoformat(timespec="seconds"),
    }
    assert event.consent_id not in answer.text
    assert (held["analytics"], held["marketing"]) == (True, False)


async def test_a_form_that_a_script_sends_is_answered_as_it_asks(tmp_path: Path) -> None:
    async with gated(tmp_path) as site:
        answer = await choose(site.visitor(), Accept=JSON)
    assert answer.json()["code"] == "saved"


STATUSES = {
    400: ("choice=perhaps", {}),
    403: ("choice=accept", {"Sec_Fetch_Site": "cross-site"}),
    413: ("x" * 9000, {}),
    415: ("choice=accept", {"Content_Type": "text/plain"}),
}
SENTENCES = {400: "not_read", 403: "not_from_here", 413: "too_large", 415: "wrong_type"}


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("language", sorted(languages()))
async def test_refusals_are_in_the_visitors_language_for_people_and_for_programs(
    tmp_path: Path, language: str, status: int
) -> None:
    body, headers = STATUSES[status]
    async with gated(tmp_path) as site:
        visitor = site.visitor(Accept_Language=language)
        page = await choose(visitor, body, **headers)
        problem = await choose(visitor, body, **{**headers, "Accept": "application/problem+json"})
    sentence = getattr(texts(language).errors, SENTENCES[status])
    assert f'<html lang="{language}"' in page.text
    assert sentence.replace("'", "&#39;") in page.text
    assert (problem.json()["detail"], problem.headers["content-language"]) == (sentence, language)
    assert problem.status_code == status


@pytest.mark.parametrize("status", STATUSES)
async def test_what_is_refused_unread_speaks_the_language_of_the_page_whose_form_it_is(
    tmp_path: Path, status: int
) -> None:
    def german(_: Request) -> Response:
        return HTMLResponse('<!doctype html><html lang="de"><body><h1>Stellen</h1>')

    body, headers = STATUSES[status]
    async with gated(tmp_path, careers(german=german)) as site:
        visitor = site.visitor(GERMANY, Accept_Language="fr")
        action = re.search(r'<form method="post" action="([^"]*)"', (await visitor.get("/german")).text)
        assert action is not None
        sent = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        page = await visitor.post(action[1], content=body, headers=sent)
        nonsense = await visitor.post("/_consent/choice?lang=../../etc&lang=%FF", content=body, headers=sent)
    assert (page.status_code, nonsense.status_code) == (status, status)
    assert getattr(texts("de").errors, SENTENCES[status]) in page.text
    assert '<html lang="fr"' in nonsense.text


async def test_too_many_choices_are_answered_in_the_language_of_the_page_too(tmp_path: Path) -> None:
    async with gated(tmp_path) as site:
        visitor = site.visitor(GERMANY, Accept_Language="sv")
        action = re.search(r'<form method="post" action="([^"]*)"', (await visitor.get("/_consent/")).text)
        assert action is not None
        for _ in range(CHOICES.address.burst):
            await choose(visitor)
        visitor.headers["Accept-Language"] = "fr"
        sent = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        page = await visitor.post(action[1], content="choice=accept", headers=sent)
    assert (page.status_code, texts("sv").errors.too_many in page.text) == (429, True)


async def test_the_language_in_the_address_stands_in_for_one_that_the_form_does_not_name(tmp_path: Path) -> None:
    sent = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    async with gated(tmp_path) as site:
        visitor = site.visitor(GERMANY, Accept_Language="fr")
        for body in ("choice=reject", "choice=accept&lang=sv"):
            await visitor.post("/_consent/choice?lang=de", content=body, headers=sent)
        assert [event.language for event in site.events()] == ["de", "sv"]


async def test_a_choice_that_is_not_saved_says_so_in_the_language_of_the_page_it_was_made_on(tmp_path: Path) -> None:
    missing = f"sqlite:///{tmp_path / 'no' / 'such' / 'folder' / 'consent.sqlite3'}"
    gate = ConsentGate(careers(), policy=make_policy(), secret_keys=[KEY], ledger=missing)
    visitor = Site(gate, "", lambda: None, make_policy()).visitor()  # type: ignore[arg-type]
    page = await choose(visitor, "choice=accept&lang=fr&back=/jobs")
    problem = await choose_json(visitor, {"choice": "accept", "lang": "fr"})
    await visitor.aclose()
    await shut_down(gate)
    assert (page.status_code, page.headers["retry-after"]) == (503, "30")
    assert '<html lang="fr"' in page.text
    assert 'href="/jobs"' in page.text
    assert (problem.status_code, problem.json()["code"]) == (503, "not_saved")
    assert problem.json()["detail"] == texts("fr").errors.not_saved_text
    assert "set-cookie" not in page.headers


async def chunks(size: int, number: int) -> AsyncIterator[bytes]:
    for _ in range(number):
        yield b"a" * size


async def test_a_body_in_chunks_is_cut_off_where_it_gets_too_long(tmp_path: Path) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    async with gated(tmp_path) as site:
        answer = await site.visitor().post("/_consent/choice", content=chunks(1000, 9), headers=headers)
    assert answer.status_code == 413


async def raw_post(site: Site, messages: list[Message], *headers: tuple[bytes, bytes]) -> tuple[list[Message], int]:
    """A POST as the server hands it over; the answer, and how many messages of the request were read."""
    sent: list[Message] = []
    left = list(messages)

    async def receive() -> Message:
        return left.pop(0)

    async def send(message: Message) -> None:
        sent.append(message)

    common = [(b"host", b"careers.example.com"), (b"sec-fetch-site", b"same-origin")]
    form = [(b"content-type", b"application/x-www-form-urlencoded")]
    scope: dict[str, Any] = {
        "type": "http", "method": "POST", "path": "/_consent/choice", "raw_path": b"/_consent/choice",
        "query_string": b"", "root_path": "", "scheme": "http", "client": ("91.0.0.1", 1),
        "headers": [*common, *form, *headers], "http_version": "1.1",
    }  # fmt: skip
    await site.gate(scope, receive, send)
    return sent, len(messages) - len(left)


async def test_a_body_that_says_it_is_too_long_is_not_read_at_all(tmp_path: Path) -> None:
    body: Message = {"type": "http.request", "body": b"a" * 9000}
    async with gated(tmp_path) as site:
        sent, read = await raw_post(site, [body], (b"content-length", b"9000"))
        assert (sent[0]["status"], read) == (413, 0)
        for nonsense in (b"-1", b"1e9", b"9" * 5000, b"\xb2"):
            sent, _ = await raw_post(site, [{**body, "body": b"choice=accept"}], (b"content-length", nonsense))
            assert sent[0]["status"] == 303


async def test_a_body_without_end_is_read_no_further_than_the_limit(tmp_path: Path) -> None:
    endless: list[Message] = [{"type": "http.request", "body": b"a" * 1024, "more_body": True}] * 100
    async with gated(tmp_path) as site:
        sent, read = await raw_post(site, endless)
    assert (sent[0]["status"], read) == (413, 9)


async def test_whoever_leaves_in_the_middle_gets_no_answer_and_no_row(tmp_path: Path) -> None:
    half: Message = {"type": "http.request", "body": b"choice=acc", "more_body": True}
    async with gated(tmp_path) as site:
        sent, _ = await raw_post(site, [half, {"type": "http.disconnect"}])
    assert (sent, site.events()) == ([], [])


WAYS = ["//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nSet-Cookie: x=1", "\ud800", "/\u0000", ""]


@pytest.mark.parametrize("back", WAYS)
@pytest.mark.parametrize("place", ["", "preferences"])
async def test_nobody_is_sent_away_from_the_site(tmp_path: Path, back: str, place: str) -> None:
    members = {"choice": "reject", "back": back, "from": place}
    async with gated(tmp_path) as site:
        answer = await choose(site.visitor(), json.dumps(members), Content_Type=JSON, Accept=JSON)
        form = await choose(
            site.visitor(), httpx.QueryParams(members).__str__() if back != "\ud800" else "choice=reject"
        )
    assert answer.status_code == 200
    assert form.headers["location"] in {"/", "/_consent/?saved&lang=en&back=/"}


async def test_the_same_sending_twice_is_one_row_and_sets_the_same_cookie(tmp_path: Path) -> None:
    async with gated(tmp_path) as site:
        visitor = site.visitor(GERMANY)
        await choose(visitor, "choice=reject")
        answers = [await choose(visitor, "choice=accept&back=/jobs") for _ in range(2)]
        events = site.events()
    assert len(events) == 2
    assert len({answer.headers["set-cookie"] for answer in answers}) == 1


async def test_two_first_time_visitors_behind_one_address_never_share_a_row_nor_an_id(tmp_path: Path) -> None:
    async with gated(tmp_path) as site:
        for _ in range(2):
            await choose(site.visitor(GERMANY), "choice=accept&back=/jobs")
        assert len({event.consent_id for event in site.events()}) == 2


async def test_a_later_different_choice_is_never_swallowed_nor_a_return_to_the_first(tmp_path: Path) -> None:
    async with gated(tmp_path) as site:
        visitor = site.visitor(GERMANY)
        for word in ("accept", "reject", "accept"):
            await choose(visitor, f"choice={word}")
            site.clock.now += timedelta(milliseconds=300)
        assert [event.action for event in site.events()] == [Action.GRANT, Action.WITHDRAW, Action.GRANT]


async def test_two_visitors_who_say_the_same_are_two(tmp_path: Path) -> None:
    async with gated(tmp_path) as site:
        await choose(site.visitor("91.0.0.1"))
        await choose(site.visitor("91.0.0.2"))
        await choose(site.visitor("91.0.0.1", User_Agent="Mozilla/5.0 (X11; Linux) Gecko/20100101 Firefox/144.0"))
        returning = site.visitor("91.0.0.3")
        await choose(returning)
        site.clock.now += timedelta(days=1)
        await choose(site.visitor("91.0.0.3"))
        await choose(returning)
        assert len({event.consent_id for event in site.events()}) == 5
        assert len(site.events()) == 6


@pytest.mark.parametrize("by", ["header", "member"])
async def test_a_named_sending_may_be_repeated_for_minutes(tmp_path: Path, by: str) -> None:
    headers = {"Idempotency_Key": "8e03978e"} if by == "header" else {}
    member = {"submission": "8e03978e"} if by == "member" else {}
    async with gated(tmp_path) as site:
        for _ in range(3):
            await choose_json(site.visitor(GERMANY), {"choice": "accept", **member}, **headers)
            site.clock.now += timedelta(minutes=2)
        assert len(site.events()) == 1
        await choose_json(site.visitor(GERMANY), {"choice": "reject", **member}, **headers)
        assert len(site.events()) == 2


async def test_another_name_is_another_sending(tmp_path: Path) -> None:
    async with gated(tmp_path) as site:
        for name in ("one", "two"):
            await choose(site.visitor(GERMANY), f"choice=accept&submission={name}")
        assert len(site.events()) == 2


async def test_a_network_that_chooses_too_often_is_told_when_to_come_back(tmp_path: Path) -> None:
    async with gated(tmp_path) as site:
        visitor = site.visitor(GERMANY, Accept_Language="de")
        for _ in range(CHOICES.address.burst):
            assert (await choose(visitor)).status_code == 303
        page = await choose(visitor)
        problem = await choose_json(visitor, {"choice": "reject"})
        neighbour = await choose(site.visitor("91.0.0.2"))
        site.clock.now += timedelta(seconds=1)
        later = await choose(visitor, "choice=reject")
    assert (page.status_code, page.headers["retry-after"], page.headers["cache-control"]) == (429, "1", "no-store")
    assert texts("de").errors.too_many in page.text
    assert (problem.status_code, problem.json()["code"]) == (429, "too_many")
    assert (neighbour.status_code, later.status_code) == (303, 303)


async def test_another_sites_posts_do_not_use_up_what_the_visitors_network_may_choose(tmp_path: Path) -> None:
    async with gated(tmp_path) as site:
        for _ in range(CHOICES.address.burst + 1):
            await choose(site.visitor(GERMANY), Sec_Fetch_Site="cross-site")
        assert (await choose(site.visitor(GERMANY))).status_code == 303


async def test_a_minor_is_answered_and_nothing_is_kept(tmp_path: Path) -> None:
    async with gated(tmp_path) as site:
        gate = ConsentGate(
            careers(),
            policy=site.policy,
            secret_keys=[KEY],
            ledger=site.ledger,
            is_minor=lambda _: True,
            clock=site.clock,
        )
        visitor = Site(gate, site.ledger, site.clock, site.policy).visitor(GERMANY)
        form = await choose(visitor, "choice=accept&back=/jobs")
        preferences = await choose(visitor, "choice=accept&back=/jobs&from=preferences")
        told = await choose_json(visitor, {"choice": "accept"})
        await visitor.aclose()
        await shut_down(gate)
    assert site.events() == []
    assert (form.status_code, form.headers["location"]) == (303, "/jobs")
    assert preferences.headers["location"] == "/_consent/?lang=en&back=/jobs"
    assert (told.json()["code"], told.json()["granted"]) == ("minor", [])
    assert not [answer for answer in (form, preferences, told) if "set-cookie" in answer.headers]


async def test_a_choice_for_a_part_of_the_host_counts_for_the_part_that_its_page_is_in(tmp_path: Path) -> None:
    sites = ["careers.example.com/jobs", "careers.example.com/blog"]
    async with gated(tmp_path, site=None, sites=sites) as site:
        visitor = site.visitor(GERMANY)
        await choose(visitor, "choice=accept&back=/blog/first")
        assert [event.site for event in site.events()] == ["careers.example.com/blog"]
        there = await visitor.get("/_consent/?back=/blog/first")
        elsewhere = await visitor.get("/_consent/?back=/jobs")
    assert "Example Careers · careers.example.com/blog" in there.text
    assert " checked" in there.text
    assert " checked" not in elsewhere.text


async def test_the_cookie_names_the_domain_that_the_policy_configures(tmp_path: Path) -> None:
    async with gated(tmp_path, choice={"cookie_domain": "example.com"}) as site:
        answer = await choose(site.visitor(GERMANY, scheme="https"))
    assert answer.headers["set-cookie"].startswith("__Secure-consent=")
    assert "; Domain=example.com;" in answer.headers["set-cookie"]


async def test_the_record_says_by_which_request_somebody_opted_out(tmp_path: Path) -> None:
    async with gated(tmp_path) as site:
        for address, word in (("67.180.0.1", "opt_out"), ("67.180.0.2", "limit")):
            await choose(site.visitor(address), f"choice={word}&from=preferences")
        events = site.events()
    assert [event.method for event in events] == [Method.OPT_OUT, Method.LIMIT]
    assert {event.region for event in events} <= {"US", "US-CA"}
    assert CALIFORNIA == "67.180.0.1"
