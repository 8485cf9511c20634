"""What the visitor meets, as bytes: small, equal, escaped, and complete without scripts."""

from __future__ import annotations

import gzip
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentgate.banner.assets import asset, assets, squeezed
from consentgate.banner.layer_one import Announcement, LayerOne, Look
from consentgate.banner.preferences import DntStatement, Preferences, View
from consentgate.banner.texts import languages
from consentgate.decide import decide
from consentgate.model import Prompt, Signals
from consentgate.policy import Policy
from factories import AN_OBJECTION, NOW, make_choice, make_facts, make_policy, notice_table

POLICY = make_policy()
LAYER_ONE = LayerOne(POLICY, attribution=True)
LARGEST_LAYER_ONE = 1536
"""Bytes, HTML and CSS together, gzipped."""


NEXT = Announcement("2027-01", date(2027, 1, 1), has_text=True)


def look(
    prompt: Prompt = Prompt.BANNER,
    language: str = "en",
    *,
    out: bool = False,
    us: bool = False,
    announced: Announcement | None = None,
) -> Look:
    return Look(prompt, language, opt_out_honored=out, choices_icon=us, root="", announcement=announced)


def html(one: Look, back: str = "/") -> str:
    return LAYER_ONE.html(one, back).decode("ascii")


def preferences(policy: Policy = POLICY, **changes: Any) -> str:
    """The page as a visitor from Germany without signals sees it; `facts` and the view's fields can be changed."""
    facts = changes.pop("facts", make_facts("DE"))
    view: dict[str, Any] = {
        "language": "en",
        "decision": decide(facts, policy),
        "saved": False,
        "back": "/jobs",
        "root": "",
        "notice": policy.notice.in_force(NOW),
        "offers_requests": False,
        "opt_out_honored": False,
        "limit_honored": False,
        "dnt": DntStatement.NOT_HONORED,
        "site": "Example Careers",
        **changes,
    }
    return Preferences(policy, attribution=True).page(View(**view))


@pytest.mark.parametrize("announced", [None, NEXT])
@pytest.mark.parametrize("prompt", [Prompt.BANNER, Prompt.STATUS])
@pytest.mark.parametrize("language", sorted(languages()))
def test_layer_one_stays_small_in_every_language_with_all_that_it_can_hold(
    language: str, prompt: Prompt, announced: Announcement | None
) -> None:
    one = look(prompt, language, out=True, us=True, announced=announced)
    sheet = LAYER_ONE.sheet(one)
    assert sheet is not None
    together = LAYER_ONE.html(one, "/jobs/senior-support-engineer") + sheet.content
    assert len(gzip.compress(together, 9)) <= LARGEST_LAYER_ONE


def test_the_banner_is_a_labelled_section_with_a_form_that_needs_no_script() -> None:
    text = html(look())
    assert '<section id="consentgate" aria-labelledby="cg-title" lang="en" dir="ltr"' in text
    assert '<form method="post" action="/_consent/choice?lang=en">' in text
    assert text.index('value="reject"') < text.index('value="accept"')
    assert "<script" not in text


def test_reject_and_accept_are_written_alike() -> None:
    reject, accept = re.findall(r"<button[^>]*>", html(look()))
    assert reject.replace("reject", "accept") == accept


@pytest.mark.parametrize(
    "one",
    [look(), look(out=True, us=True, announced=NEXT), look(Prompt.STATUS), look(Prompt.STATUS, us=True, out=True)],
)
def test_layer_one_has_no_inline_style_or_handler(one: Look) -> None:
    assert not re.search(r"\s(style|on\w+)=", html(one))


def test_the_status_line_says_what_was_honored_and_shows_the_icon_where_the_law_names_it() -> None:
    assert "Opt-out request honored" in html(look(Prompt.STATUS, out=True, us=True))
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
    text = preferences(facts=make_facts("DE", choice=make_choice(POLICY, "analytics", "marketing")), saved=True)
    assert 'value="analytics" aria-label="Analytics" checked' in text
    assert 'value="marketing" aria-label="Marketing">' in text
    assert "Your choice is saved." in text


def test_gpc_shows_its_status_only_when_it_is_sent() -> None:
    assert "Opt-out request honored" not in preferences()
    text = preferences(facts=make_facts("US-CA", signals=Signals(gpc=True)), opt_out_honored=True)
    assert "Opt-out request honored" in text
    assert "stay off: Marketing" in text


def test_gpc_and_dnt_are_disclosed_to_everyone_alike() -> None:
    pages = {preferences(facts=make_facts("DE", signals=Signals(dnt=dnt))) for dnt in (None, True, False)}
    assert len(pages) == 1
    assert {"Do Not Track", "Global Privacy Control"} <= set(re.findall(r"<h2[^>]*>([^<]*)</h2>", pages.pop()))


def test_where_dnt_is_an_objection_the_page_says_so_and_never_that_it_is_not_honored() -> None:
    text = preferences(dnt=DntStatement.OBJECTION)
    assert "we take it as your objection" in text
    assert "do not respond" not in text


def test_where_the_statement_would_mislead_the_page_makes_none() -> None:
    assert "Do Not Track" not in preferences(dnt=DntStatement.NONE)


def test_what_an_objection_keeps_off_is_named() -> None:
    policy = make_policy(notice=notice_table(dnt=AN_OBJECTION), signals={"dnt": "objection"})
    text = preferences(policy, facts=make_facts("DE", signals=Signals(dnt=True)), dnt=DntStatement.OBJECTION)
    assert "Your browser sent Do Not Track, so these stay off: Analytics, Marketing." in text


def test_the_announcement_is_a_link_to_the_new_text_in_each_look_and_alone_where_there_is_nothing_else_to_say() -> None:
    link = '<a href="/_consent/notice/2027-01?lang=en">New privacy notice from 2027-01-01</a>'
    for prompt in Prompt:
        assert link in html(look(prompt, announced=NEXT))
    alone = html(look(Prompt.NONE, announced=NEXT))
    assert "Your Privacy Choices" not in alone
    assert LAYER_ONE.sheet(look(Prompt.NONE, announced=NEXT)) == asset("status.css")
    assert LAYER_ONE.sheet(look(Prompt.NONE)) is None


def test_an_announcement_without_a_text_of_ours_leads_to_the_sites_notice() -> None:
    assert '<a href="/privacy">New privacy notice' in html(look(announced=replace(NEXT, has_text=False)))


def test_the_icon_is_the_one_that_california_publishes() -> None:
    shapes = ["M7.4 12.8h6.8l3.1-11.6H7.4", "M22.6 0H7.4c-3.9 0-7 3.1-7 7s3.1 7 7 7h15.2", "M24.6 4", "M12.7 4.1"]
    colors = ['fill="#fff"', 'fill="#06f"', 'fill="#fff"', 'fill="#06f"']
    for drawn in (html(look(Prompt.STATUS, us=True)), asset("opt-out.svg").content.decode()):
        assert 'viewBox="0 0 30 14"' in drawn
        assert [shape for shape in shapes if f'd="{shape}' not in drawn] == []
        assert re.findall(r'fill="[^"]*"', drawn) == colors


def test_a_banner_that_must_carry_the_choices_link_has_the_icon_beside_it() -> None:
    link = rf'Your Privacy Choices <img src="/_consent/assets/{re.escape(asset("opt-out.svg").name)}" alt=""/>'
    assert re.search(link, html(look(us=True)))
    assert "<img" not in html(look())


def test_the_requests_stand_on_the_page_where_they_are_offered_and_say_truthfully_when_there_is_nothing_to_limit() -> (
    None
):
    text = preferences(facts=make_facts("US-CA"), offers_requests=True)
    assert '<button name="choice" value="opt_out">' in text
    assert 'value="limit"' not in text
    assert "No cookie and no vendor on this site uses sensitive personal information" in text
    assert "opt_out" not in preferences()


def test_the_limit_form_is_there_where_a_category_uses_what_is_sensitive() -> None:
    policy = make_policy(categories={"analytics": {"sensitive": True}, "marketing": {"sale_or_sharing": True}})
    text = preferences(policy, facts=make_facts("US-CA"), offers_requests=True)
    assert '<button name="choice" value="limit">' in text
    assert "uses sensitive personal information: Analytics" in text
    honored = preferences(policy, facts=make_facts("US-CA"), offers_requests=True, limit_honored=True)
    assert "Your request to limit the use is honored. These stay off: Analytics." in honored
    assert 'value="limit"' not in honored


def test_assets_are_named_by_their_content() -> None:
    one = asset("banner.css")
    assert re.fullmatch(r"banner\.[0-9a-f]{12}\.css", one.name)
    assert assets()[one.name] == one
    assert not re.search(rb"/\*|\n|  ", one.content)


def test_squeezing_keeps_what_a_style_sheet_means() -> None:
    css = "/* a */ a > b { margin: 0 auto; width: calc(1px + 2px) }\n"
    css += "@media (min-width: 3px) and (x) { a :hover { b: c; } }"
    assert squeezed(css) == "a>b{margin:0 auto;width:calc(1px + 2px)}@media (min-width:3px) and (x){a :hover{b:c}}"
