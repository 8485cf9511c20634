"""Every vector and every spelling in a real browser: none contacts its vendor behind the wall, and all do without it.

Requests are counted at the socket, since preloads, prefetches, pings and mere connections may pass by what a browser
tells of itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import trustme
from playwright.sync_api import BrowserContext, sync_playwright

from chromium import chromium, flags_for
from html_wall.pages import T, walled
from html_wall.site import HOST, SCHEMES, Internet, Sheet, frames_path, pages, sheets, shown
from html_wall.vector import Live
from html_wall.vectors_untouched import UNTOUCHED

pytestmark = pytest.mark.browser

MOST_SILENT = 0.02
"""Versions of Chromium differ, so this share of the live rows may be silent in the one at hand."""

with_scripting_on_and_off = pytest.mark.parametrize("scripting", [Live.ON, Live.OFF], ids=["scripting on", "off"])


@pytest.fixture(scope="module")
def internet(authority: trustme.CA) -> Iterator[Internet]:
    with Internet(authority.issue_cert(HOST, "*.tracker.example").configure_cert, pages()).running() as server:
        yield server


@contextmanager
def browser_on(internet: Internet, profile: Path, scripting: Live) -> Iterator[BrowserContext]:
    """Chromium with a profile of its own: in a private window, as other tests have it, it does not preconnect."""
    flags = ["--ignore-certificate-errors", *flags_for(f"MAP * 127.0.0.1:{internet.port}")]
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            profile, executable_path=chromium(), args=flags, java_script_enabled=scripting is Live.ON
        )
        yield context
        context.close()


@pytest.fixture(scope="module")
def asked(internet: Internet, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The labels of the vendors' hosts that were asked, once all was shown."""
    for scripting in (Live.ON, Live.OFF):
        with browser_on(internet, tmp_path_factory.mktemp("profile"), scripting) as context:
            for sheet in sheets(scripting):
                if sheet.top:
                    open_tab(context, sheet)
            for scheme in SCHEMES:
                address = f"{scheme}://{HOST}{frames_path(scripting, scheme)}"
                context.new_page().goto(address, wait_until="commit")
            internet.wait_until_quiet({one.label for one in shown(scripting) if one.must_ask})
    return internet.labels


def open_tab(context: BrowserContext, sheet: Sheet) -> None:
    page = context.new_page()
    page.goto(sheet.address, wait_until="commit")
    for one in sheet.shown:
        if one.row.click:
            page.locator(f"#{one.label}").click(no_wait_after=True)


@with_scripting_on_and_off
def test_behind_the_wall_no_vector_contacts_its_vendor(asked: set[str], scripting: Live) -> None:
    leaks = [str(one) for one in shown(scripting) if one.behind_wall and one.label in asked]
    assert not leaks, "\n".join(leaks)


@with_scripting_on_and_off
def test_what_is_no_vector_contacts_nobody_with_or_without_the_wall(asked: set[str], scripting: Live) -> None:
    """So that what the wall leaves alone is rightly left alone."""
    asking = [str(one) for one in shown(scripting) if one.row in UNTOUCHED and one.label in asked]
    assert not asking, "\n".join(asking)


@with_scripting_on_and_off
def test_without_the_wall_every_live_vector_does(asked: set[str], scripting: Live) -> None:
    live = [one for one in shown(scripting) if one.must_ask]
    silent = [str(one) for one in live if one.label not in asked]
    assert len(silent) <= MOST_SILENT * len(live), "\n".join(silent)


def test_a_link_that_only_looks_up_a_host_has_no_address_behind_the_wall(internet: Internet, tmp_path: Path) -> None:
    link = f'<link rel="dns-prefetch" href="{T}">'
    with browser_on(internet, tmp_path, Live.ON) as context:
        page = context.new_page()
        addresses = []
        for content in (link, walled(link.encode()).output.decode()):
            page.set_content(content)
            addresses.append(page.evaluate("document.querySelector('link').href"))
    assert addresses == [T, ""]
