"""One object per response: what an app sends goes through it, and through the walls, on its way to the server.

Only a page is held back, and only until its first bytes: everything else is passed on at once.
"""

from __future__ import annotations

from functools import cached_property

from starlette.datastructures import Headers
from starlette.types import Message, Send

from consentgate.banner.layer_one import Look
from consentgate.caching import headers_of_a_304
from consentgate.equipment import Equipment
from consentgate.expiry import expiring_with_a_page
from consentgate.gated_headers import GatedHeaders
from consentgate.gated_page import GatedPage
from consentgate.headers import Header, with_one
from consentgate.page import NEVER_READ, look_of, page_kind, state_of
from consentgate.visit import Visit


class GatedResponse:
    """The `send` that the app gets for one request. Everything that changes while a response is sent lives here."""

    def __init__(self, send: Send, visit: Visit, equipment: Equipment, *, method: str, asked_for_page: bool) -> None:
        self._send = send
        self._visit = visit
        self._equipment = equipment
        self._headers = GatedHeaders(visit, equipment)
        self._is_head = method == "HEAD"
        self._asked_for_page = asked_for_page
        self._held_start: Message | None = None
        self._page: GatedPage | None = None

    @cached_property
    def look(self) -> Look:
        """How layer one looks in this response."""
        return look_of(self._visit)

    @cached_property
    def state(self) -> bytes:
        """The name of all that a page depends on beside the app."""
        return state_of(self._visit, self.look, self._equipment.fingerprint)

    async def __call__(self, message: Message) -> None:
        """Take one ASGI message from the app."""
        kind = message["type"]
        if kind == "http.response.start":
            await self._start(message)
        elif kind == "http.response.body" and self._page is not None:
            await self._page_bytes(self._page, message)
        elif kind in {"websocket.accept", "websocket.http.response.start"}:
            await self._send({**message, "headers": self._headers.of_websocket(message.get("headers", ()))})
        elif kind == "http.response.early_hint":
            await self._early_hint(message)
        else:
            await self._send(message)

    async def _start(self, message: Message) -> None:
        raw = self._with_tracking_status(self._headers.of_response(message.get("headers", ())))
        headers = Headers(raw=raw)
        kind = page_kind(message["status"], headers)
        if kind is not None and (kind not in NEVER_READ or self._asked_for_page):
            self._held_start = {**message, "headers": raw + self._expiring()}
            self._page = GatedPage(self._visit, self._equipment, self.look, kind, headers)
            return
        if message["status"] == 304 and self._asked_for_page:
            raw = headers_of_a_304(raw, self.state) + self._csp_of_a_304(headers) + self._expiring()
        await self._send({**message, "headers": raw})

    def _csp_of_a_304(self, headers: Headers) -> list[Header]:
        """Ours beside the app's: a 304's headers take the place of all that the page had under their names (RFC 9111
        section 3.2). Where the app sends none the page keeps what it had, ours too, as both were made in one state.

        A page with a nonce has no entity tag; should an app say 304 all the same, the page keeps its own.
        """
        if self._equipment.policy.walls.nonce:
            return []
        return [header for header in self._equipment.csp_headers(self._visit) if header[0].decode() in headers]

    def _with_tracking_status(self, headers: list[Header]) -> list[Header]:
        """One Tk header for all, where the policy wants it (W3C Tracking Preference Expression, section 6.3)."""
        policy = self._equipment.policy
        if policy.tracking_status is None:
            return headers
        return with_one(headers, b"tk", policy.tracking_status_value.encode())

    def _expiring(self) -> list[Header]:
        """What ends refused cookies, in a response that no other visitor is given from a cache."""
        if not self._asked_for_page:
            return []
        return expiring_with_a_page(self._visit, self._equipment.judge(self._visit.decision.permissions))

    async def _early_hint(self, message: Message) -> None:
        links = list(message["links"])
        kept = self._headers.of_early_hint(links)
        if kept or not links:
            await self._send({**message, "links": kept})

    async def _page_bytes(self, page: GatedPage, message: Message) -> None:
        """Send what may leave, piece by piece: each waits until the server has taken the one before."""
        last = not message.get("more_body", False)
        piece = b""
        for following in filter(None, page.take(message.get("body", b""), last=last)):
            if piece:
                await self._send_piece(page, {**message, "body": piece, "more_body": True})
            piece = following
        if piece or last:
            await self._send_piece(page, {**message, "body": piece})
        if last and not self._is_head:
            page.record()

    async def _send_piece(self, page: GatedPage, message: Message) -> None:
        if self._held_start is not None:
            whole = not message.get("more_body", False) and not self._is_head
            await self._send_start(page, self._held_start, len(message["body"]) if whole else None)
        await self._send({**message, "body": b""} if self._is_head else message)

    async def _send_start(self, page: GatedPage, start: Message, length: int | None) -> None:
        """The page's start; with its length where the page is whole already."""
        self._held_start = None
        headers = page.headers(start["headers"], self.state)
        if page.is_shown and self._visit.marking is not None:
            headers.append((b"set-cookie", self._visit.marking.encode("ascii")))
        if length is not None:
            headers.append((b"content-length", b"%d" % length))
        await self._send({**start, "headers": headers})
