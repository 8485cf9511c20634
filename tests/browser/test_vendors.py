"""What it is all for, in a real browser: vendors' snippets, as they publish them, in every form, state and regime.

Nobody is asked and no cookie is set before permission; after it everyone is asked exactly as often as without the gate;
after a withdrawal nobody any more. One page holds all vendors of a form, each of which has hosts of its own.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from starlette.types import ASGIApp

from chromium import chromium
from consentgate import ConsentGate
from factories import KEY
from gating import GERMANY, TEXAS
from vendor_snippets.forms import Form, Hits, expected, revived
from vendor_snippets.lab import Lab, Visitor, opened
from vendor_snippets.site import From, site, site_policy

pytestmark = pytest.mark.browser

OPT_IN, OPT_OUT, UNGATED = "de", "us", "open"
"""Versions of the site: seen from a region of each regime, and without a gate."""

ALL = ("functional", "analytics", "marketing")
NONE: Hits = Counter()
BEFORE_A_CHOICE = {OPT_IN: (), OPT_OUT: ALL}
UNDER_GPC = {OPT_IN: (), OPT_OUT: ("functional", "analytics")}
"""Which categories are granted; Global Privacy Control denies what is sold or shared, whatever the regime."""

every_form = pytest.mark.parametrize("form", Form, ids=lambda form: form.value)
every_regime = pytest.mark.parametrize("regime", [OPT_IN, OPT_OUT], ids=["opt_in", "opt_out"])


@pytest.fixture(scope="module")
def opened_lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """The site behind a gate and without one."""
    folder = tmp_path_factory.mktemp("vendors")
    ledger = f"sqlite:///{folder / 'consent.sqlite3'}"
    gate = ConsentGate(site(), policy=site_policy(), secret_keys=[KEY], ledger=ledger)
    apps: dict[str, ASGIApp] = {OPT_IN: From(GERMANY, gate), OPT_OUT: From(TEXAS, gate), UNGATED: site()}
    with opened(apps, chromium(), folder) as lab:
        yield lab


@pytest.fixture
def lab(opened_lab: Lab) -> Iterator[Lab]:
    """The same, left by all visitors when a test ends."""
    yield opened_lab
    opened_lab.leave()


def check_hits(hits: Hits, at_least: Hits, at_most: Hits) -> None:
    """Each vendor was asked so often, or is named."""
    otherwise = [
        f"{asked[0]} was asked {hits[asked]} times at {asked[1]}, not {at_least[asked]} to {at_most[asked]} times"
        for asked in sorted(hits | at_most)
        if not at_least[asked] <= hits[asked] <= at_most[asked]
    ]
    assert not otherwise, "\n".join(otherwise)


def check(visitor: Visitor, form: Form, categories: tuple[str, ...]) -> None:
    """Exactly the vendors of these categories were asked, as often as without a gate, and have set their cookies."""
    wanted = expected(form, categories)
    check_hits(visitor.lab.hits, wanted.hits, wanted.hits)
    assert visitor.cookies == wanted.cookies


def visit(visitor: Visitor, site_name: str, form: Form, categories: tuple[str, ...]) -> None:
    """Look at the form's page and check who was asked."""
    visitor.look_at(site_name, form, expected(form, categories).hits)
    check(visitor, form, categories)


def click(visitor: Visitor, value: str) -> None:
    """Answer the banner."""
    visitor.page.locator(f"#consentgate button[value={value}]").click()
    expect(visitor.page.locator("#consentgate")).not_to_be_visible()


@every_form
def test_without_the_gate_every_vendor_is_asked_and_sets_its_cookies(lab: Lab, form: Form) -> None:
    """So that the zeros of the other tests mean something, and that `expected` is what a browser does."""
    visit(lab.visitor(scripting=form.scripting), UNGATED, form, ALL)


@every_regime
@every_form
def test_before_a_choice_vendors_are_asked_only_where_the_regime_grants_them(lab: Lab, form: Form, regime: str) -> None:
    visit(lab.visitor(scripting=form.scripting), regime, form, BEFORE_A_CHOICE[regime])


@every_regime
@every_form
def test_after_a_refusal_no_vendor_is_asked(lab: Lab, form: Form, regime: str) -> None:
    visitor = lab.visitor(scripting=form.scripting)
    if regime == OPT_IN:
        visitor.look_at(regime, form, NONE)
        click(visitor, "reject")
        visitor.settle(NONE)
        check(visitor, form, ())
    else:
        visitor.choose(regime, "reject")
    visit(visitor, regime, form, ())


@every_regime
@every_form
def test_after_a_grant_all_are_asked_exactly_once_a_page_and_after_its_withdrawal_nobody(
    lab: Lab, form: Form, regime: str
) -> None:
    visitor = lab.visitor(scripting=form.scripting)
    if regime == OPT_IN:
        visitor.look_at(regime, form, NONE)
        click(visitor, "accept")
        visitor.settle(revived(form))
        check_hits(lab.hits, revived(form), expected(form).hits)
    else:
        visitor.choose(regime, "accept")
    visit(visitor, regime, form, ALL)

    visitor.choose(regime, "reject")
    visitor.browse_until_no_cookie_is_left(regime)
    visit(visitor, regime, form, ())


@every_regime
@every_form
def test_under_global_privacy_control_nobody_is_asked_who_sells_or_shares(lab: Lab, form: Form, regime: str) -> None:
    visit(lab.visitor(scripting=form.scripting, gpc=True), regime, form, UNDER_GPC[regime])


def test_a_grant_within_the_page_does_not_load_it_anew(lab: Lab) -> None:
    visitor = lab.visitor()
    visitor.look_at(OPT_IN, Form.TAG, NONE)
    visitor.page.evaluate("window.stays = true")
    click(visitor, "accept")
    visitor.settle(revived(Form.TAG))
    assert visitor.page.evaluate("window.stays === true")
