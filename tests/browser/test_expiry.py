"""A real browser: cookies set in every place that a site can set them are gone a few pages after a refusal."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
import trustme
from playwright.sync_api import Browser, BrowserContext
from starlette.types import ASGIApp, Receive, Scope, Send

from careers_site import HOST, UNGATED, Served, certificate
from chromium import launched, user_agent
from consentgate import ConsentGate
from factories import make_policy
from sink import Sink

pytestmark = pytest.mark.browser

PAGE = "/careers/jobs/1"
PATHS = ["/", "/careers", "/careers/", "/careers/jobs", "/careers/jobs/", PAGE]
DOMAINS = ["", "; Domain=northwind.example", "; Domain={host}"]
ENDS = ["; HttpOnly; SameSite=Strict", "; Secure; Partitioned"]
MOST_PAGES = 12
SEED = "/careers/jobs/seed"
LOADING = [
    (
        b"link",
        b"<https://static.hotjar.com/x.js>; rel=preload; as=script, <https://px.ads.linkedin.com>; rel=preconnect",
    ),
    (b"link", b"<https://connect.facebook.net/en/x.js>; rel=modulepreload"),
    (b"refresh", b"0;url=https://www.facebook.com/tr/?id=1"),
]


def planted(host: str) -> list[bytes]:
    """A cookie of one name in each place, and the prefixed names where they may be."""
    everywhere = [
        f"_ga=1; Path={path}{domain.format(host=host)}; Max-Age=9999{end}"
        for path, domain, end in product(PATHS, DOMAINS, ENDS)
    ]
    prefixed = [
        "__Host-_ga=1; Path=/; Secure; Max-Age=9999",
        "__Host-_gid=1; Path=/; Secure; Partitioned; Max-Age=9999",
        "__Secure-_ga=1; Path=/careers; Domain=northwind.example; Secure; HttpOnly; Max-Age=9999",
        "_fbp=1; Max-Age=9999",  # Without a Path it is kept at that of the page's folder.
        "session=1; Path=/; HttpOnly; Max-Age=9999",
        "theme=dark; Path=/careers; Max-Age=9999",
    ]
    return [each.encode() for each in (*everywhere, *prefixed)]


async def plants(scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG001
    """A site that sets all of them on one page and nothing elsewhere; on another its headers name vendors."""
    host = dict(scope["headers"])[b"host"].decode().partition(":")[0]
    headers = [(b"content-type", b"text/html; charset=utf-8")]
    if scope["path"] == SEED:
        headers += ((b"set-cookie", value) for value in planted(host))
    if scope["path"] == "/loading":
        headers += LOADING
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"<!doctype html><html lang=en><title>Jobs</title><h1>Jobs</h1>"})


def with_seed_let_through(gate: ASGIApp, app: ASGIApp) -> ASGIApp:
    """The page that plants goes past the gate: what it sets stands for what was granted before, or set by a script."""

    async def either(scope: Scope, receive: Receive, send: Send) -> None:
        await (app if scope.get("path") == SEED else gate)(scope, receive, send)

    return either


@pytest.fixture(scope="module")
def chromium(authority: trustme.CA, sink: Sink, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Chromium before the site, gated under one host and not under the other; all other hosts are the sink."""
    folder = tmp_path_factory.mktemp("plants")
    chain, key = certificate(authority, folder, HOST, UNGATED)
    with Served(gated_plants(folder), chain, key) as gated, Served(plants, chain, key) as ungated:
        sites = (f"MAP {HOST} 127.0.0.1:{gated}", f"MAP {UNGATED} 127.0.0.1:{ungated}")
        with launched(*sites, f"MAP * 127.0.0.1:{sink.port}") as browser:
            yield browser


def gated_plants(folder: Path) -> ASGIApp:
    policy = make_policy(site=HOST, visitor={"trusted_proxies": []})
    ledger = f"sqlite:///{folder / 'consent.sqlite3'}"
    gate = ConsentGate(plants, policy=policy, secret_keys=["a-key-for-the-browser-tests-only"], ledger=ledger)
    return with_seed_let_through(gate, plants)


@pytest.fixture
def context(chromium: Browser, sink: Sink) -> Iterator[BrowserContext]:
    sink.forget()
    made = chromium.new_context(ignore_https_errors=True, user_agent=user_agent(chromium))
    yield made
    made.close()


def vendors_cookies(context: BrowserContext) -> list[str]:
    """Where each of them is kept."""
    theirs = [each for each in context.cookies() if each["name"].rpartition("-")[2] in {"_ga", "_gid", "_fbp"}]
    return [f"{each['name']} {each['domain']}{each['path']} {each.get('partitionKey', '')}" for each in theirs]


def test_after_a_refusal_a_few_pages_end_what_was_set_in_every_place(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"https://{HOST}{SEED}")
    assert len(vendors_cookies(context)) == len(planted(HOST)) - len(("session", "theme"))
    page.goto(f"https://{HOST}{PAGE}")
    page.locator("#consentgate button[value=reject]").click()
    page.wait_for_load_state("networkidle")
    pages = 0
    while vendors_cookies(context) and pages < MOST_PAGES:
        page.goto(f"https://{HOST}{PAGE}")
        pages += 1
    assert vendors_cookies(context) == [], f"left after {MOST_PAGES} pages"
    assert {"session", "theme", "__Host-consent"} <= {each["name"] for each in context.cookies()}


def test_without_a_refusal_they_stay_however_many_pages_are_seen(context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(f"https://{HOST}{SEED}")
    before = vendors_cookies(context)
    assert sum(not each.endswith(" ") for each in before) > len(PATHS) * len(DOMAINS), "none is in a partition"
    for _ in range(3):
        page.goto(f"https://{HOST}{PAGE}")
    assert vendors_cookies(context) == before


def test_headers_make_the_browser_ask_no_vendor_and_without_the_gate_they_do(
    context: BrowserContext, sink: Sink
) -> None:
    page = context.new_page()
    page.goto(f"https://{HOST}/loading")
    page.wait_for_load_state("networkidle")
    assert sink.hosts == set()
    assert page.url == f"https://{HOST}/loading"
    page.goto(f"https://{UNGATED}/loading", wait_until="commit")
    sink.wait_for("static.hotjar.com", "connect.facebook.net", "www.facebook.com")
