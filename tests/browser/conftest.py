"""A real Chromium, the demo site under a real server, and a sink for every other host."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import trustme
from demo_app.edge import Edge
from demo_app.gated import gated_site
from demo_app.site import careers_site, load_policy
from playwright.sync_api import Browser, BrowserContext

from careers_site import HOST, UNGATED, Careers, NewVisitor, Served, certificate
from chromium import launched, user_agent
from sink import Sink


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """Who signs the certificates; the browser is told to accept them."""
    return trustme.CA()


@pytest.fixture(scope="session")
def sink(authority: trustme.CA) -> Iterator[Sink]:
    """All other hosts."""
    with Sink(authority.issue_cert("vendor.example").configure_cert).running() as server:
        yield server


@pytest.fixture(scope="module")
def careers(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Careers]:
    """The demo site under uvicorn, by HTTPS: once gated, and once as it would be without."""
    folder = tmp_path_factory.mktemp("careers")
    chain, key = certificate(authority, folder, HOST, UNGATED)
    ledger = f"sqlite:///{folder / 'consent.sqlite3'}"
    gated = gated_site(ledger=ledger, key="a-key-for-the-browser-tests-only")
    ungated = Edge(careers_site(load_policy()))
    with Served(gated, chain, key) as port, Served(ungated, chain, key) as ungated_port:
        yield Careers(f"https://{HOST}", port, ungated_port, ledger)


@pytest.fixture(scope="module")
def browser(careers: Careers, sink: Sink) -> Iterator[Browser]:
    """Chromium, with the site's host mapped to the site and every other one to the sink.

    Not for the whole session: Playwright keeps an event loop running in this thread, which async tests need for theirs.
    """
    with launched(*careers.rules, f"MAP * 127.0.0.1:{sink.port}") as chromium:
        yield chromium


@pytest.fixture
def visitor(browser: Browser, careers: Careers, sink: Sink) -> Iterator[NewVisitor]:
    """Someone new, from a region of the demo's switch, such as `US-CA.gpc`; the sink begins anew with each test."""
    sink.forget()
    contexts: list[BrowserContext] = []

    def new(region: str = "DE", **options: object) -> BrowserContext:
        options.setdefault("user_agent", user_agent(browser))
        context = browser.new_context(ignore_https_errors=True, base_url=careers.url, **options)  # type: ignore[arg-type]
        context.add_cookies([{"name": "demo_visitor", "value": region, "url": careers.url}])
        contexts.append(context)
        return context

    yield new
    for context in contexts:
        context.close()
