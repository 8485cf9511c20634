"""The splice test: a tracker's tag at every offset of thousands of documents, against what Chromium makes of it.

The verdicts are stored; `make verdicts` renews them. Besides, every page is seen to pass unchanged but for insertions.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from html.parser import HTMLParser
from itertools import islice

import pytest

from consentgate.model import Vendor
from consentgate.walls.html import HtmlWall, scanner
from consentgate.walls.html.reading import Reading
from consentgate.walls.html.tree import Tree
from html_wall.corpus import CANARIES, documents, new_seed
from html_wall.pages import SNIPPET, T, TestersJudge, walled
from html_wall.verdicts import Score, Verdicts, judged, read_verdicts, score

LEAST_LIVE = 100_000
MOST_FALSE_ALARMS = 0.01
"""Of the dead canaries, those disarmed although no reading, with a tree or without, takes them for a tag."""
MOST_DISARMED_TAGS = 0.07
"""Those that Chromium's tree leaves out and a reader without a tree takes for tags: `<frameset><img>`, templates."""
DEAD_THINNED = 3
"""Every live case is tried, and every so many-th dead one; `make verdicts` tries all."""
PAGES_TO_CUT = 800
THINNED = 61
"""What is to catch a broken wall takes every so many-th case only."""
SHOWN = 10


@pytest.fixture(scope="module")
def corpus() -> list[str]:
    return documents()


@pytest.fixture(scope="module")
def verdicts(corpus: list[str]) -> Verdicts:
    return read_verdicts(corpus)


@pytest.fixture(scope="module")
def walls_score(corpus: list[str], verdicts: Verdicts) -> Score:
    every = enumerate(judged(corpus, verdicts))
    tried = (entry for number, entry in every if entry[1] == "1" or number % DEAD_THINNED == 0)
    return score(tried, passes_unchanged_but_disarmed)


def passes_unchanged_but_disarmed(page: str) -> bool:
    data = page.encode()
    result = walled(data)
    assert result.without_insertions() == data, f"changed beyond insertions: {page!r}"
    assert result.wall.failed_closed is None, f"{result.wall.failed_closed} reached: {page!r}"
    return bool(result.wall.blocked)


def test_verdicts_about_another_corpus_are_refused(corpus: list[str]) -> None:
    with pytest.raises(ValueError, match="make verdicts"):
        read_verdicts(corpus[1:])


def test_no_live_canary_passes_the_wall(walls_score: Score) -> None:
    live = walls_score.live
    assert live >= LEAST_LIVE, "so few live canaries prove little"
    missed = [case.page for case in walls_score.misses]
    assert missed[:SHOWN] == []


def test_what_no_reader_takes_for_a_tag_is_seldom_disarmed(walls_score: Score) -> None:
    false_alarms, dead = len(walls_score.false_alarms), walls_score.dead
    assert false_alarms < MOST_FALSE_ALARMS * dead
    disarmed_tags = len(walls_score.disarmed_tags)
    assert disarmed_tags < MOST_DISARMED_TAGS * dead


@pytest.mark.parametrize("seed", [new_seed()], ids="seed-{}".format)
def test_a_page_comes_out_the_same_cut_in_two_anywhere_or_sent_byte_by_byte(corpus: list[str], seed: int) -> None:
    """Documents and canaries differ from run to run; the seed is part of the test's name."""
    choice = random.Random(seed)
    for document in choice.sample(corpus, PAGES_TO_CUT):
        canary = choice.choice(CANARIES)
        page = canary.spliced(document, choice.choice(canary.offsets(document))).encode()
        whole = walled(page).output
        assert walled(page, cuts=list(range(1, len(page)))).output == whole, page
        for cut in range(1, len(page)):
            assert walled(page, cuts=[cut]).output == whole, (page, cut)


# What these tests are worth: walls that they must find broken.


class BlindToSnippets(TestersJudge):
    """Does not know the tracker's snippet."""

    def inline(self, script: bytes) -> Vendor | None:  # noqa: ARG002
        return None


class StandardParser(HTMLParser):
    """A wall as one would write it with the standard library's parser, which knows tokens and no tree."""

    def __init__(self) -> None:
        super().__init__()
        self.found = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.found = self.found or any(name == "src" and (value or "").startswith(T) for name, value in attrs)

    def handle_data(self, data: str) -> None:
        self.found = self.found or (self.cdata_elem == "script" and SNIPPET.decode() in data)


def disarms_by_a_blind_judge(page: str) -> bool:
    wall = HtmlWall(BlindToSnippets())
    wall.feed(page.encode())
    wall.close()
    return bool(wall.blocked)


def disarms_by_the_standard_parser(page: str) -> bool:
    parser = StandardParser()
    try:
        parser.feed(page)
        parser.close()
    except AssertionError:
        return False  # It gives up on some pages.
    return parser.found


def one_reading_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def forget(reading: Reading, *_: object) -> None:
        reading.doubt = None

    monkeypatch.setattr(scanner, "_read_also_as_markup", forget)


def no_foreign_content(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Tree, "opened", lambda tree, _: (tree, True))


@pytest.mark.parametrize(
    "disarms", [disarms_by_a_blind_judge, disarms_by_the_standard_parser, lambda page: "<img" not in page]
)
def test_a_wall_that_misses_something_is_found_out(
    corpus: list[str], verdicts: Verdicts, disarms: Callable[[str], bool]
) -> None:
    assert score(islice(judged(corpus, verdicts), 0, None, THINNED), disarms).misses


@pytest.mark.parametrize("weakness", [one_reading_only, no_foreign_content])
def test_our_own_wall_without_one_of_its_rules_is_found_out(
    corpus: list[str],
    verdicts: Verdicts,
    weakness: Callable[[pytest.MonkeyPatch], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    weakness(monkeypatch)
    assert score(islice(judged(corpus, verdicts), 0, None, THINNED), lambda page: bool(_blocked(page))).misses


def test_a_wall_that_disarms_whatever_looks_like_a_tag_is_found_out(corpus: list[str], verdicts: Verdicts) -> None:
    result = score(islice(judged(corpus, verdicts), 0, None, THINNED), lambda page: T in page)
    assert len(result.false_alarms) > MOST_FALSE_ALARMS * result.dead


def _blocked(page: str) -> int:
    return sum(walled(page.encode()).wall.blocked.values())
