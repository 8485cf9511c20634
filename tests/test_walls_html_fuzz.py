"""Random pages against turbohtml, a parser by other people: nothing live in its tree may come out of the wall.

Other pages in every run. The seed is part of the test's name; CONSENTGATE_TEST_SEED repeats it.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from importlib.util import find_spec

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from html_wall.corpus import CANARIES, new_seed
from html_wall.pages import walled
from html_wall.random_pages import FRAGMENTS, random_page

pytestmark = pytest.mark.skipif(find_spec("turbohtml") is None, reason="turbohtml has no wheel for this platform")

PAGES = 100_000
LEAST_DISARMED = PAGES // 3
SHOWN = 10

PAGE = st.tuples(
    st.lists(st.sampled_from(FRAGMENTS), max_size=8).map("".join),
    st.sampled_from([canary.markup for canary in CANARIES]),
    st.lists(st.sampled_from(FRAGMENTS), max_size=8).map("".join),
).map("".join)


@pytest.fixture(scope="module")
def is_live() -> Callable[[str], bool]:
    """Whether turbohtml's tree of a page has a live canary, with scripting or without."""
    from html_wall.tokens import is_live

    return is_live


def random_pages(seed: int) -> Iterator[str]:
    choice = random.Random(seed)
    return (random_page(choice) for _ in range(PAGES))


@pytest.mark.parametrize("seed", [new_seed()], ids="seed-{}".format)
def test_no_canary_in_a_random_page_is_live_behind_the_wall(is_live: Callable[[str], bool], seed: int) -> None:
    disarmed = 0
    live = []
    for page in random_pages(seed):
        result = walled(page.encode())
        disarmed += bool(result.wall.blocked)
        if is_live(result.output.decode("utf-8", "replace")):
            live.append(page)
    assert live[:SHOWN] == []
    assert disarmed >= LEAST_DISARMED


@given(PAGE)
@settings(max_examples=1000, deadline=None)
def test_no_canary_is_live_behind_the_wall_wherever_it_stands(is_live: Callable[[str], bool], page: str) -> None:
    """The same with Hypothesis, which finds the shortest page that fails and remembers it."""
    assert not is_live(walled(page.encode()).output.decode("utf-8", "replace"))
