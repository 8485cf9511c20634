"""A real browser opens pages of XHTML, and pages in other encodings, behind their walls: it must contact no vendor."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, Request, Route

from consentgate.banner.embed import style_tag
from consentgate.banner.layer_one import LayerOne, Look
from consentgate.model import Prompt
from consentgate.walls.charset import charset_of
from consentgate.walls.html import HtmlWall, Injection
from consentgate.walls.labels import ENCODINGS, ISO_2022_JP, LIKE_ASCII, REPLACEMENT, UTF_16BE, UTF_16LE
from consentgate.walls.transcode import reading
from consentgate.walls.xhtml import XhtmlWall
from factories import make_policy
from html_wall.pages import T, TestersJudge
from xhtml_pages import LIVE, REFUSED, page, spliced

SITE = "https://careers.example"
HOST = "tracker.example"
CALLS_HOME = f"window.trackerSnippet = () => {{ new Image().src = '{T}snippet' }}"
HTML, XHTML = "text/html", "application/xhtml+xml"
pytestmark = pytest.mark.browser


@dataclass(frozen=True)
class Served:
    """A page as a server sends it."""

    content: bytes
    content_type: str

    def walled(self) -> Served:
        """The same page behind its wall, as the gate would set one up; nothing of a page that has none."""
        charset = charset_of([self.content_type], self.content)
        if charset is None:
            return Served(b"", self.content_type)
        wall = reading((XhtmlWall if self.content_type.startswith(XHTML) else HtmlWall)(TestersJudge()), charset)
        declare = f"{self.content_type.partition(';')[0]}; charset={charset.declare}"
        return Served(wall.feed(self.content) + wall.close(), declare if charset.declare else self.content_type)


PAGES = [Served(source.encode(), XHTML) for source in LIVE]
CUT_SHORT = [Served(source.encode(), XHTML) for sources in REFUSED.values() for source in sources]

_IMAGE = f'<img src="{T}a">'
_HIDDEN = b"<p>\x1b$B<!--\x1b(B</p>"
"""A comment begins here for who does not know ISO-2022-JP; two characters of Japanese for who does."""

ENCODED = [
    Served(("\ufeff" + _IMAGE).encode("utf-16-le"), f"{HTML}; charset=utf-8"),
    Served(("\ufeff" + _IMAGE).encode("utf-16-be"), HTML),
    Served(_IMAGE.encode("utf-16-le"), f"{HTML}; charset=utf-16"),
    Served(_IMAGE.encode("utf-16-be"), f"{HTML}; charset=unicodefffe"),
    Served(('<?xml version="1.0"?>' + _IMAGE).encode("utf-16-le"), HTML),
    Served(_HIDDEN + _IMAGE.encode(), f"{HTML}; charset=iso-2022-jp"),
    Served(b"<meta charset=iso-2022-jp>" + _HIDDEN + _IMAGE.encode(), HTML),
    Served(
        b"<title>x</title>"
        + b"<meta name=x content=y>" * 99
        + b"<meta charset=iso-2022-jp>"
        + _HIDDEN
        + _IMAGE.encode(),
        HTML,
    ),
    Served(f"<meta charset=utf-16>{_IMAGE}".encode(), HTML),
    Served(_IMAGE.encode(), f"{HTML}; charset=utf-7"),
    Served(_IMAGE.encode(), f"{HTML}; charset=utf-32"),
    Served(page(f'<img src="{T}a"/>').encode("utf-16"), XHTML),
    Served(page(f'<img src="{T}a"/>', prolog='<?xml version="1.0"?>').encode("utf-16-be"), XHTML),
    Served(page(f'<img src="{T}a"/>', prolog='<?xml version="1.0" encoding="iso-2022-jp"?>').encode(), XHTML),
    Served(page(f'<img src="{T}a"/>').encode(), f"{XHTML}; charset=iso-2022-jp"),
]


def contacted(browser: Browser, pages: list[Served]) -> list[Served]:
    """The pages that asked a vendor for something, each opened in a frame of its own."""
    found: set[int] = set()
    frames = "".join(f'<iframe src="/case/{number}"></iframe>' for number in range(len(pages)))

    def answer(route: Route) -> None:
        url = route.request.url
        if HOST in url.partition("?")[0]:
            found.add(_case(route.request))
            route.abort()
        elif url.startswith(f"{SITE}/case/") and _number(url) >= 0:
            served = pages[_number(url)]
            route.fulfill(body=served.content, headers={"content-type": served.content_type})
        elif url == f"{SITE}/":
            route.fulfill(body=f"<!doctype html><meta charset=utf-8>{frames}", content_type="text/html")
        else:
            route.abort()

    context = browser.new_context()
    context.add_init_script(CALLS_HOME)
    context.route("**/*", answer)
    context.new_page().goto(f"{SITE}/", wait_until="networkidle")
    context.close()
    return [pages[number] for number in sorted(found)]


def _case(request: Request) -> int:
    """A frame within the case's frame, as of a `srcdoc`, has an address of its own."""
    frame = request.frame
    while not frame.url.startswith(f"{SITE}/case/") and frame.parent_frame is not None:
        frame = frame.parent_frame
    return _number(frame.url)


def _number(url: str) -> int:
    number = url.removeprefix(f"{SITE}/case/").partition("?")[0]
    return int(number) if number.isdecimal() else -1


def test_no_page_of_xhtml_behind_the_wall_contacts_a_vendor(browser: Browser) -> None:
    assert contacted(browser, [served.walled() for served in PAGES + CUT_SHORT]) == []


def test_without_the_wall_every_one_of_these_pages_does(browser: Browser) -> None:
    live = contacted(browser, PAGES)
    assert [served.content for served in PAGES if served not in live] == []


COUNTS_CANARIES = """pages => pages.filter(source => {
  const runs = type => !['text/plain', 'a'].includes(type)
  const text = script => [...script.childNodes].map(node => node.nodeType == 8 ? '' : node.data ?? '').join('')
  const page = new DOMParser().parseFromString(source, 'application/xhtml+xml')
  const images = [...page.getElementsByTagNameNS('http://www.w3.org/1999/xhtml', 'img')]
  const scripts = [...page.getElementsByTagName('script')].filter(script => runs(script.getAttribute('type')))
  return images.some(image => image.src.startsWith('https://tracker.example/'))
    || scripts.some(script => text(script).includes('trackerSnippet'))
}).length"""


def test_a_canary_at_any_place_of_a_page_is_dead_behind_the_wall(browser: Browser) -> None:
    pages = spliced()
    walled = [Served(source.encode(), XHTML).walled().content.decode() for source in pages]
    context = browser.new_context()
    tab = context.new_page()
    # Of a page that it can't read to its end this parser gives nothing; test_walls_xhtml.py has one that does.
    assert tab.evaluate(COUNTS_CANARIES, pages) > 250
    assert tab.evaluate(COUNTS_CANARIES, walled) == 0
    context.close()


def test_no_page_in_any_encoding_behind_the_wall_contacts_a_vendor(browser: Browser) -> None:
    assert contacted(browser, [served.walled() for served in ENCODED]) == []


def test_without_the_wall_every_page_in_these_encodings_does(browser: Browser) -> None:
    live = contacted(browser, ENCODED)
    assert [served for served in ENCODED if served not in live] == []


def test_the_banner_stands_on_a_page_of_xhtml_as_on_any_other(browser: Browser) -> None:
    layer_one = LayerOne(make_policy(), attribution=True)
    look = Look(Prompt.BANNER, "en", opt_out_honored=False, choices_icon=False, root="")
    sheet = layer_one.sheet(look)
    assert sheet is not None
    injection = Injection(style_tag(sheet, "/", []), lambda _: layer_one.html(look, "/"))
    wall = XhtmlWall(TestersJudge(), injection)
    walled = wall.feed(page("<h1>Jobs</h1>", prolog='<?xml version="1.0"?><!DOCTYPE html>').encode()) + wall.close()
    context = browser.new_context()
    tab = context.new_page()
    tab.route("**/*", lambda route: route.fulfill(body=walled, content_type=XHTML))
    tab.goto(f"{SITE}/")
    banner = tab.locator("#consentgate")
    assert banner.get_by_role("button").all_inner_texts() == ["Reject all", "Accept all"]
    assert banner.evaluate("banner => getComputedStyle(banner).position") == "fixed"
    assert banner.evaluate("banner => banner.querySelector('form').method") == "post"
    context.close()


def test_labels_mean_what_a_browser_takes_them_for(browser: Browser) -> None:
    """The table has every label that the browser knows among these, and for each the right kind of encoding."""
    context = browser.new_context()
    unknown = ["utf-7", "utf-32", "utf-32le", "cp037", "cesu-8", "scsu", "x-no-such-one", "iso-2022-jp-2", "hz"]
    name = "label => { try { return new TextDecoder(label).encoding } catch { return '' } }"
    taken = context.new_page().evaluate(f"labels => labels.map({name})", [*ENCODINGS, *unknown])
    context.close()
    kinds = {UTF_16LE: UTF_16LE, UTF_16BE: UTF_16BE, ISO_2022_JP: ISO_2022_JP, "": REPLACEMENT}
    assert [kinds.get(encoding, LIKE_ASCII) for encoding in taken[: len(ENCODINGS)]] == list(ENCODINGS.values())
    assert taken[len(ENCODINGS) :] == [""] * len(unknown)
