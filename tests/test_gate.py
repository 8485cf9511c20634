"""The whole path, from a request to the ledger and back."""

from __future__ import annotations

import json
import logging
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response

from consentgate import ConfigurationError, ConsentGate, NotGatedError, UnknownCategoryError, get_consent
from consentgate.choice import ChoiceCookie
from consentgate.ledger import Action, open_ledger
from consentgate.model import ChoiceState, Disposition, Regime
from factories import KEY, make_choice, make_policy
from gating import CALIFORNIA, GERMANY, PAGE, TEXAS, careers, choose, choose_in_two_steps, gated, page, without_our_head

pytestmark = pytest.mark.anyio

LIVE_TAG = b'<script async src="https://www.googletagmanager.com/gtag/js'


def cookies_set(response: httpx.Response) -> list[str]:
    return [value.partition("=")[0] for value in response.headers.get_list("set-cookie")]


async def test_a_first_visit_from_germany_gets_a_banner_and_no_tag_and_no_vendors_cookie(tmp_path: Path) -> None:
    async with gated(tmp_path) as site:
        response = await site.visitor(GERMANY).get("/")
    assert response.status_code == 200
    assert b'<section id="consentgate"' in response.content
    assert LIVE_TAG not in response.content
    assert b'data-cg-src="https://www.googletagmanager.com' in response.content
    assert b'data-cg-src="https://px.ads.linkedin.com' in response.content
    assert cookies_set(response) == ["session"]


async def test_accepting_makes_a_durable_row_then_a_cookie_then_the_tags_load(tmp_path: Path) -> None:
    async with gated(tmp_path) as site:
        visitor = site.visitor(GERMANY)
        answer = await choose(visitor, "choice=accept&back=/jobs%3Fq%3Da")
        assert (answer.status_code, answer.headers["location"]) == (303, "/jobs?q=a")
        assert [event.action for event in site.events()] == [Action.GRANT]
        page = await visitor.get("/")
    assert LIVE_TAG in page.content
    assert b"data-cg-src" not in page.content
    assert b'id="consentgate"' not in page.content
    assert cookies_set(page) == ["_ga", "session"]


async def test_withdrawing_ends_the_cookies_and_the_tags_and_keeps_the_grant_on_record(tmp_path: Path) -> None:
    async with gated(tmp_path) as site:
        visitor = site.visitor(GERMANY)
        await choose(visitor)
        await visitor.get("/")
        assert "_ga" in visitor.cookies
        answer = await choose(visitor, "choice=reject&from=preferences&back=/jobs")
        assert answer.headers["location"] == "/_consent/?saved&lang=en&back=/jobs"
        assert "_ga" not in visitor.cookies
        assert "session" in visitor.cookies
        page = await visitor.get("/")
        events = site.events()
    assert LIVE_TAG not in page.content
    assert [event.action for event in events] == [Action.GRANT, Action.WITHDRAW]
    assert events[0].consent_id == events[1].consent_id
    assert events[1].previous_granted == frozenset({"analytics", "marketing"})


async def test_a_handler_sees_what_holds(tmp_path: Path) -> None:
    async with gated(tmp_path) as site:
        german = (await site.visitor(GERMANY).get("/what-holds")).json()
        texan = (await site.visitor(TEXAS).get("/what-holds")).json()
    assert german["regime"] == Regime.OPT_IN
    assert german["reasons"] == {
        "necessary": "necessary",
        "analytics": "regime_opt_in",
        "marketing": "asked_everywhere",
    }
    assert (texan["regime"], texan["analytics"], texan["marketing"]) == (Regime.OPT_OUT, True, False)


async def test_california_gets_its_link_and_no_banner_and_gpc_shows_that_it_is_honored(tmp_path: Path) -> None:
    async with gated(tmp_path) as site:
        plain = await site.visitor(CALIFORNIA).get("/")
        signaled = await site.visitor(CALIFORNIA, Sec_GPC="1").get("/")
    for response in (plain, signaled):
        assert b'<section id="consentgate"' not in response.content
        assert b"Your Privacy Choices" in response.content
        assert b'data-cg-src="https://px.ads.linkedin.com' in response.content
    assert b"Opt-out request honored" not in plain.content
    assert b"Opt-out request honored" in signaled.content


async def test_gpc_denies_what_is_sold_or_shared_although_everything_is_accepted(tmp_path: Path) -> None:
    async with gated(tmp_path) as site:
        visitor = site.visitor(GERMANY)
        await choose(visitor)
        visitor.headers["Sec-GPC"] = "1"
        held = (await visitor.get("/what-holds")).json()
        await choose(visitor, "choice=save&grant=analytics")
        event = site.events()[-1]
    assert (held["analytics"], held["marketing"]) == (True, False)
    assert event.gpc_disposition is Disposition.HONORED


async def test_a_confirmed_grant_overrides_gpc_and_the_record_says_so(tmp_path: Path) -> None:
    async with gated(tmp_path) as site:
        visitor = site.visitor(GERMANY, Sec_GPC="1")
        await choose_in_two_steps(visitor, "choice=save&grant=marketing&from=preferences")
        held = (await visitor.get("/what-holds")).json()
        event = site.events()[0]
    assert held["reasons"]["marketing"] == "gpc_overridden"
    assert (event.gpc, event.gpc_disposition) == (True, Disposition.RECEIVED_NOT_HONORED)


@pytest.mark.parametrize("address", [GERMANY, CALIFORNIA, TEXAS])
async def test_do_not_track_changes_not_one_byte_of_a_response(tmp_path: Path, address: str) -> None:
    async with gated(tmp_path) as site:
        for path in ("/", "/what-holds", "/_consent/", "/missing"):
            answers = [await site.visitor(address, **dnt).get(path) for dnt in ({}, {"DNT": "1"}, {"DNT": "0"})]
            assert len({(one.status_code, one.content, str(one.headers.raw)) for one in answers}) == 1


async def test_an_override_of_gpc_is_kept_when_something_else_is_changed(tmp_path: Path) -> None:
    async with gated(tmp_path) as site:
        visitor = site.visitor(GERMANY, Sec_GPC="1")
        await choose_in_two_steps(visitor, "choice=save&grant=marketing&grant=analytics&from=preferences")
        await choose(visitor, "choice=save&grant=marketing&from=preferences")
        held = (await visitor.get("/what-holds")).json()
    assert (held["analytics"], held["reasons"]["marketing"]) == (False, "gpc_overridden")


@pytest.mark.parametrize("path", ["moved", "untyped", "frame"])
async def test_what_is_no_page_of_its_own_is_no_page_view(
    tmp_path: Path, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    def moved(_: Request) -> Response:
        return RedirectResponse("/")

    def untyped(_: Request) -> Response:
        return Response(b"{}")

    caplog.set_level(logging.INFO, "consentgate.signals")
    async with gated(tmp_path, careers(moved=moved, untyped=untyped, frame=page)) as site:
        await site.visitor(GERMANY, DNT="1", Sec_Fetch_Dest="iframe" if path == "frame" else "document").get(f"/{path}")
    assert not [record for record in caplog.records if record.name == "consentgate.signals"]
    assert open_ledger(site.ledger).tallies(0, 10**6) == []


async def test_do_not_track_is_logged_once_a_page_and_counted_and_kept_with_a_choice(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "consentgate.signals")
    async with gated(tmp_path) as site:
        visitor = site.visitor(GERMANY, DNT="1")
        await visitor.get("/")
        await visitor.get("/what-holds")
        await choose(visitor)
        event = site.events()[0]
    lines = [json.loads(record.message) for record in caplog.records if record.name == "consentgate.signals"]
    assert lines == [
        {
            "signal": "dnt",
            "value": "1",
            "disposition": "received_not_honored",
            "region": "DE",
            "regime": "opt_in",
            "notice": "2026-10",
        }
    ]
    assert (event.dnt, event.dnt_disposition) == (True, Disposition.RECEIVED_NOT_HONORED)
    tallies = {cell.what: n for cell, n in open_ledger(site.ledger).tallies(0, 10**6)}
    assert tallies["signal:dnt:1:received_not_honored"] == 1
    assert tallies["impression:entry"] == 1
    marks = {(mark.dimension, mark.key) for mark, _ in open_ledger(site.ledger).marks(0, 10**6)}
    assert {("browser", "Firefox"), ("language", "en"), ("vendor_blocked", "google-analytics")} <= marks


@pytest.mark.parametrize(
    "headers", [{"Sec_Fetch_Dest": "iframe"}, {"HX_Request": "true"}, {"Turbo_Frame": "main"}, {"Sec_GPC": "0"}]
)
async def test_an_impression_is_counted_only_where_the_banner_was_shown(
    tmp_path: Path, headers: dict[str, str]
) -> None:
    async with gated(tmp_path) as site:
        page = await site.visitor(GERMANY, **headers).get("/")
    shown = b'<section id="consentgate"' in page.content
    counted = {cell.what for cell, _ in open_ledger(site.ledger).tallies(0, 10**6)}
    assert ("impression:entry" in counted) is shown


def cookie_values() -> dict[str, tuple[str, ChoiceState]]:
    policy = make_policy()
    ours, foreign = ChoiceCookie(policy, [KEY]), ChoiceCookie(policy, ["another-key-of-enough-length"])
    granted = make_choice(policy, "analytics marketing")
    value = ours.write(granted)
    expired = make_choice(policy, "analytics marketing", made_at=granted.made_at - timedelta(days=200))
    return {
        "tampered": (value.replace("opt_in", "opt_out"), ChoiceState.BAD_SIGNATURE),
        "truncated": (value[:40], ChoiceState.MALFORMED),
        "foreign key": (foreign.write(granted), ChoiceState.BAD_SIGNATURE),
        "expired": (ours.write(expired), ChoiceState.EXPIRED),
    }


@pytest.mark.parametrize("kind", ["tampered", "truncated", "foreign key", "expired"])
async def test_a_bad_cookie_is_no_choice_and_the_page_is_served_and_the_reason_recorded(
    tmp_path: Path, kind: str
) -> None:
    value, state = cookie_values()[kind]
    async with gated(tmp_path) as site:
        visitor = site.visitor(GERMANY, Cookie=f"consent={value}")
        held = (await visitor.get("/what-holds")).json()
        page = await visitor.get("/")
    assert (held["choice"], held["choice_state"]) == (False, state)
    assert page.status_code == 200
    assert LIVE_TAG not in page.content
    marks = {(mark.dimension, mark.key) for mark, _ in open_ledger(site.ledger).marks(0, 10**6)}
    assert ("choice_state", state) in marks


async def test_of_doubled_cookies_the_newest_choice_counts(tmp_path: Path) -> None:
    policy = make_policy()
    cookie = ChoiceCookie(policy, [KEY])
    granted = make_choice(policy, "analytics marketing")
    withdrawn = make_choice(policy, "", "analytics marketing", made_at=granted.made_at + timedelta(seconds=1))
    both = "; ".join(f"consent={cookie.write(choice)}" for choice in (withdrawn, granted))
    async with gated(tmp_path) as site:
        site.clock.now += timedelta(minutes=1)
        held = (await site.visitor(GERMANY, Cookie=both).get("/what-holds")).json()
    assert held["reasons"]["analytics"] == "choice_refused"


async def test_https_uses_the_host_bound_name_and_ignores_the_plain_one(tmp_path: Path) -> None:
    async with gated(tmp_path) as site:
        visitor = site.visitor(GERMANY, scheme="https")
        answer = await choose(visitor)
        value = answer.headers["set-cookie"].partition("=")[2].partition(";")[0]
        held = (await site.visitor(GERMANY, scheme="https", Cookie=f"consent={value}").get("/what-holds")).json()
    assert answer.headers["set-cookie"].startswith("__Host-consent=")
    assert "; Secure" in answer.headers["set-cookie"]
    assert held["choice"] is False


async def test_only_post_chooses_and_only_get_reads(tmp_path: Path) -> None:
    async with gated(tmp_path) as site:
        visitor = site.visitor()
        got = await visitor.get("/_consent/choice")
        posted = await visitor.post("/_consent/")
        missing = await visitor.get("/_consent/nothing-here")
    assert (got.status_code, got.headers["allow"]) == (405, "POST")
    assert (posted.status_code, posted.headers["allow"]) == (405, "GET, HEAD")
    assert missing.status_code == 404


async def test_without_a_ledger_the_choice_is_not_saved_and_says_so_and_pages_are_served(tmp_path: Path) -> None:
    async with gated(tmp_path / "no-such-folder") as site:
        visitor = site.visitor(GERMANY)
        answer = await choose(visitor)
        page = await visitor.get("/")
    assert answer.status_code == 503
    assert "was not saved" in answer.text
    assert answer.headers["retry-after"] == "30"
    assert "set-cookie" not in answer.headers
    assert page.status_code == 200
    assert b'<section id="consentgate"' in page.content
    assert LIVE_TAG not in page.content


async def test_robots_get_the_page_without_banner_and_without_tags(tmp_path: Path) -> None:
    async with gated(tmp_path) as site:
        robot = site.visitor(
            TEXAS, User_Agent="Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
        )
        page = await robot.get("/")
    assert b"consentgate" not in without_our_head(page.content)
    assert b"data-choice" not in page.content
    assert LIVE_TAG not in page.content


async def test_spoofed_headers_from_an_untrusted_peer_move_nobody(tmp_path: Path) -> None:
    async with gated(tmp_path, visitor={"trusted_proxies": []}) as site:
        transport = httpx.ASGITransport(site.gate, client=(GERMANY, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://careers.example.com") as client:
            for forged in (TEXAS, f"{TEXAS}, {GERMANY}", "unknown"):
                held = (await client.get("/what-holds", headers={"X-Forwarded-For": forged})).json()
                assert held["region"] == "DE"


async def test_a_grant_does_not_cover_a_vendor_that_visitors_were_not_told_of(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def sets_cookies(_: Request) -> Response:
        response = PlainTextResponse("")
        response.set_cookie("_ga", "GA1.1.1.1")
        response.set_cookie("li_fat_id", "1")
        return response

    caplog.set_level(logging.INFO, "consentgate")
    async with gated(tmp_path, careers(cookies=sets_cookies), vendors=["google-analytics"]) as site:
        visitor = site.visitor(GERMANY)
        await choose(visitor, "choice=accept")
        pages = [await visitor.get("/") for _ in range(2)]
        cookies = await visitor.get("/cookies")
    for sent in pages:
        assert LIVE_TAG in sent.content
        assert b'<img data-cg=not-declared data-cg-src="https://px.ads.linkedin.com' in sent.content
    assert [cookie.partition("=")[0] for cookie in cookies.headers.get_list("set-cookie")] == ["_ga"]
    said = [message for message in caplog.messages if "does not declare" in message]
    assert said == [
        "LinkedIn Insight Tag is kept out: the policy does not declare it.",
        "Set-Cookie of li_fat_id kept back: the policy does not declare its vendor.",
    ]


@pytest.mark.parametrize("changes", [{"vendors": []}, {"vendors": ["hotjar"], "walls": {"undeclared": "allow"}}])
async def test_a_policy_that_speaks_of_all_vendors_grants_all_of_them(tmp_path: Path, changes: dict[str, Any]) -> None:
    async with gated(tmp_path, **changes) as site:
        visitor = site.visitor(GERMANY)
        await choose(visitor, "choice=accept")
        page = await visitor.get("/")
    assert b"data-cg-src" not in page.content


async def test_the_app_keeps_its_bytes_but_for_insertions(tmp_path: Path) -> None:
    async with gated(tmp_path) as site:
        visitor = site.visitor(GERMANY)
        await choose(visitor, "choice=accept")
        held = await visitor.get("/")
    body = without_our_head(held.content)
    start, end = body.index(b"<nav id="), body.index(b"</nav>") + len(b"</nav>")
    assert body[:start] + body[end:] == PAGE


async def test_the_banner_speaks_the_language_of_the_page_and_the_record_says_which(tmp_path: Path) -> None:
    def german(_: Request) -> Response:
        return HTMLResponse('<!doctype html><html lang="de-AT"><body><h1>Stellen</h1>')

    def other(_: Request) -> Response:
        return HTMLResponse('<!doctype html><html lang="xx"><body><h1>?</h1>')

    async with gated(tmp_path, careers(german=german, other=other)) as site:
        visitor = site.visitor(GERMANY, Accept_Language="fr")
        on_german_page, elsewhere = await visitor.get("/german"), await visitor.get("/other")
        await choose(visitor, "choice=reject&lang=de")
        await choose(visitor, "choice=reject&lang=../../etc")
        languages = [event.language for event in site.events()]
    assert b"Alle ablehnen" in on_german_page.content
    assert b"Tout refuser" in elsewhere.content
    assert languages == ["de", "fr"]


async def test_get_consent_without_a_gate_says_what_is_missing() -> None:
    with pytest.raises(NotGatedError, match="mount it"):
        get_consent({"type": "http"})


async def test_a_category_that_the_policy_does_not_have_is_an_error(tmp_path: Path) -> None:
    def typo(request: Request) -> Response:
        with pytest.raises(UnknownCategoryError, match="analytcis"):
            get_consent(request).allows("analytcis")
        return Response(b"seen")

    async with gated(tmp_path, careers(typo=typo)) as site:
        assert (await site.visitor().get("/typo")).content == b"seen"


@pytest.mark.parametrize(
    ("changes", "problem"),
    [({"secret_keys": []}, "secret-keys-missing"), ({"ledger": "mysql://x"}, "ledger-url")],
)
def test_a_gate_that_cant_work_is_refused_at_construction(changes: dict[str, object], problem: str) -> None:
    settings = {"policy": make_policy(), "secret_keys": [KEY], "ledger": "sqlite:///x.sqlite3", **changes}
    with pytest.raises(ConfigurationError, match=problem):
        ConsentGate(careers(), **settings)  # type: ignore[arg-type]
