"""A real Chromium, the demo site under a real server, and a sink for every other host."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
import trustme
from demo_app.edge import Edge
from demo_app.gated import gated_site
from demo_app.site import careers_site, load_policy
from playwright.sync_api import Browser, BrowserContext, sync_playwright
from scripts.find_browser import find

from careers_site import HOST, UNGATED, Careers, NewVisitor, Served
from sink import Sink

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """Who signs the certificates; the browser is told to accept them."""
    return trustme.CA()


@pytest.fixture(scope="session")
def sink(authority: trustme.CA) -> Iterator[Sink]:
    """All other hosts."""
    server = Sink(authority.issue_cert("vendor.example").configure_cert)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def careers(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Careers]:
    """The demo site under uvicorn, by HTTPS: once gated, and once as it would be without."""
    folder = tmp_path_factory.mktemp("careers")
    certificate = authority.issue_cert(HOST, UNGATED)
    chain, key = folder / "chain.pem", folder / "key.pem"
    certificate.private_key_pem.write_to_path(str(key))
    for blob in certificate.cert_chain_pems:
        blob.write_to_path(str(chain), append=True)
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
    path = find()
    if path is None:
        pytest.skip("no Chromium here: `make test` installs one")
    sites = f"MAP {HOST} 127.0.0.1:{careers.port}, MAP {UNGATED} 127.0.0.1:{careers.ungated_port}"
    rules = f"{sites}, MAP * 127.0.0.1:{sink.port}"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=[*FLAGS, f"--host-resolver-rules={rules}"])
        yield chromium
        chromium.close()


def user_agent(browser: Browser) -> str:
    """What the browser calls itself with a window: without one it says HeadlessChrome, and bots are not asked."""
    return (
        f"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{browser.version} Safari/537.36"
    )


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
