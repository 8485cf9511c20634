"""A browser, the site under a real server in several versions, and a sink for everyone else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import trustme
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from playwright.sync_api import TimeoutError as BrowserTimeoutError
from starlette.types import ASGIApp

from careers_site import Served, certificate
from chromium import flags_for, user_agent
from sink import Sink
from vendor_snippets.forms import Form, Hits, hit
from vendor_snippets.site import DOMAIN, OWN_COOKIE, Hosts
from vendor_snippets.snippet import stub_of

GPC = "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {value: true})"
"""What a browser that sends Sec-GPC shows to scripts (Global Privacy Control, section 3.2)."""

_SILENCE = 0.6
"""Seconds without any request, after all that must come have come, after which no more are expected."""

_MOST_PAGES = 12

_CHOICE_COOKIES = {"__Host-consent", "__Host-consent-opt-out"}


@dataclass
class Lab:
    """Where pages are visited, and who was asked meanwhile."""

    browser: Browser
    sink: Sink
    contexts: list[BrowserContext] = field(default_factory=list)

    def visitor(self, *, scripting: bool = True, gpc: bool = False) -> Visitor:
        """Someone new."""
        context = self.browser.new_context(
            ignore_https_errors=True,
            java_script_enabled=scripting,
            user_agent=user_agent(self.browser),
            extra_http_headers={"Sec-GPC": "1"} if gpc else {},
        )
        if gpc:
            context.add_init_script(GPC)
        self.contexts.append(context)
        self.sink.forget()
        return Visitor(self, context.new_page())

    def leave(self) -> None:
        """All visitors go."""
        while self.contexts:
            self.contexts.pop().close()

    @property
    def hits(self) -> Hits:
        """Who was asked since the last `forget`."""
        return Counter(hit(one.host, one.path) for one in self.sink.hits)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Someone with a browser window."""

    lab: Lab
    page: Page

    def look_at(self, site: str, form: Form, awaited: Hits) -> None:
        """Load the form's page of a site, wait for the requests that must come, and until no more do."""
        self.lab.sink.forget()
        self.page.goto(f"https://{site}.{DOMAIN}/{form}")
        self.settle(awaited)

    def settle(self, awaited: Hits) -> None:
        """Wait for the requests that must come, with a bound, and then until no more do.

        Where none must come, the browser has to say so, however slow the machine is. It never calls a beacon over, but
        then the page has failed already.
        """
        self.page.wait_for_load_state("load")
        if awaited:
            self.lab.sink.wait_until(lambda: awaited <= self.lab.hits)
        else:
            with suppress(BrowserTimeoutError):
                self.page.wait_for_load_state("networkidle", timeout=10_000)
        self.lab.sink.wait_for_silence(_SILENCE if awaited else _SILENCE / 3)

    def browse_until_no_cookie_is_left(self, site: str) -> None:
        """Load pages without tags, as long as vendors have cookies; within bounds.

        A response has only so much room for deletions, and here are more vendors than any site has.
        """
        for _ in range(_MOST_PAGES):
            if not self.cookies:
                break
            self.page.goto(f"https://{site}.{DOMAIN}/")

    def choose(self, site: str, value: str) -> None:
        """Make a choice on the preferences page."""
        self.page.goto(f"https://{site}.{DOMAIN}/_consent/")
        self.page.locator(f"button[value={value}]").click()
        self.page.wait_for_load_state("networkidle")

    @property
    def cookies(self) -> set[str]:
        """The cookies that vendors have on the domain of the site that is being looked at."""
        cookies = self.page.context.cookies(self.page.url)
        ours = {OWN_COOKIE} | _CHOICE_COOKIES
        return {cookie["name"] for cookie in cookies if "name" in cookie} - ours


@contextmanager
def opened(apps: Mapping[str, ASGIApp], chromium: str, folder: Path) -> Iterator[Lab]:
    """A lab with these versions of the site, each on a host of its own under `DOMAIN`; keys go into `folder`."""
    authority = trustme.CA()
    chain, key = certificate(authority, folder, f"*.{DOMAIN}")
    sink = Sink(authority.issue_cert("vendor.example").configure_cert, lambda asked: stub_of(asked.host, asked.path))
    hosts = Hosts({f"{name}.{DOMAIN}": app for name, app in apps.items()})
    with ExitStack() as stack:
        stack.enter_context(sink.running())
        port = stack.enter_context(Served(hosts, chain, key))
        playwright = stack.enter_context(sync_playwright())
        flags = flags_for(f"MAP *.{DOMAIN} 127.0.0.1:{port}", f"MAP * 127.0.0.1:{sink.port}")
        browser = playwright.chromium.launch(executable_path=chromium, args=flags)
        stack.callback(browser.close)
        yield Lab(browser, sink)
