"""Pages that are easily misread: what is found in them, however they arrive, and that nothing else changes."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentgate.walls.html import Injection
from html_wall.pages import TRICKY, walled

INJECTION = Injection(b"<script>[head]</script>", lambda _: b"<div>[body]</div>")
PAGES = [page for page, _ in TRICKY]
FRAGMENTS = (
    "<svg>|</svg>|<math>|</math>|<title>|</title>|<textarea>|</textarea>|<style>|</style>|<script>|</script>"
    "|<!--|-->|--!>|<!-->|<![CDATA[|]]>|<select>|</select>|<noscript>|</noscript>|<foreignObject>|</foreignObject>"
    "|<desc>|</desc>|<p>|</p>|<br>|<table>|<td background=x>|</table>|<frameset>|<noframes>|<iframe>|</iframe>"
    "|<xmp>|</xmp>|<template>|</template>|<mi>|</mi>|<annotation-xml encoding=text/html>|<font color=x>|<g>|</g>"
    "|<path d='a'/>|<svg/>|<div>|</div>|<a title=\"|\">|'|<b|>|/>|<plaintext>|x|é|<body>|<head>|</head>|</body>"
    "|<image>|<use href='#a'/>|<title/>|<style/>|<|</|<!|<?|<!DOCTYPE html>|&amp;"
    "|<svg><path d='x'/></svg>|<!-- x -->|<img src=//tracker.example/a>|<script>trackerSnippet(1)</script>"
    "|<script src='//tracker.example'></script>|<iframe srcdoc='<img src=//tracker.example>'>"
).split("|")
MARKUP = st.lists(st.sampled_from(FRAGMENTS), max_size=14).map("".join)


@pytest.mark.parametrize(("page", "blocked"), TRICKY)
def test_exactly_the_tags_that_could_load_or_run_are_disarmed(page: str, blocked: int) -> None:
    assert sum(walled(page.encode()).wall.blocked.values()) == blocked


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("injection", [Injection(), INJECTION])
def test_a_page_sent_byte_by_byte_comes_out_as_one_sent_whole(page: str, injection: Injection) -> None:
    data = page.encode()
    assert walled(data, injection, list(range(1, len(data)))).output == walled(data, injection).output


@pytest.mark.parametrize("page", PAGES)
def test_a_page_cut_in_two_anywhere_comes_out_as_one_sent_whole(page: str) -> None:
    data = f"<!doctype html><p>{page}<p>after</p>".encode()
    whole = walled(data).output
    assert all(walled(data, cuts=[cut]).output == whole for cut in range(1, len(data)))


def test_many_pages_in_one_sent_in_random_chunks_come_out_as_sent_whole() -> None:
    closed = [page for page in PAGES if "plaintext" not in page and "<frameset" not in page]
    randomness = random.Random(7)
    for _ in range(20):
        data = "\n".join(randomness.sample(closed, 6)).encode()
        cuts = sorted(randomness.sample(range(1, len(data)), 9))
        assert walled(data, INJECTION, cuts).output == walled(data, INJECTION).output


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("injection", [Injection(), INJECTION])
def test_without_the_insertions_the_output_is_the_input(page: str, injection: Injection) -> None:
    data = page.encode()
    assert walled(data, injection).without_insertions() == data


@given(MARKUP)
def test_without_the_insertions_the_output_is_the_input_for_any_markup(page: str) -> None:
    data = page.encode()
    assert walled(data, INJECTION).without_insertions() == data


@given(MARKUP, st.data())
def test_any_markup_comes_out_the_same_however_it_is_cut(page: str, draw: st.DataObject) -> None:
    data = page.encode()
    cuts = draw.draw(st.lists(st.integers(0, len(data)), max_size=5).map(sorted))
    assert walled(data, INJECTION, cuts).output == walled(data, INJECTION).output


@given(st.binary(max_size=200))
def test_any_bytes_pass_unchanged_but_for_insertions(data: bytes) -> None:
    result = walled(data, INJECTION)
    assert result.without_insertions() == data


@given(MARKUP)
def test_a_second_wall_finds_nothing_left_to_disarm(page: str) -> None:
    """What was disarmed can no longer load in any reading, and disarming has not brought anything else to life."""
    once = walled(page.encode())
    twice = walled(once.output)
    assert not twice.wall.blocked or twice.wall.failed_closed
