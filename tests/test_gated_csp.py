"""The CSP wall around an app: which responses carry our policy, what its nonces do, and what becomes of its reports."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from consentgate.ledger import open_ledger
from consentgate.walls.csp_report import LARGEST_BODY, MOST_REPORTS
from consentgate.walls.unscannable import STRICT_CSP
from factories import make_policy
from gating import CALIFORNIA, GERMANY, PAGE, Site, careers, choose, gated, shut_down, without_our_head

pytestmark = pytest.mark.anyio

CSP, REPORT_ONLY = "content-security-policy", "content-security-policy-report-only"
ENFORCE: dict[str, Any] = {"csp": "enforce", "hosts": ["cdn.example.net"]}
NONCE: dict[str, Any] = {**ENFORCE, "nonce": True}
SITES_OWN = "script-src 'self'; frame-ancestors 'none'"

SCRIPTS = b"""<!doctype html><html><head><title>Jobs</title><script>own()</script><script src="/own.js"></script>
<script nonce="site">named()</script></head><body>Jobs</body></html>"""


def html(_: Request) -> Response:
    """A page with an entity tag and a policy of its own."""
    return HTMLResponse(PAGE, headers={"Content-Security-Policy": SITES_OWN, "ETag": '"v1"'})


def not_modified(request: Request) -> Response:
    """A page that answers conditional requests."""
    if request.headers.get("if-none-match") == '"v1"':
        return Response(status_code=304, headers={"ETag": '"v1"'})
    return HTMLResponse(PAGE, headers={"ETag": '"v1"'})


def with_policy_again(request: Request) -> Response:
    """One whose 304 has its policy, too."""
    policy = {"Content-Security-Policy": SITES_OWN, "ETag": '"v1"'}
    if request.headers.get("if-none-match") == '"v1"':
        return Response(status_code=304, headers=policy)
    return HTMLResponse(PAGE, headers=policy)


def scripts(_: Request) -> Response:
    return HTMLResponse(SCRIPTS, headers={"ETag": '"v1"'})


def scripts_with_policy(_: Request) -> Response:
    return HTMLResponse(SCRIPTS, headers={"Content-Security-Policy": "script-src 'self' 'nonce-site'"})


def xhtml(_: Request) -> Response:
    page = b'<html xmlns="http://www.w3.org/1999/xhtml"><head><script>own()</script></head><body>Jobs</body></html>'
    return Response(page, media_type="application/xhtml+xml")


def sealed(_: Request) -> Response:
    return HTMLResponse(PAGE, headers={"Cache-Control": "no-transform", "ETag": '"v1"', "Last-Modified": "x"})


def text(_: Request) -> Response:
    return PlainTextResponse("no page")


APP = careers(
    html=html,
    cached=not_modified,
    **{"cached-with-policy": with_policy_again},
    scripts=scripts,
    policy=scripts_with_policy,
    xhtml=xhtml,
    sealed=sealed,
    text=text,
)


def policies(answer: httpx.Response, name: str = CSP) -> list[str]:
    return answer.headers.get_list(name)


async def test_our_policy_stands_beside_the_sites_and_never_in_it(tmp_path: Path) -> None:
    async with gated(tmp_path, APP, walls=ENFORCE) as site:
        theirs, ours = policies(await site.visitor().get("/html"))
    assert theirs == SITES_OWN
    assert ours.startswith("default-src 'self' ")
    assert ours.endswith("; report-uri /_consent/csp")
    assert " cdn.example.net " in ours
    assert "hotjar.com" not in ours


async def test_what_is_granted_is_listed_on_the_next_page(tmp_path: Path) -> None:
    async with gated(tmp_path, APP, walls=ENFORCE) as site:
        visitor = site.visitor()
        await choose(visitor)
        assert " *.hotjar.com " in policies(await visitor.get("/"))[0]
        assert " *.hotjar.com " in policies(await site.visitor(CALIFORNIA).get("/"))[0]


@pytest.mark.parametrize("path", ["/", "/xhtml", "/html"])
async def test_pages_carry_what_only_reports_under_report(tmp_path: Path, path: str) -> None:
    async with gated(tmp_path, APP, walls={"csp": "report"}) as site:
        answer = await site.visitor().get(path)
    (ours,) = policies(answer, REPORT_ONLY)
    assert " *.hotjar.com " in ours
    assert policies(answer) == ([SITES_OWN] if path == "/html" else [])


@pytest.mark.parametrize("walls", [{}, {"csp": "off"}])
async def test_nothing_is_added_where_it_is_off(tmp_path: Path, walls: dict[str, Any]) -> None:
    async with gated(tmp_path, APP, walls=walls) as site:
        answer = await site.visitor().get("/html")
    assert policies(answer) == [SITES_OWN]
    assert policies(answer, REPORT_ONLY) == []


@pytest.mark.parametrize("path", ["/text", "/what-holds"])
@pytest.mark.parametrize("csp", ["report", "enforce"])
async def test_what_is_no_page_carries_none(tmp_path: Path, csp: str, path: str) -> None:
    async with gated(tmp_path, APP, walls={"csp": csp}) as site:
        answer = await site.visitor().get(path)
    assert policies(answer) == policies(answer, REPORT_ONLY) == []


@pytest.mark.parametrize("walls", [{"csp": "report"}, ENFORCE, NONCE])
async def test_a_page_that_nobody_can_read_has_the_strict_policy_alone(tmp_path: Path, walls: dict[str, Any]) -> None:
    async with gated(tmp_path, APP, walls=walls) as site:
        answer = await site.visitor().get("/sealed")
    assert policies(answer) == [STRICT_CSP.decode()]
    assert policies(answer, REPORT_ONLY) == []


async def test_a_304_that_has_the_sites_policy_has_ours_beside_it(tmp_path: Path) -> None:
    async with gated(tmp_path, APP, walls=ENFORCE) as site:
        visitor = site.visitor()
        page = await visitor.get("/cached-with-policy")
        again = await visitor.get("/cached-with-policy", headers={"If-None-Match": page.headers["etag"]})
        assert (page.status_code, again.status_code) == (200, 304)
        assert policies(again) == policies(page)
        await choose(visitor)
        other = await visitor.get("/cached-with-policy", headers={"If-None-Match": page.headers["etag"]})
    assert other.status_code == 200
    assert policies(other) != policies(page)


async def test_a_304_without_a_policy_leaves_the_page_those_that_it_has(tmp_path: Path) -> None:
    """Ours alone would take the place of the site's in the browser's cache, measured in Chromium."""
    async with gated(tmp_path, APP, walls=ENFORCE) as site:
        visitor = site.visitor()
        page = await visitor.get("/cached")
        again = await visitor.get("/cached", headers={"If-None-Match": page.headers["etag"]})
    assert again.status_code == 304
    assert policies(again) == []


async def test_a_page_that_nobody_can_read_is_read_anew_each_time(tmp_path: Path) -> None:
    """A 304 with the site's own policy would take the strict one away, and the page would come from the cache alive."""
    async with gated(tmp_path, APP) as site:
        page = await site.visitor().get("/sealed")
    assert "etag" not in page.headers
    assert "last-modified" not in page.headers


async def test_reports_go_to_our_address_below_where_the_app_is_mounted(tmp_path: Path) -> None:
    async with gated(tmp_path, APP, walls=ENFORCE, prefix="/privacy-choices") as site:
        client = httpx.AsyncClient(
            transport=httpx.ASGITransport(site.gate, root_path="/jobs"), base_url="http://careers.example.com"
        )
        answer = await client.get("/jobs/", headers={"Accept": "text/html"})
    assert policies(answer)[0].endswith("report-uri /jobs/privacy-choices/csp")


def nonce_of(answer: httpx.Response) -> str:
    (nonce,) = re.findall(r"'nonce-([A-Za-z0-9_-]{22})'", policies(answer)[-1])
    return str(nonce)


async def test_inline_scripts_carry_the_nonce_of_their_response_and_each_response_has_another(tmp_path: Path) -> None:
    async with gated(tmp_path, APP, walls=NONCE) as site:
        answers = [await site.visitor().get("/scripts") for _ in range(4)]
    for answer in answers:
        nonce = nonce_of(answer)
        assert len(policies(answer)) == 2
        assert policies(answer)[1] == f"script-src-elem 'nonce-{nonce}' * data: blob:"
        assert f"<script nonce={nonce}>own()" in answer.text
        assert f'<script nonce={nonce} data-cg-nonce="site">named()' in answer.text
        assert '<script src="/own.js"></script>' in answer.text
        assert "nonce" not in policies(answer)[0]
    assert len({nonce_of(answer) for answer in answers}) == 4


async def test_the_nonce_of_the_sites_own_policy_counts_and_is_never_given_to_a_tag_that_came_without(
    tmp_path: Path,
) -> None:
    """It would let in what the site's policy keeps out: a script that somebody injected has no nonce."""
    async with gated(tmp_path, APP, walls=NONCE) as site:
        answer = await site.visitor().get("/policy")
    nonce = nonce_of(answer)
    assert policies(answer)[-1] == f"script-src-elem 'nonce-site' 'nonce-{nonce}' * data: blob:"
    assert f"<script nonce={nonce}>own()" in answer.text
    assert '<script nonce="site">named()' in answer.text
    assert len(re.findall(rb"nonce=\"?site", without_our_head(answer.content))) == 1


async def test_xhtml_has_nonces_too(tmp_path: Path) -> None:
    async with gated(tmp_path, APP, walls=NONCE) as site:
        answer = await site.visitor().get("/xhtml")
    assert f'<script nonce="{nonce_of(answer)}">own()' in answer.text


async def test_a_page_with_nonces_has_no_entity_tag_and_is_never_taken_from_a_cache_of_another_response(
    tmp_path: Path,
) -> None:
    async with gated(tmp_path, APP, walls=NONCE) as site:
        answer = await site.visitor().get("/scripts")
        page = await site.visitor().get("/cached", headers={"If-None-Match": '"v1"'})
    assert "etag" not in answer.headers
    assert "last-modified" not in answer.headers
    assert "private" in answer.headers["cache-control"]
    assert page.status_code == 200


async def test_the_banner_is_in_a_page_with_nonces_as_in_any_other(tmp_path: Path) -> None:
    async with gated(tmp_path, APP, walls=NONCE) as site:
        answer = await site.visitor().get("/scripts")
    assert 'id="consentgate"' in answer.text
    assert '<style data-cg="">' in answer.text


def test_a_policy_tells_whether_a_choice_has_to_load_the_page_anew() -> None:
    told = [make_policy(walls={"csp": csp}).walls.csp_enforces for csp in ("off", "report", "enforce")]
    assert told == [False, False, True]


# Reports

OWN = "https://careers.example.com/jobs"


def report(blocked: object, document: object = OWN, **more: object) -> dict[str, object]:
    return {"csp-report": {"document-uri": document, "blocked-uri": blocked, "disposition": "enforce", **more}}


def modern(blocked: object, document: object = OWN) -> dict[str, object]:
    return {"type": "csp-violation", "url": OWN, "body": {"documentURL": document, "blockedURL": blocked}}


async def send(client: httpx.AsyncClient, body: object, **headers: str) -> httpx.Response:
    sent = {"Content-Type": "application/csp-report", "Sec-Fetch-Site": "same-origin", "Accept": "*/*"}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return await client.post("/_consent/csp", content=content, headers=sent)


async def counted(site: Site) -> dict[tuple[str, str], int]:
    """What the reports came to, once the site is shut down."""
    await shut_down(site.gate)
    marks = open_ledger(site.ledger).marks(0, 10**6)
    return {(mark.dimension, mark.key): n for mark, n in marks if mark.dimension in {"undeclared_host", "csp_blocked"}}


@pytest.mark.parametrize(
    ("blocked", "expected"),
    [
        ("https://fonts.example.org/css?family=x", {("undeclared_host", "fonts.example.org"): 1}),
        ("wss://Sockets.Example.org:8443/live#x", {("undeclared_host", "sockets.example.org"): 1}),
        ("https://user:secret@fonts.example.org", {("undeclared_host", "fonts.example.org"): 1}),
        ("https://connect.facebook.net/en_US/fbevents.js", {("undeclared_host", "connect.facebook.net"): 1}),
        ("https://static.hotjar.com/c/hotjar-1.js", {("csp_blocked", "hotjar"): 1}),
        ("https://www.google-analytics.com/g/collect?v=2", {("csp_blocked", "google-analytics"): 1}),
        ("https://cdn.example.net/a.js", {}),
        ("https://eu.cdn.example.net/a.js", {}),
        ("https://careers.example.com/own.js", {}),
        ("https://consent.invalid/", {}),
        ("inline", {}),
        ("eval", {}),
        ("wasm-eval", {}),
        ("data", {}),
        ("blob", {}),
        ("blob:https://fonts.example.org/1", {}),
        ("chrome-extension://abcdefgh/inject.js", {}),
        ("moz-extension", {}),
        ("safari-web-extension://x.example.org/", {}),
        ("", {}),
        (None, {}),
        (7, {}),
        ({"a": 1}, {}),
        ("https://192.168.1.7/router.js", {}),
        ("https://[::1]/x", {}),
        ("https://localhost/x", {}),
        ("https://" + "a" * 64 + ".example.org/x", {}),
        ("https://" + "a." * 130 + "example/x", {}),
        ("https://spa ce.example.org/x", {}),
        ("https://<b>.example.org/x", {}),
    ],
)
@pytest.mark.parametrize("form", [report, modern])
async def test_only_the_host_of_a_report_counts_and_only_where_nobody_declared_it(
    tmp_path: Path, form: Any, blocked: object, expected: dict[tuple[str, str], int]
) -> None:
    async with gated(tmp_path, APP, walls=ENFORCE) as site:
        kind = "application/csp-report" if form is report else "application/reports+json"
        answer = await send(site.visitor(), form(blocked) if form is report else [form(blocked)], Content_Type=kind)
        assert (answer.status_code, answer.content) == (204, b"")
        assert await counted(site) == expected


async def test_under_report_a_declared_vendor_is_no_news(tmp_path: Path) -> None:
    async with gated(tmp_path, APP, walls={"csp": "report"}) as site:
        await send(site.visitor(), report("https://static.hotjar.com/c/hotjar-1.js"))
        await send(site.visitor(), report("https://fonts.example.org/css"))
        assert await counted(site) == {("undeclared_host", "fonts.example.org"): 1}


@pytest.mark.parametrize(
    ("document", "counts"),
    [(OWN, True), ("about", True), ("about:srcdoc", True), (None, True), ("https://evil.example.org/", False)],
)
async def test_reports_of_documents_on_other_hosts_are_ignored(tmp_path: Path, document: object, counts: bool) -> None:
    async with gated(tmp_path, APP, walls=ENFORCE) as site:
        await send(site.visitor(), report("https://fonts.example.org/css", document))
        assert bool(await counted(site)) is counts


async def test_a_document_on_a_second_name_of_the_site_is_its_own(tmp_path: Path) -> None:
    async with gated(tmp_path, APP, walls=ENFORCE) as site:
        client = site.visitor(host="staging.example.org:8443")
        blocked = ("https://staging.example.org:8443/x.js", "https://fonts.example.org/css")
        for each in blocked:
            await send(client, report(each, "https://staging.example.org:8443/jobs"))
        assert await counted(site) == {("undeclared_host", "fonts.example.org"): 1}


async def test_of_one_body_only_so_many_reports_are_read(tmp_path: Path) -> None:
    async with gated(tmp_path, APP, walls=ENFORCE) as site:
        many = [modern(f"https://h{n}.example.org/") for n in range(MOST_REPORTS + 5)]
        await send(site.visitor(), many, Content_Type="application/reports+json")
        assert len(await counted(site)) == MOST_REPORTS


async def test_of_one_hour_only_so_many_hosts_are_told_apart(tmp_path: Path) -> None:
    """Anybody can send reports, and each name is a row on the disk."""
    async with gated(tmp_path, APP, walls=ENFORCE) as site:
        for first in range(0, 640, MOST_REPORTS):
            many = [modern(f"https://h{n}.example.org/") for n in range(first, first + MOST_REPORTS)]
            await send(site.visitor(), many, Content_Type="application/reports+json")
        site.clock.now += timedelta(hours=1)
        await send(site.visitor(), report("https://later.example.org/"))
        found = await counted(site)
    assert len(found) == 502
    assert found["undeclared_host", "other"] == 140
    assert found["undeclared_host", "later.example.org"] == 1


async def test_without_a_policy_of_ours_nobody_takes_reports(tmp_path: Path) -> None:
    async with gated(tmp_path, APP) as site:
        assert (await send(site.visitor(), report("https://fonts.example.org/css"))).status_code == 405
        assert await counted(site) == {}


@pytest.mark.parametrize(
    ("body", "headers", "status", "code"),
    [
        (b"x" * (LARGEST_BODY + 1), {}, 413, "too_large"),
        (b"{}", {"Content_Type": "text/plain"}, 415, "unsupported_type"),
        (b"{}", {"Content_Type": "application/json"}, 415, "unsupported_type"),
        (b"{}", {"Sec_Fetch_Site": "cross-site"}, 403, "cross_site"),
        (b"{}", {"Sec_Fetch_Site": "none"}, 403, "cross_site"),
    ],
)
async def test_what_is_no_report_is_refused(
    tmp_path: Path, body: bytes, headers: dict[str, str], status: int, code: str
) -> None:
    async with gated(tmp_path, APP, walls=ENFORCE) as site:
        answer = await send(site.visitor(), body, **headers)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


@pytest.mark.parametrize(
    "body",
    [b"", b"x" * LARGEST_BODY, b"[" * 8000, b"null", b"7", b'"csp-report"', b"[null, 7, []]", b'{"csp-report": 1}',
     b'{"csp-report": {}}', b"\xff\xfe", b'[{"type": "csp-violation"}]', b'[{"type": "csp-violation", "body": []}]'],
)  # fmt: skip
async def test_a_body_that_says_nothing_is_read_and_nothing_comes_of_it(tmp_path: Path, body: bytes) -> None:
    async with gated(tmp_path, APP, walls=ENFORCE) as site:
        assert (await send(site.visitor(), body)).status_code == 204
        assert await counted(site) == {}


async def test_a_network_that_sends_too_many_is_told_to_wait_and_may_choose_all_the_same(tmp_path: Path) -> None:
    async with gated(tmp_path, APP, walls=ENFORCE) as site:
        client = site.visitor()
        statuses = [(await send(client, b"{}")).status_code for _ in range(301)]
        assert statuses == [204] * 300 + [429]
        assert (await choose(client)).status_code == 303
        assert (await send(site.visitor("91.0.0.2"), b"{}")).status_code == 204


async def test_reports_are_posted(tmp_path: Path) -> None:
    async with gated(tmp_path, APP, walls=ENFORCE) as site:
        answer = await site.visitor(GERMANY).get("/_consent/csp")
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


async def test_nothing_of_a_report_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("DEBUG", logger="consentgate"):
        async with gated(tmp_path, APP, walls=ENFORCE) as site:
            await send(site.visitor(), report("https://fonts.example.org/css?user=7"))
    assert "fonts.example" not in caplog.text
