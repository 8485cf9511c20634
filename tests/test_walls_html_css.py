"""Style sheets: which URLs in them load, however they are spelled and wherever the sheet is cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentgate.walls.html.css import SheetUrl, read_sheet, sheet_urls

SHEETS: tuple[tuple[str, list[str]], ...] = (
    ('@import "https://t.example/a";', ["https://t.example/a"]),
    ("@import url(https://t.example/a);", ["https://t.example/a"]),
    ("@import url( '//t.example/a' ) layer(x);", ["//t.example/a"]),
    ('@\\69mport "//t.example/a"', ["//t.example/a"]),
    ("a{b:url(//t.example/a)}", ["//t.example/a"]),
    ("a{b:URL( //t.example/a )}", ["//t.example/a"]),
    ("a{b:\\75rl(//t.example/a)}", ["//t.example/a"]),
    ("a{b:u\\72 l(//t.example/a)}", ["//t.example/a"]),
    ("a{b:u\\r\\l(//t.example/a)}", ["//t.example/a"]),
    ("a{b:url(h\\74tps://t.example/a)}", ["https://t.example/a"]),
    ("a{b:url(\\68 ttps://t.example/a)}", ["https://t.example/a"]),
    ("a{b:url('h\\\nttps://t.example/a')}", ["https://t.example/a"]),
    ('@import "\\5c\\5c t.example"', ["\\\\t.example"]),
    ('@import "/\t/t.example"', ["/\t/t.example"]),
    ('@import "http:t.example"', ["http:t.example"]),
    ("a{b:url(//t.example/a", ["//t.example/a"]),
    ('@import "//t.example/a', ["//t.example/a"]),
    ('a{b:image-set("//t.example/1" 1x, url(//t.example/2) 2x)}', ["//t.example/1", "//t.example/2"]),
    ('a{--x:"//t.example/a"}', ["//t.example/a"]),
    ("a{b:url(/*//t.example*/)}", ["/*//t.example*/"]),
    ("@import 'data:text/css,@import url(//t.example)';", ["data:text/css,@import url(//t.example)"]),
    ("a{b:c}@import url(//t.example/a)", ["//t.example/a"]),
    ("p{a:url(x'y)}p{b:url(//t.example/a)}/*'*/", ["//t.example/a"]),
    ("p{a:url(x y)}p{b:url(//t.example/a)}", ["//t.example/a"]),
    ("a{b:url('https\t:t.example')}", ["https\t:t.example"]),
    ('@import "data:font/woff,@import url(//t.example)";', ["data:font/woff,@import url(//t.example)"]),
    ("@import/**/url(data:image/png,@import)", ["data:image/png,@import"]),
    ("p{a:url(//t.example/a'b)}", []),
    ("@supports (a:b){c{d:e}}@page{margin:1px}@iota x;", []),
    ("/* https://t.example/a url(//t.example) */ a:hover{b:url(/own.png)}", []),
    ("/* never closed //t.example/a", []),
    ('a[href^="https://t.example/"]{b:c}', []),
    ("a[href='https://t.example/']{b:c}", []),
    ("a{b:url(/own.png);c:url('own.png');d:url(own.png)}", []),
    ("a{b:url(data:image/svg+xml;base64,aa//bb)}", []),
    ("a{b:url('data:image/svg+xml,<svg xmlns=\"http://www.w3.org/2000/svg\"/>')}", []),
    (".md\\:flex{x:y}.w-1\\/2{a:b}.x\\(y\\){a:b}", []),
    ("a{b:calc(1px / 2);c:d}", []),
    ('a{b:"\n://t.example"}', []),
)
SHEET = st.lists(
    st.sampled_from(
        "url(|URL( |u\\72l(|\\75 rl(|\"|'|(|)|/*|*/|//t.example/a|https:|\\|\n|\r\n|\t| |=|@import |data:image/x,|a|:|"
        ";|\\68|ttp:|\\2f|{|}|,|ur|l".split("|")
    ),
    max_size=16,
).map("".join)


def absolute(urls: list[str]) -> list[str]:
    """Without what is none: the sheet's reader only leaves out what is certain."""
    return [url for url in urls if "//" in url or ":" in url or "\\" in url or "\t" in url]


def in_pieces(data: bytes, cuts: list[int]) -> list[SheetUrl]:
    """What a reader finds that is given the sheet as it comes, and keeps nothing of what it has read."""
    found: list[SheetUrl] = []
    gone = at = 0
    for stop in [*cuts, len(data)]:
        window = data[gone:stop]
        at, urls = read_sheet(window, at, len(window), ended=stop == len(data))
        found += [SheetUrl(gone + url.at, url.text) for url in urls]
        gone, at = gone + at, 0
    return found


@pytest.mark.parametrize(("sheet", "urls"), SHEETS)
def test_the_absolute_urls_of_a_sheet_are_found_and_what_only_mentions_one_is_not(sheet: str, urls: list[str]) -> None:
    assert absolute(sheet_urls(sheet)) == urls


@pytest.mark.parametrize("sheet", [sheet for sheet, _ in SHEETS])
def test_a_sheet_read_byte_by_byte_gives_what_it_gives_whole(sheet: str) -> None:
    data = sheet.encode()
    assert in_pieces(data, list(range(1, len(data)))) == in_pieces(data, [])


@given(SHEET, st.data())
def test_any_sheet_gives_the_same_however_it_is_cut(sheet: str, draw: st.DataObject) -> None:
    data = sheet.encode()
    cuts = draw.draw(st.lists(st.integers(0, len(data)), max_size=5).map(sorted))
    assert absolute([url.text for url in in_pieces(data, cuts)]) == absolute([url.text for url in in_pieces(data, [])])


@given(SHEET)
def test_a_url_begins_where_its_text_does(sheet: str) -> None:
    data = sheet.encode()
    for url in read_sheet(data, 0, len(data), ended=True)[1]:
        assert 0 <= url.at <= len(data)
        if "\\" not in sheet:
            assert data[url.at :].startswith(url.text.encode())


@given(st.binary(max_size=300))
def test_any_bytes_are_read_to_their_end(data: bytes) -> None:
    assert read_sheet(data, 0, len(data), ended=True)[0] == len(data)
