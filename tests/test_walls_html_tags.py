"""Which attribute of which element is a tag, and how it is disarmed."""

from __future__ import annotations

from itertools import product

import pytest

from consentgate.model import Vendor
from consentgate.walls.html import HtmlWall
from consentgate.walls.html.attributes import decoded
from consentgate.walls.html.elements import LOADS, RAW_TEXT, SHAPES, SWITCHES
from consentgate.walls.html.loads import srcset_urls
from consentgate.walls.html.skip import SKIP
from consentgate.walls.html.tree import NEVER_PARENTS, ROOTS
from html_wall.pages import COUNTER, ELEMENTS, T, TestersJudge, walled

OWN = "https://own.example/"


def passed_unread(page: str) -> int:
    """How many bytes of the page the scanner passes over at once, without looking at what the tags in it load."""
    found = SKIP.match(page.encode())
    return found.end() if found else 0


@pytest.mark.parametrize("element", ELEMENTS)
def test_an_element_that_loads_from_a_blocked_vendor_is_disarmed(element: str) -> None:
    result = walled(element.format(T).encode())
    assert result.wall.blocked == {"tracker": 1}
    assert b" data-cg=marketing" in result.output


@pytest.mark.parametrize("element", ELEMENTS)
def test_an_element_that_loads_from_elsewhere_is_left_alone(element: str) -> None:
    page = element.format(OWN).encode()
    assert walled(page).output == page


@pytest.mark.parametrize(("element", "attribute"), [(element, name) for element in LOADS for name in LOADS[element]])
def test_no_tag_of_the_table_with_a_url_of_another_host_is_skipped_unread(element: bytes, attribute: bytes) -> None:
    name, key = element.decode(), attribute.decode()
    rest = "http-equiv=refresh" if element == b"meta" else "c"
    befores = (" ", " a ", ' a="b" ', " a=b ", " a='b'", "/", "\n", ' a="b"')
    urls = ("https://tracker.example/", "//tracker.example", "/\\tracker.example", "&#47;/tracker.example")
    for before, quote, url in product(befores, ('"', "'", ""), urls):
        tag = f"<{name}{before}{key}={quote}{url}{quote} {rest}>"
        assert passed_unread(f"<p>text{tag}") == passed_unread(f"<p>text{tag.upper()}") == len("<p>text"), tag


@pytest.mark.parametrize("element", sorted(SWITCHES))
def test_no_element_that_changes_the_reading_is_skipped_unread(element: bytes) -> None:
    name = element.decode()
    for tag in (f"<{name}>", f'<{name.upper()} a="b" c/>'):
        assert passed_unread(f"<p>text{tag}") == len("<p>text")


def test_the_tables_of_elements_agree() -> None:
    assert RAW_TEXT | set(ROOTS) < SWITCHES
    assert not SHAPES & (set(LOADS) | SWITCHES | NEVER_PARENTS)


@pytest.mark.parametrize(
    "page",
    [
        '<a href="https://tracker.example/">',
        '<form action="https://tracker.example/">',
        '<area href="https://tracker.example/">',
        '<blockquote cite="https://tracker.example/">',
        '<link href="https://tracker.example/">',
        *(
            f'<link rel="{rel}" href="https://tracker.example/">'
            for rel in ("canonical", "alternate", "next prev", "author", "license", "me", "Search")
        ),
        '<meta property="og:image" content="https://tracker.example/">',
        '<meta http-equiv="content-security-policy" content="img-src https://tracker.example/">',
        '<p data-src="https://tracker.example/">',
        '<img data-src="https://tracker.example/" alt="https://tracker.example/">',
        '<td title="background" class="https://tracker.example/">',
        '<script>var loader = "https://tracker.example/"</script>',
        "<p>https://tracker.example/ trackerSnippet(1)</p>",
        '<img src="https://nottracker.example/"><img src="https://tracker.example.own.example/">',
        '<img src="data:image/svg+xml,%3Csvg xmlns=%22https://tracker.example/%22/%3E">',
    ],
)
def test_what_neither_loads_nor_connects_is_never_touched(page: str) -> None:
    assert walled(page.encode()).output == page.encode()


@pytest.mark.parametrize(
    "url",
    [
        "//tracker.example/a",
        "https://sub.tracker.example/a",
        "&#104;ttps://tracker.example/a",
        "https&colon;//tracker.example/a",
        "&sol;&sol;tracker.example",
        "//tr&#x61;cker.example",
        "//tr&#0000000000000000000000097cker.example",
        "//tracker&period;example",
        "//tr&#97cker.example",
        "ht&Tab;tps://tracker.example",
        "\\\\tracker.example/a",
        "/\t/tracker.example",
        "//tracker%2eexample",
        "//ｔracker.example",
    ],
)
def test_spellings_of_a_url_do_not_help(url: str) -> None:
    assert walled(f'<img src="{url}">'.encode()).wall.blocked == {"tracker": 1}


@pytest.mark.parametrize(
    ("page", "output"),
    [
        (
            '<img class="x" src="//tracker.example/a" alt="">',
            '<img data-cg=marketing class="x" data-cg-src="//tracker.example/a" alt="">',
        ),
        (
            '<img src="//own.example/a" srcset="//tracker.example/a 2x">',
            '<img data-cg=marketing src="//own.example/a" data-cg-srcset="//tracker.example/a 2x">',
        ),
        (
            '<script type="module" src="//tracker.example/a" nonce="n"></script>',
            '<script type=text/plain data-cg=marketing data-cg-type="module" '
            'data-cg-src="//tracker.example/a" nonce="n"></script>',
        ),
        (
            "<script>trackerSnippet(1)</script>",
            "<script type=text/plain data-cg=marketing>trackerSnippet(1)</script>",
        ),
        (
            '<iframe srcdoc="<script>trackerSnippet(1)</script>"></iframe>',
            '<iframe data-cg=marketing data-cg-srcdoc="<script>trackerSnippet(1)</script>"></iframe>',
        ),
        (
            "<img/src=//tracker.example/>",
            "<img data-cg=marketing /data-cg-src=//tracker.example/>",
        ),
        (
            "<img SRC=//tracker.example/a src=//tracker.example/b>",
            "<img data-cg=marketing data-cg-SRC=//tracker.example/a data-cg-src=//tracker.example/b>",
        ),
        (
            "<video src=//tracker.example/a poster=//counter.example/b></video>",
            "<video data-cg=marketing,analytics data-cg-src=//tracker.example/a "
            "data-cg-poster=//counter.example/b></video>",
        ),
    ],
)
def test_disarming_marks_the_element_and_renames_only_what_loads(page: str, output: str) -> None:
    assert walled(page.encode()).output.decode() == output


def test_a_tag_of_two_vendors_counts_for_both_and_waits_for_both_categories() -> None:
    result = walled(b"<img src=//tracker.example/a srcset=//counter.example/b>")
    assert result.wall.blocked == {"tracker": 1, "counter": 1}
    assert b" data-cg=marketing,analytics " in result.output


def test_a_tag_that_two_readings_find_counts_once() -> None:
    page = b'<noscript><!--</noscript><p>--><img src="//counter.example/a">'
    assert walled(page).wall.blocked == {COUNTER.id: 1}


def test_a_category_with_unusual_characters_can_not_leave_its_attribute() -> None:
    class OddJudge(TestersJudge):
        def url(self, url: str) -> Vendor | None:
            return Vendor("odd", "Odd", "x> onload='a", ()) if "tracker" in url else None

    wall = HtmlWall(OddJudge())
    assert wall.feed(b"<img src=//tracker.example>") == (
        b"<img data-cg=x&#62;&#32;onload&#61;&#39;a data-cg-src=//tracker.example>"
    )


@pytest.mark.parametrize(
    ("value", "urls"),
    [
        ("a", ["a"]),
        ("a 1x, b 2x", ["a", "b"]),
        ("a 1x,b", ["a", "b"]),
        ("a, b", ["a", "b"]),
        ("a,b", ["a,b"]),
        ("a,,, b", ["a", "b"]),
        (",, \n a", ["a"]),
        ("data:,x 1x, b", ["data:,x", "b"]),
        ("a (1, 2) 1x, b", ["a", "b"]),
        ("a (1, 2", ["a"]),
        ("a 1x 100w junk, b", ["a", "b"]),
        ("", []),
        (" , ,", []),
    ],
)
def test_a_srcset_is_split_as_the_standard_says(value: str, urls: list[str]) -> None:
    assert srcset_urls(value) == urls


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("?a=1&copy=2", "?a=1&copy=2"),
        ("?a=1&copy;=2", "?a=1©=2"),
        ("&copy", "©"),
        ("&copyx", "&copyx"),
        ("&notit;", "&notit;"),
        ("&#x41;&#65&#66;", "AAB"),
        ("&#" + "0" * 9999 + "65;", "A"),
        ("&#" + "9" * 9999 + ";", "\ufffd"),
        ("&#0;&#x110000;", "\ufffd\ufffd"),
        ("&#;&#x;&;&", "&#;&#x;&;&"),
        ("&amp;lt;", "&lt;"),
    ],
)
def test_character_references_are_decoded_as_attributes_have_them(value: str, text: str) -> None:
    assert decoded(value) == text
