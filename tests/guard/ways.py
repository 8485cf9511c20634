# ruff: noqa: E501 - a row of these tables is a line
"""Every way known to make a browser ask another host from a script: the table that the guard is held to.

In a script `$url` is an absolute URL of the vendor's host, and `$host` that host. `spot` is an element of the page,
`put(e)` puts one at its end, `later(f)` calls `f` when the page has loaded, which then calls `loaded()`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Fate(Enum):
    """What becomes of it. `kept`: held back, and released on a grant. `lost`: held back, and with a grant only the next
    page has it. `refused`: a request that fails as if there were no such host, and is not sent later.

    `open`: what no script can stop, or this one does not.
    """

    KEPT = "kept"
    LOST = "lost"
    REFUSED = "refused"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Way:
    """One way in."""

    name: str
    script: str
    fate: Fate = Fate.KEPT

    def aimed_at(self, host: str) -> str:
        """The script with this host for the vendor's."""
        return self.script.replace("$url", f"http://{host}/a").replace("$host", host)


_LOST, _REFUSED, _OPEN = Fate.LOST, Fate.REFUSED, Fate.OPEN


def _make(tag: str, rest: str, put: bool = True) -> str:
    return f"let e = document.createElement('{tag}'); {rest}; {'put(e)' if put else ''}"


_SVG = "let s = document.createElementNS('http://www.w3.org/2000/svg', 'svg'); put(s);"


def _svg(tag: str, rest: str) -> str:
    return (
        f"{_SVG} let e = document.createElementNS('http://www.w3.org/2000/svg', '{tag}');"
        f" e.setAttribute('width', 9); e.setAttribute('height', 9); {rest}; s.append(e)"
    )


_XLINK = "'http://www.w3.org/1999/xlink', 'xlink:href'"
_FRAME = "let f = document.createElement('iframe'); put(f);"

PROPERTIES = (
    Way("script.src", _make("script", "e.src = '$url'")),
    Way("script.src, a module", _make("script", "e.type = 'module'; e.src = '$url'")),
    Way("script.src, then its type", _make("script", "e.src = '$url'; e.type = 'text/javascript'")),
    Way("script.src once it is in the page", "let e = document.createElement('script'); put(e); e.src = '$url'"),
    Way("script.src as a URL object", _make("script", "e.src = new URL('$url')")),
    Way("script.src without scheme", _make("script", "e.src = '//$host/a'")),
    Way("script.src with capitals, a port and a dot", _make("script", "e.src = 'HTTP://$host.:80/a'")),
    Way("img.src", _make("img", "e.src = '$url'")),
    Way("img.src on no page", _make("img", "e.src = '$url'", put=False)),
    Way("img.srcset", _make("img", "e.srcset = '$url 1x'")),
    Way("img.srcset, later candidates", _make("img", "e.sizes = '9px'; e.srcset = '$url 9w, /own.png 1w'")),
    Way("new Image().src", "new Image().src = '$url'"),
    Way("new Image(1, 1).src", "new Image(1, 1).src = '$url'"),
    Way("picture > source.srcset", _make("picture", "e.innerHTML = '<source><img>'; e.firstChild.srcset = '$url'")),
    Way("iframe.src", _make("iframe", "e.src = '$url'")),
    Way("iframe.src once it is in the page", "let e = document.createElement('iframe'); put(e); e.src = '$url'"),
    Way("iframe.srcdoc", _make("iframe", "e.srcdoc = '<img src=\"$url\">'")),
    Way("iframe.srcdoc with an inline script", _make("iframe", "e.srcdoc = \"<script>new Image().src='$url'<\\/script>\"")),
    Way("frame.src", _make("frame", "e.src = '$url'")),
    Way("embed.src", _make("embed", "e.type = 'text/html'; e.src = '$url'")),
    Way("object.data", _make("object", "e.type = 'text/html'; e.data = '$url'")),
    Way("video.src", _make("video", "e.src = '$url'")),
    Way("video.poster", _make("video", "e.poster = '$url'")),
    Way("video > source.src", _make("video", "let c = document.createElement('source'); c.src = '$url'; e.append(c)")),
    Way("audio.src", _make("audio", "e.preload = 'auto'; e.src = '$url'")),
    Way("new Audio(url)", "new Audio('$url')"),
    Way("track.src", "let v = document.createElement('video'); let e = document.createElement('track'); e.default = true;"
        " e.kind = 'subtitles'; e.srclang = 'en'; v.crossOrigin = 'anonymous'; v.append(e); put(v); e.src = '$url';"
        " e.track.mode = 'showing'"),
    Way("input.src", _make("input", "e.type = 'image'; e.src = '$url'")),
    Way("link.href, a style sheet", _make("link", "e.rel = 'stylesheet'; e.href = '$url'")),
    Way("link.href, then its rel", _make("link", "e.href = '$url'; e.rel = 'stylesheet'")),
    Way("link.href, a preload", _make("link", "e.rel = 'preload'; e.as = 'image'; e.href = '$url'")),
    Way("link.href, a prefetch", _make("link", "e.rel = 'prefetch'; e.href = '$url'")),
    Way("link.href, a preconnect", _make("link", "e.rel = 'preconnect'; e.href = 'https://$host/'")),
    Way("link.imageSrcset", _make("link", "e.rel = 'preload'; e.as = 'image'; e.imageSrcset = '$url 1x'"), _LOST),
    Way("body.background", "document.body.background = '$url'"),
    Way("element.style = text", _make("div", "e.textContent = 'x'; e.style = 'background: url($url)'")),
)  # fmt: skip

ATTRIBUTES = (
    Way("setAttribute(src) of a script", _make("script", "e.setAttribute('src', '$url')")),
    Way("setAttribute(SRC) of an img", _make("img", "e.setAttribute('SRC', '$url')")),
    Way("setAttribute(srcset)", _make("img", "e.setAttribute('srcset', '$url 1x')")),
    Way("setAttribute(srcdoc)", _make("iframe", "e.setAttribute('srcdoc', '<iframe src=$url></iframe>')")),
    Way("setAttribute(href) of a link", _make("link", "e.rel = 'stylesheet'; e.setAttribute('href', '$url')")),
    Way("setAttribute(imagesrcset)", _make("link", "e.rel = 'preload'; e.as = 'image'; e.setAttribute('imagesrcset', '$url 1x')"), _LOST),
    Way("setAttribute(data) of an object", _make("object", "e.setAttribute('data', '$url')")),
    Way("setAttribute(poster)", _make("video", "e.setAttribute('poster', '$url')")),
    Way("setAttribute(background) of a td", "put(document.createElement('table')).innerHTML = '<tr><td>x';"
        " document.querySelector('td').setAttribute('background', '$url')"),
    Way("setAttribute(style)", _make("div", "e.textContent = 'x'; e.setAttribute('style', \"background: url('$url')\")")),
    Way("setAttributeNS", _make("img", "e.setAttributeNS(null, 'src', '$url')")),
    Way("setAttributeNode", "let a = document.createAttribute('src'); a.value = '$url';" + _make("img", "e.setAttributeNode(a)")),
    Way("setAttributeNodeNS", "let a = document.createAttributeNS(null, 'src'); a.value = '$url';"
        + _make("script", "e.setAttributeNodeNS(a)")),
    Way("attributes.setNamedItem", "let a = document.createAttribute('src'); a.value = '$url';"
        + _make("img", "e.attributes.setNamedItem(a)")),
    Way("attributes.setNamedItemNS", "let a = document.createAttributeNS(null, 'src'); a.value = '$url';"
        + _make("iframe", "e.attributes.setNamedItemNS(a)")),
    Way("attr.value of an attribute there", _make("img", "e.src = '/own.png'; e.getAttributeNode('src').value = '$url'")),
    Way("attr.nodeValue", _make("img", "e.src = '/own.png'; e.attributes[0].nodeValue = '$url'")),
    Way("attr.textContent", _make("img", "e.src = '/own.png'; e.attributes.src.textContent = '$url'")),
    Way("svg image href", _svg("image", "e.setAttribute('href', '$url')")),
    Way("svg image xlink:href", _svg("image", f"e.setAttributeNS({_XLINK}, '$url')")),
    Way("href.baseVal of an svg image", _svg("image", "e.href.baseVal = '$url'")),
    Way("svg script href", _svg("script", "e.setAttribute('href', '$url')")),
    Way("svg script xlink:href", _svg("script", f"e.setAttributeNS({_XLINK}, '$url')")),
    Way("svg feImage href", _svg("rect", "s.innerHTML = '<filter id=f><feImage></feImage></filter>';"
        " s.querySelector('feImage').setAttribute('href', '$url'); e.setAttribute('filter', 'url(#f)')")),
)  # fmt: skip

MARKUP = (
    Way("innerHTML", "spot.innerHTML = '<img src=\"$url\">'"),
    Way("innerHTML, unquoted", "spot.innerHTML = '<img alt=it\\'s src=$url>'"),
    Way("innerHTML, spelled oddly", "spot.innerHTML = '<p title=\"a>b\"><IMG/ALT=\\'<\\'SRC=\"&#104;ttp:&#47;/$host&#x2f;a\"\\n/>'"),
    Way("innerHTML, an iframe", "spot.innerHTML = '<iframe src=\"$url\"></iframe>'"),
    Way("innerHTML, srcset", "spot.innerHTML = '<img srcset=\"$url 1x\">'"),
    Way("innerHTML, srcdoc", "spot.innerHTML = '<iframe srcdoc=\"<img src=$url>\"></iframe>'"),
    Way("innerHTML, a style attribute", "spot.innerHTML = '<p style=\"background:url($url)\">x'"),
    Way("innerHTML, an svg image", "spot.innerHTML = '<svg><image width=9 height=9 href=\"$url\"/><g></g></svg>'"),
    Way("innerHTML, an svg image by xlink", "spot.innerHTML = '<svg><image width=9 height=9 xlink:href=\"$url\"/></svg>'"),
    Way("innerHTML of what is on no page", "document.createElement('div').innerHTML = '<img src=\"$url\">'"),
    Way("innerHTML of a template, cloned", "let t = document.createElement('template');"
        " t.innerHTML = '<img src=\"$url\">'; put(t.content.cloneNode(true))"),
    Way("innerHTML of a template, imported", "let t = document.createElement('template');"
        " t.innerHTML = '<iframe src=\"$url\"></iframe>'; put(document.importNode(t.content, true))"),
    Way("innerHTML of a template, moved", "let t = document.createElement('template');"
        " t.innerHTML = '<img src=\"$url\">'; put(t.content)"),
    Way("innerHTML of a shadow root", "spot.attachShadow({mode: 'open'}).innerHTML = '<img src=\"$url\">'"),
    Way("innerHTML of another document", "let d = document.implementation.createHTMLDocument('');"
        " d.body.innerHTML = '<img src=\"$url\">'; put(d.body.firstChild)"),
    Way("a property in another document", "let d = document.implementation.createHTMLDocument('');"
        " let e = d.createElement('img'); e.src = '$url'; put(e)"),
    Way("outerHTML", "spot.outerHTML = '<img src=\"$url\">'"),
    Way("insertAdjacentHTML", "spot.insertAdjacentHTML('beforeend', '<img src=\"$url\">')"),
    Way("insertAdjacentHTML, afterend", "spot.insertAdjacentHTML('afterend', '<iframe src=\"$url\"></iframe>')"),
    Way("document.write, a script", "document.write('<script src=\"$url\"><\\/script>')"),
    Way("document.write, an image", "document.write('<img src=\"$url\">')"),
    Way("document.write in pieces", "document.write('<script src=\"', '$url', '\"><\\/script>')"),
    Way("document.writeln", "document.writeln('<iframe src=\"$url\"></iframe>')"),
    Way("document.open and write", "later(() => { document.open(); document.write('<p><img src=\"$url\">');"
        " document.close(); loaded() })", _LOST),
    Way("createContextualFragment, an image", "document.createRange().createContextualFragment('<img src=\"$url\">')"),
    Way("createContextualFragment, a script",
        "put(document.createRange().createContextualFragment('<script src=\"$url\"><\\/script>'))"),
    Way("DOMParser, adopted", "let d = new DOMParser().parseFromString('<img src=\"$url\">', 'text/html');"
        " put(document.adoptNode(d.body.firstChild))"),
    Way("DOMParser of XML, imported", "let d = new DOMParser().parseFromString('<svg xmlns=\"http://www.w3.org/2000/svg\">"
        "<image href=\"$url\" width=\"9\" height=\"9\" /></svg>', 'image/svg+xml'); put(document.importNode(d.firstChild, true))"),
    Way("setHTMLUnsafe", "spot.setHTMLUnsafe('<img src=\"$url\">')"),
    Way("setHTMLUnsafe of a shadow root", "spot.attachShadow({mode: 'open'}).setHTMLUnsafe('<img src=\"$url\">')"),
    Way("parseHTMLUnsafe", "put(Document.parseHTMLUnsafe('<img src=\"$url\">').body.firstChild)"),
    Way("a handler that fires", "spot.innerHTML = '<img src=\"data:,\" onerror=\"new Image().src=\\'$url\\'\">'"),
)  # fmt: skip

REQUESTS = (
    Way("fetch", "fetch('$url').catch(() => {})", _REFUSED),
    Way("fetch of a Request", "fetch(new Request('$url', {mode: 'no-cors'})).catch(() => {})", _REFUSED),
    Way("fetch of a URL object", "fetch(new URL('$url'), {method: 'POST', body: 'x', mode: 'no-cors'}).catch(() => {})", _REFUSED),
    Way("XMLHttpRequest", "let x = new XMLHttpRequest(); x.open('GET', '$url'); x.send()", _REFUSED),
    Way("sendBeacon", "navigator.sendBeacon('$url', 'x')", _REFUSED),
    Way("EventSource", "new EventSource('$url').onerror = event => event.target.close()", _REFUSED),
    Way("WebSocket", "new WebSocket('ws://$host/a')", _REFUSED),
    Way("WebSocket by class", "new (class extends WebSocket {})('ws://$host/a')", _REFUSED),
    Way("fetch of an empty frame", _FRAME + "f.contentWindow.fetch('$url', {mode: 'no-cors'}).catch(() => {})", _REFUSED),
    Way("XMLHttpRequest of an empty frame", _FRAME + "let x = new f.contentWindow.XMLHttpRequest();"
        " x.open('GET', '$url'); x.send()", _REFUSED),
    Way("elements of an empty frame", _FRAME + "let e = f.contentDocument.createElement('img'); e.src = '$url';"
        " f.contentDocument.body.append(e)"),
    Way("write into an empty frame", _FRAME + "f.contentDocument.write('<img src=\"$url\">'); f.contentDocument.close()"),
    Way("a loader's script in an empty frame", _FRAME + "let e = f.contentWindow.document.createElement('script');"
        " e.src = '$url'; f.contentWindow.document.head.appendChild(e)"),
)  # fmt: skip

OPEN = (
    Way("import()", "import('$url').catch(() => {})", _OPEN),
    Way("an inline module's import", _make("script", "e.type = 'module'; e.text = \"import '$url'\""), _OPEN),
    Way("style.backgroundImage", _make("div", "e.textContent = 'x'; e.style.backgroundImage = 'url($url)'"), _OPEN),
    Way("style.cssText", _make("div", "e.textContent = 'x'; e.style.cssText = 'background: url($url)'"), _OPEN),
    Way("a style element's text", _make("style", "e.textContent = '@import \"$url\"'"), _OPEN),
    Way("insertRule", "let e = document.createElement('style'); put(e);"
        " e.sheet.insertRule('body { background: url($url) }')", _OPEN),
    Way("FontFace", "new FontFace('x', 'url($url)').load().catch(() => {})", _OPEN),
    Way("code inside a worker", "new Worker(URL.createObjectURL(new Blob([\"fetch('$url', {mode: 'no-cors'})\"])))", _OPEN),
    Way("a data: document", _make("iframe", "e.src = 'data:text/html,<img src=$url>'"), _OPEN),
    Way("a blob: document", _make("iframe",
        "e.src = URL.createObjectURL(new Blob(['<img src=$url>'], {type: 'text/html'}))"), _OPEN),
    Way("a javascript: document", _make("iframe", "e.src = 'javascript:\\'<img src=$url>\\''"), _OPEN),
    Way("what a script in a srcdoc builds", _make("iframe",
        "e.srcdoc = '<script>new Image().src = \"http:/\" + \"/$host/a\"</' + 'script>'"), _OPEN),
    Way("frames[0] of an empty frame", _FRAME + "window[0].fetch('$url', {mode: 'no-cors'}).catch(() => {})", _OPEN),
)  # fmt: skip

WAYS = (*PROPERTIES, *ATTRIBUTES, *MARKUP, *REQUESTS, *OPEN)
