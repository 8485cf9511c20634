"""A real browser opens every page of the corpus behind the wall; it must contact no vendor, with scripts or without."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Request, Route

from html_wall.pages import ELEMENTS, TRICKY, T, walled

SITE = "https://careers.example"
HOSTS = ("tracker.example", "counter.example")
CALLS_HOME = f"window.trackerSnippet = () => {{ new Image().src = '{T}snippet' }}"
PAGES = [page for page, _ in TRICKY] + [element.format(T) for element in ELEMENTS]
LEAST_LIVE = 60
"""Pages that must reach a vendor without the wall, or the browser proves nothing."""

pytestmark = pytest.mark.browser


def contacted(browser: Browser, pages: list[bytes], *, scripts: bool) -> set[int]:
    """The numbers of the pages that asked a vendor for something, each opened in a frame of its own."""
    found: set[int] = set()
    frames = "".join(f'<iframe src="/case/{number}"></iframe>' for number in range(len(pages)))

    def answer(route: Route) -> None:
        request = route.request
        if any(host in request.url.partition("?")[0] for host in HOSTS):
            found.add(_case(request))
            route.abort()
        elif request.url.startswith(f"{SITE}/case/"):
            route.fulfill(body=pages[_number(request.url)], content_type="text/html; charset=utf-8")
        elif request.url == f"{SITE}/":
            route.fulfill(body=f"<!doctype html>{frames}", content_type="text/html")
        else:
            route.abort()

    context = browser.new_context(java_script_enabled=scripts)
    context.add_init_script(CALLS_HOME)
    context.route("**/*", answer)
    context.new_page().goto(f"{SITE}/", wait_until="networkidle")
    context.close()
    return found


def _case(request: Request) -> int:
    """A frame within the case's frame, as of a `srcdoc`, has an address of its own."""
    frame = request.frame
    while not frame.url.startswith(f"{SITE}/case/") and frame.parent_frame is not None:
        frame = frame.parent_frame
    return _number(frame.url)


def _number(url: str) -> int:
    number = url.removeprefix(f"{SITE}/case/").partition("?")[0]
    return int(number) if number.isdecimal() else -1


@pytest.mark.parametrize("scripts", [True, False])
def test_no_page_behind_the_wall_contacts_a_vendor(browser: Browser, scripts: bool) -> None:
    pages = [walled(page.encode()).output for page in PAGES]
    assert [PAGES[number] for number in contacted(browser, pages, scripts=scripts)] == []


@pytest.mark.parametrize("scripts", [True, False])
def test_without_the_wall_most_of_these_pages_do(browser: Browser, scripts: bool) -> None:
    assert len(contacted(browser, [page.encode() for page in PAGES], scripts=scripts)) >= LEAST_LIVE
