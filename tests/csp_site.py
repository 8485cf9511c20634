"""A site whose one page loads from vendors in every way that a script has, for the CSP wall's browser tests."""

from __future__ import annotations

import re

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sink import PIXEL

WAYS: dict[str, str] = {
    "script": "add('script', 'src', U)",
    "script-attribute": "add('script', 'setAttribute:src', U)",
    "image": "new Image().src = U",
    "srcset": "document.createElement('img').srcset = U + ' 1x'",
    "iframe": "add('iframe', 'src', U)",
    "inner": "box().innerHTML = '<img src=\"' + U + '\">'",
    "inner-iframe": "box().innerHTML = '<iframe src=\"' + U + '\"></iframe>'",
    "adjacent": "document.body.insertAdjacentHTML('beforeend', '<img src=\"' + U + '\">')",
    "write": "document.write('<script src=\"' + U + '\"></' + 'script>')",
    "fragment": "document.body.append("
    "document.createRange().createContextualFragment('<script src=\"' + U + '\"></' + 'script>'))",
    "fetch": "fetch(U, {mode: 'no-cors'}).catch(() => 0)",
    "xhr": "const x = new XMLHttpRequest(); x.open('GET', U); x.send()",
    "beacon": "navigator.sendBeacon(U)",
    "event-source": "new EventSource(U)",
    "socket": "new WebSocket(U.replace('https:', 'wss:'))",
    "preload": "const l = document.createElement('link'); l.rel = 'preload'; l.as = 'script'; l.href = U;"
    "document.head.append(l)",
    "module-preload": "const l = document.createElement('link'); l.rel = 'modulepreload'; l.href = U;"
    "document.head.append(l)",
    "style-sheet": "const l = document.createElement('link'); l.rel = 'stylesheet'; l.setAttribute('href', U);"
    "document.head.append(l)",
    "css-import": "const s = document.createElement('style'); s.textContent = '@import \"' + U + '\"';"
    "document.head.append(s)",
    "css-font": "new FontFace('x', 'url(' + U + ')').load().catch(() => 0)",
    "css-url": "const e = box(); e.style.backgroundImage = 'url(' + U + ')'; e.textContent = 'x'",
    "poster": "add('video', 'poster', U)",
    "video": "add('video', 'src', U)",
    "track": "const v = add('video', 'crossOrigin', 'anonymous'); const t = document.createElement('track'); t.src = U;"
    "t.default = true; v.append(t); t.track.mode = 'showing'",
    "object": "add('object', 'data', U)",
    "embed": "add('embed', 'src', U)",
    "import": "import(U).catch(() => 0)",
    "svg-image": "const s = document.createElementNS('http://www.w3.org/2000/svg', 'svg');"
    "const i = document.createElementNS('http://www.w3.org/2000/svg', 'image');"
    "i.setAttributeNS('http://www.w3.org/1999/xlink', 'xlink:href', U); i.setAttribute('width', 5);"
    "i.setAttribute('height', 5); s.append(i); document.body.append(s)",
    "worker": "new Worker(URL.createObjectURL(new Blob([`fetch('${U}', {mode: 'no-cors'})`])))",
    "worker-import": "new Worker(URL.createObjectURL(new Blob([`importScripts('${U}')`])))",
    "parser": "const d = new DOMParser().parseFromString('<img src=\"' + U + '\">', 'text/html');"
    "document.body.append(document.adoptNode(d.body.firstChild))",
    "template": "const t = document.createElement('template'); t.innerHTML = '<img src=\"' + U + '\">';"
    "document.body.append(t.content.cloneNode(true))",
    "unsafe": "box().setHTMLUnsafe('<img src=\"' + U + '\">')",
    "attribute-node": "const a = document.createAttribute('src'); a.value = U;"
    "const i = document.createElement('img'); i.setAttributeNode(a); document.body.append(i)",
    "outer": "const i = document.createElement('img'); document.body.append(i);i.outerHTML = '<img src=\"' + U + '\">'",
    "srcdoc": "add('iframe', 'srcdoc', '<img src=\"' + U + '\">')",
    "data-iframe": "add('iframe', 'src', 'data:text/html,<img src=\"' + U + '\">')",
    "javascript-iframe": "add('iframe', 'src', 'javascript:\\'<img src=' + U + '>\\'')",
    "blob-iframe": "add('iframe', 'src',"
    "URL.createObjectURL(new Blob(['<img src=\"' + U + '\">'], {type: 'text/html'})))",
    "eval": "eval('new Image().src = U')",
    "handler": "box().innerHTML = '<img src=x onerror=\"fetch(\\'' + U + '\\', {mode: \\'no-cors\\'})\">'",
}
"""How a script can load something from `U`. Each is told by the first label of the host that it asks."""

_HELPERS = """
function box() { const e = document.createElement('div'); document.body.append(e); return e; }
function add(name, key, value) {
    const e = document.createElement(name);
    key.startsWith('setAttribute:') ? e.setAttribute(key.slice(13), value) : e[key] = value;
    document.body.append(e);
    return e;
}
"""


VENDORS = ("denied", "undeclared", "granted")
"""Who is asked in each way, in this order: once the last one was, the others would have been."""


def hosts_of(vendor: str) -> set[str]:
    """The hosts of a vendor that the page asks in all ways."""
    return {f"{way}.{vendor}.example" for way in WAYS}


def _tried(way: str, vendor: str) -> str:
    """No host stands in the page in plain: the walls that read it can't know."""
    return f"try {{ const U = 'htt' + 'ps://{way}.{vendor}.exa' + 'mple/x'; {WAYS[way]} }} catch (error) {{ }}\n"


def _page() -> str:
    written = "".join(f"<script>{_tried('write', vendor)}</script>" for vendor in VENDORS)
    others = "".join(_tried(way, vendor) for way in WAYS if way != "write" for vendor in VENDORS)
    start = "<!doctype html><html lang=en><head><title>Jobs</title></head><body><h1>Jobs</h1>"
    return f"{start}<script>{_HELPERS}</script>{written}<script>{others}</script></body></html>"


def _leaving(way: str) -> str:
    code = f"const U = 'htt' + 'ps://{way}.denied.exa' + 'mple/x'; {LEAVING[way]}"
    return f"<!doctype html><html lang=en><title>Jobs</title><body><script>{_HELPERS}{code}</script></body></html>"


OWN = """<!doctype html><html lang=en><head><title>Jobs</title><link rel=stylesheet href=/own/style>
<script src=/own/script></script><script>fetch('/own/fetch')</script>
<script type=module>import('/own/import').catch(() => 0)</script></head>
<body onload="fetch('/own/handler')"><img src=/own/image><iframe src=/own/frame></iframe>
<div style="background:url(/own/background);height:9px;width:9px"></div>
<script>
eval("fetch('/own/eval')");
new Worker(URL.createObjectURL(new Blob(["fetch('" + location.origin + "/own/worker')"])));
new Image().src = 'data:image/gif;base64,R0lGODlhAQABAAAAACw=';
new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));
fetch('/own/wasm');
</script></body></html>"""
OWN_PARTS = ("style script fetch import handler image frame background eval worker wasm").split()

LEAVING = {
    "location": "location.href = U",
    "refresh": "const m = document.createElement('meta'); m.httpEquiv = 'refresh'; m.content = '0;url=' + U;"
    "document.head.append(m)",
    "form": "const f = add('form', 'action', U); f.submit()",
}
"""What is no load but leads away, which no policy of this kind governs."""

MISSED = b"<script>fetch('/own/missed')</script>"
_SPACE_FOR_IT = b"<!--" + b"x" * (len(MISSED) - len(b"<!---->")) + b"-->"


def _as_long_a_comment(found: re.Match[bytes]) -> bytes:
    return b"<!--" + b"x" * (len(found[0]) - len(b"<!---->")) + b"-->"


_MISSING = (
    b"<!doctype html><html lang=en><head><title>Jobs</title></head><body><h1>Jobs</h1>"
    + _SPACE_FOR_IT
    + b"<script>fetch('/own/passed')</script></body></html>"
)


class OwnSite:
    """The app. `asked` are the parts of it that a browser asked for."""

    def __init__(self) -> None:
        self.asked: set[str] = set()
        self.app = Starlette(
            routes=[
                Route("/own", lambda _: HTMLResponse(OWN)),
                Route("/own/{part}", self._part, methods=["GET", "POST"]),
                Route("/strict", lambda _: HTMLResponse(OWN, headers={"Content-Security-Policy": "img-src 'none'"})),
                Route("/vendors", lambda _: HTMLResponse(_page())),
                Route("/leaving/{way}", lambda request: HTMLResponse(_leaving(request.path_params["way"]))),
                Route("/missing", lambda _: HTMLResponse(_MISSING)),
            ]
        )

    def _part(self, request: Request) -> Response:
        part = request.path_params["part"]
        self.asked.add(part)
        kinds = {"style": "text/css", "script": "text/javascript", "import": "text/javascript", "frame": "text/html"}
        kind = kinds.get(part)
        return Response(b"" if kind else PIXEL, media_type=kind or "image/gif")


_GUARD = re.compile(rb'<script data-cg=""[^>]* data-rules=.*?</script>', re.DOTALL)


def by_the_policy_alone(app: ASGIApp) -> ASGIApp:
    """Takes the guard out of each page behind the walls' back, and puts a script into `/missing` that they missed.

    What goes and what comes in its place are as long.
    """

    async def missing(scope: Scope, receive: Receive, send: Send) -> None:
        async def put(message: Message) -> None:
            if message["type"] == "http.response.body":
                body = message.get("body", b"").replace(_SPACE_FOR_IT, MISSED)
                message = {**message, "body": _GUARD.sub(_as_long_a_comment, body)}
            await send(message)

        await app(scope, receive, put if scope["type"] == "http" else send)

    return missing
