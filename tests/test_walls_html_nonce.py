"""Nonces: which scripts the walls give one, and that they change nothing else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consentgate.model import Vendor
from consentgate.walls.csp import Nonce
from consentgate.walls.html import Injection, TagJudge
from consentgate.walls.xhtml import XhtmlWall
from html_wall.pages import TRICKY, T, TestersJudge, walled

NONCE = Nonce("R_-1", ("site",))
ADDED = b" nonce=R_-1"


class Permissive:
    """Keeps nobody out."""

    def url(self, url: str) -> Vendor | None:  # noqa: ARG002
        return None

    def host(self, name: str) -> Vendor | None:  # noqa: ARG002
        return None

    def inline(self, script: bytes) -> Vendor | None:  # noqa: ARG002
        return None


def html(page: str) -> str:
    return walled(page.encode(), nonce=NONCE).output.decode()


def places(page: str, mark: bytes, judge: TagJudge | None = None) -> set[int]:
    """Where something that begins with `mark` is inserted."""
    insertions = walled(page.encode(), judge=judge, nonce=NONCE).wall.insertions
    return {at for at, text in insertions if text.startswith(mark)}


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<script>a()</script>", "<script nonce=R_-1>a()</script>"),
        ("<SCRIPT type=module>a()</SCRIPT>", "<SCRIPT nonce=R_-1 type=module>a()</SCRIPT>"),
        ("<script/defer>a()</script>", "<script nonce=R_-1 /defer>a()</script>"),
        ("<script nonce=site>a()</script>", "<script nonce=site>a()</script>"),
        ("<script nonce='s&#105;te'>a()</script>", "<script nonce='s&#105;te'>a()</script>"),
        ("<script nonce>a()</script>", "<script nonce=R_-1 data-cg-nonce>a()</script>"),
        ('<script nonce="">a()</script>', '<script nonce=R_-1 data-cg-nonce="">a()</script>'),
        ("<script nonce=old>a()</script>", "<script nonce=R_-1 data-cg-nonce=old>a()</script>"),
        ("<script nonce=site NONCE=x>a()</script>", "<script nonce=site NONCE=x>a()</script>"),
        ('<script type=importmap>{"imports":{}}</script>', '<script nonce=R_-1 type=importmap>{"imports":{}}</script>'),
        ("<svg><script>a()</script></svg>", "<svg><script nonce=R_-1>a()</script></svg>"),
        ("<script>a()</script><script>b()</script>", "<script nonce=R_-1>a()</script><script nonce=R_-1>b()</script>"),
        (
            f'<script type=importmap>{{"imports":{{"a":"{T}"}}}}</script>',
            '<script nonce=R_-1 type=importmap>{"imports":{"a":"data:text/javascript;cg-marketing,//'
            + T
            + '"}}</script>',
        ),
    ],
)
def test_an_inline_script_that_may_run_is_given_the_nonce_unless_it_has_one_that_counts(
    page: str, expected: str
) -> None:
    assert html(page) == expected


@pytest.mark.parametrize(
    "page",
    [
        "<script src=/own.js></script>",
        "<script src=/own.js>a()</script>",
        '<script type="application/ld+json">{}</script>',
        "<script>never closed",
        "<!-- <script>a()</script> -->",
        "<textarea><script>a()</script></textarea>",
        "<p onclick=a()>text</p><style>p{}</style>",
        "<svg><script href=/own.js>a()</script></svg>",
    ],
)
def test_nothing_else_is_given_one(page: str) -> None:
    assert html(page) == page


def test_a_script_that_must_stay_out_is_disarmed_and_given_none() -> None:
    assert html("<script>trackerSnippet(1)</script>") == (
        "<script type=text/plain data-cg=marketing>trackerSnippet(1)</script>"
    )
    assert ADDED.decode() not in html(f"<script src={T}a></script>")


@pytest.mark.parametrize("page", [page for page, _ in TRICKY if "trackerSnippet" in page])
def test_however_a_page_is_written_scripts_are_given_it_wherever_they_would_be_disarmed(page: str) -> None:
    """So what the corpus shows of the one holds of the other."""
    disarmed = places(page, b" type=text/plain")
    assert disarmed <= places(page, ADDED, Permissive())


PIECES = (*"<>/='", " ", "!--", "-->", "script", "<script>", "</script>", "noscript", "svg", "a()", "nonce", "style")
PIECES += ("<![CDATA[", "]]>", "title", "select", "nonce=site", "<script nonce>a()</script>", "<svg><script>")


@settings(deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=30), st.lists(st.integers(0, 200), max_size=3))
def test_without_the_insertions_a_page_is_what_it_was_however_it_is_cut(pieces: list[str], cuts: list[int]) -> None:
    page = "".join(pieces).encode()
    whole = walled(page, nonce=NONCE)
    assert whole.without_insertions() == page
    assert walled(page, cuts=sorted(min(cut, len(page)) for cut in cuts), nonce=NONCE).output == whole.output


def xhtml(body: str) -> str:
    page = f'<html xmlns="http://www.w3.org/1999/xhtml"><head>{body}</head><body/></html>'
    wall = XhtmlWall(TestersJudge(), Injection(nonce=NONCE))
    output = (wall.feed(page.encode()) + wall.close()).decode()
    assert wall.failed_closed is None
    return output.partition("<head>")[2].partition("</head>")[0]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<script>a()</script>", '<script nonce="R_-1">a()</script>'),
        ("<script><![CDATA[a<b]]></script>", '<script nonce="R_-1"><![CDATA[a<b]]></script>'),
        ('<script nonce="site">a()</script>', '<script nonce="site">a()</script>'),
        ('<script nonce="old">a()</script>', '<script nonce="R_-1" data-cg-nonce="old">a()</script>'),
        ('<script src="/own.js"></script>', '<script src="/own.js"></script>'),
        (
            "<script>trackerSnippet(1)</script>",
            '<script type="text/plain" data-cg="marketing">trackerSnippet(1)</script>',
        ),
    ],
)
def test_in_xhtml_it_is_in_quotes_and_no_attribute_comes_twice(body: str, expected: str) -> None:
    assert xhtml(body) == expected
