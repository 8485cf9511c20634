"""What the visitor meets, as bytes: small, equal, escaped, and complete without scripts."""

from __future__ import annotations

import gzip
import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentgate.banner.assets import asset, assets, squeezed
from consentgate.banner.layer_one import LayerOne, Look
from consentgate.banner.preferences import Preferences, View
from consentgate.banner.texts import languages
from consentgate.decide import decide
from consentgate.model import Prompt, Signals
from factories import make_choice, make_facts, make_policy

POLICY = make_policy()
LAYER_ONE = LayerOne(POLICY, attribution=True)
LARGEST_LAYER_ONE = 1536
"""Bytes, HTML and CSS together, gzipped."""


def look(prompt: Prompt = Prompt.BANNER, language: str = "en", *, gpc: bool = False, us: bool = False) -> Look:
    return Look(prompt, language, gpc_honored=gpc, choices_icon=us, root="")


def html(one: Look, back: str = "/") -> str:
    return LAYER_ONE.html(one, back).decode("ascii")


def preferences(
    *, signals: Signals | None = None, saved: bool = False, region: str = "DE", language: str = "en"
) -> str:
    facts = make_facts(region, signals=signals or Signals())
    view = View(language, decide(facts, POLICY), saved, "/jobs", "")
    return Preferences(POLICY, attribution=True).page(view)


@pytest.mark.parametrize("language", sorted(languages()))
def test_layer_one_stays_small_in_every_language(language: str) -> None:
    one = look(language=language, gpc=True)
    sheet = LAYER_ONE.sheet(one)
    assert sheet is not None
    together = LAYER_ONE.html(one, "/jobs/senior-support-engineer") + sheet.content
    assert len(gzip.compress(together, 9)) <= LARGEST_LAYER_ONE


def test_the_banner_is_a_labelled_section_with_a_form_that_needs_no_script() -> None:
    text = html(look())
    assert '<section id="consentgate" aria-labelledby="cg-title" lang="en" dir="ltr"' in text
    assert '<form method="post" action="/_consent/choice">' in text
    assert text.index('value="reject"') < text.index('value="accept"')
    assert "<script" not in text


def test_reject_and_accept_are_written_alike() -> None:
    reject, accept = re.findall(r"<button[^>]*>", html(look()))
    assert reject.replace("reject", "accept") == accept


@pytest.mark.parametrize("one", [look(), look(gpc=True), look(Prompt.STATUS), look(Prompt.STATUS, us=True, gpc=True)])
def test_layer_one_has_no_inline_style_or_handler(one: Look) -> None:
    assert not re.search(r"\s(style|on\w+)=", html(one))


def test_the_status_line_says_what_was_honored_and_shows_the_icon_where_the_law_names_it() -> None:
    assert "Opt-out request honored" in html(look(Prompt.STATUS, gpc=True, us=True))
    assert "<svg" in html(look(Prompt.STATUS, us=True))
    assert "<svg" not in html(look(Prompt.STATUS))
    assert html(look(Prompt.NONE)) == ""


def test_the_link_to_db_ip_stands_wherever_the_embedded_database_is_in_use() -> None:
    assert "https://db-ip.com" in html(look())
    assert "https://db-ip.com" in preferences()
    assert "db-ip" not in LayerOne(POLICY, attribution=False).html(look(), "/").decode()


@given(st.text(max_size=80))
def test_the_way_back_is_escaped_whatever_it_is(back: str) -> None:
    found: dict[str, str | None] = {}

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            assert tag in {"section", "div", "h2", "p", "br", "small", "a", "form", "input", "button"}
            if tag == "input":
                found.update(attrs)

    Reader().feed(html(look(), "/" + back))
    assert set(found) == {"type", "name", "value"}


def test_other_languages_leave_as_ascii_so_that_any_encoding_of_the_page_shows_them() -> None:
    assert "&#" in html(look(language="pl"))


def test_a_policy_without_vendors_counts_none() -> None:
    text = LayerOne(make_policy(vendors=[]), attribution=False).html(look(), "/").decode()
    assert "Vendors" not in text


def test_the_preferences_page_shows_a_switch_for_each_category_and_nothing_pre_ticked() -> None:
    text = preferences()
    assert text.count('role="switch"') == 2
    assert " checked" not in text
    assert "Always on" in text
    assert "Google Analytics" in text


def test_the_preferences_page_shows_what_holds() -> None:
    granted = decide(make_facts("DE", choice=make_choice(POLICY, "analytics", "marketing")), POLICY)
    text = Preferences(POLICY, attribution=True).page(View("en", granted, True, "/jobs", ""))
    assert 'value="analytics" aria-label="Analytics" checked' in text
    assert 'value="marketing" aria-label="Marketing">' in text
    assert "Your choice is saved." in text


def test_gpc_shows_its_status_and_a_way_to_confirm_otherwise_only_when_it_is_sent() -> None:
    assert 'name="override"' not in preferences()
    text = preferences(signals=Signals(gpc=True), region="US-CA")
    assert "Opt-out request honored" in text
    assert "stay off: Marketing" in text
    assert 'name="override" value="gpc"' in text


def test_gpc_and_dnt_are_disclosed_to_everyone_alike() -> None:
    pages = {preferences(signals=Signals(dnt=dnt)) for dnt in (None, True, False)}
    assert len(pages) == 1
    assert {"Do Not Track", "Global Privacy Control"} <= set(re.findall(r"<h2[^>]*>([^<]*)</h2>", pages.pop()))


def test_assets_are_named_by_their_content() -> None:
    one = asset("banner.css")
    assert re.fullmatch(r"banner\.[0-9a-f]{12}\.css", one.name)
    assert assets()[one.name] == one
    assert not re.search(rb"/\*|\n|  ", one.content)


def test_squeezing_keeps_what_a_style_sheet_means() -> None:
    css = "/* a */ a > b { margin: 0 auto; width: calc(1px + 2px) }\n"
    css += "@media (min-width: 3px) and (x) { a :hover { b: c; } }"
    assert squeezed(css) == "a>b{margin:0 auto;width:calc(1px + 2px)}@media (min-width:3px) and (x){a :hover{b:c}}"
