"""A real browser parses what the wall makes of the splice test's pages: no canary may be live in it.

The stored verdicts say what passes into the wall; here is judged what comes out, another sample in every run.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from consentgate.walls.html import scanner
from consentgate.walls.html.reading import Reading
from html_wall.corpus import cases, documents, new_seed
from html_wall.judge import BrowserJudge
from html_wall.pages import SNIPPET, T, walled

SAMPLE = 20_000
PART = SAMPLE // 5

IMAGE = f"<img src={T}>"
RUN = f"<script>{SNIPPET.decode()}1)</script>"
STYLE = f"<style>p{{background:url({T})}}</style>"

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def judge(browser: Browser) -> Iterator[BrowserJudge]:
    judge = BrowserJudge(browser)
    yield judge
    judge.close()


@pytest.fixture(scope="module")
def pages(seed: int) -> list[str]:
    """Some of the splice test's pages, others in each run."""
    every = [case.page for case in cases(documents())]
    return random.Random(seed).sample(every, SAMPLE)


def outputs(pages: list[str]) -> list[str]:
    return [walled(page.encode()).output.decode() for page in pages]


def live(judge: BrowserJudge, pages: list[str]) -> list[str]:
    return [page for page, is_live in zip(pages, judge.live(pages), strict=True) if is_live]


@pytest.mark.parametrize("seed", [new_seed()], ids="seed-{}".format, scope="module")
class TestSample:
    """The seed is part of the tests' names."""

    def test_nothing_is_live_in_what_comes_out_of_the_wall(self, judge: BrowserJudge, pages: list[str]) -> None:
        assert live(judge, outputs(pages)) == []

    def test_a_good_part_of_it_was_live_before(self, judge: BrowserJudge, pages: list[str]) -> None:
        assert len(live(judge, pages[:PART])) >= PART // 5

    def test_a_wall_that_follows_one_reading_only_is_found_out(
        self, judge: BrowserJudge, pages: list[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def forget(reading: Reading, *_: object) -> None:
            reading.doubt = None

        monkeypatch.setattr(scanner, "_read_also_as_markup", forget)
        assert live(judge, outputs(pages[:PART]))


@pytest.mark.parametrize(
    ("page", "is_live"),
    [
        (IMAGE, True),
        (f"<image src={T}>", True),
        (f"<video src={T}>", True),
        (f"<input type=image src={T}>", True),
        (f"<input src={T}>", False),
        (f"<p src={T}>", False),
        ("<img src=/own>", False),
        (f"<!-- {IMAGE} -->", False),
        (f"<title>{IMAGE}</title>", False),
        (f"<noscript>{IMAGE}</noscript>", True),
        (f"<noscript><!--</noscript>{IMAGE}-->", True),
        (f"<template>{IMAGE}</template>", False),
        (f"<div><template shadowrootmode=open>{IMAGE}</template></div>", True),
        (f"<div><template shadowrootmode=closed>{IMAGE}</template></div>", True),
        (f"<frameset></frameset>{IMAGE}", False),
        (f"<script src={T}></script>", True),
        (f"<script src={T} type=module></script>", True),
        (f"<script src={T} type=text/plain></script>", False),
        (RUN, True),
        (f"<svg>{RUN}", True),
        (f"<math>{RUN}", False),
        (RUN.removesuffix("</script>"), False),
        (RUN.replace("script>", "script type=data>"), False),
        (RUN.replace("script>", "script src=/own>", 1), False),
        (RUN.replace("script>", "script language=vbs>", 1), False),
        ("<svg>" + RUN.replace("script>", "script language=vbs>", 1), True),
        (f"<svg><script><!--{RUN}--></script>", False),
        (f"<svg><script src=/own>{SNIPPET.decode()}</script>", True),
        (f"<svg><script href=/own>{SNIPPET.decode()}</script>", False),
        (STYLE, True),
        (f"<svg>{STYLE}", True),
        (f"<math>{STYLE}", False),
        (STYLE.replace("<style", "<style type=TEXT/CSS"), True),
        (STYLE.replace("<style", "<style type=text/plain"), False),
        (f"<svg><style><!--{STYLE}--></style>", False),
        (STYLE.replace(T, f"data:cg,{T}"), False),
        (f'<p style="background:url({T})">', True),
        (f'<p data-cg-style="background:url({T})">', False),
    ],
)
def test_the_judge_finds_live_what_loads_or_runs_and_nothing_else(
    judge: BrowserJudge, page: str, is_live: bool
) -> None:
    assert list(judge.live([page])) == [is_live]
