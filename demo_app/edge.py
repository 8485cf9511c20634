"""The demo's trusted proxy: it stands where a site's own load balancer would, and plays the visitor's part."""

from __future__ import annotations

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from .visitors import COOKIE, Visitor

_FORWARDING = frozenset({b"x-forwarded-for", b"forwarded"})


class Edge:
    """An ASGI app around another: adds X-Forwarded-For, Sec-GPC and DNT as the cookie of the demo panel says.

    What the browser itself claims about its address is removed, as every trusted proxy has to. Signals that the browser
    really sends are kept: switching one off in the panel does not take it away.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] in {"http", "websocket"}:
            scope = {**scope, "headers": _headers(scope)}
        await self.app(scope, receive, send)


def visitor_of(scope: Scope) -> Visitor:
    """Who the panel's cookie says is visiting."""
    return Visitor.from_cookie(HTTPConnection(scope).cookies.get(COOKIE, ""))


def _headers(scope: Scope) -> list[tuple[bytes, bytes]]:
    visitor = visitor_of(scope)
    headers = [(name, value) for name, value in scope["headers"] if name not in _FORWARDING]
    present = {name for name, _ in headers}
    headers.append((b"x-forwarded-for", visitor.place.address.encode("ascii")))
    if visitor.gpc and b"sec-gpc" not in present:
        headers.append((b"sec-gpc", b"1"))
    if visitor.dnt and b"dnt" not in present:
        headers.append((b"dnt", b"1"))
    return headers
