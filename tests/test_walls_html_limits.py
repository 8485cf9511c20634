"""What is held back, and what happens to a page that can't be scanned within the limits."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from consentgate.walls.html import limits
from html_wall.pages import RecordingWall, T, walled

LIVE = f'<img src="{T}a">'.encode()

BEYOND: dict[str, Callable[[], bytes]] = {
    "foreign_depth": lambda: b"<svg>" * (limits.FOREIGN_DEPTH + 1),
    "held_tag": lambda: b'<img alt="' + b"x" * (limits.HELD_BYTES + 1),
    "held_script": lambda: b"<script>" + b"x" * (limits.HELD_SCRIPT_BYTES + 1),
    "readings_at_once": lambda: b"<noscript><!--</noscript>" * (limits.READINGS_AT_ONCE + 1),
    "readings": lambda: b"".join(
        b"<noscript>" + b"<svg>" * depth + b"</noscript>" for depth in range(1, limits.READINGS + 1)
    ),
    "attributes": lambda: b"<img" + b" a=//own.example" * (limits.ATTRIBUTES + 1) + b">",
    "srcdoc_depth": lambda: _nested_srcdoc(limits.SRCDOC_DEPTH + 1),
}


def _nested_srcdoc(depth: int) -> bytes:
    document = "<p>"
    for _ in range(depth):
        document = '<iframe srcdoc="' + document.replace("&", "&amp;").replace('"', "&quot;") + '">'
    return document.encode()


@pytest.mark.parametrize("limit", BEYOND)
def test_a_page_beyond_a_limit_ends_early_and_says_which(limit: str) -> None:
    start, rest = b"<p>before</p>" + BEYOND[limit](), b'"></script>' + LIVE
    wall = RecordingWall()
    output = wall.feed(start)
    assert wall.failed_closed == limit
    assert output.startswith(b"<p>before</p>")
    assert start.startswith(output)
    assert wall.feed(rest) + wall.close() == b""


@pytest.mark.parametrize("limit", BEYOND)
def test_what_was_safely_scanned_before_the_limit_is_sent_disarmed(limit: str) -> None:
    wall = RecordingWall()
    output = wall.feed(LIVE + b"<p>x</p>") + wall.feed(BEYOND[limit]()) + wall.feed(LIVE) + wall.close()
    assert output.startswith(b"<img data-cg=marketing data-cg-src=")
    assert b"<p>x</p>" in output
    assert wall.blocked == {"tracker": 1}
    assert wall.failed_closed == limit


@pytest.mark.parametrize(
    "page",
    [
        b"<noscript>" + BEYOND["foreign_depth"]() + LIVE + b"</noscript>",
        b"<select><title>" + BEYOND["foreign_depth"]() + LIVE + b"</title>",
        b"<svg><![CDATA[ >" + BEYOND["foreign_depth"]() + LIVE + b"]]></svg>",
        b"<noscript><svg><![CDATA[ >" + BEYOND["foreign_depth"]() + LIVE + b"]]></svg></noscript>",
    ],
    ids=["noscript", "select", "CDATA", "CDATA in noscript"],
)
def test_a_limit_reached_in_the_other_reading_of_a_text_ends_the_page_there_too(page: bytes) -> None:
    wall = RecordingWall()
    output = wall.feed(LIVE + b"<p>x</p>" + page + LIVE) + wall.close()
    assert wall.failed_closed == "foreign_depth"
    assert output.startswith(b"<img data-cg=marketing data-cg-src=")
    assert LIVE not in output


def test_a_frame_whose_document_is_beyond_a_limit_is_not_sent() -> None:
    assert RecordingWall().feed(b"<p>x</p>" + BEYOND["srcdoc_depth"]()) == b"<p>x</p>"


@pytest.mark.parametrize(
    "page",
    [
        b"<svg>" * limits.FOREIGN_DEPTH + b"</svg>" * limits.FOREIGN_DEPTH + LIVE,
        b'<img alt="' + b"x" * (limits.HELD_BYTES - 100) + b'">' + LIVE,
        b"<script>" + b"x" * (limits.HELD_SCRIPT_BYTES - 100) + b"</script>" + LIVE,
        b"<!--" + b"x" * (2 * limits.HELD_BYTES) + b"-->" + LIVE,
        b"<title>" + b"x" * (2 * limits.HELD_BYTES) + b"</title>" + LIVE,
        b"<noscript>" + b"x" * (2 * limits.HELD_BYTES) + b"</noscript>" + LIVE,
        b"<noscript><p>x</p></noscript>" * 5000 + LIVE,
        b"<svg>" + b"<![CDATA[ >" * 5000 + b"]]></svg>" + LIVE,
        _nested_srcdoc(limits.SRCDOC_DEPTH) + b"</iframe>" + LIVE,
        b"<img" + b" a=//own.example" * limits.ATTRIBUTES + b">" + LIVE,
        b"<p" + b" a=b" * (4 * limits.ATTRIBUTES) + b">" + LIVE,
        b"<style>a{b:url(data:image/png;base64," + b"x" * (limits.HELD_SCRIPT_BYTES - 100) + b")}</style>" + LIVE,
        b"<svg><style></svg>" * limits.UNCLOSED + LIVE,
    ],
    ids=[
        "depth",
        "tag",
        "script",
        "comment",
        "title",
        "noscript",
        "many noscript",
        "CDATA in CDATA",
        "srcdoc",
        "attributes",
        "attributes unread",
        "style",
        "unclosed",
    ],
)
@pytest.mark.parametrize("chunk", [10**9, 65536])
def test_a_page_just_within_the_limits_passes_whole(page: bytes, chunk: int) -> None:
    result = walled(page, cuts=list(range(chunk, len(page), chunk)))
    assert result.wall.failed_closed is None
    assert result.wall.blocked == {"tracker": 1}
    assert result.without_insertions() == page


def test_more_styles_than_the_limit_that_the_page_never_closes_are_too_many() -> None:
    result = walled(b"<svg><style></svg>" * (limits.UNCLOSED + 1) + LIVE)
    assert result.wall.failed_closed == "unclosed"
    assert LIVE not in result.output


@pytest.mark.parametrize(
    ("data", "held"),
    [
        (b"<p>text and more text", b""),
        (b"<p>text<", b"<"),
        (b"<p>text<img src=", b"<img src="),
        (b"<p>text<img alt='>", b"<img alt='>"),
        (b"<p><script>var a", b"<script>var a"),
        (b"<p><script src=/a.js>var a", b"var a"),
        (b"<p><script src=/a.js>var a = 1; var b = 2", b"ar b = 2"),
        (b'<p><script type=application/json>{"a": "a long text"}', b'g text"}'),
        (b"<p><noscript>x", b"x"),
        (b"<p><!-- comment that goes on", b" on"),
        (b"<p><title>some title that goes on", b"goes on"),
        (b"<p><style>p > a {}", b" > a {}"),
    ],
)
def test_only_what_may_still_change_is_held_back(data: bytes, held: bytes) -> None:
    assert RecordingWall().feed(data) + held == data


def test_a_tag_in_many_tiny_chunks_is_disarmed_although_not_every_chunk_is_tried() -> None:
    tag = b"<img alt='" + b"a>" * 3000 + b"' src=//tracker.example/a><p>"
    result = walled(tag, cuts=list(range(1, len(tag))))
    assert result.wall.blocked == {"tracker": 1}


@pytest.mark.parametrize("start", [b"<p><!-", b"<p><", b"<p><!", b"<p></", b"<p><?"])
def test_a_doubt_about_the_first_bytes_of_a_comment_or_text_does_not_hold_back_what_follows(start: bytes) -> None:
    wall = RecordingWall()
    sent = wall.feed(start) + wall.feed(b"- 3 and more without an end " * 1000)
    assert len(sent) > 27_000


def test_the_wall_reports_nothing_blocked_and_no_failure_for_an_empty_page() -> None:
    wall = RecordingWall()
    assert (wall.close(), dict(wall.blocked), wall.failed_closed) == (b"", {}, None)
