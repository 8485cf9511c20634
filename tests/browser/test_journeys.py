"""What visitors go through, in a real browser: the requests that leave it, and the cookies that stay."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from careers_site import UNGATED, Careers, NewVisitor
from consentgate.ledger import Action
from sink import Sink

pytestmark = pytest.mark.browser

NECESSARY = {"northwind_session", "demo_visitor"}
CHOICE = "__Host-consent"
LOADED_BY_SCRIPT = (
    "www.googletagmanager.com",
    "www.google-analytics.com",
    "connect.facebook.net",
    "snap.licdn.com",
    "static.hotjar.com",
)
LOADED_WITHOUT = ("px.ads.linkedin.com", "www.facebook.com")
VIDEO = "/jobs/senior-support-engineer"
PAGES = ("/", "/jobs", VIDEO, f"{VIDEO}/apply", "/applied", "/privacy", "/cookies", "/missing")

with_and_without_javascript = pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no javascript"])


def cookies(context: BrowserContext) -> set[str]:
    return {cookie["name"] for cookie in context.cookies() if "name" in cookie}


def settled(page: Page, path: str) -> None:
    page.goto(path)
    page.wait_for_load_state("networkidle")


def accept(page: Page) -> None:
    page.locator("#consentgate button[value=accept]").click()
    page.wait_for_load_state("networkidle")


@with_and_without_javascript
def test_a_first_visit_from_germany_asks_nobody_else_and_keeps_no_cookie_but_necessary_ones(
    visitor: NewVisitor, sink: Sink, javascript: bool
) -> None:
    context = visitor("DE", java_script_enabled=javascript)
    page = context.new_page()
    for path in PAGES:
        settled(page, path)
        expect(page.locator("#consentgate")).to_be_visible()
    assert sink.hosts == set()
    assert cookies(context) == NECESSARY


@with_and_without_javascript
def test_accepting_loads_the_tags_and_withdrawing_ends_them_and_their_cookies(
    visitor: NewVisitor, sink: Sink, careers: Careers, javascript: bool
) -> None:
    before = len(careers.events())
    context = visitor("DE", java_script_enabled=javascript)
    page = context.new_page()
    settled(page, VIDEO)
    accept(page)
    assert page.url == careers.url + VIDEO
    sink.wait_for("www.youtube.com", *(LOADED_BY_SCRIPT if javascript else LOADED_WITHOUT))
    expect(page.locator("#consentgate")).to_have_count(0)
    assert CHOICE in cookies(context)
    assert {"_ga"} <= cookies(context)

    settled(page, "/_consent/")
    page.locator("button[value=reject]").click()
    page.wait_for_load_state("networkidle")
    assert cookies(context) - {"tracker"} == NECESSARY | {CHOICE}
    sink.forget()
    for path in PAGES:
        settled(page, path)
    assert sink.hosts == set()
    assert cookies(context) - {"tracker"} == NECESSARY | {CHOICE}
    actions = [event.action for event in careers.events()[before:]]
    assert actions == [Action.GRANT, Action.WITHDRAW]


def test_the_same_pages_without_the_gate_ask_every_vendor(visitor: NewVisitor, sink: Sink) -> None:
    """So that the zeros of the other tests mean something."""
    context = visitor("DE")
    context.new_page().goto(f"https://{UNGATED}{VIDEO}")
    sink.wait_for("www.youtube.com", *LOADED_BY_SCRIPT)
    without = visitor("DE", java_script_enabled=False)
    without.new_page().goto(f"https://{UNGATED}{VIDEO}")
    sink.wait_for("www.youtube.com", *LOADED_WITHOUT)
    assert "_ga" in cookies(without)


@with_and_without_javascript
@pytest.mark.parametrize("value", ["accept", "reject"])
def test_where_the_region_is_unknown_the_link_to_the_choices_takes_the_banners_place(
    visitor: NewVisitor, value: str, javascript: bool
) -> None:
    page = visitor("unknown", java_script_enabled=javascript).new_page()
    settled(page, "/jobs")
    page.locator(f"#consentgate button[value={value}]").click()
    expect(page.locator("#consentgate-status a")).to_be_visible()
    expect(page.locator("#consentgate")).to_have_count(0)


def test_refusing_is_kept_and_asks_no_more(visitor: NewVisitor, sink: Sink) -> None:
    context = visitor("DE")
    page = context.new_page()
    settled(page, "/jobs?q=support")
    page.locator("#consentgate button[value=reject]").click()
    page.wait_for_load_state("networkidle")
    assert page.url.endswith("/jobs?q=support")
    expect(page.locator("#consentgate")).to_have_count(0)
    assert sink.hosts == set()
    assert cookies(context) == NECESSARY | {CHOICE}


def test_one_purpose_can_be_granted_without_the_other(visitor: NewVisitor, sink: Sink) -> None:
    context = visitor("DE")
    page = context.new_page()
    settled(page, VIDEO)
    page.locator("#consentgate form a").click()
    page.get_by_role("switch", name="Analytics").check()
    page.locator("button[value=save]").click()
    page.wait_for_load_state("networkidle")
    expect(page.get_by_role("status")).to_be_visible()
    expect(page.get_by_role("switch", name="Analytics")).to_be_checked()
    expect(page.get_by_role("switch", name="Marketing")).not_to_be_checked()
    settled(page, VIDEO)
    sink.wait_for("www.googletagmanager.com", "static.hotjar.com")
    assert not sink.hosts & {"connect.facebook.net", "snap.licdn.com", "www.youtube.com", *LOADED_WITHOUT}


def test_california_is_not_asked_and_has_its_link_and_gets_no_marketing(visitor: NewVisitor, sink: Sink) -> None:
    page = visitor("US-CA").new_page()
    settled(page, "/")
    expect(page.locator("#consentgate")).to_have_count(0)
    expect(page.get_by_role("link", name="Your Privacy Choices").first).to_be_visible()
    sink.wait_for("www.googletagmanager.com", "static.hotjar.com")
    assert not sink.hosts & {"connect.facebook.net", "snap.licdn.com", *LOADED_WITHOUT}


def test_california_with_gpc_sees_that_it_is_honored_and_can_confirm_otherwise(visitor: NewVisitor, sink: Sink) -> None:
    page = visitor("US-CA.gpc").new_page()
    settled(page, "/")
    expect(page.locator("#consentgate-status")).to_contain_text("Opt-out request honored")
    page.locator("#consentgate-status a").click()
    expect(page.get_by_text("Opt-out request honored")).to_be_visible()
    page.locator("button[value=accept]").click()
    settled(page, VIDEO)
    assert not sink.hosts & {"connect.facebook.net", "snap.licdn.com", "www.youtube.com", *LOADED_WITHOUT}
    settled(page, "/_consent/")
    page.get_by_role("switch", name="Marketing").check()
    page.locator("button[value=save]").click()
    page.get_by_role("button", name="Turn on").click()
    settled(page, VIDEO)
    sink.wait_for("connect.facebook.net", "snap.licdn.com", "www.youtube.com")


def test_allowing_one_thing_against_the_signal_is_confirmed_or_kept_off_by_equal_buttons(
    visitor: NewVisitor, sink: Sink
) -> None:
    page = visitor("DE.gpc").new_page()
    settled(page, "/jobs")
    form = "<form method=post action=/_consent/choice?lang=en><input name=grant value=marketing>"
    form += "<input name=back value=/jobs><button name=choice value=allow>Show</button></form>"
    look = "e => { const s = getComputedStyle(e); return [e.offsetWidth, e.offsetHeight, s.color, s.backgroundColor] }"
    for name, granted in (("Keep off", False), ("Turn on", True)):
        page.evaluate("form => document.body.insertAdjacentHTML('afterbegin', form)", form)
        page.get_by_role("button", name="Show").click()
        actions = page.locator(".actions")
        keep_off, turn_on = (actions.get_by_text(label).evaluate(look) for label in ("Keep off", "Turn on"))
        assert keep_off == turn_on
        actions.get_by_text(name).click()
        page.wait_for_url("**/jobs")
        settled(page, VIDEO)
        assert ("www.youtube.com" in sink.hosts) is granted
        settled(page, "/jobs")


def test_signals_are_disclosed_to_everyone_and_do_not_track_on_our_page_but_where_that_would_mislead(
    visitor: NewVisitor,
) -> None:
    for region in ("DE", "US-CA", "DE.dnt", "US-CA.gpc.dnt"):
        page = visitor(region).new_page()
        for path in ("/privacy", "/_consent/"):
            page.goto(path)
            told = 0 if region.startswith("DE") and path == "/_consent/" else 1
            expect(page.get_by_role("heading", name="Do Not Track")).to_have_count(told)
            expect(page.get_by_role("heading", name="Global Privacy Control")).to_be_visible()


def test_reject_and_accept_look_the_same_and_are_large_enough_and_reject_is_near(visitor: NewVisitor) -> None:
    page = visitor("DE").new_page()
    page.goto("/")
    same = ["color", "backgroundColor", "fontSize", "fontWeight", "borderColor", "padding", "width", "height"]
    look = """(button, names) => names.map(name => getComputedStyle(button)[name])"""
    styles = [
        page.locator(f"#consentgate button[value={value}]").evaluate(look, same) for value in ("reject", "accept")
    ]
    assert styles[0] == styles[1]
    for control in page.locator("#consentgate button, #consentgate form a").all():
        box = control.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44


@pytest.mark.parametrize("region", ["unknown", "US-CA"])
def test_californias_icon_stands_beside_its_link_and_is_as_large_as_its_text(visitor: NewVisitor, region: str) -> None:
    page = visitor(region).new_page()
    page.goto("/")
    icon = page.get_by_role("link", name="Your Privacy Choices").first.locator("img, svg").bounding_box()
    assert icon is not None
    assert icon["width"] / icon["height"] == pytest.approx(30 / 14, rel=0.1)
    assert 12 <= icon["height"] <= 18


def test_reject_is_within_two_tabs_and_nothing_takes_the_focus(visitor: NewVisitor) -> None:
    page = visitor("DE").new_page()
    page.goto("/")
    assert page.evaluate("document.activeElement === document.body")
    reached = []
    for _ in range(2):
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.value"))
    assert "reject" in reached


SHIFT_OF_THE_BANNER = """
    window.shift = 0;
    const isOurs = source => source.node && document.getElementById("consentgate")?.contains(source.node);
    new PerformanceObserver(list => list.getEntries().forEach(entry => {
        if (entry.sources.some(isOurs)) window.shift += entry.value;
    })).observe({type: "layout-shift", buffered: true});
"""
"""What the banner itself shifts by. How the site's own parts settle while they arrive is not ours."""

PLACES = """
    [...document.body.querySelectorAll("*:not(#consentgate, #consentgate *, script, style)")]
        .map(element => Object.values(element.getBoundingClientRect().toJSON()).join())
"""
"""Where everything of the site stands."""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 375, 667, 1280])
def test_the_banner_moves_nothing_and_fits_the_screen(visitor: NewVisitor, scheme: str, width: int) -> None:
    page = visitor("DE", color_scheme=scheme, viewport={"width": width, "height": 720}).new_page()
    page.add_init_script(SHIFT_OF_THE_BANNER)
    settled(page, "/")
    box = page.locator("#consentgate").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= width
    assert box["height"] <= 0.8 * 720
    assert page.evaluate("window.shift") == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    with_banner = page.evaluate(PLACES)
    page.locator("#consentgate").evaluate("banner => banner.remove()")
    assert page.evaluate(PLACES) == with_banner
