"""Other libraries doing the wall's job: keep a vendor's tags and snippets out, put something into head and body.

Each rival is made for a judge and an injection, and turns a page into a page. Asked for is what the usual page needs:
`src`, `href`, `data` and `srcset` of what loads, inline scripts, and what stands in `noscript`. This is about speed
alone: what a rival lets through, or changes elsewhere in the page, counts for nothing here.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Mapping
from html import unescape
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType
from typing import Any

from consentgate.walls.html import HtmlWall, Injection, TagJudge
from consentgate.walls.html.loads import srcset_urls

Rewrite = Callable[[bytes], bytes]
Rival = Callable[[TagJudge, Injection], Rewrite]
Attributes = Iterable[tuple[str, Any]]

SELECTOR = "img, iframe, link, source, embed, object, input, video, audio"
LOADING = frozenset({"src", "href", "data", "srcset"})
MARK = "data-cg-"


def rivals(judge: TagJudge, injection: Injection) -> tuple[dict[str, Rewrite], list[str]]:
    """The wall first, then every rival that is installed; and the names of those that are not."""
    made: dict[str, Rewrite] = {"consentgate": wall(judge, injection)}
    made |= {name: make(judge, injection) for name, (module, make) in _RIVALS.items() if find_spec(module)}
    return made, [name for name in _RIVALS if name not in made]


def wall(judge: TagJudge, injection: Injection) -> Rewrite:
    """The HTML wall itself, fed the page at once."""

    def rewrite(page: bytes) -> bytes:
        made = HtmlWall(judge, injection)
        return made.feed(page) + made.close()

    return rewrite


def lolhtml(judge: TagJudge, injection: Injection) -> Rewrite:
    """python-lolhtml. The start tag of an inline script is gone when its text comes, so that the text goes instead."""
    library: Any = import_module("lolhtml")
    html = library.ContentType.HTML

    class Loads:
        def element(self, element: Any) -> None:
            _disarm(judge, element, element.attributes)

    class Prepends:
        def __init__(self, addition: str) -> None:
            self.addition = addition

        def element(self, element: Any) -> None:
            element.prepend(self.addition, html)

    class Whole:
        """Text comes in pieces: they are withheld, and given back as a whole."""

        def __init__(self, changed: Callable[[str], str]) -> None:
            self.changed = changed
            self.pieces: list[str] | None = []

        def text(self, text: Any) -> None:
            if self.pieces is None:
                return
            self.pieces.append(text.text)
            if text.last_in_text_node:
                text.replace(self.changed("".join(self.pieces)), html)
                self.pieces = []
            else:
                text.remove()

    class Script(Whole):
        def element(self, element: Any) -> None:
            self.pieces = [] if _runs_inline(element.attributes) else None
            _disarm(judge, element, element.attributes)

    def rewritten(page: bytes, handlers: Mapping[str, object]) -> bytes:
        output = bytearray()
        rewriter = library.HTMLRewriter(output.extend)
        for selector, handler in handlers.items():
            rewriter.on(selector, handler)
        rewriter.write(page)
        rewriter.end()
        return bytes(output)

    head, body = (Prepends(text) for text in _texts(injection))
    noscript = Whole(lambda markup: rewritten(markup.encode(), {SELECTOR: Loads()}).decode())

    def rewrite(page: bytes) -> bytes:
        script = Script(lambda text: "" if judge.inline(text.encode()) else text)
        handlers = {SELECTOR: Loads(), "script": script, "noscript": noscript, "head": head, "body": body}
        return rewritten(page, handlers)

    return rewrite


def turbohtml_rewrite(judge: TagJudge, injection: Injection) -> Rewrite:
    """turbohtml's streaming rewriter. It shows a script's text among all other text of the page."""
    stream: Any = import_module("turbohtml.rewrite").rewrite
    head, body = _texts(injection)

    def loads(element: Any) -> None:
        _disarm(judge, element, element.attrs)

    def rewrite(page: bytes) -> bytes:
        text_is = ""

        def script(element: Any) -> None:
            nonlocal text_is
            text_is = "script" if _runs_inline(element.attrs) else ""
            loads(element)

        def noscript(_: Any) -> None:
            nonlocal text_is
            text_is = "noscript"

        def text(run: Any) -> None:
            nonlocal text_is
            if text_is == "script" and judge.inline(run.text.encode()):
                run.remove()
            elif text_is == "noscript":
                run.replace(stream(run.text, elements=[(SELECTOR, loads)]), html=True)
            text_is = ""

        handlers = [
            (SELECTOR, loads),
            ("script", script),
            ("noscript", noscript),
            ("head", lambda element: element.prepend(head, html=True)),
            ("body", lambda element: element.prepend(body, html=True)),
        ]
        return bytes(stream(page.decode("utf-8", "replace"), elements=handlers, text=text).encode())

    return rewrite


def turbohtml_parse(judge: TagJudge, injection: Injection) -> Rewrite:
    """turbohtml's parser tells where each attribute stands, so that insertions alone do here too."""
    parse: Any = import_module("turbohtml").parse
    additions = dict(zip(("head", "body"), _texts(injection), strict=True))

    def insertions(element: Any) -> list[tuple[int, str]]:
        place, name = element.source_location, element.tag
        if place is None:
            return []
        if name in additions:
            return [(place.start_tag.end_offset, additions[name])]
        attributes = list(element.attrs.items())
        denied = _denied(judge, attributes)
        found = [(place.attrs[attribute].start_offset, MARK) for attribute in denied]
        if name == "script" and (denied or (_runs_inline(attributes) and judge.inline(element.text.encode()))):
            found.append((place.start_tag.start_offset + len("<script"), " type=text/plain"))
        return found

    def rewrite(page: bytes) -> bytes:
        markup = page.decode("utf-8", "replace")
        elements = parse(markup, source_locations=True).select(f"head, body, script, {SELECTOR}")
        return _spliced(markup, [insertion for element in elements for insertion in insertions(element)]).encode()

    return rewrite


def beautiful_soup(judge: TagJudge, injection: Injection) -> Rewrite:
    """BeautifulSoup builds a tree, with lxml where that is installed, and writes it anew."""
    library: Any = import_module("bs4")
    warnings.simplefilter("ignore", library.XMLParsedAsHTMLWarning)  # Some real pages are XHTML.
    soup_of = library.BeautifulSoup
    parser = "lxml" if find_spec("lxml") else "html.parser"
    names = ["script", *SELECTOR.split(", ")]
    head, body = _texts(injection)

    def rewrite(page: bytes) -> bytes:
        soup = soup_of(page, parser)
        for element in soup.find_all(names):
            attributes = list(element.attrs.items())
            for name in _denied(judge, attributes):
                element[MARK + name] = element.attrs.pop(name)
            if element.name == "script" and _runs_inline(attributes) and judge.inline((element.string or "").encode()):
                element["type"] = "text/plain"
        for place, text in ((soup.head, head), (soup.body, body)):
            if place is not None:
                place.insert(0, soup_of(text, "html.parser"))
        return bytes(soup.encode())

    return rewrite


_RIVALS: Mapping[str, tuple[str, Rival]] = MappingProxyType(
    {
        "python-lolhtml": ("lolhtml", lolhtml),
        "turbohtml.rewrite": ("turbohtml", turbohtml_rewrite),
        "turbohtml.parse": ("turbohtml", turbohtml_parse),
        "BeautifulSoup": ("bs4", beautiful_soup),
    }
)
"""Name -> the module it needs, and how it is made."""


def _texts(injection: Injection) -> tuple[str, str]:
    return injection.head.decode(), injection.body("").decode() if injection.body else ""


def _denied(judge: TagJudge, attributes: Attributes) -> list[str]:
    """The attributes that load from a vendor to keep out. What can't be an absolute URL is not worth a question."""
    return [
        name
        for name, value in attributes
        if name in LOADING and value and "//" in value and any(map(judge.url, _urls(name, value)))
    ]


def _urls(name: str, value: str) -> list[str]:
    return srcset_urls(value) if name == "srcset" else [unescape(value) if "&" in value else value]


def _disarm(judge: TagJudge, element: Any, attributes: Attributes) -> None:
    for name in _denied(judge, attributes):
        element.set_attribute(MARK + name, dict(attributes)[name])
        element.remove_attribute(name)


def _runs_inline(attributes: Attributes) -> bool:
    return not any(name == "src" or (name == "type" and "json" in (value or "")) for name, value in attributes)


def _spliced(markup: str, insertions: list[tuple[int, str]]) -> str:
    pieces: list[str] = []
    at = 0
    for place, text in sorted(insertions):
        pieces += (markup[at:place], text)
        at = place
    return "".join([*pieces, markup[at:]])
