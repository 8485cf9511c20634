"""Vectors that are pages within attributes: `srcdoc`, `data:` and `javascript:`."""

from __future__ import annotations

from html import escape
from urllib.parse import quote

from html_wall.vector import NEVER, OFF, ON, SNIPPET, Live, Vector


def _percent(document: str) -> str:
    """The document as the body of a `data:` URL in an attribute; what stands for the URL is filled in later."""
    return escape(quote(document, safe="$<>='/: ;,()`"))


def _srcdoc(document: str) -> str:
    return f'<iframe srcdoc="{escape(document)}"></iframe>'


def _data(document: str) -> str:
    return f'<iframe src="data:text/html,{_percent(document)}"></iframe>'


_IMAGE = "<img src='$url'>"
_SVG = "<svg xmlns='http://www.w3.org/2000/svg'><image href='$url'/></svg>"
_SVG_SCRIPT = f"<svg xmlns='http://www.w3.org/2000/svg'><script>{SNIPPET}</script></svg>"
_XHTML = "<html xmlns='http://www.w3.org/1999/xhtml'><textarea><img src='$url'/></textarea></html>"
_XHTML_STYLE = "<p xmlns='http://www.w3.org/1999/xhtml'><style>@import '$url'</style></p>"
_XML = "<?xml-stylesheet href='$url'?><a/>"

_SRCDOCS = (
    Vector("srcdoc, img", _srcdoc(_IMAGE)),
    Vector("srcdoc, barely escaped", '<iframe srcdoc="<img src=$url>"></iframe>'),
    Vector("srcdoc, unquoted", "<iframe srcdoc=&lt;img&#32;src=$url&gt;></iframe>"),
    Vector("srcdoc, script", _srcdoc(f"<script>{SNIPPET}</script>"), ON),
    Vector("srcdoc, style", _srcdoc("<style>@import '$url'</style>")),
    Vector("srcdoc, style attribute", _srcdoc("<p style=background:url($url)>x")),
    Vector("srcdoc, handler", _srcdoc(f"<body onload='{SNIPPET}'>"), ON),
    Vector("srcdoc, noscript", _srcdoc("<noscript><img src=$url></noscript>"), OFF),
    Vector("srcdoc, meta refresh", _srcdoc("<meta http-equiv=refresh content=0;$url>")),
    Vector("srcdoc, base", _srcdoc("<base href=$url><img src=a>")),
    Vector("srcdoc, sandboxed", '<iframe sandbox srcdoc="<img src=$url>"></iframe>'),
    Vector("srcdoc, lazy", '<iframe loading=lazy srcdoc="<img src=$url>"></iframe>', alone=True),
    Vector("srcdoc beats src", '<iframe src=/own srcdoc="<img src=$url>"></iframe>'),
    Vector("srcdoc in srcdoc", _srcdoc(_srcdoc(_IMAGE))),
    Vector("srcdoc in srcdoc in srcdoc", _srcdoc(_srcdoc(_srcdoc(_IMAGE)))),
    Vector("data: in srcdoc", _srcdoc(_data(_IMAGE))),
    Vector("srcdoc in data:", _data(_srcdoc(_IMAGE))),
    Vector("data: in data:", _data(_data(_IMAGE))),
)

_EVERYWHERE = {
    "plain": "data:text/html,<img src='$url'>",
    "spaces and capitals": " DATA:TEXT/HTML ; charset=x ,<img src='$url'>",
    "percents": "data:text/html,%3Cimg src='$url'%3E",
    "all in percents": f"data:text/html,‹percent {_IMAGE}›",
    "a fragment": "data:text/html,<img src='$url'>#a",
    "Base64": f"data:text/html;base64,‹base64 {_IMAGE}›",
    "Base64, charset": f"data:text/html;charset=utf-8; BASE64 ,‹base64 {_IMAGE}›",
    "Base64 in percents": f"data:text/html;base64,‹percent ‹base64 {_IMAGE}››",
    "Base64 and a fragment": f"data:text/html;base64,‹base64 {_IMAGE}›#abc",
    "Base64 and white space": f"data:text/html;base64, ‹base64 {_IMAGE}› &#10; ",
    "UTF-16": f"data:text/html;charset=utf-16le;base64,‹utf16 {_IMAGE}›",
    "UTF-16BE": f"data:text/html;charset=utf-16be;base64,‹utf16be {_IMAGE}›",
    "UTF-16 by its mark": f"data:text/html;base64,‹utf16 \ufeff{_IMAGE}›",
    "UTF-16BE by its mark": f"data:text/html;base64,‹utf16be \ufeff{_IMAGE}›",
    "UTF-16 by its mark, against its charset": f"data:text/html;charset=utf-8;base64,‹utf16 \ufeff{_IMAGE}›",
    "ISO-2022-JP": "data:text/html;charset=iso-2022-jp,<i%1b(Bmg src='$url'>",
    "style": "data:text/html,<style>@import '$url'</style>",
    "base": "data:text/html,<base href='$url'><img src=a>",
    "SVG": f"data:image/svg+xml,{_percent(_SVG)}",
    "XHTML": f"data:application/xhtml+xml,{_percent(_XHTML)}",
    "XHTML, style": f"data:application/xhtml+xml,{_percent(_XHTML_STYLE)}",
    "XML with a style sheet": f"data:text/xml,{_percent(_XML)}",
}
_EVERYWHERE_BY_SCRIPT = {"script": f"data:text/html,<script>{SNIPPET}</script>"}
_IN_FRAMES = {"tab": "da\tta:text/html,<img src='$url'>"}
_IN_FRAMES_BY_SCRIPT = {
    "SVG script": f"data:image/svg+xml,{_percent(_SVG_SCRIPT)}",
    "javascript:": f"javascript:{SNIPPET}",
    "javascript: in percents": "javascript:new Image().src=`$url`;tracker%53nippet()",
    "javascript: with a tab and capitals": f" Java\tScript:{SNIPPET}",
    "javascript: in references": f"&#106;avascript&colon;{SNIPPET}",
    "javascript: with a page as its result": "javascript:'<img src=$url>'",
    "javascript: with a page as its result, escaped": "javascript:'\\x3cimg src=$url>'",
}
_NOWHERE = {
    "without type": "data:,<img src='$url'>",
    "text": "data:text/plain,<img src='$url'>",
    "UTF-7": "data:text/html;charset=utf-7,+ADw-img src='$url'+AD4-",
    "ISO-2022-KR": "data:text/html;charset=iso-2022-kr,<img src='$url'>",
}
_FRAMES = {"iframe": '<iframe src="{}"></iframe>', "frame": '<frameset><frame src="{}"></frameset>'}
_PLUGINS = {"embed": '<embed src="{}">', "object": '<object data="{}"></object>'}

_URLS = (
    (_FRAMES | _PLUGINS, _EVERYWHERE, Live.ALWAYS),
    (_FRAMES | _PLUGINS, _EVERYWHERE_BY_SCRIPT, ON),
    (_FRAMES | _PLUGINS, _NOWHERE, NEVER),
    (_FRAMES, _IN_FRAMES, Live.ALWAYS),
    (_FRAMES, _IN_FRAMES_BY_SCRIPT, ON),
    (_PLUGINS, _IN_FRAMES | _IN_FRAMES_BY_SCRIPT, NEVER),
)
"""What carries a page where, and whether Chromium opens it there."""

DOCUMENTS = (
    *_SRCDOCS,
    *(
        Vector(f"{place}, data: {name}", page.format(url), live, alone=place == "frame")
        for places, urls, live in _URLS
        for place, page in places.items()
        for name, url in urls.items()
    ),
    Vector("meta refresh to data:", '<meta http-equiv=refresh content="0;data:text/html,<img src=$url>">', alone=True),
    Vector(
        "meta refresh to javascript:", f'<meta http-equiv=refresh content="0;javascript:{SNIPPET}">', NEVER, alone=True
    ),
)
