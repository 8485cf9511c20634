"""The demo careers site: what stands on its pages, who its edge says is visiting, and what its gate keeps out."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from random import Random
from urllib.parse import urlsplit

import httpx
import pytest
from demo_app import seed
from demo_app.crowd import Act, steps_of_crowd
from demo_app.edge import Edge
from demo_app.gated import gated_site
from demo_app.jobs import load_jobs, search
from demo_app.pages import ANALYTICS_COOKIE, SESSION_COOKIE, TEMPLATES, long_date
from demo_app.site import careers_site, load_policy, utc_now
from demo_app.visitors import COOKIE, PLACES, Place, Visitor
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from consentgate import ConfigurationError
from consentgate.ledger import open_ledger
from consentgate.ledger.event import Action
from consentgate.model import Device
from consentgate.policy.notice import NoticeVersion

pytestmark = pytest.mark.anyio

KEY = "a key that signs nothing but what a test asks for"
URL = "http://careers.northwind.example"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"
VIDEO_JOB = "/jobs/senior-support-engineer"
JOBS = load_jobs()
POLICY = load_policy()
VERSIONS = [version.version for version in POLICY.notice.versions]
PAGES = [
    *("/", "/jobs", "/applied", "/privacy", "/privacy/archive", "/cookies"),
    *(f"/jobs/{job.slug}" for job in JOBS),
    *(f"/jobs/{job.slug}/apply" for job in JOBS),
    *(f"/privacy/archive/{version}" for version in VERSIONS),
]


class Contacts(HTMLParser):
    """The hosts that a browser would contact for a page, be it with JavaScript or without."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.hosts: set[str] = set()
        self._runs = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(reversed(attrs))  # browsers take the first of two
        runs = tag == "script" and attributes.get("type", "text/javascript") == "text/javascript"
        self._runs = runs and "data-cg" not in attributes  # Our own scripts name what they refuse.
        name = "href" if tag == "link" else "src"
        if tag in {"link", "img", "iframe"} or self._runs:
            self._contact(attributes.get(name) or "")

    def handle_data(self, data: str) -> None:
        if self._runs:
            for url in re.findall(r"https://[\w.-]+", data):
                self._contact(url)

    def handle_endtag(self, tag: str) -> None:  # noqa: ARG002 - the name is HTMLParser's
        self._runs = False

    def _contact(self, url: str) -> None:
        self.hosts |= {host} if (host := urlsplit(url).netloc) else set()


def browser(
    app: ASGIApp, visitor: Visitor | None = None, headers: Mapping[str, str] | None = None
) -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(app, raise_app_exceptions=False),
        base_url=URL,
        headers={"User-Agent": FIREFOX, "Accept": "text/html", "Accept-Language": "en", **(headers or {})},
        cookies={COOKIE: visitor.cookie} if visitor else None,
        trust_env=False,
    )


def visitor_from(region: str, *, gpc: bool = False, dnt: bool = False) -> Visitor:
    (place,) = (place for place in PLACES if place.code == region)
    return Visitor(place, gpc=gpc, dnt=dnt)


@pytest.fixture
def open_site() -> ASGIApp:
    """The site as it would be without a gate."""
    return careers_site(POLICY)


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[ASGIApp]:
    """The site behind its gate."""
    app = gated_site(ledger=f"sqlite:///{tmp_path / 'consent.sqlite3'}", key=KEY)
    async with seed.running(app):
        yield app


def panel_row(html: str, name: str) -> list[str]:
    """What the panel says of `name`."""
    row = re.search(rf'<tr><th scope="row">{name}</th>(.*?)</tr>', html)
    assert row is not None
    return re.findall(r"<td>(.*?)</td>", row[1])


# --- The pages ---


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_answers_200_with_the_four_privacy_links_at_its_foot(open_site: ASGIApp, path: str) -> None:
    response = await browser(open_site).get(path)
    assert response.status_code == 200
    foot = response.text[response.text.index("<footer") :]
    assert re.findall(r'href="(/[^"]*)"', foot) == ["/privacy", "/cookies", "/_consent/", "/privacy#do-not-track"]


@pytest.mark.parametrize("path", ["/nowhere", "/jobs/filled", "/jobs/filled/apply", "/privacy/archive/1999-01"])
async def test_an_address_that_does_not_exist_gets_the_page_for_that(open_site: ASGIApp, path: str) -> None:
    response = await browser(open_site).get(path)
    assert (response.status_code, "This page does not exist" in response.text) == (404, True)


async def test_a_failing_page_gets_an_apology_without_vendors() -> None:
    def fail(_request: object) -> PlainTextResponse:
        raise RuntimeError("as asked")

    app = careers_site(POLICY)
    app.router.routes.append(Route("/fails", fail))
    response = await browser(app).get("/fails")
    assert (response.status_code, "our fault" in response.text) == (500, True)
    assert Contacts(response.text).hosts == set()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("berlin", {"senior-support-engineer", "apprentice-software-developer"}),
        ("SUPPORT berlin", {"senior-support-engineer"}),
        ("part time", {"data-analyst-recruiting"}),
        ("astronaut", set()),
        ("", {job.slug for job in JOBS}),
    ],
)
def test_a_search_finds_the_jobs_that_mention_every_word(query: str, found: set[str]) -> None:
    assert {job.slug for job in search(JOBS, query)} == found


async def test_the_list_shows_what_was_searched_for_and_escapes_it(open_site: ASGIApp) -> None:
    html = (await browser(open_site).get("/jobs", params={"q": "berlin"})).text
    assert set(re.findall(r'class="job"><a href="/jobs/([^"]*)"', html)) == {
        "senior-support-engineer",
        "apprentice-software-developer",
    }
    assert "<script>alert" not in (await browser(open_site).get("/jobs", params={"q": "<script>alert(1)"})).text


async def test_an_application_leads_to_thanks_and_nothing_of_it_comes_back(open_site: ASGIApp) -> None:
    client = browser(open_site)
    response = await client.post(f"{VIDEO_JOB}/apply", data={"name": "Ada Example", "email": "ada@mail.example"})
    assert (response.status_code, response.headers["location"]) == (303, "/applied")
    assert "Ada" not in (await client.get("/applied")).text


def test_there_are_at_least_six_jobs_and_just_one_with_a_video() -> None:
    assert len(JOBS) >= 6
    assert [f"/jobs/{job.slug}" for job in JOBS if job.video] == [VIDEO_JOB]
    assert len({job.slug for job in JOBS}) == len(JOBS)


# --- The notice ---


async def test_the_notice_discloses_both_signals_as_the_gate_treats_them(open_site: ASGIApp) -> None:
    html = (await browser(open_site).get("/privacy")).text
    section = html[html.index('id="do-not-track"') : html.index('id="europe"')]
    assert "received and logged, not honored" in section
    assert "our sites do not respond to them" in section
    assert "Global Privacy Control, we honor it" in html
    assert "Last updated: 12 October 2026" in html


async def test_the_archive_links_every_version_of_the_policy(open_site: ASGIApp) -> None:
    html = (await browser(open_site).get("/privacy/archive")).text
    assert re.findall(r'href="/privacy/archive/([^"]*)"', html) == ["2026-10", "2025-03", "2021-08"]


@pytest.mark.parametrize("version", POLICY.notice.versions, ids=lambda version: version.version)
async def test_a_version_keeps_its_own_text_under_its_own_date(open_site: ASGIApp, version: NoticeVersion) -> None:
    html = (await browser(open_site).get(f"/privacy/archive/{version.version}")).text
    assert version.updated is not None
    assert f"Last updated: {long_date(version.updated)}" in html
    assert version.text is not None
    assert version.text in html
    assert ("no longer in force" in html) is (version != POLICY.notice.versions[-1])


def test_older_notices_are_older_texts_and_shorter() -> None:
    lengths = [len(version.text or "") for version in POLICY.notice.versions]
    assert lengths == sorted(lengths)
    assert len(set(lengths)) == len(lengths)


def test_every_text_of_the_notice_is_a_version_of_the_policy() -> None:
    assert {file.stem for file in (TEMPLATES.parent / "notices").iterdir()} == set(VERSIONS)


@pytest.mark.parametrize("version", POLICY.notice.versions, ids=lambda version: version.version)
def test_what_a_version_says_about_do_not_track_stands_in_its_text(version: NoticeVersion) -> None:
    assert version.dnt is not None
    assert version.dnt in (version.text or "")


# --- Without the gate ---

EVERYWHERE = {
    "www.googletagmanager.com",
    "static.hotjar.com",
    "connect.facebook.net",
    "www.facebook.com",
    "snap.licdn.com",
    "px.ads.linkedin.com",
}


@pytest.mark.parametrize(
    ("path", "more"), [("/", set()), (VIDEO_JOB, {"www.youtube.com"}), ("/applied", {"conv.indeed.com"})]
)
async def test_without_the_gate_every_vendor_is_contacted(open_site: ASGIApp, path: str, more: set[str]) -> None:
    response = await browser(open_site).get(path)
    assert Contacts(response.text).hosts == EVERYWHERE | more
    assert {cookie.split("=")[0] for cookie in response.headers.get_list("set-cookie")} == {"northwind_session", "_ga"}
    assert "No ConsentGate is mounted" in response.text


# --- The edge ---


async def headers_behind_the_edge(sent: Mapping[str, str], visitor: Visitor | None = None) -> httpx.Headers:
    seen: list[tuple[bytes, bytes]] = []

    async def echo(scope: Scope, receive: Receive, send: Send) -> None:
        seen.extend(scope["headers"])
        await PlainTextResponse("")(scope, receive, send)

    await browser(Edge(echo), visitor, sent).get("/")
    return httpx.Headers(seen)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.code)
async def test_the_edge_forwards_the_address_of_the_chosen_place(place: Place) -> None:
    assert (await headers_behind_the_edge({}, Visitor(place))).get_list("x-forwarded-for") == [place.address]


async def test_nobody_has_chosen_means_germany_without_signals() -> None:
    headers = await headers_behind_the_edge({})
    assert headers["x-forwarded-for"] == "91.0.0.1"
    assert not {"sec-gpc", "dnt"} & headers.keys()


async def test_what_a_browser_claims_about_its_address_does_not_pass_the_edge() -> None:
    headers = await headers_behind_the_edge({"X-Forwarded-For": "67.180.0.1", "Forwarded": "for=67.180.0.1"})
    assert headers.get_list("x-forwarded-for") == ["91.0.0.1"]
    assert "forwarded" not in headers


async def test_signals_are_added_once_and_real_ones_are_kept() -> None:
    asked = await headers_behind_the_edge({}, Visitor(gpc=True, dnt=True))
    assert (asked.get_list("sec-gpc"), asked.get_list("dnt")) == (["1"], ["1"])
    real = await headers_behind_the_edge({"Sec-GPC": "1", "DNT": "0"}, Visitor(gpc=True, dnt=True))
    assert (real.get_list("sec-gpc"), real.get_list("dnt")) == (["1"], ["0"])
    unasked = await headers_behind_the_edge({"Sec-GPC": "1"})
    assert unasked["sec-gpc"] == "1"


@pytest.mark.parametrize("gpc", [False, True])
@pytest.mark.parametrize("dnt", [False, True])
def test_a_visitor_survives_the_cookie(gpc: bool, dnt: bool) -> None:
    visitors = [Visitor(place, gpc, dnt) for place in PLACES]
    assert [Visitor.from_cookie(visitor.cookie) for visitor in visitors] == visitors


@pytest.mark.parametrize("value", ["", "XX", "....", "91.0.0.1", "DE\u00e9"])
def test_a_cookie_nobody_has_written_is_germany(value: str) -> None:
    assert Visitor.from_cookie(value).place.code == "DE"


# --- The panel ---


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_the_panel_changes_the_visitor_and_leads_back(open_site: ASGIApp, method: str) -> None:
    client = browser(open_site)
    form = {"region": "US-CA", "gpc": "on", "back": "/jobs?q=berlin", "as": "same"}
    sent = {"data": form} if method == "POST" else {"params": form}
    response = await client.request(method, "/demo/visitor", **sent)  # type: ignore[arg-type]
    assert (response.status_code, response.headers["location"]) == (303, "/jobs?q=berlin")
    html = (await client.get("/")).text
    assert '<option value="US-CA" selected>California</option>' in html
    assert re.search(r'name="gpc" checked', html)
    assert not re.search(r'name="dnt" checked', html)


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/\\evil.example", "/a\r\nb: c", "", "x"])
async def test_the_panel_leads_nowhere_but_to_this_site(open_site: ASGIApp, back: str) -> None:
    response = await browser(open_site).post("/demo/visitor", data={"region": "DE", "back": back})
    assert response.headers["location"] == "/"


REGIONS_AND_REGIMES = {
    "DE": ("DE", "opt_in"),
    "FR": ("FR", "opt_in"),
    "GB": ("GB", "opt_in"),
    "CH": ("CH", "opt_in"),
    "NO": ("NO", "opt_in"),
    "US-CA": ("US-CA", "opt_out"),
    "US-TX": ("US", "opt_out"),
    "BR": ("BR", "opt_in"),
    "CA-QC": ("CA-QC", "opt_in"),
    "CA-ON": ("CA", "opt_out"),
    "JP": ("JP", "opt_in"),
    "IN": ("IN", "opt_in"),
    "unknown": ("unknown", "opt_in"),
}


@pytest.mark.parametrize(("place", "expected"), REGIONS_AND_REGIMES.items())
async def test_the_panel_shows_region_and_regime_of_every_place(
    site: ASGIApp, place: str, expected: tuple[str, str]
) -> None:
    html = (await browser(site, visitor_from(place)).get("/")).text
    assert (panel_row(html, "region")[0], panel_row(html, "regime")[0]) == expected


def test_every_place_of_the_panel_is_tested() -> None:
    assert {place.code for place in PLACES} == REGIONS_AND_REGIMES.keys()


# --- Behind the gate ---


@pytest.mark.parametrize("path", ["/", VIDEO_JOB, "/applied", "/privacy", "/nowhere"])
async def test_a_visitor_from_germany_gets_the_banner_and_no_live_vendor(site: ASGIApp, path: str) -> None:
    response = await browser(site).get(path)
    assert '<section id="consentgate"' in response.text
    assert Contacts(response.text).hosts == set()
    assert {cookie.split("=")[0] for cookie in response.headers.get_list("set-cookie")} == {"northwind_session"}


async def test_what_is_innocent_survives_the_gate(site: ASGIApp) -> None:
    html = (await browser(site).get(VIDEO_JOB)).text
    assert '<script>document.documentElement.dataset.script = "on";</script>' in html
    posting = re.search(r'<script type="application/ld\+json">(.*?)</script>', html)
    assert posting is not None
    assert "linkedin.com/company/northwind-demo" in posting[1]
    assert '<a href="https://www.youtube.com/@northwind-demo"' in html


async def test_a_visitor_who_accepts_gets_every_vendor_and_one_who_then_rejects_none(site: ASGIApp) -> None:
    client = browser(site, headers={"Origin": URL})
    accepted = await client.post("/_consent/choice", data={"choice": "accept", "back": VIDEO_JOB})
    assert (accepted.status_code, accepted.headers["location"]) == (303, VIDEO_JOB)
    page = await client.get(VIDEO_JOB)
    assert Contacts(page.text).hosts == EVERYWHERE | {"www.youtube.com"}
    assert "_ga" in client.cookies
    await client.post("/_consent/choice", data={"choice": "reject", "back": "/"})
    assert "_ga" not in client.cookies
    assert Contacts((await client.get(VIDEO_JOB)).text).hosts == set()


@pytest.mark.parametrize(("as_whom", "state"), [("same", "valid"), ("new", "absent")])
async def test_someone_new_has_not_chosen_anything(site: ASGIApp, as_whom: str, state: str) -> None:
    client = browser(site, headers={"Origin": URL})
    await client.post("/_consent/choice", data={"choice": "accept", "back": "/"})
    await client.post("/demo/visitor", data={"region": "FR", "as": as_whom})
    assert panel_row((await client.get("/")).text, "choice")[0] == state


async def test_in_california_analytics_runs_and_marketing_waits_for_a_yes(site: ASGIApp) -> None:
    html = (await browser(site, visitor_from("US-CA")).get("/")).text
    assert Contacts(html).hosts == {"www.googletagmanager.com", "static.hotjar.com"}
    assert panel_row(html, "marketing") == ["denied", "asked_everywhere"]


async def test_global_privacy_control_outweighs_a_yes_to_marketing(site: ASGIApp) -> None:
    client = browser(site, visitor_from("US-CA"), headers={"Origin": URL})
    await client.post("/_consent/choice", data={"choice": "accept", "back": "/"})
    assert "snap.licdn.com" in Contacts((await client.get("/")).text).hosts
    await client.post("/demo/visitor", data={"region": "US-CA", "gpc": "on", "as": "same"})
    html = (await client.get("/")).text
    assert Contacts(html).hosts == {"www.googletagmanager.com", "static.hotjar.com"}
    assert panel_row(html, "marketing") == ["denied", "gpc"]
    assert panel_row(html, "gpc") == ["received", "honored"]


@pytest.mark.parametrize("choice", ["", "accept", "reject"])
@pytest.mark.parametrize("region", ["DE", "FR", "US-CA", "JP", "unknown"])
async def test_do_not_track_under_log_changes_no_byte_of_any_page(tmp_path: Path, region: str, choice: str) -> None:
    """Nor of any header, but for the random values of the site's own cookies, which it has already.

    The clock stands: a refused cookie that may be in more places than there is room to name ends in others each moment.
    """
    now = utc_now()
    site = gated_site(ledger=f"sqlite:///{tmp_path / 'consent.sqlite3'}", key=KEY, clock=lambda: now)
    async with seed.running(site):
        client = browser(site, visitor_from(region), {"Origin": URL})
        client.cookies.update({SESSION_COOKIE: "1", ANALYTICS_COOKIE: "1"})
        if choice:
            await client.post("/_consent/choice", data={"choice": choice, "back": "/"})
            await client.get("/")  # Leaves the mark of an opt-out, which the pages after it need not leave again.
        for path in (*PAGES, "/nowhere", "/_consent/", *(f"/_consent/notice/{version}" for version in VERSIONS)):
            answers = [await client.get(path, headers=sent) for sent in ({}, {"DNT": "1"}, {"DNT": "0"})]
            assert len({(each.status_code, each.content, str(each.headers.raw)) for each in answers}) == 1, path


def test_the_policy_declares_the_vendor_of_every_tag() -> None:
    declared = {vendor.id for vendor in POLICY.vendors}
    assert declared == {
        "google-analytics",
        "google-tag-manager",
        "hotjar",
        "linkedin-insight",
        "meta",
        "indeed",
        "youtube",
    }
    assert POLICY.notice.versions[-1].version == "2026-10"
    assert [site.name for site in POLICY.sites] == ["careers.northwind.example"]


# --- The crowd ---


def test_the_same_crowd_comes_each_time_and_in_order() -> None:
    now = datetime(2026, 11, 1, tzinfo=UTC)
    steps = steps_of_crowd(200, now, Random(1))
    assert steps == steps_of_crowd(200, now, Random(1))
    assert [step.at for step in steps] == sorted(step.at for step in steps)
    assert {step.act for step in steps} == set(Act)
    assert max(step.at for step in steps) < now


def test_seeding_fills_the_ledger_once(tmp_path: Path) -> None:
    ledger = f"sqlite:///{tmp_path / 'consent.sqlite3'}"
    assert seed.seed(ledger, KEY, tmp_path, visitors=120) is True
    events = [event for _, event in open_ledger(ledger).events()]
    assert {event.action for event in events} >= {Action.GRANT, Action.REFUSE, Action.PARTIAL, Action.WITHDRAW}
    assert {event.region for event in events} >= {"DE", "GB", "US-CA"}
    assert {event.device for event in events} >= {Device.DESKTOP, Device.PHONE}
    files = {file.name: file.stat().st_mtime_ns for file in tmp_path.iterdir()}
    assert seed.seed(ledger, KEY, tmp_path, visitors=120) is False
    assert {file.name: file.stat().st_mtime_ns for file in tmp_path.iterdir()} == files


async def test_a_ledger_that_cannot_be_used_is_said_at_once() -> None:
    with pytest.raises(ConfigurationError):
        gated_site(ledger="nonsense", key=KEY)


def test_the_server_finds_its_app_and_makes_the_folder_for_its_ledger(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CONSENTGATE_DEMO_LEDGER", raising=False)
    from demo_app import main  # here, because it makes a folder where it is imported

    assert isinstance(main.app, Edge)
    assert main.ledger() == "sqlite:///.demo/consent.sqlite3"
    assert (tmp_path / ".demo").is_dir()
    monkeypatch.setenv("CONSENTGATE_DEMO_LEDGER", "sqlite:///elsewhere.sqlite3")
    assert main.ledger() == "sqlite:///elsewhere.sqlite3"


def test_the_command_serves_on_its_port_and_leaves_forwarded_addresses_to_the_gate(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CONSENTGATE_DEMO_LEDGER", raising=False)
    from demo_app import __main__ as command

    served: dict[str, object] = {}
    monkeypatch.setattr("uvicorn.run", lambda _app, **options: served.update(options))
    command.run(["--no-seed", "--port", "8123"])
    assert (served["port"], served["proxy_headers"], served["lifespan"]) == (8123, False, "on")
    assert "http://127.0.0.1:8123/_consent/" in capsys.readouterr().out
    assert list((tmp_path / ".demo").iterdir()) == []
