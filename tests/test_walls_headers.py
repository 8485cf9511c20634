"""Headers that make a browser load something: what names a vendor to keep out goes, all else stays byte for byte."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentgate.walls.headers import filter_headers, filter_links
from consentgate.walls.judge import Judge
from factories import make_policy

CATALOG = make_policy().catalog
NOTHING = Judge(CATALOG, frozenset({"necessary"}))
EVERYTHING = Judge(CATALOG, frozenset({"necessary", "functional", "analytics", "marketing"}))
H = "https://static.hotjar.com/a.js"
F = "https://connect.facebook.net/b.js"


def left(name: str, *values: str, judge: Judge = NOTHING) -> list[str]:
    """What is left of headers of one name."""
    kept, _ = filter_headers([(name.encode(), value.encode("latin-1")) for value in values], judge)
    return [value.decode("latin-1") for _, value in kept]


def vendors(name: str, *values: str) -> list[str]:
    _, kept_back = filter_headers([(name.encode(), value.encode("latin-1")) for value in values], NOTHING)
    return [each.vendor.id for each in kept_back]


LINKS_THAT_GO = [
    f"<{H}>; rel=preload; as=script",
    f"<{H}>;rel=preconnect",
    f'<{H}>; rel="dns-prefetch"',
    f"<{H}>; REL=Prefetch",
    f"<{H}>; rel=modulepreload",
    f"<{H}>; rel = preload",
    f'<{H}>; rel="canonical preload"',
    f'<{H}>; rel="pre\\load"',
    f"<{H}>; rel=canonical; rel=preload",
    f"<{H}>; as=script; rel=preload;",
    f"<{H}>; crossorigin; rel=preload",
    f'<{H}>; anchor="/other"; rel=preload',
    f'<{H}>; title="a, b; c"; rel=preload',
    f"<{H}>; rel=compression-dictionary",
    f"<{H}>; rel='preload'",
    f"<{H}>; rel*=UTF-8''preload",
    f"<{H},b>; rel=preload",
    f"<  {H}  >; rel=preload",
    f"  <{H}> ; rel=preload",
    "<//static.hotjar.com/a>; rel=preload",
    "<\\\\static.hotjar.com/a>; rel=preload",
    "<HTTPS:static.hotjar.com>; rel=preload",
    "<https://%73tatic.hotjar.com>; rel=preload",
    "<https://u:p@STATIC.hotjar.com.:443/x>; rel=preload",
    f"<data:text/css,@import '{H}'>; rel=stylesheet",
    f"<data:text/javascript,import('{H}')>; rel=modulepreload",
    f'</own.png>; rel=preload; as=image; imagesrcset="{H} 2x"',
    f'</own.png>; rel=preload; as=image; imagesrcset="/a 1x, {H} 2x"',
    # Broken, so that readers may differ: kept back whole, as a vendor is named.
    f"{H}; rel=preload",
    f"<{H}; rel=preload",
    f'</a>; title="x, <{H}>; rel=preload',
    f"</a> <{H}>; rel=preload",
    f"</a>; rel=preload, junk <{H}>; rel=preload",
    f"</a>; title=a<b, <{H}>; rel=preload",
]


@pytest.mark.parametrize("link", LINKS_THAT_GO)
def test_a_link_that_loads_from_a_vendor_to_keep_out_goes_and_stays_once_granted(link: str) -> None:
    assert left("Link", link) == []
    assert vendors("Link", link) == ["hotjar"]
    assert left("Link", link, judge=EVERYTHING) == [link]


@pytest.mark.parametrize(
    "link",
    [
        f"<{H}>; rel=canonical",
        f'<{H}>; rel="author license"',
        f"<{H}>; rel=next",
        f"<{H}>",
        f"<{H}>; title=preload",
        "</app.css>; rel=preload; as=style",
        "<https://cdn.example.org/a.js>; rel=preload; as=script",
        "<>; rel=preload",
        "</static.hotjar.com/a>; rel=preload",
        "<https://example.org/?u=https://static.hotjar.com>; rel=preload",
        "",
        ",,",
        f'</a>; rel=preload; title="see {H}"',
        "<https://example.org>; junk junk",
        "\xff<\xfe>",
        "</a>;;;rel=preload;",
    ],
)
def test_a_link_that_only_relates_or_stays_on_the_site_is_untouched(link: str) -> None:
    assert left("Link", link) == [link]
    assert vendors("Link", link) == []


@pytest.mark.parametrize(
    ("value", "rest"),
    [
        (f"</a>; rel=preload, <{H}>; rel=preload", "</a>; rel=preload"),
        (f"<{H}>; rel=preload,</a>; rel=preload", "</a>; rel=preload"),
        (f'<{H}>; rel=preload, <{F}>; rel=preload, </a>; x="1, 2"', '</a>; x="1, 2"'),
        (f"</a,b>; rel=preload, , <{H}>; rel=preload, <c>; rel=next", "</a,b>; rel=preload, <c>; rel=next"),
        (f'</a>; title="<{H}>; rel=preload", <{H}>; rel=next', f"<{H}>; rel=next"),
        (f"</a>; title='x, <{H}>; rel=preload; y='", "</a>; title='x"),
    ],
)
def test_the_other_links_of_the_same_header_stay(value: str, rest: str) -> None:
    # In the last two a target within quotes counts too: some readers take other quotes for quotes.
    assert left("Link", value) == [rest]


@pytest.mark.parametrize(
    "value",
    [
        f"0;url={H}",
        f"0; URL = '{H}'",
        f'5,"{H}"',
        f"0;{H}",
        " 1.5 ;url=//static.hotjar.com",
        f"url={H}",
        "0;url=https://static\u00ad.hotjar.com",
    ],
)
def test_a_refresh_that_goes_to_a_vendor_goes(value: str) -> None:
    assert left("Refresh", value) == []
    assert left("Refresh", value, judge=EVERYTHING) == [value]


@pytest.mark.parametrize("value", ["5", "0;url=/thanks", "0; url=https://example.org/", "", "30;url=?page=2", "\xff"])
def test_any_other_refresh_stays(value: str) -> None:
    assert left("Refresh", value) == [value]


@pytest.mark.parametrize(
    ("name", "value", "rest"),
    [
        ("Speculation-Rules", f'"{H}"', []),
        ("Speculation-Rules", f'"/rules.json", "{H}"', ['"/rules.json"']),
        ("Speculation-Rules", f'"{H}" ,  "/rules.json";a=1', ['"/rules.json";a=1']),
        ("Speculation-Rules", '"/rules.json",\t"/more.json"', ['"/rules.json",\t"/more.json"']),
        ("Speculation-Rules", '"\\\\\\\\static.hotjar.com/x"', []),
        ("Speculation-Rules", f"'{H}'", []),
        ("Speculation-Rules", "not a list", ["not a list"]),
        ("Reporting-Endpoints", f'main="/reports", hj="{H}"', ['main="/reports"']),
        ("Reporting-Endpoints", f'hj="{H}";p="x, y"', []),
        ("Reporting-Endpoints", f'main="/a", flag, hj="{H}"', []),
        ("Reporting-Endpoints", 'main="/reports";x', ['main="/reports";x']),
        ("Report-To", json.dumps({"group": "hj", "max_age": 1, "endpoints": [{"url": H}]}), []),
        ("Report-To", '{"group":"hj","endpoints":[{"url":"https:\\/\\/static.hotjar.com\\/a"}]}', []),
        (
            "Report-To",
            '{"group":"a","endpoints":[{"url":"/a"}]},{"endpoints":[{"url":"' + H + '"}]}',
            ['{"group":"a","endpoints":[{"url":"/a"}]}'],
        ),
        ("Report-To", '{"endpoints":[{"url":"' + H + '"}', []),
        ("Report-To", "[" * 100_000 + f'"{H}"', []),
        ("Report-To", '{ "group": "a",\t"endpoints": [] }', ['{ "group": "a",\t"endpoints": [] }']),
    ],
)
def test_what_names_a_vendor_in_a_list_of_urls_goes_and_the_rest_stays(name: str, value: str, rest: list[str]) -> None:
    assert left(name, value) == rest
    assert left(name, value, judge=EVERYTHING) == [value]


@pytest.mark.parametrize(
    ("nel", "rest"),
    [
        ('{"report_to":"hj","max_age":86400}', '{"max_age":0}'),
        ('{"report_to":"own","max_age":86400}', '{"report_to":"own","max_age":86400}'),
        ('{"report_to":"own"}, {"report_to":"hj"}', '{"max_age":0}'),
        ("unreadable", '{"max_age":0}'),
    ],
)
def test_logging_to_a_group_that_is_gone_is_ended_even_if_an_earlier_response_began_it(nel: str, rest: str) -> None:
    group = json.dumps({"group": "hj", "max_age": 1, "endpoints": [{"url": H}]})
    headers = [(b"NEL", nel.encode()), (b"Report-To", group.encode())]
    assert filter_headers(headers, NOTHING)[0] == [(b"NEL", rest.encode())]
    assert filter_headers(headers, EVERYTHING)[0] == headers


def test_headers_keep_their_order_and_spelling_and_each_vendor_is_told_with_its_header() -> None:
    headers = [
        (b"X-A", b"1"),
        (b"LINK", f"<{F}>; rel=preload".encode()),
        (b"Location", H.encode()),
        (b"Content-Location", H.encode()),
        (b"content-security-policy", f"report-uri {H}".encode()),
        (b"Link", b"</a>;rel=preload"),
        (b"link", f"<{H}>; rel=preload, </b>; rel=next".encode()),
        (b"x-a", b"1"),
    ]
    kept, kept_back = filter_headers(headers, NOTHING)
    assert kept == [*headers[:1], *headers[2:6], (b"link", b"</b>; rel=next"), headers[7]]
    assert [(each.header, each.vendor.id) for each in kept_back] == [("link", "meta"), ("link", "hotjar")]


def test_early_hints_are_filtered_link_by_link() -> None:
    links = [f"<{H}>; rel=preload".encode(), b"</a.css>; rel=preload", f"<{F}>; rel=preconnect, </b>".encode()]
    assert filter_links(links, NOTHING)[0] == [b"</a.css>; rel=preload", b"</b>"]


NAMES = st.sampled_from([b"link", b"refresh", b"speculation-rules", b"reporting-endpoints", b"report-to", b"nel"])
PIECES = st.sampled_from(
    [
        "<",
        ">",
        ";",
        ",",
        '"',
        "'",
        "\\",
        "=",
        " ",
        "\t",
        "rel",
        "preload",
        "next",
        "url",
        "0",
        "{",
        "}",
        "[",
        "]",
        ":",
        "é",
    ]
)
NO_VENDOR = st.lists(PIECES | st.sampled_from(["/a", "https://example.org/b"])).map("".join)
ANY = st.lists(PIECES | st.sampled_from([H, F, "//static.hotjar.com", "https:"])).map("".join)


@given(st.lists(st.tuples(NAMES, st.binary(max_size=80) | ANY.map(lambda text: text.encode("latin-1"))), max_size=4))
def test_no_header_raises(headers: list[tuple[bytes, bytes]]) -> None:
    filter_headers(headers, NOTHING)


@given(st.lists(st.tuples(NAMES, NO_VENDOR.map(lambda text: text.encode("latin-1"))), max_size=4))
def test_headers_without_a_vendor_are_untouched_byte_for_byte(headers: list[tuple[bytes, bytes]]) -> None:
    assert filter_headers(headers, NOTHING) == (headers, [])


OWN_LINK = st.sampled_from(
    ["</a>; rel=preload", "<b,c>;rel=next", '</d>;title="x, <y>; z";rel=prefetch', f"<{H}>;rel=next"]
)
VENDORS_LINK = st.sampled_from(
    [f"<{H}>; rel=preload", f'<{F}>;x="a, b";rel=preconnect', f"<{H},d>;rel=prefetch;as=script"]
)


@given(
    st.lists(st.tuples(st.booleans(), OWN_LINK, VENDORS_LINK), min_size=1, max_size=6),
    st.sampled_from([",", ", ", " , "]),
)
def test_of_any_list_of_links_just_the_vendors_go(links: list[tuple[bool, str, str]], comma: str) -> None:
    value = comma.join(own if stays else vendors_own for stays, own, vendors_own in links)
    own = [own for stays, own, _ in links if stays]
    untouched = [value] if len(own) == len(links) else []
    assert left("link", value) == (untouched or ([", ".join(own)] if own else []))


@given(ANY, ANY)
def test_whatever_stands_around_it_a_link_to_a_vendor_never_passes_whole(before: str, after: str) -> None:
    value = f"{before}, <{H}>; rel=preload, {after}"
    assert left("link", value) != [value]
