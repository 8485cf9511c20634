"""The memory of edits: a page that comes again is not scanned again, and leaves as if it had been."""

from __future__ import annotations

import pytest
from hypothesis import given

from consentgate.model import Vendor
from consentgate.walls.html import HtmlWall, Injection, Memory, RememberingWall
from consentgate.walls.html.memory import MOST_BYTES
from html_wall.pages import TRICKY, TestersJudge
from test_walls_html_tricky import MARKUP

PAGE = b'<html lang="de"><head><title>x</title></head><body><img src="//tracker.example/a"></body></html>'
OTHER_PAGE = PAGE.replace(b"x</title>", b"y</title>")


class CountingJudge(TestersJudge):
    """Counts what it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def url(self, url: str) -> Vendor | None:
        self.asked += 1
        return super().url(url)


def injection(visitor: str) -> Injection:
    """What goes into the page for this visitor: head and body differ between any two of them."""
    return Injection(f"<script>{visitor}</script>".encode(), lambda lang: f"<p lang={lang}>{visitor}</p>".encode())


def through(wall: RememberingWall, page: bytes) -> bytes:
    """The page in two pieces, as a wall around this one may give it."""
    return wall.feed(page[:7]) + wall.feed(page[7:]) + wall.close()


def remembered(memory: Memory, page: bytes, into: Injection, rules: object = "") -> tuple[bytes, dict[str, int]]:
    wall = RememberingWall(memory, rules, TestersJudge(), into)
    output = through(wall, page)
    return output, dict(wall.blocked)


def scanned(page: bytes, into: Injection) -> tuple[bytes, dict[str, int]]:
    wall = HtmlWall(TestersJudge(), into)
    output = wall.feed(page) + wall.close()
    return output, dict(wall.blocked)


@pytest.mark.parametrize("page", [page for page, _ in TRICKY])
def test_a_page_from_memory_is_what_scanning_it_gives_whoever_it_is_for(page: str) -> None:
    memory = Memory()
    for visitor in ("first", "second", "third", "fourth"):
        into = injection(visitor)
        assert remembered(memory, page.encode(), into) == scanned(page.encode(), into)


@given(MARKUP)
def test_any_markup_from_memory_is_what_scanning_it_gives(page: str) -> None:
    memory = Memory()
    for visitor in ("first", "second", "third"):
        into = injection(visitor) if visitor != "second" else Injection()
        assert remembered(memory, page.encode(), into) == scanned(page.encode(), into)


def test_a_page_is_scanned_twice_and_never_again() -> None:
    memory, judge = Memory(), CountingJudge()
    asked = []
    for _ in range(4):
        through(RememberingWall(memory, "", judge, Injection()), PAGE)
        asked.append(judge.asked)
    assert asked[0] < asked[1] == asked[2] == asked[3]


def test_a_page_that_came_once_is_not_kept() -> None:
    memory = Memory()
    for number in range(50):
        remembered(memory, PAGE + str(number).encode(), Injection())
    assert (len(memory), memory.weight) == (0, 0)


def test_other_rules_and_other_bytes_are_another_page() -> None:
    class Lenient(TestersJudge):
        def url(self, url: str) -> Vendor | None:
            return None if "tracker" in url else super().url(url)

    memory = Memory()
    for _ in range(3):
        denied = through(RememberingWall(memory, "denied", TestersJudge(), Injection()), PAGE)
        granted = through(RememberingWall(memory, "granted", Lenient(), Injection()), PAGE)
        other = through(RememberingWall(memory, "denied", TestersJudge(), Injection()), OTHER_PAGE)
        assert (b"data-cg" in denied, b"data-cg" in granted, b"y</title>" in other) == (True, False, True)


def test_a_page_that_is_asked_and_one_that_is_not_are_two() -> None:
    memory = Memory()
    for into in (injection("a"), Injection(), injection("b"), Injection(), injection("c")):
        assert remembered(memory, PAGE, into) == scanned(PAGE, into)


def test_what_is_remembered_is_bounded_and_the_oldest_goes_first() -> None:
    memory = Memory(most_bytes=10_000)
    pages = [PAGE + str(number).encode() for number in range(40)]
    for page in pages:
        remembered(memory, page, Injection())
        remembered(memory, page, Injection())
    assert 0 < memory.weight <= 10_000 < MOST_BYTES
    assert 0 < len(memory) < 40
    judge = CountingJudge()
    through(RememberingWall(memory, "", judge, Injection()), pages[-1])
    assert judge.asked == 0
    through(RememberingWall(memory, "", judge, Injection()), pages[0])
    assert judge.asked > 0


def test_a_page_over_a_limit_is_not_remembered() -> None:
    memory = Memory()
    for _ in range(3):
        wall = RememberingWall(memory, "", TestersJudge(), Injection())
        through(wall, b"<p>" + b"<svg><g>" * 500)
        assert wall.failed_closed == "foreign_depth"
    assert len(memory) == 0
