"""The judge: whose a tag is, by its address or its snippet, and whether it must stay out."""

from __future__ import annotations

import pytest

from consentgate.model import UNDECLARED
from consentgate.walls.judge import Judge
from factories import make_policy

POLICY = make_policy()
NOTHING = Judge(POLICY.catalog, frozenset({"necessary"}))
EVERYTHING = Judge(POLICY.catalog, frozenset({"necessary", "functional", "analytics", "marketing"}))


@pytest.mark.parametrize(
    ("script", "vendor"),
    [
        (b"(function(w,d,s,l,i){j.src='https://www.googletagmanager.com/gtm.js?id='+i})(window)", "google-tag-manager"),
        (b"fbq('init', '123'); fbq('track', 'PageView');", "meta"),
        (b'var s = "https:\\/\\/static.hotjar.com\\/c\\/hotjar-1.js"', "hotjar"),
        (b"load('//cdn.adnxs.com/ast/ast.js')", "appnexus"),
    ],
)
def test_a_snippet_is_known_by_its_marks_or_by_the_script_it_loads(script: bytes, vendor: str) -> None:
    found = NOTHING.inline(script)
    assert found is not None
    assert found.id == vendor
    assert NOTHING.inline(script + b" " * 20_000) == found
    assert EVERYTHING.inline(script) is None


@pytest.mark.parametrize(
    "script",
    [
        b"",
        b"console.log('we do not use Google Analytics, Hotjar or Facebook here')",
        b"const links = ['https://www.linkedin.com/company/acme', 'https://www.facebook.com/acme'];",
        b"import('/static/app.js')",
        b"fetch('https://api.example.com/v1/jobs.json')",
    ],
)
def test_first_party_code_and_mere_mentions_stay(script: bytes) -> None:
    assert NOTHING.inline(script) is None


def test_an_applicant_tracking_system_is_never_kept_out() -> None:
    assert NOTHING.url("https://boards.greenhouse.io/embed/job_board/js?for=acme") is None


def test_only_declared_necessary_and_exempt_vendors_pass_although_everything_is_granted() -> None:
    granted = frozenset({"necessary", "functional", "analytics", "marketing"})
    own = {"id": "own", "name": "Own", "category": "necessary", "hosts": ["own.example"]}
    catalog = make_policy(vendor=[own]).catalog
    judge = Judge(catalog, granted, declared=frozenset({"hotjar"}))
    kept_out = {
        "https://static.hotjar.com/c/hotjar-1.js": None,
        "https://own.example/": None,
        "https://boards.greenhouse.io/embed/job_board/js": None,
        "https://connect.facebook.net/en_US/fbevents.js": "meta",
    }
    found = {url: judge.url(url) for url in kept_out}
    assert {url: vendor.id if vendor else None for url, vendor in found.items()} == kept_out
    for vendor in (
        judge.url("https://connect.facebook.net/"),
        judge.host("connect.facebook.net"),
        judge.inline(b"fbq('init', '1')"),
        judge.cookie("_fbp"),
    ):
        assert vendor is not None
        # No choice in the page revives what has that for a category.
        assert vendor.category == UNDECLARED
    assert judge.cookie("_hjSession") is None
    assert Judge(catalog, granted).cookie("_fbp") is None
