"""What the HTML bench measures: the wall as a visitor who has not chosen yet meets it, under the shipped catalogue."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from bench.html_corpus import endless_page
from bench.html_timing import seconds
from consentgate.walls.html import HtmlWall, Injection, Memory, RememberingWall
from consentgate.walls.judge import Judge
from factories import make_policy

INJECTION = Injection(b"<script>guard</script>", lambda _: b"<section id=consentgate></section>")
CHUNK, PACKET = 16 * 1024, 1460
STREAM_MEGABYTES = 50
_CATALOG = make_policy().catalog


def new_judge() -> Judge:
    """Nothing is granted. A judge remembers what it has judged, so a new one is a cold one."""
    return Judge(_CATALOG, frozenset({"necessary"}))


def through_the_wall(judge: Judge, page: bytes, chunk: int) -> HtmlWall:
    """The wall after a page in chunks."""
    wall = HtmlWall(judge, INJECTION)
    for at in range(0, len(page), chunk):
        wall.feed(page[at : at + chunk])
    wall.close()
    return wall


def cold_seconds(page: bytes, chunk: int) -> float:
    """The best of three, each by a judge that has seen nothing of the page yet."""
    return min(seconds(partial(through_the_wall, judge, page, chunk)) for judge in [new_judge() for _ in range(3)])


def long_stream() -> Iterator[bytes]:
    """What comes out of the wall while a very long page goes in."""
    wall = HtmlWall(new_judge(), INJECTION)
    for chunk in endless_page(STREAM_MEGABYTES, CHUNK):
        yield wall.feed(chunk)
    yield wall.close()


def remembered(memory: Memory, judge: Judge, page: bytes) -> bytes:
    """The page after a wall that remembers what it did to pages."""
    wall = RememberingWall(memory, "rules", judge, INJECTION)
    return wall.feed(page) + wall.close()
