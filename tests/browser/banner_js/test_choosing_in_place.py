"""A choice that is taken within the page: what is sent, what is said, and which way is left when something fails."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import Request, Route, expect

from careers_site import Careers, NewVisitor
from consentgate.errors import LedgerUnavailableError
from consentgate.ledger import Action
from consentgate.ledger.sqlite import SqliteLedger
from reviving.site import SNIPPET, TRACKER, Page, PagesApp
from reviving.vendors import Vendors
from reviving.visit import Visit

pytestmark = pytest.mark.browser

CHOICE = "**/_consent/choice"
IMAGE = f'<img src="{TRACKER}image">'
FRAME = f'<iframe width=300 height=200 src="{TRACKER}frame.html"></iframe>'
FROM_SERVER = f'<iframe src="/_consent/frame/marketing" data-cg=marketing data-cg-src="{TRACKER}frame.html"></iframe>'
"""What the walls make of it in a piece of a page that a script asks for."""
ALERT = "#consentgate [role=alert]"
ENFORCED = """new MutationObserver(() => document.querySelector("script[data-choice]")?.setAttribute("data-reload", ""))
    .observe(document, { childList: true, subtree: true })"""
BACK_FROM_CACHE = "dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))"


def fetches(tab: Tab, answer: Callable[[Route], None]) -> list[Request]:
    """Answers the script's requests for a choice, and collects them; what the browser sends itself goes on."""
    asked: list[Request] = []

    def choose(route: Route) -> None:
        if route.request.resource_type == "fetch":
            asked.append(route.request)
            answer(route)
        else:
            route.continue_()

    tab.route(CHOICE, choose)
    return asked


def refused(status: int, code: str, detail: str) -> Callable[[Route], None]:
    """Problem details, as the server has them."""
    body = json.dumps({"status": status, "code": code, "detail": detail})
    return lambda route: route.fulfill(status=status, content_type="application/problem+json", body=body)


@pytest.mark.parametrize(("said", "action"), [("accept", Action.GRANT), ("reject", Action.REFUSE)])
def test_a_choice_is_saved_once_and_the_page_stays(visit: Visit, careers: Careers, said: str, action: Action) -> None:
    before = len(careers.events())
    visit.open("<p>own</p>")
    visit.say(said)
    assert visit.is_the_same
    assert [event.action for event in careers.events()[before:]] == [action]
    visit.tab.reload()
    expect(visit.tab.locator("#consentgate")).to_have_count(0)


def test_what_is_sent_is_what_the_form_would_send(visit: Visit) -> None:
    tab = visit.open("")
    asked = fetches(tab, lambda route: route.continue_())
    visit.say("reject")
    assert asked[0].post_data == "lang=en&back=%2Fpage&choice=reject"
    assert asked[0].headers["accept"] == "application/json"


def test_a_double_click_sends_one_choice(visit: Visit, careers: Careers) -> None:
    before = len(careers.events())
    tab = visit.open("")
    asked = fetches(tab, lambda route: route.continue_())
    tab.evaluate("""() => {
        const [reject, accept] = document.querySelectorAll("#consentgate button");
        reject.click(); reject.click(); accept.click();
    }""")
    expect(tab.locator("#consentgate")).to_have_count(0)
    assert len(asked) == 1
    assert [event.action for event in careers.events()[before:]] == [Action.REFUSE]


def test_while_a_choice_is_under_way_the_buttons_say_so(visit: Visit) -> None:
    tab = visit.open("")
    held: list[Route] = []
    fetches(tab, held.append)
    tab.locator("#consentgate button").first.click()
    expect(tab.locator("#consentgate form")).to_have_attribute("aria-busy", "true")
    for button in tab.locator("#consentgate button").all():
        expect(button).to_be_disabled()
    held[0].continue_()
    expect(tab.locator("#consentgate")).to_have_count(0)


@pytest.mark.parametrize(
    ("status", "code"), [(503, "not_saved"), (429, "too_many"), (403, "cross_site"), (413, "too_large"), (400, "x")]
)
def test_what_could_not_be_done_is_said_in_the_banner_and_can_be_tried_again(
    visit: Visit, status: int, code: str
) -> None:
    tab = visit.open(IMAGE)
    fetches(tab, refused(status, code, "It was not saved."))
    for _ in range(2):
        tab.locator("#consentgate button[value=accept]").click()
        expect(tab.locator(ALERT)).to_have_text("It was not saved.")
        expect(tab.locator("#consentgate button[value=accept]")).to_be_focused()
    assert visit.is_the_same
    assert not visit.vendors.asked
    tab.unroute(CHOICE)
    visit.accept("tracker.example/image")


def test_a_ledger_that_fails_is_told_of_by_the_server_itself(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(*_: object) -> None:
        raise LedgerUnavailableError

    monkeypatch.setattr(SqliteLedger, "append", fails)
    tab = visit.open("")
    tab.locator("#consentgate button[value=accept]").click()
    expect(tab.locator(ALERT)).not_to_be_empty()
    assert visit.is_the_same


@pytest.mark.parametrize(
    "answer",
    [
        refused(409, "confirm", "Once more?"),
        lambda route: route.abort("internetdisconnected"),
        lambda route: route.fulfill(status=200, content_type="text/html", body="<p>Sign in</p>"),
        lambda route: route.fulfill(status=502, content_type="text/html", body="<p>Bad gateway</p>"),
        lambda route: route.fulfill(status=200, content_type="application/json", body="null"),
    ],
    ids=["second step", "no answer", "a page", "a gateway's error", "nothing"],
)
def test_what_the_script_can_not_take_the_browser_sends_itself(
    visit: Visit, careers: Careers, answer: Callable[[Route], None]
) -> None:
    before = len(careers.events())
    tab = visit.open("<p>own</p>")
    asked = fetches(tab, answer)
    with tab.expect_navigation():
        tab.locator("#consentgate button[value=reject]").click()
    assert tab.url.endswith("/page")
    expect(tab.locator("#consentgate")).to_have_count(0)
    assert len(asked) == 1
    assert [event.action for event in careers.events()[before:]] == [Action.REFUSE]


def test_where_the_pages_policy_lets_no_script_ask_the_browser_sends_the_form(visit: Visit) -> None:
    tab = visit.open("", headers={"Content-Security-Policy": "connect-src 'none'"})
    with tab.expect_navigation():
        tab.locator("#consentgate button[value=reject]").click()
    expect(tab.locator("#consentgate")).to_have_count(0)


def test_without_javascript_nothing_is_different(visitor: NewVisitor, app: PagesApp, sink: Vendors) -> None:
    app.pages["/page"] = Page(IMAGE)
    tab = visitor(java_script_enabled=False).new_page()
    tab.goto("/page")
    tab.locator("#consentgate button[value=accept]").click()
    sink.wait_until_quiet("tracker.example/image")
    assert tab.url.endswith("/page")
    expect(tab.locator("#consentgate")).to_have_count(0)


def test_where_a_policy_is_enforced_a_grant_loads_the_page_anew_and_a_refusal_does_not(visit: Visit) -> None:
    visit.tab.add_init_script(ENFORCED)
    tab = visit.open(IMAGE)
    with tab.expect_navigation():
        tab.locator("#consentgate button[value=accept]").click()
    visit.vendors.wait_until_asked("tracker.example/image")
    tab.context.clear_cookies()
    tab.goto("about:blank")
    visit.vendors.forget()
    visit.open(IMAGE)
    visit.say("reject")
    assert visit.is_the_same


def test_the_event_comes_once_before_anything_is_revived_and_names_all_that_is_granted(visit: Visit) -> None:
    tab = visit.open(IMAGE)
    tab.evaluate("""() => {
        window.told = [];
        const asleep = () => document.querySelectorAll("[data-cg=marketing]").length;
        document.addEventListener("consentgate", e => told.push([e.detail, asleep()]));
    }""")
    visit.accept("tracker.example/image")
    assert tab.evaluate("told") == [[{"granted": ["analytics", "marketing"]}, 1]]


def test_that_it_is_saved_is_heard_and_not_seen(visit: Visit) -> None:
    tab = visit.open("<input>", headers={"Content-Security-Policy": "style-src 'self'"})
    height = tab.evaluate("document.body.scrollHeight")
    visit.say("reject")
    said = tab.get_by_role("alert")
    expect(said).to_have_text("Your choice is saved.")
    box = said.bounding_box()
    assert box is not None
    shown = "e => { const r = e.getBoundingClientRect(); return document.elementFromPoint(r.x + 1, r.y + 1) == e }"
    assert not said.evaluate(shown)
    assert tab.locator("[style]").count() == 0
    assert tab.evaluate("document.activeElement.localName") == "body"
    assert tab.evaluate("document.body.scrollHeight") <= height


def test_a_placeholder_grants_its_category_in_place_and_the_banner_stays(visit: Visit, careers: Careers) -> None:
    before = len(careers.events())
    tab = visit.open(FRAME)
    history = tab.evaluate("history.length")
    tab.frame_locator("iframe").get_by_role("button").click()
    visit.vendors.wait_until_quiet("tracker.example/frame.html")
    assert visit.is_the_same
    assert tab.evaluate("history.length") == history
    assert tab.locator("iframe").get_attribute("src") == f"{TRACKER}frame.html"
    expect(tab.locator("#consentgate")).to_have_count(1)
    assert visit.vendors.asked["tracker.example/frame.html"] == 1
    assert [event.granted for event in careers.events()[before:]] == [{"marketing"}]


def test_a_placeholder_works_on_a_page_without_banner_and_one_that_comes_later_too(visit: Visit) -> None:
    tab = visit.open("")
    visit.say("reject")
    visit.open("<main></main>", "/other")
    expect(tab.locator("#consentgate")).to_have_count(0)
    tab.locator("main").evaluate("(e, html) => e.innerHTML = html", FROM_SERVER)
    tab.frame_locator("iframe").get_by_role("button").click()
    visit.vendors.wait_until_quiet("tracker.example/frame.html")
    assert visit.is_the_same


def test_a_placeholder_says_what_could_not_be_done_in_its_own_page(visit: Visit) -> None:
    tab = visit.open(FRAME)
    fetches(tab, refused(503, "not_saved", "It was not saved."))
    tab.frame_locator("iframe").get_by_role("button").click()
    expect(tab.frame_locator("iframe").get_by_role("alert")).to_have_text("It was not saved.")
    expect(tab.locator(ALERT)).to_have_count(0)


def test_what_a_placeholders_form_can_not_do_here_the_browser_does(visit: Visit, careers: Careers) -> None:
    before = len(careers.events())
    tab = visit.open(FRAME)
    fetches(tab, lambda route: route.abort())
    with tab.expect_navigation():
        tab.frame_locator("iframe").get_by_role("button").click()
    assert tab.url.endswith("/page")
    assert [event.granted for event in careers.events()[before:]] == [{"marketing"}]


def test_other_tabs_follow(visit: Visit) -> None:
    first = visit.open(IMAGE)
    second = first.context.new_page()
    second.goto("/page")
    expect(second.locator("#consentgate")).to_be_visible()
    visit.accept("tracker.example/image")
    expect(second.locator("#consentgate")).to_have_count(0)
    assert visit.vendors.asked["tracker.example/image"] == 2


def test_a_banner_that_a_cache_of_the_pages_brings_back_is_removed(visit: Visit) -> None:
    tab = visit.open("")
    kept = tab.evaluate("document.body.innerHTML")
    visit.say("reject")
    tab.evaluate("html => { document.body.innerHTML = html }", kept)
    expect(tab.locator("#consentgate")).to_have_count(0)


def test_the_script_may_come_twice(visit: Visit) -> None:
    tab = visit.open(IMAGE)
    tab.evaluate("""() => new Promise(resolve => {
        const script = document.createElement("script");
        for (const { name, value } of document.querySelector("script[data-choice]").attributes)
            script.setAttribute(name, value);
        script.onload = resolve;
        document.head.append(script);
    })""")
    asked = fetches(tab, lambda route: route.continue_())
    visit.accept("tracker.example/image")
    assert len(asked) == 1


def test_back_from_the_page_of_choices_a_kept_page_is_loaded_anew_and_otherwise_it_is_not(visit: Visit) -> None:
    tab = visit.open('<input id="typed">')
    tab.evaluate(BACK_FROM_CACHE)
    assert visit.is_the_same
    tab.evaluate("document.addEventListener('click', e => e.preventDefault(), true)")
    tab.locator("#consentgate form a").click()
    with tab.expect_navigation():
        tab.evaluate(BACK_FROM_CACHE)


def test_no_script_of_the_sites_takes_our_links_and_our_form_for_its_own(visit: Visit) -> None:
    tab = visit.open('<a id=own href="/_consent/">Preferences</a>')
    tab.evaluate("""() => {
        window.seen = [];
        const take = event => { seen.push(event.type); event.preventDefault(); };
        for (const e of document.querySelectorAll("a")) e.addEventListener("click", take);
        document.querySelector("#consentgate form").addEventListener("submit", take);
        addEventListener("submit", take);
        addEventListener("click", event => event.target.localName == "a" && take(event));
    }""")
    visit.say("reject")
    assert tab.evaluate("seen") == []
    tab.locator("#own").click()
    tab.wait_for_url("**/_consent/")


def test_nothing_is_stored_on_the_device_but_the_choice(visit: Visit) -> None:
    tab = visit.open(f"<script>/* {SNIPPET} */</script>")
    visit.accept()
    assert tab.evaluate("localStorage.length + sessionStorage.length") == 0
    assert {cookie["name"] for cookie in tab.context.cookies()} == {"demo_visitor", "__Host-consent"}
