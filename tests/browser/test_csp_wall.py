"""The CSP wall in a real browser: what a script of the site itself can't load, and what goes on as before."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest
import trustme
from playwright.sync_api import Browser, Page

from careers_site import Served, certificate
from chromium import launched
from consentgate import ConsentGate
from consentgate.ledger import open_ledger
from csp_site import LEAVING, OWN_PARTS, WAYS, OwnSite, by_the_policy_alone, hosts_of
from csp_site import VENDORS as VENDORS_ASKED
from factories import KEY, make_policy
from gating import BROWSER
from sink import Sink

pytestmark = pytest.mark.browser

PATIENCE_SECONDS = 30
IMAGES = {"image", "background"}
NOT_WITH_NONCES = {"javascript-iframe.granted.example"}
"""A `javascript:` URL counts as an inline script (CSP Level 3, section 6.1.11), and can carry no nonce."""
MODES: dict[str, dict[str, Any]] = {
    "off": {"csp": "off"},
    "report": {"csp": "report"},
    "enforce": {"csp": "enforce"},
    "nonce": {"csp": "enforce", "nonce": True},
}
DECLARED = [
    {"id": "granted", "name": "Granted", "category": "analytics", "hosts": ["granted.example"]},
    {"id": "denied", "name": "Denied", "category": "marketing", "hosts": ["denied.example"]},
]


@dataclass
class Mode:
    """The site under one setting of the wall."""

    name: str
    ledger: str
    own: OwnSite = field(default_factory=OwnSite)

    @property
    def host(self) -> str:
        return f"{self.name}.northwind.example"

    @property
    def url(self) -> str:
        return f"https://{self.host}"

    def gate(self) -> ConsentGate:
        policy = make_policy(site=self.host, walls=MODES[self.name], vendors=[], vendor=DECLARED)
        return ConsentGate(self.own.app, policy=policy, secret_keys=[KEY], ledger=self.ledger)

    def counted(self) -> dict[tuple[str, str], int]:
        marks = open_ledger(self.ledger).marks(0, 10**6)
        kinds = {"undeclared_host", "csp_blocked"}
        return {(mark.dimension, mark.key): n for mark, n in marks if mark.dimension in kinds}


@pytest.fixture(scope="module")
def modes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Mode]:
    folder = tmp_path_factory.mktemp("csp")
    return {name: Mode(name, f"sqlite:///{folder / name}.sqlite3") for name in MODES}


@pytest.fixture(scope="module")
def chromium(
    modes: dict[str, Mode], authority: trustme.CA, sink: Sink, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Browser]:
    """Chromium before the site under each setting; every other host is the sink."""
    folder = tmp_path_factory.mktemp("certificates")
    chain, key = certificate(authority, folder, *(mode.host for mode in modes.values()))
    with ExitStack() as stack:
        ports = {
            mode.host: stack.enter_context(Served(by_the_policy_alone(mode.gate()), chain, key))
            for mode in modes.values()
        }
        sites = (f"MAP {host} 127.0.0.1:{port}" for host, port in ports.items())
        yield stack.enter_context(launched(*sites, f"MAP * 127.0.0.1:{sink.port}"))


UNREPORTED = {"data-iframe.undeclared.example"}
"""Its reports come from an origin of its own, and so as another site's."""

NewPage = Callable[[Mode], Page]


@pytest.fixture
def visit(chromium: Browser, sink: Sink) -> Iterator[NewPage]:
    """A page of somebody who has granted analytics and refused marketing."""
    sink.forget()
    contexts = []

    def new(mode: Mode) -> Page:
        mode.own.asked.clear()
        context = chromium.new_context(ignore_https_errors=True, base_url=mode.url, user_agent=BROWSER)
        contexts.append(context)
        page = context.new_page()
        page.goto("/own")
        page.evaluate(
            "fetch('/_consent/choice', {method: 'POST', headers: {'Content-Type': 'application/json'},"
            " body: JSON.stringify({choice: 'save', grant: ['analytics']})}).then(answer => answer.json())"
        )
        page.goto("about:blank")
        mode.own.asked.clear()
        return page

    yield new
    for context in contexts:
        context.close()


def until(met: Callable[[], bool]) -> bool:
    """Whether it comes true within a bound."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not met():
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


@pytest.mark.parametrize("name", ["off", "report"])
def test_without_an_enforced_policy_every_vendor_is_asked_in_every_way(
    modes: dict[str, Mode], visit: NewPage, sink: Sink, name: str
) -> None:
    """So that the zeros below mean something, and to show that a policy which only reports blocks nothing."""
    visit(modes[name]).goto("/vendors")
    sink.wait_for(*(host for vendor in VENDORS_ASKED for host in hosts_of(vendor)))


@pytest.mark.parametrize("name", ["enforce", "nonce"])
def test_under_enforce_only_granted_vendors_are_asked_whatever_a_script_of_the_site_tries(
    modes: dict[str, Mode], visit: NewPage, sink: Sink, name: str
) -> None:
    """Each vendor is tried after the denied and the undeclared one, so those would have been asked by then."""
    visit(modes[name]).goto("/vendors")
    sink.wait_for(*(hosts_of("granted") - (NOT_WITH_NONCES if name == "nonce" else set())))
    assert sink.hosts & (hosts_of("denied") | hosts_of("undeclared")) == set()


@pytest.mark.parametrize("name", MODES)
def test_what_the_site_loads_from_itself_goes_on_as_before(modes: dict[str, Mode], visit: NewPage, name: str) -> None:
    """Inline code, handlers, eval, WebAssembly, modules, workers, frames, and what style sheets load."""
    mode = modes[name]
    visit(mode).goto("/own")
    assert until(lambda: mode.own.asked == set(OWN_PARTS)), set(OWN_PARTS) - mode.own.asked


@pytest.mark.parametrize("name", MODES)
def test_what_the_sites_own_policy_forbids_stays_forbidden(modes: dict[str, Mode], visit: NewPage, name: str) -> None:
    mode = modes[name]
    page = visit(mode)
    page.goto("/strict")
    page.wait_for_load_state("networkidle")
    assert until(lambda: mode.own.asked == set(OWN_PARTS) - IMAGES), set(OWN_PARTS) ^ mode.own.asked


def test_hosts_that_nobody_declared_are_counted_under_report_and_declared_ones_are_not(
    modes: dict[str, Mode], visit: NewPage
) -> None:
    mode = modes["report"]
    visit(mode).goto("/vendors")
    expected = {("undeclared_host", host) for host in hosts_of("undeclared") - UNREPORTED}
    assert until(lambda: expected <= mode.counted().keys()), expected - mode.counted().keys()
    assert mode.counted().keys() == expected


def test_denied_vendors_that_only_the_policy_kept_out_are_counted_under_enforce(
    modes: dict[str, Mode], visit: NewPage
) -> None:
    mode = modes["enforce"]
    visit(mode).goto("/vendors")
    blocked = ("csp_blocked", "denied")
    undeclared = {("undeclared_host", host) for host in hosts_of("undeclared") - UNREPORTED}
    assert until(lambda: mode.counted().get(blocked, 0) >= len(WAYS) - len(UNREPORTED)), mode.counted()
    assert until(lambda: mode.counted().keys() == {blocked} | undeclared), mode.counted()


@pytest.mark.parametrize("name", ["off", "enforce", "nonce"])
def test_an_inline_script_that_the_walls_missed_runs_unless_nonces_are_asked_for(
    modes: dict[str, Mode], visit: NewPage, name: str
) -> None:
    mode = modes[name]
    visit(mode).goto("/missing")
    assert until(lambda: "passed" in mode.own.asked)
    assert ("missed" in mode.own.asked) is (name != "nonce")  # It stands before the one that has passed.


@pytest.mark.parametrize("way", LEAVING)
def test_it_does_not_keep_a_script_from_leading_away(
    modes: dict[str, Mode], visit: NewPage, sink: Sink, way: str
) -> None:
    """The limit that docs/walls.md names."""
    page = visit(modes["enforce"])
    page.goto("/leaving/" + way, wait_until="commit")
    sink.wait_for(f"{way}.denied.example")
