"""Do Not Track under `log`: no byte of what we answer ourselves depends on it; for pages see test_demo_app."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from demo_app.site import careers_site, load_policy
from starlette.types import ASGIApp

from consentgate import ConsentGate
from consentgate.banner.assets import assets
from consentgate.policy import DntSetting
from factories import KEY, NOW
from gating import BROWSER, CALIFORNIA, GERMANY, TEXAS, shut_down

pytestmark = pytest.mark.anyio

POLICY = load_policy()
SIGNALS: tuple[dict[str, str], ...] = ({}, {"DNT": "1"}, {"DNT": "0"}, {"DNT": "1extended"}, {"DNT": "nonsense"})
UNKNOWN = "192.0.2.1"
PATHS = [
    *("/_consent/", "/_consent/?back=/jobs&lang=de", "/_consent/notice/", "/_consent/missing", "/_consent/choice"),
    *(f"/_consent/notice/{version.version}" for version in POLICY.notice.versions),
    *(f"/_consent/assets/{name}" for name in assets()),
    *("/.well-known/gpc.json", "/.well-known/dnt/", "/.well-known/missing", "/static/missing.css", "/jobs"),
]
SESSION = "northwind_session=one-and-the-same; _ga=GA1.1.1.1"
# The demo's panel is the site's own, and there to show what was received.
PANEL_ROW = re.compile(rb'<tr><th scope="row">dnt</th>.*?</tr>', re.DOTALL)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[ASGIApp]:
    """The demo behind its gate, but without its own edge, which has signals of its own."""
    ledger = f"sqlite:///{tmp_path / 'consent.sqlite3'}"
    clock = lambda: NOW  # noqa: E731 - time stands, so that only the signal differs
    gate = ConsentGate(careers_site(POLICY, clock), policy=POLICY, secret_keys=[KEY], ledger=ledger, clock=clock)
    yield gate
    await shut_down(gate)


def visitor(site: ASGIApp, address: str, signal: dict[str, str]) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(site, client=("127.0.0.1", 1)),
        base_url="https://careers.northwind.example",
        headers={"X-Forwarded-For": address, "User-Agent": BROWSER, "Accept": "text/html", "Cookie": SESSION, **signal},
        trust_env=False,
    )


def whole(answer: httpx.Response) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    return answer.status_code, answer.headers.raw, PANEL_ROW.sub(b"", answer.content)


def test_the_demo_only_logs_the_signal() -> None:
    assert POLICY.dnt.in_use == {DntSetting.LOG}


@pytest.mark.parametrize("address", [GERMANY, CALIFORNIA, TEXAS, UNKNOWN])
async def test_every_address_of_ours_answers_the_same_to_the_byte_with_and_without_it(
    site: ASGIApp, address: str
) -> None:
    clients = [visitor(site, address, signal) for signal in SIGNALS]
    for path in PATHS:
        first, *others = [whole(await client.get(path)) for client in clients]
        assert [other for other in others if other != first] == [], path


@pytest.mark.parametrize("address", [GERMANY, CALIFORNIA])
@pytest.mark.parametrize("body", ["choice=accept", "choice=reject&from=preferences", "choice=perhaps"])
async def test_so_is_the_answer_to_a_choice_with_its_cookie_but_for_the_random_id(
    site: ASGIApp, address: str, body: str
) -> None:
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    answers = set()
    for signal in SIGNALS:
        answer = await visitor(site, address, signal).post("/_consent/choice", content=body, headers=headers)
        cookie = re.sub(r"\.[\w-]{22}\.[\w-]{43};", ";", answer.headers.get("set-cookie", ""))
        answers.add((answer.status_code, answer.headers.get("location"), answer.text, cookie))
    assert len(answers) == 1
