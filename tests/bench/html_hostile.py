"""Pages made to keep the wall busy: each grows with `n`, its size in bytes, and repeats what is dear to read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape
from urllib.parse import quote

TRACKER = b"//www.googletagmanager.com/a"


def repeated(unit: bytes, before: bytes = b"", after: bytes = b"") -> Callable[[int], bytes]:
    """Pages of one thing over and over, cut off wherever `n` falls."""
    return lambda n: before + (unit * (n // len(unit) + 1))[: max(0, n - len(before) - len(after))] + after


def numbered(unit: bytes) -> Callable[[int], bytes]:
    """Pages of one thing over and over, each time with another number, so that no answer can be remembered."""
    return lambda n: b"".join(unit % number for number in range(n // (len(unit) + 2)))


def nested(opening: str, inner: Callable[[str], str], depth: int = 4) -> Callable[[int], bytes]:
    """Pages of documents within documents: as many of them side by side as go into `n`."""
    document = f'<img src="https:{TRACKER.decode()}">'
    for _ in range(depth):
        document = f'<iframe {opening}{inner(document)}"></iframe>'
    return repeated(document.encode())


_STYLE, _MAP, _RULES = b"<style>", b'<script type=importmap>{"imports":{', b"<script type=speculationrules>"

HOSTILE: Mapping[str, Callable[[int], bytes]] = {
    # Trees
    "nested svg": repeated(b"<svg>"),
    "svg and foreignObject": repeated(b"<svg><foreignObject>"),
    "svg, style, breakout": repeated(b"<svg><style><p>"),
    "svg of many shapes": repeated(b"<g></g>", before=b"<svg>"),
    "math and annotations": repeated(b"<mi></mi><annotation-xml></annotation-xml>", before=b"<math>"),
    "a template never closed": repeated(b"<b>", before=b"<template>"),
    "select with titles": repeated(b"<title><p></title>", before=b"<select>"),
    # Tags
    "one tag of many attributes": repeated(b" a=b", before=b"<img"),
    "one tag, > in a value": repeated(b"a>", before=b"<img alt='"),
    "tags that never end": repeated(b"<a "),
    "quotes that never end": repeated(b'="'),
    "less-than signs": repeated(b"<"),
    "character references": repeated(b"&#", before=b'<img src="', after=b'">'),
    "tags of a vendor": repeated(b"<img src=" + TRACKER + b">"),
    "addresses of many hosts": numbered(b"<img src=//%d.b.example>"),
    "handlers": repeated(b"<p onload=a()>"),
    "base addresses": repeated(b"<base href=//a>"),
    "refreshes": repeated(b'<meta http-equiv=refresh content="0;url=//a">'),
    # Lists of addresses
    "srcset of commas": repeated(b"(,)", before=b'<img srcset="//a ', after=b'">'),
    "srcset of addresses": repeated(b"//a/b 1x,", before=b'<img srcset="', after=b'">'),
    "pings": repeated(b"//a/b ", before=b'<a ping="', after=b'">'),
    # Comments and forks
    "comments that never end": repeated(b"<!--"),
    "comments, nearly closed": repeated(b"--!", before=b"<!--"),
    "noscript with comments": repeated(b"<noscript><!--</noscript>"),
    "noscript, closed well": repeated(b"<noscript><p></noscript>"),
    "noscript, never closed": repeated(b"<noscript>"),
    "select and titles, never closed": repeated(b"<select><title>"),
    "CDATA in CDATA": repeated(b"<![CDATA[ >", before=b"<svg>", after=b"]]>"),
    "foreign comments": repeated(b"<svg><title><!--</title></svg>-->"),
    # Scripts
    "escaped scripts": repeated(b"</script><script>", before=b"<script><!--<script>"),
    "inline scripts": repeated(b"<script>a</script>"),
    "inline scripts, all different": numbered(b"<script>a(%d)</script>"),
    "a script of addresses": repeated(b'"//a.b/c.js"', before=b"<script>", after=b"</script>"),
    "a script of imports": repeated(b'import"//a";', before=b"<script type=module>", after=b"</script>"),
    "an import map of strings": repeated(b'"a":"//b",', before=_MAP, after=b"}}</script>"),
    "an import map of quotes": repeated(b'"\\', before=_MAP, after=b"</script>"),
    "an import map of empty strings": repeated(b'""', before=_MAP, after=b"</script>"),
    "speculation rules": repeated(b'{"urls":["//a","//b"]},', before=_RULES, after=b"</script>"),
    "a script of open comments": repeated(b"import /*", before=b"<script type=module>", after=b"</script>"),
    "a handler of one long word": repeated(b"import-", before=b'<p onload="', after=b'">'),
    "svg script of open comments": repeated(b"<!--", before=b"<svg><script>", after=b"</script></svg>"),
    "svg script of open tags": repeated(b"<a", before=b"<svg><script>", after=b"</script></svg>"),
    "svg script of exports": repeated(b"<export * from &#39;", before=b"<svg><script>", after=b"</script></svg>"),
    # Style sheets
    "style of url(": repeated(b"url(", before=_STYLE, after=b"</style>"),
    "style of addresses": repeated(b"a{b:url(//a)}", before=_STYLE, after=b"</style>"),
    "style of open strings": repeated(b'"\n', before=_STYLE, after=b"</style>"),
    "style of open comments": repeated(b"/*", before=_STYLE, after=b"</style>"),
    "style of backslashes": repeated(b"\\", before=_STYLE, after=b"</style>"),
    "style of escapes": repeated(b"\\75 rl(", before=_STYLE, after=b"</style>"),
    "style of imports": repeated(b"@import", before=_STYLE, after=b"</style>"),
    "svg style of open comments": repeated(b"<!--//>", before=b"<svg><style>", after=b"</style></svg>"),
    "svg style of open tags": repeated(b"<img src=//", before=b"<svg><style>", after=b"</style></svg>"),
    "style attributes": repeated(b'<p style="background:url(//a)">'),
    "a style attribute of url(": repeated(b"url(", before=b'<p style="', after=b'">'),
    # Documents in documents
    "data: documents": nested('src="data:text/html,', quote),
    "srcdoc in srcdoc": nested('srcdoc="', escape),
    "javascript: addresses": repeated(b"<iframe src=\"javascript:'<img src=//a>'\"></iframe>"),
}
"""What it is -> a page of `n` bytes of it."""
