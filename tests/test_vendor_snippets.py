"""The table of vendors' snippets: sound in itself, and covered by the catalogue and the HTML wall."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from consentgate.model import NECESSARY
from consentgate.walls.html import HtmlWall, Injection
from consentgate.walls.judge import Judge
from vendor_snippets.bundle import SCRIPT_WAYS, way_of
from vendor_snippets.forms import Form, expected, hits_of, noscript_address, without_scripting
from vendor_snippets.snippet import CATALOG, SNIPPETS, VENDORS, Element, Snippet, vendor_of

JUDGE = Judge(CATALOG, frozenset({NECESSARY}))
ALIVE = re.compile(r"<(?:script|img|iframe|link)\b(?![^>]*\bdata-cg=)(?![^>]*\btype=\"IN/)[^>]*>", re.IGNORECASE)
"""A tag that was not disarmed; LinkedIn's buttons are data blocks, which no browser runs."""

every_snippet = pytest.mark.parametrize("snippet", SNIPPETS, ids=lambda snippet: snippet.vendor)


def behind_the_wall(markup: str) -> str:
    wall = HtmlWall(JUDGE, Injection())
    return (wall.feed(f"<!doctype html><body>{markup}</body>".encode()) + wall.close()).decode()


def alive(markup: str) -> list[str]:
    return ALIVE.findall(behind_the_wall(markup))


def test_there_is_one_row_a_vendor_and_more_than_ninety() -> None:
    assert len(VENDORS) == len(SNIPPETS) > 90


@every_snippet
def test_each_row_names_its_source_and_addresses_and_cookies_of_its_own_vendor(snippet: Snippet) -> None:
    addresses = [*snippet.addresses, *([noscript_address(snippet)] if without_scripting(snippet) else [])]
    assert snippet.source
    assert {vendor for vendor, _ in hits_of(addresses)} == {snippet.vendor}
    owners = {name: owner.id if (owner := CATALOG.cookie(name)) else None for name in snippet.cookies}
    assert owners == dict.fromkeys(snippet.cookies, snippet.vendor)


@every_snippet
def test_only_scripts_set_cookies_and_ask_further(snippet: Snippet) -> None:
    assert (snippet.element is Element.SCRIPT) == bool(snippet.further)
    assert snippet.element is Element.SCRIPT or not snippet.cookies


@every_snippet
def test_the_html_wall_disarms_every_tag_of_a_published_snippet(snippet: Snippet) -> None:
    assert alive(snippet.snippet or snippet.tag) == []


@every_snippet
def test_the_html_wall_disarms_the_plain_element_and_what_stands_in_noscript(snippet: Snippet) -> None:
    assert alive(snippet.tag) == []
    assert alive(f"<noscript>{snippet.noscript}</noscript>") == []


def code_blocks() -> Iterator[tuple[str, str]]:
    """Each piece of inline code of each snippet."""
    for snippet in SNIPPETS:
        for block in re.findall(r"<script(?![^>]*src=)(?![^>]*IN/)[^>]*>(.*?)</script>", snippet.snippet, re.DOTALL):
            yield snippet.vendor, block


@pytest.mark.parametrize(("vendor", "code"), [*code_blocks()], ids=lambda value: value.partition("\n")[0][:20])
def test_each_piece_of_a_vendors_code_is_recognised_as_that_vendors(vendor: str, code: str) -> None:
    found = JUDGE.inline(code.encode())
    assert found is not None
    assert found.id == vendor


def test_every_way_of_bringing_a_vendor_along_is_taken_by_some() -> None:
    taken = {way_of(snippet).name for snippet in SNIPPETS}
    assert taken == {way.name for way in SCRIPT_WAYS} | {"img", "iframe", "link"}


@pytest.mark.parametrize("form", Form)
def test_each_form_asks_everyone_who_takes_part(form: Form) -> None:
    assert {vendor for vendor, _ in expected(form).hits} == {snippet.vendor for snippet in form.takes_part}


def test_a_request_that_is_nobodys_is_counted_too() -> None:
    assert vendor_of("unheard-of.example", "/") == "?"
