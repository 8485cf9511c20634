"""Placeholders: an iframe that is kept out gets a page of the site's own in its place, by insertions alone."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from consentgate.model import Vendor
from consentgate.walls.html import HtmlWall, Injection, Memory, Placeholders, RememberingWall
from html_wall.pages import TRICKY, T, TestersJudge, walled
from html_wall.spellings import SPELLINGS
from html_wall.vector import Vector
from html_wall.vectors import VECTORS
from test_walls_html_tricky import MARKUP

ASKING = Placeholders(b"/_consent/frame/", frozenset({"tracker", "counter"}))
INTO = Injection(placeholders=ASKING)
VIDEO = f'<iframe src="{T}v" width="560" height="315"></iframe>'
ALLOWED = "allow-forms allow-same-origin allow-scripts allow-top-navigation"


def disarmed(page: str, into: Injection = INTO) -> str:
    return walled(page.encode(), into).output.decode()


@pytest.mark.parametrize(
    ("page", "output"),
    [
        (
            VIDEO,
            '<iframe data-cg=marketing src=/_consent/frame/marketing data-cg-src="https://tracker.example/v"'
            ' width="560" height="315"></iframe>',
        ),
        # However it is written. The first of two attributes counts, so ours does.
        (
            "<IFRAME\n SRC=//tracker.example/v>",
            "<IFRAME data-cg=marketing src=/_consent/frame/marketing\n data-cg-SRC=//tracker.example/v>",
        ),
        (
            "<iframe/src=//tracker.example/v>",
            "<iframe data-cg=marketing src=/_consent/frame/marketing /data-cg-src=//tracker.example/v>",
        ),
        (
            "<iframe src=//tracker.example/v src=/own>",
            "<iframe data-cg=marketing src=/_consent/frame/marketing data-cg-src=//tracker.example/v data-cg-src=/own>",
        ),
        # All that it waits for is asked for at once.
        (
            "<iframe src=//tracker.example/v onload='f(`//counter.example/c`)'>",
            "<iframe data-cg=marketing,analytics src=/_consent/frame/marketing,analytics"
            " data-cg-src=//tracker.example/v data-cg-onload='f(`//counter.example/c`)'>",
        ),
        # Shown where scripting is off, and text where it is on: the same bytes for both.
        (
            f"<noscript>{VIDEO}</noscript>",
            "<noscript><iframe data-cg=marketing src=/_consent/frame/marketing"
            ' data-cg-src="https://tracker.example/v" width="560" height="315"></iframe></noscript>',
        ),
    ],
)
def test_an_iframe_that_is_kept_out_shows_a_page_of_the_sites_own(page: str, output: str) -> None:
    assert disarmed(page) == output


@pytest.mark.parametrize(
    "attributes",
    [
        "",
        "width=560 height=315",
        "width=100% height=10",
        "width='2' height='12'",
        'style="border:0;width:100%;height:1.5em"',
        'style="max-width:0.5em;line-height:1"',
        f'sandbox="{ALLOWED}"',
        'sandbox="ALLOW-FORMS allow-same-origin\nallow-top-navigation-by-user-activation"',
    ],
)
def test_one_that_somebody_sees_gets_it(attributes: str) -> None:
    assert " src=/_consent/frame/marketing " in disarmed(f"<iframe {attributes} src={T}v></iframe>")


@pytest.mark.parametrize(
    "attributes",
    [
        # A pixel, by what its tag says.
        "height=0 width=0",
        "width='1'",
        "height=' 01px'",
        "hidden",
        "HIDDEN=until-found",
        "style='display:none;visibility:hidden'",
        "style='color:red; VISIBILITY : collapse'",
        "style='position:absolute;width:1px;height:1px'",
        "style='&#100;isplay:none'",
        # Its own document goes before what `src` says.
        "srcdoc='<p>own</p>'",
        # The button could not do anything.
        "sandbox",
        "sandbox='allow-scripts allow-same-origin allow-forms'",
        "sandbox='allow-scripts allow-forms allow-top-navigation'",
        "sandbox='allow-same-origin allow-top-navigation'",
    ],
)
def test_one_that_nobody_sees_or_whose_button_would_be_dead_gets_none(attributes: str) -> None:
    output = disarmed(f"<iframe {attributes} src={T}v></iframe>")
    assert "data-cg=marketing" in output
    assert "/_consent" not in output


@pytest.mark.parametrize(
    "page",
    [
        f'<img src="{T}i"><embed src="{T}e"><object data="{T}o"></object><frame src="{T}f">',
        f'<script src="{T}s"></script><video src="{T}v" poster="{T}p"></video>',
        f"<iframe srcdoc='<img src={T}i>'></iframe>",
        f"<iframe src=/own onload='f(`{T}`)'></iframe>",
        "<iframe src=/own></iframe><iframe></iframe>",
    ],
)
def test_nothing_but_the_source_of_an_iframe_is_replaced(page: str) -> None:
    assert disarmed(page) == disarmed(page, Injection())


def test_where_a_visitor_can_let_none_of_it_in_there_is_nothing_to_ask() -> None:
    counted = f"<iframe src={T}v></iframe><iframe src=//counter.example/c></iframe>"
    only_analytics = Injection(placeholders=Placeholders(b"/_consent/frame/", frozenset({"counter"})))
    output = disarmed(counted, only_analytics)
    assert output.count("/_consent/frame/") == 1
    assert "src=/_consent/frame/analytics " in output


def test_the_category_is_a_part_of_the_address_whatever_it_is_called() -> None:
    class Odd(TestersJudge):
        def url(self, url: str) -> Vendor | None:
            return Vendor("odd", "Odd", "a b/c>\"d'", ("tracker.example",)) if "tracker" in url else None

    wall = HtmlWall(Odd(), Injection(placeholders=Placeholders(b"/frame/", frozenset({"odd"}))))
    assert b" src=/frame/a%20b%2Fc%3E%22d%27 data-cg-src=" in wall.feed(f"<iframe src={T}>".encode()) + wall.close()


@pytest.mark.parametrize("page", [page for page, _ in TRICKY])
def test_placeholders_change_no_byte_and_no_verdict(page: str) -> None:
    plain, asking = walled(page.encode()), walled(page.encode(), INTO)
    assert asking.without_insertions() == page.encode()
    assert asking.wall.blocked == plain.wall.blocked
    assert asking.output.replace(b" src=/_consent/frame/marketing", b"") == plain.output


@pytest.mark.parametrize("vector", VECTORS + SPELLINGS, ids=lambda vector: vector.name)
def test_a_vector_is_kept_out_with_placeholders_as_without(vector: Vector) -> None:
    page = vector.aimed_at("a")
    plain, asking = walled(page), walled(page, INTO)
    assert asking.wall.blocked == plain.wall.blocked
    assert re.sub(rb" src=/_consent/frame/[a-z,]+", b"", asking.output) == plain.output


@given(MARKUP)
def test_in_any_markup_they_are_insertions_that_end_nothing(page: str) -> None:
    asking = walled(page.encode(), INTO)
    assert asking.without_insertions() == page.encode()
    assert not any(set(text) & set(b"\"'`<>") for _, text in asking.wall.insertions)
    assert walled(page.encode(), INTO, cuts=list(range(1, len(page.encode())))).output == asking.output


def test_a_remembered_page_has_the_placeholders_of_where_the_app_is_mounted() -> None:
    memory = Memory()
    for root in ("/a", "/b", "/a", "/b", "/a", "/b"):
        into = Injection(placeholders=Placeholders(f"{root}/_consent/frame/".encode(), ASKING.vendors))
        wall = RememberingWall(memory, "", TestersJudge(), into)
        assert f" src={root}/_consent/frame/marketing ".encode() in wall.feed(VIDEO.encode()) + wall.close()
    assert len(memory) == 2
