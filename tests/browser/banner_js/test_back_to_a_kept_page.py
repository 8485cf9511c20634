"""Going back to a page that the browser kept as it was left: Chromium with the cache that Playwright turns off."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect
from playwright.sync_api import Page as Tab

from careers_site import Careers, NewVisitor
from chromium import launched
from reviving.site import TRACKER, Page, PagesApp
from reviving.vendors import Vendors
from reviving.visit import Visit

pytestmark = pytest.mark.browser

FIRST = f'<h2>first</h2><a id=next href="/next">next</a><img src="{TRACKER}image">'


@pytest.fixture(scope="module")
def browser(careers: Careers, sink: Vendors) -> Iterator[Browser]:
    rules = (*careers.rules, f"MAP * 127.0.0.1:{sink.port}")
    with launched(*rules, ignore_default_args=["--disable-back-forward-cache"]) as chromium:
        yield chromium


@pytest.fixture
def visit(visitor: NewVisitor, app: PagesApp, sink: Vendors) -> Visit:
    app.pages.clear()
    app.pages["/next"] = Page("<h1>next</h1>")
    return Visit(visitor().new_page(), app, sink)


def go(tab: Tab, steps: int, to: str) -> None:
    """A page that was kept never loads, so that is not waited for."""
    tab.evaluate("steps => { setTimeout(() => history.go(steps)) }", steps)
    tab.wait_for_url(f"**{to}", wait_until="commit")


def leave(visit: Visit) -> Tab:
    tab = visit.open(FIRST, "/first")
    tab.locator("#next").dispatch_event("click")
    expect(tab.locator("h1")).to_be_visible()
    return tab


def test_a_page_is_kept_as_long_as_no_choice_is_made(visit: Visit) -> None:
    tab = leave(visit)
    go(tab, -1, "/first")
    expect(tab.locator("#consentgate")).to_be_visible()
    assert visit.is_the_same


def test_a_choice_in_a_page_lets_go_of_those_that_were_kept(visit: Visit) -> None:
    tab = leave(visit)
    visit.say("reject")
    go(tab, -1, "/first")
    expect(tab.locator("h2")).to_be_visible()
    expect(tab.locator("#consentgate")).to_have_count(0)
    assert not visit.is_the_same


def test_back_from_the_page_of_choices_the_page_is_loaded_anew(visit: Visit) -> None:
    tab = visit.open(FIRST, "/first")
    tab.locator("#consentgate form a").click()
    tab.locator("button[value=reject]").click()
    tab.wait_for_url("**saved**")
    go(tab, -2, "/first")
    expect(tab.locator("h2")).to_be_visible()
    expect(tab.locator("#consentgate")).to_have_count(0)
    assert not visit.is_the_same
