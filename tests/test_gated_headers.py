"""The walls in the headers of every kind of response, through a real gate: what leaves, is counted, is logged."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

import gating
from consentgate.ledger import open_ledger
from consentgate.walls.expire import ROOM
from factories import notice_table
from gating import BROWSER, CALIFORNIA, GERMANY, Site, choose

pytestmark = pytest.mark.anyio

HTML = (b"content-type", b"text/html; charset=utf-8")
JSON = (b"content-type", b"application/json")
TO_A_VENDOR = [
    (b"Link", b"<https://static.hotjar.com/x.js>; rel=preload; as=script, </own.css>; rel=preload"),
    (b"Refresh", b"0;url=https://connect.facebook.net/"),
    (b"Speculation-Rules", b'"https://static.hotjar.com/rules"'),
    (b"Reporting-Endpoints", b'hj="https://static.hotjar.com/report", own="/report"'),
    (b"set-cookie", b"_ga=1; Path=/"),
    (b"set-cookie", b"session=1"),
]
LEFT = [
    (b"link", b"</own.css>; rel=preload"),
    (b"reporting-endpoints", b'own="/report"'),
    (b"set-cookie", b"session=1"),
]
gated = partial(gating.gated, vendors=["google-analytics", "hotjar", "meta"])
"""With all declared that these headers name, so that a grant covers them."""

WATCHED = {name.lower() for name, _ in TO_A_VENDOR}


def answering(*headers: tuple[bytes, bytes], status: int = 200, before: Iterable[Message] = ()) -> ASGIApp:
    """An app that answers everything with these headers, and a WebSocket by accepting it."""

    async def app(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001
        if scope["type"] == "websocket":
            kind = "websocket.accept" if status == 200 else "websocket.http.response.start"
            await send({"type": kind, "status": status, "headers": list(headers)})
            return
        for message in before:
            await send(message)
        await send({"type": "http.response.start", "status": status, "headers": list(headers)})
        await send({"type": "http.response.body", "body": b""})

    return app


async def messages(site: Site, kind: str = "http", *, method: str = "GET", **headers: str) -> list[Message]:
    """What leaves for one request of a page."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return await asyncio.Future()

    given = {"host": "careers.example.com", "user-agent": BROWSER, "accept": "text/html", **headers}
    scope = {
        "type": kind, "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "scheme": "http",
        "path": "/careers/jobs", "raw_path": b"/careers/jobs", "query_string": b"q=1", "root_path": "",
        "headers": [(name.encode(), value.encode()) for name, value in given.items()], "client": (GERMANY, 1),
        "extensions": {},
    }  # fmt: skip
    await site.gate(scope, receive, send)
    return sent


def watched(message: Message) -> list[tuple[bytes, bytes]]:
    return [header for header in message["headers"] if header[0] in WATCHED]


def counted(site: Site) -> dict[tuple[str, str], int]:
    """(dimension, key) -> n, once the gate is shut down."""
    return {(mark.dimension, mark.key): n for mark, n in open_ledger(site.ledger).marks(0, 10**6)}


def expired(answer: httpx.Response) -> list[str]:
    values = answer.headers.get_list("set-cookie")
    return [value for value in values if "Max-Age=0" in value]


@pytest.mark.parametrize(
    ("status", "header", "method"),
    [
        (200, HTML, "GET"), (200, HTML, "HEAD"), (200, JSON, "GET"), (204, JSON, "GET"), (206, HTML, "GET"),
        (301, (b"location", b"/"), "GET"), (304, HTML, "GET"), (404, HTML, "GET"), (500, HTML, "GET"),
        (503, JSON, "GET"), (200, (b"content-type", b"image/png"), "GET"), (200, (b"x", b"y"), "GET"),
    ],
)  # fmt: skip
async def test_no_kind_of_response_lets_a_header_to_a_vendor_pass(
    tmp_path: Path, status: int, header: tuple[bytes, bytes], method: str
) -> None:
    async with gated(tmp_path, answering(header, *TO_A_VENDOR, status=status)) as site:
        sent = await messages(site, method=method)
        plain = await messages(site, method=method, accept="*/*")
    assert watched(sent[0]) == LEFT
    assert watched(plain[0]) == LEFT


@pytest.mark.parametrize("status", [200, 403])
async def test_a_websocket_sets_no_vendors_cookie_accepted_or_refused(tmp_path: Path, status: int) -> None:
    cookies = [(b"Set-Cookie", b"__Secure-_ga=1"), (b"Set-Cookie", b"session=1"), (b"set-cookie", b"_ga=; Max-Age=0")]
    async with gated(tmp_path, answering(*cookies, status=status)) as site:
        (sent,) = await messages(site, "websocket")
    assert sent["headers"] == [(b"set-cookie", b"session=1"), (b"set-cookie", b"_ga=; Max-Age=0")]


async def test_early_hints_lose_vendors_links_and_go_where_nothing_is_left(tmp_path: Path) -> None:
    vendor, own = b"<https://static.hotjar.com>; rel=preconnect", b"</own.css>; rel=preload"
    hints: list[Message] = [
        {"type": "http.response.early_hint", "links": links} for links in ([vendor], [own, vendor], [], iter([own]))
    ]
    async with gated(tmp_path, answering(HTML, before=hints)) as site:
        *sent, _, _ = await messages(site)
    assert [message["links"] for message in sent] == [[own], [], [own]]
    assert counted(site)["vendor_blocked", "hotjar"] == 2


async def test_once_granted_nothing_is_touched(tmp_path: Path) -> None:
    headers = [(name.lower(), value) for name, value in TO_A_VENDOR]
    async with gated(tmp_path, answering(JSON, *headers)) as site:
        visitor = site.visitor(GERMANY)
        await choose(visitor, "choice=accept")
        sent = await messages(site, cookie=f"consent={visitor.cookies['consent']}")
    assert watched(sent[0]) == headers


async def test_what_is_kept_back_is_counted_by_vendor_and_by_name_and_logged_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    cookies = [(b"set-cookie", b"user_48813=secret"), (b"set-cookie", b"theme=dark")]
    async with gated(
        tmp_path, answering(JSON, *TO_A_VENDOR, *cookies), walls={"essential_cookies": ["session"]}
    ) as site:
        with caplog.at_level(logging.INFO, "consentgate"):
            await messages(site)
            await messages(site)
    marks = counted(site)
    assert (marks["vendor_blocked", "hotjar"], marks["vendor_blocked", "meta"]) == (6, 2)
    assert {key: n for (dimension, key), n in marks.items() if dimension == "cookie_suppressed"} == {"_ga": 2}
    assert {key: n for (dimension, key), n in marks.items() if dimension == "cookie_unknown"} == {
        "user_*": 2,
        "theme": 2,
    }
    lines = [record.getMessage() for record in caplog.records if record.name == "consentgate"]
    assert sorted(lines) == [
        "Header link to hotjar kept back: its category is not granted.",
        "Header refresh to meta kept back: its category is not granted.",
        "Header reporting-endpoints to hotjar kept back: its category is not granted.",
        "Header speculation-rules to hotjar kept back: its category is not granted.",
        "Set-Cookie of _ga kept back: its category is not granted.",
        "Set-Cookie of theme seen: neither the policy nor the catalogue knows it.",
        "Set-Cookie of user_* seen: neither the policy nor the catalogue knows it.",
    ]


@pytest.mark.parametrize(
    ("walls", "left", "dimension"),
    [
        ({"unknown_cookies": "block"}, [b"session=1"], "cookie_suppressed"),
        ({"unknown_cookies": "block", "dry_run": True}, [b"_ga=1", b"theme=1", b"session=1"], "cookie_dry_run"),
    ],
)
async def test_unknown_cookies_are_kept_back_as_the_policy_says_and_a_dry_run_only_says_so(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, walls: dict[str, Any], left: list[bytes], dimension: str
) -> None:
    headers = [(b"set-cookie", value) for value in (b"_ga=1", b"theme=1", b"session=1")]
    settings = {**walls, "essential_cookies": ["session"]}
    async with gated(tmp_path, answering(JSON, *headers), walls=settings) as site:
        with caplog.at_level(logging.INFO, "consentgate"):
            sent = await messages(site)
    assert [value for _, value in watched(sent[0])] == left
    marks = {key: n for key, n in counted(site).items() if key[0].startswith("cookie_")}
    assert marks == {(dimension, "_ga"): 1, (dimension, "theme"): 1, ("cookie_unknown", "theme"): 1}
    said = "would be kept back" if "dry_run" in walls else "kept back"
    assert [f"of theme {said}" in record.getMessage() for record in caplog.records].count(True) == 1


BROUGHT = "_ga=1; _fbp=1; theme=1; session=1; __Secure-_ga_X=1"


async def test_a_page_ends_refused_cookies_at_its_own_paths_and_leaves_all_others(tmp_path: Path) -> None:
    async with gated(tmp_path, answering(HTML)) as site:
        visitor = site.visitor(GERMANY)
        await choose(visitor, "choice=save&grant=marketing")
        cookies = f"consent={visitor.cookies['consent']}; {BROUGHT}"
        page = await visitor.get("/careers/jobs", headers={"Cookie": cookies})
    ended = expired(page)
    assert {each.partition("=")[0] for each in ended} == {"_ga", "__Secure-_ga_X"}
    assert "_ga=; Path=/; Max-Age=0" in ended
    assert "_ga=; Path=/careers; Max-Age=0" in ended
    assert "_ga=; Path=/careers/; Domain=example.com; Max-Age=0" in ended
    assert page.headers["cache-control"].startswith("private")


@pytest.mark.parametrize(
    ("sent", "ended"),
    [
        ({}, set()),
        ({"Sec_GPC": "1"}, {"_fbp"}),
        ({"DNT": "1"}, set()),
    ],
)
async def test_cookies_end_by_a_signal_that_counts_and_not_because_nobody_was_asked(
    tmp_path: Path, sent: dict[str, str], ended: set[str]
) -> None:
    async with gated(tmp_path) as site:
        for address in (GERMANY, CALIFORNIA):
            page = await site.visitor(address, **sent).get("/", headers={"Cookie": BROUGHT})
            assert {each.partition("=")[0] for each in expired(page)} == ended


async def test_an_objection_ends_them_too(tmp_path: Path) -> None:
    notice = notice_table(dnt="We treat Do Not Track as an objection.")
    async with gated(tmp_path, notice=notice, signals={"dnt": "objection"}) as site:
        page = await site.visitor(GERMANY, DNT="1").get("/", headers={"Cookie": BROUGHT})
    assert {each.partition("=")[0] for each in expired(page)} == {"_ga", "_fbp", "__Secure-_ga_X"}


async def test_a_signal_of_before_ends_what_it_denies_as_the_signal_itself_does(tmp_path: Path) -> None:
    sold = {"analytics": {}, "marketing": {"sale_or_sharing": True}}
    async with gated(tmp_path, categories=sold, vendors=["google-analytics", "meta"]) as site:
        for sent in ({"Sec-GPC": "1"}, {"Cookie": f"consent-opt-out=202611; {BROUGHT}"}):
            page = await site.visitor(CALIFORNIA).get("/", headers={"Cookie": BROUGHT, **sent})
            assert {each.partition("=")[0] for each in expired(page)} == {"_fbp"}


async def test_no_cookie_ends_in_a_dry_run_nor_one_that_the_site_calls_its_own(tmp_path: Path) -> None:
    for walls, ended in (({"dry_run": True}, set()), ({"essential_cookies": ["_ga_X"]}, {"_ga", "_fbp"})):
        folder = tmp_path / str(len(walls) + len(ended))
        folder.mkdir()
        async with gated(folder, walls=walls) as site:
            visitor = site.visitor(GERMANY)
            choice = await choose(visitor, "choice=reject", Cookie=BROUGHT)
            cookie = {"Cookie": f"consent={visitor.cookies['consent']}; {BROUGHT}"}
            page = await visitor.get("/", headers=cookie)
        for answer in (choice, page):
            assert {each.partition("=")[0] for each in expired(answer)} == ended


@pytest.mark.parametrize(
    ("status", "header", "accept", "ends"),
    [
        (200, HTML, "text/html", True),
        (404, HTML, "text/html", True),
        (304, HTML, "text/html", True),
        (302, (b"location", b"/"), "text/html", False),
        (200, (b"content-type", b"application/pdf"), "text/html", False),
        (200, HTML, "*/*", False),
        (200, JSON, "*/*", False),
    ],
)
async def test_cookies_end_only_where_no_shared_cache_could_hand_the_deletion_to_others(
    tmp_path: Path, status: int, header: tuple[bytes, bytes], accept: str, ends: bool
) -> None:
    cached = (b"cache-control", b"public, max-age=600")
    async with gated(tmp_path, answering(header, cached, status=status)) as site:
        sent = await messages(site, cookie="_fbp=1", accept=accept, **{"sec-gpc": "1"})
    deletions = [value for name, value in sent[0]["headers"] if name == b"set-cookie"]
    assert bool(deletions) is ends
    assert not ends or dict(sent[0]["headers"])[b"cache-control"].startswith(b"private")


async def test_however_many_cookies_a_request_brings_the_answers_stay_small(tmp_path: Path) -> None:
    many = "; ".join(f"_ga_{number:08}=1" for number in range(400))
    async with gated(tmp_path, answering(HTML)) as site:
        visitor = site.visitor(GERMANY, scheme="https")
        choice = await choose(visitor, "choice=reject", Cookie=many)
        cookies = f"__Host-consent={visitor.cookies['__Host-consent']}; {many}"
        page = await visitor.get("/a/b/c", headers={"Cookie": cookies})
    for answer in (choice, page):
        assert sum(len(f"set-cookie: {value}\r\n") for value in expired(answer)) <= ROOM
        assert len(expired(answer)) > 20


@pytest.mark.parametrize(
    ("scheme", "choice", "sent"),
    [
        ("https", "reject", '"cache", "storage"'),
        ("https", "save&grant=analytics", '"cache", "storage"'),
        ("https", "accept", None),
        ("http", "reject", None),
    ],
)
async def test_site_data_is_cleared_with_a_refusal_over_https_and_never_cookies(
    tmp_path: Path, scheme: str, choice: str, sent: str | None
) -> None:
    async with gated(tmp_path, walls={"clear_site_data": ["cache", "storage"]}) as site:
        answer = await choose(site.visitor(GERMANY, scheme=scheme), f"choice={choice}")
    assert answer.headers.get("clear-site-data") == sent
    assert any("consent=" in value for value in answer.headers.get_list("set-cookie"))


async def test_nothing_is_cleared_unless_the_policy_says_so(tmp_path: Path) -> None:
    async with gated(tmp_path) as site:
        assert "clear-site-data" not in (await choose(site.visitor(scheme="https"), "choice=reject")).headers


async def test_a_minors_old_cookies_end_with_a_choice_and_with_a_page(tmp_path: Path) -> None:
    walls = {"clear_site_data": ["storage"]}
    async with gated(tmp_path, is_minor=lambda _: True, walls=walls) as site:
        visitor = site.visitor(GERMANY, scheme="https")
        form = await choose(visitor, "choice=accept", Cookie=BROUGHT)
        said = await visitor.post(
            "/_consent/choice",
            json={"choice": "accept"},
            headers={"Cookie": BROUGHT, "Sec-Fetch-Site": "same-origin", "Accept": "application/json"},
        )
        page = await visitor.get("/", headers={"Cookie": BROUGHT})
    for answer in (form, said, page):
        assert {each.partition("=")[0] for each in expired(answer)} == {"_ga", "_fbp", "__Secure-_ga_X"}
    assert said.json()["code"] == "minor"
    assert form.headers["clear-site-data"] == said.headers["clear-site-data"] == '"storage"'
