"""What the tests of the HTML wall share: a judge, a wall that records its insertions, and pages full of traps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import pairwise

from consentgate.model import Vendor
from consentgate.walls.csp import Nonce
from consentgate.walls.html import HtmlWall, Injection, TagJudge
from consentgate.walls.html.edits import Insertion
from consentgate.walls.url import host_and_path

TRACKER = Vendor("tracker", "Tracker", "marketing", ("tracker.example",))
COUNTER = Vendor("counter", "Counter", "analytics", ("counter.example",))
SNIPPET = b"trackerSnippet("


class TestersJudge:
    """Keeps `tracker.example` and `counter.example` out, with their subdomains, and the tracker's snippet."""

    def url(self, url: str) -> Vendor | None:
        place = host_and_path(url)
        if place is None:
            return None
        return next((vendor for vendor in (TRACKER, COUNTER) if f".{place[0]}".endswith(f".{vendor.hosts[0]}")), None)

    def host(self, name: str) -> Vendor | None:
        return self.url(f"//{name}")

    def inline(self, script: bytes) -> Vendor | None:
        return TRACKER if SNIPPET in script else None


class RecordingWall(HtmlWall):
    """A wall that notes its insertions by their offset in the input."""

    def __init__(
        self,
        injection: Injection = Injection(),  # noqa: B008
        judge: TagJudge | None = None,
        nonce: Nonce | None = None,
    ) -> None:
        super().__init__(judge or TestersJudge(), replace(injection, nonce=nonce))
        self.insertions: list[tuple[int, bytes]] = []
        self._passed = 0

    def _splice(self, data: bytearray, insertions: list[Insertion]) -> bytes:
        self.insertions += [(self._passed + insertion.at, insertion.text) for insertion in insertions]
        self._passed += len(data)
        return super()._splice(data, insertions)


@dataclass
class Walled:
    """A page that went through a wall."""

    wall: RecordingWall
    output: bytes = b""

    def without_insertions(self) -> bytes:
        pieces = []
        at = shift = 0
        for offset, text in self.wall.insertions:
            place = offset + shift
            assert self.output[place : place + len(text)] == text, "an insertion is not where it was recorded"
            pieces.append(self.output[at:place])
            at = place + len(text)
            shift += len(text)
        return b"".join(pieces) + self.output[at:]


def walled(
    page: bytes,
    injection: Injection = Injection(),  # noqa: B008
    cuts: list[int] | None = None,
    judge: TagJudge | None = None,
    nonce: Nonce | None = None,
) -> Walled:
    """Send a page through a wall, cut at these offsets."""
    result = Walled(RecordingWall(injection, judge, nonce))
    edges = [0, *(cuts or []), len(page)]
    for start, end in pairwise(edges):
        result.output += result.wall.feed(page[start:end])
    result.output += result.wall.close()
    return result


T = "https://tracker.example/"

TRICKY: tuple[tuple[str, int], ...] = (
    # The plain cases, and how tags may be written.
    (f'<img src="{T}a">', 1),
    (f"<img src='{T}a'>", 1),
    (f"<img src={T}a>", 1),
    (f"<IMG SRC={T}a>", 1),
    (f"<img/src={T}a>", 1),
    (f'<img alt="x"src="{T}a">', 1),
    (f'<img src = "{T}a" >', 1),
    (f'<img\n\tsrc\n=\n"{T}a"\n/>', 1),
    (f'<img alt=">" src="{T}a">', 1),
    (f"<img alt='<b>' src='{T}a'>", 1),
    (f'<img = src="{T}a">', 1),
    (f'<img " src="{T}a">', 1),
    (f'<img src="{T}a" src="/own.png">', 1),
    (f'<img src="/own.png" src="{T}a">', 0),
    (f'<img src="{T}a" src="{T}b">', 1),
    (f'<img src="{T}a', 0),
    (f'<p>1 < 2</p><img src="{T}a">', 1),
    (f'<p <img src="{T}a">', 0),
    (f'<a title="<img src={T}a>">', 0),
    # Comments and what browsers take for comments.
    (f'<!-- <img src="{T}a"> -->', 0),
    (f'<!--><img src="{T}a">-->', 1),
    (f'<!---><img src="{T}a">-->', 1),
    (f'<!-- --!><img src="{T}a">', 1),
    (f'<!-- -- > --!><img src="{T}a">', 1),
    (f'<!-- <!-- --><img src="{T}a">-->', 1),
    (f'<!x "><img src="{T}a">', 1),
    (f'<?php "> <img src="{T}a">', 1),
    (f'</ x><img src="{T}a">', 1),
    (f'</><img src="{T}a">', 1),
    (f'<!-- never closed <img src="{T}a">', 0),
    (f'<![CDATA[ <img src="{T}a"> ]]>', 0),
    (f'<![CDATA[ > <img src="{T}a"> ]]>', 1),
    # Raw text and its ends.
    (f'<title><img src="{T}a"></title>', 0),
    (f'<textarea><img src="{T}a"></textarea>', 0),
    (f'<style><img src="{T}a"></style>', 0),
    (f'<xmp><img src="{T}a"></xmp>', 0),
    (f'<noembed><img src="{T}a"></noembed>', 0),
    (f'<noframes><img src="{T}a"></noframes>', 0),
    (f'<iframe><img src="{T}a"></iframe>', 0),
    (f'<plaintext><img src="{T}a"></plaintext>', 0),
    (f'<title></titles></title ><img src="{T}a">', 1),
    (f'<textarea></TEXTAREA/x><img src="{T}a">', 1),
    (f'<style><!--</style><img src="{T}a">-->', 1),
    # Scripts.
    (f'<script>"<img src={T}a>"</script>', 0),
    (f'<script>`<script src="{T}a">`</script>', 0),
    (f'<script><!-- <script></script><img src="{T}a"> --></script>', 0),
    (f'<script><!-- <script></script> --></script><img src="{T}a">', 1),
    (f'<script><!-- --></script><img src="{T}a">', 1),
    (f'<script><!--></script><img src="{T}a">', 1),
    (f'<script><!--><script></script><img src="{T}a"></script>', 1),
    (f"<script>if (a<b && c>d) document.write('<\\/script>')</script><img src={T}a>", 1),
    ("<script>trackerSnippet(1)</script>", 1),
    ("<script type=module nonce=x>trackerSnippet(1)</script>", 1),
    ('<script type="application/ld+json">{"a": "trackerSnippet(1)"}</script>', 0),
    ('<script type="text/template"><script src=x></script>trackerSnippet(1)</script>', 0),
    ("<script src=/own.js>trackerSnippet(1)</script>", 0),
    ("<script>trackerSnippet(1)", 0),
    (f"<script src='{T}a' type='module' async></script>", 1),
    (f"<script type=text/plain src='{T}a'></script>", 0),
    # noscript is markup without scripting and text with it.
    (f'<noscript><img src="{T}a"></noscript>', 1),
    (f'<noscript><iframe src="{T}a"></iframe></noscript><p>x', 1),
    (f'<noscript><!--</noscript><img src="{T}a">--><img src="{T}b">', 2),
    (f'<noscript><p title="</noscript><img src={T}a>"></p>', 1),
    (f'<noscript><style></noscript><img src="{T}a"></style><img src="{T}b">', 2),
    # Foreign content.
    (f'<svg><image href="{T}a"/></svg>', 1),
    (f'<svg><image xlink:href="{T}a"/></svg>', 1),
    (f'<svg><feImage href="{T}a"/></svg>', 1),
    (f'<svg><script href="{T}a"/></svg>', 1),
    ("<svg><script>trackerSnippet(1)</script></svg>", 1),
    ("<svg><script>&#116;rackerSnippet(1)</script></svg>", 1),
    ("<svg><script src=/own.js>trackerSnippet(1)</script></svg>", 1),
    (f'<svg><title><img src="{T}a"></title></svg>', 1),
    (f'<svg><title><!--</title><img src="{T}a">-->', 1),
    (f'<svg><style><!--</style><img src="{T}a">--></svg>', 1),
    (f'<svg><style><img src="{T}a"></style></svg>', 1),
    (f'<svg><![CDATA[<img src="{T}a">]]></svg>', 0),
    (f'<svg><![CDATA[ ><img src="{T}a">]]></svg>', 1),
    (f'<svg><![CDATA[ > <!-- ]]></svg><img src="{T}a">', 1),
    (f'<svg><desc><![CDATA[ <img src="{T}a"> ]]></desc></svg>', 0),
    (f'<svg/><title><img src="{T}a"></title>', 0),
    (f'<svg></p><style><!--</style><img src="{T}a">', 1),
    (f'<svg><foreignObject><style><!--</style><img src="{T}a">', 1),
    (f'<svg><g></div><title><img src="{T}a"></title></svg>', 1),
    (f'<math><mi><style><!--</style><img src="{T}a">', 1),
    (f'<math><annotation-xml encoding="text/html"><style><!--</style><img src="{T}a">', 1),
    (f'<math><annotation-xml><style><!--</style><img src="{T}a">-->', 1),
    (f'<math><font color=red><style><!--</style><img src="{T}a">', 1),
    (f'<svg><path d="M0 0"/></svg><img src="{T}a">', 1),
    (f'<svg><path d="M0 0"></g></svg><title><img src="{T}a"></title>', 0),
    (f'<svg><p><title><img src="{T}a"></title>', 0),
    (f'<svg><font><title><img src="{T}a"></title></svg>', 1),
    # After an end tag that may have closed an element outside nobody knows what is still foreign.
    (f'<div><svg></div><style/><!--</style><img src="{T}a">-->', 1),
    (f'<svg><foreignObject><div></foreignObject></svg><![CDATA[ > <!-- ]]><img src="{T}a">', 1),
    ("<svg><foreignObject><div></foreignObject></svg><script src=/own.js>trackerSnippet(1)</script>", 1),
    # Elements that are ignored where the tree says so.
    (f'<select><title><img src="{T}a"></title></select>', 1),
    (f'<select><textarea><img src="{T}a"></textarea></select><title><img src="{T}b"></title>', 1),
    (f'<select><svg><path d="x"/></svg><title><img src="{T}a"></title></select>', 1),
    (f'<frameset><frame src="{T}a"><noframes><img src="{T}b"></noframes></frameset>', 1),
    (f'<frameset></frameset><img src="{T}a">', 1),
    ("<frameset><script>trackerSnippet(1)</script></frameset>", 1),
    (f'<template><img src="{T}a"></template>', 1),
    # Values with documents or lists of URLs in them.
    ("<iframe srcdoc=\"<img src='https://tracker.example/a'>\"></iframe>", 1),
    ("<iframe srcdoc='&lt;script&gt;trackerSnippet(1)&lt;/script>'></iframe>", 1),
    ("<iframe srcdoc=\"<iframe srcdoc='&lt;img src=//tracker.example/>'>\"></iframe>", 1),
    ('<iframe srcdoc="<p>tracker.example</p>"></iframe>', 0),
    (f'<img srcset="/own.png, {T}a 2x">', 1),
    (f'<img srcset="/a,b.png 1x, {T}a">', 1),
    ('<img srcset="/a.png?u=,https://tracker.example 1x">', 0),
    (f'<img src="{T}a" srcset="https://counter.example/b 2x">', 2),
    # Unclosed at the end.
    (f'<noscript><img src="{T}a">', 1),
    (f'<select><title><img src="{T}a">', 1),
    (f'<svg><![CDATA[ > <img src="{T}a">', 1),
    ("<", 0),
    ("</", 0),
    ("<!", 0),
    ("<!-", 0),
    ("<a", 0),
    ("", 0),
)

ELEMENTS = (
    '<script src="{}"></script>',
    '<script async type="module" src="{}"></script>',
    '<svg><script href="{}"></script></svg>',
    '<svg><script xlink:href="{}"></script></svg>',
    '<iframe src="{}"></iframe>',
    '<iframe srcdoc="<img src={}>"></iframe>',
    '<frameset><frame src="{}"></frameset>',
    '<img src="{}">',
    '<img srcset="/own.png 1x, {} 2x">',
    '<image src="{}">',
    '<svg><image href="{}"/></svg>',
    '<svg><image xlink:href="{}"/></svg>',
    '<svg><filter><feImage href="{}"/></filter></svg>',
    '<svg><use href="{}"/></svg>',
    '<picture><source srcset="{}"></picture>',
    '<video><source src="{}"></video>',
    '<video src="{}"></video>',
    '<video poster="{}"></video>',
    '<audio src="{}"></audio>',
    '<video><track src="{}"></video>',
    '<input type="image" src="{}">',
    '<embed src="{}">',
    '<object data="{}"></object>',
    '<base href="{}">',
    '<meta http-equiv="Refresh" content="5; url={}">',
    '<meta http-equiv="refresh" content="0;URL=\'{}\'">',
    '<meta http-equiv=" refresh" content="0 , {}">',
    '<body background="{}">',
    '<table background="{}"></table>',
    '<table><tr><td background="{}"></table>',
    '<table><th class="x" background="{}"></table>',
    '<noscript><img src="{}"></noscript>',
    '<noscript><iframe src="{}"></iframe></noscript>',
    '<template><img src="{}"></template>',
    '<link rel="stylesheet" href="{}">',
    '<link rel="alternate stylesheet" href="{}">',
    '<link rel="preload" as="script" href="{}">',
    '<link rel="preload" as="image" imagesrcset="{} 2x">',
    '<link rel="prefetch" href="{}">',
    '<link rel="preconnect" href="{}">',
    '<link rel="DNS-PREFETCH" href="{}">',
    '<link rel="modulepreload" href="{}">',
    '<link rel="icon" href="{}">',
    '<link rel="shortcut icon" href="{}">',
    '<link rel="apple-touch-icon" href="{}">',
    '<link rel="manifest" href="{}">',
    '<link rel="something-new" href="{}">',
)
"""Every way to load, with a place for the URL."""
