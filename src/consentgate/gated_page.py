"""One page on its way through its wall, or, where none can read it, under a policy that lets nothing in."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from secrets import token_urlsafe

from starlette.datastructures import Headers

from consentgate.banner.assets import Asset
from consentgate.banner.head import head
from consentgate.banner.layer_one import Look
from consentgate.caching import headers_of_a_gated_page
from consentgate.choice import way_back
from consentgate.equipment import Equipment
from consentgate.headers import Header, with_one, without
from consentgate.model import Prompt
from consentgate.page import (
    LONGEST_GUESSED_BY,
    MEDIA_TYPES,
    NEVER_READ,
    WHITE_SPACE,
    XML_SIGN,
    PageKind,
    becomes_document,
    is_framed,
    takes_layer_one,
)
from consentgate.page_view import record_blocked, record_page_view, record_unread
from consentgate.security_policy import may_frame_itself
from consentgate.visit import Visit
from consentgate.walls.charset import LONGEST_MARK, Charset, charset_of
from consentgate.walls.csp import HEADER as CSP
from consentgate.walls.csp import Nonce
from consentgate.walls.encoding import UnreadableEncodingError, decoder_for
from consentgate.walls.html import HtmlWall, Injection, Placeholders, RememberingWall
from consentgate.walls.transcode import reading
from consentgate.walls.unscannable import STRICT_CSP, Unscannable
from consentgate.walls.wall import Wall
from consentgate.walls.xhtml import XhtmlWall

_log = logging.getLogger("consentgate")


class _UnscannableError(Exception):
    """The page can't be read, or not any further. Stays inside this module."""


class GatedPage:
    """Takes a page as the app sends it and gives what may leave. `headers` are the app's, `look` is layer one's.

    What is not understood stays out. A page that turns out to be unreadable before anything of it has left is *sealed*:
    it leaves as it came, under the strict policy. After that it is *cut*: the rest is kept back.
    """

    def __init__(self, visit: Visit, equipment: Equipment, look: Look, kind: PageKind, headers: Headers) -> None:
        self._visit = visit
        self._equipment = equipment
        self._look = look
        self._kind = kind
        self._app_headers = headers
        self._sealed = _sealed_from_the_start(kind, headers)
        site_policies = headers.getlist("content-security-policy")
        self._nonce = Nonce.beside(site_policies, token_urlsafe(16)) if equipment.policy.walls.nonce else None
        self._csp = equipment.csp_headers(visit, self._nonce)
        self._policies = [*site_policies, *(value.decode("ascii") for name, value in self._csp if name == CSP)]
        self._cut: str | None = None
        self._decode = decoder_for(headers.getlist("content-encoding"))
        self._wall: Wall | None = None
        self._charset: Charset | None = None
        self._came = bytearray()
        self._opened = self._safe = b""
        self._left = self._asked = False

    def take(self, data: bytes, *, last: bool) -> Iterator[bytes]:
        """The bytes that may leave now, in pieces that are bounded even where they came packed small.

        As long as there are none, it is not known yet whether the page can be read.
        """
        if self._sealed is None and self._cut is None:
            if not self._left:
                self._came += data
            yield from self._read_or_give_up(data, last=last)
        elif self._sealed is not None:
            yield data

    def headers(self, headers: list[Header], state: bytes) -> list[Header]:
        """The page's headers as they leave, once `take` has given bytes or the page is over."""
        gated = headers_of_a_gated_page(headers, state)
        if self._sealed is not None:
            self._equipment.warn_once(
                "A page could not be read (%s): it went out under a strict policy, without banner.", self._sealed
            )
            # A 304 may bring other policies in the place of the strict one: without an entity tag there is none.
            return [*without(gated, {b"etag"}), (CSP, STRICT_CSP)]
        # A 304 would keep the page with its old nonce and bring a new one: without an entity tag there is none.
        plain = without(gated, {b"content-encoding", b"etag"} if self._nonce else {b"content-encoding"}) + self._csp
        if self._charset is None or not self._charset.declare:
            return plain
        return with_one(plain, b"content-type", f"{MEDIA_TYPES[self._kind]}; charset={self._charset.declare}".encode())

    @property
    def is_shown(self) -> bool:
        """Whether it becomes a whole page of its own, which somebody sees."""
        return self._kind is not PageKind.UNTYPED and takes_layer_one(self._visit.headers)

    def record(self) -> None:
        """Once the page is sent."""
        counters = self._equipment.counters
        record_unread(self._visit, counters, sealed=self._sealed, cut=self._cut)
        blocked = self._wall.blocked if self._wall and self._sealed is None else {}
        record_blocked(self._visit, counters, blocked)
        for vendor in filter(None, map(self._equipment.policy.undeclared, blocked)):
            self._equipment.say_once("%s is kept out: the policy does not declare it.", vendor.name)
        if self.is_shown:
            record_page_view(self._visit, counters, asked=self._asked and self._sealed is None)

    # Reading

    def _read_or_give_up(self, data: bytes, *, last: bool) -> Iterator[bytes]:
        try:
            for piece in filter(None, self._read(data, last=last)):
                self._left = True
                self._came.clear()
                yield piece
        except _UnscannableError as error:
            self._give_up(str(error))
            yield bytes(self._came) if self._sealed is not None else self._read_already()

    def _read(self, data: bytes, *, last: bool) -> Iterator[bytes]:
        """The pieces of `data` after the wall. The last one waits for the page's end, so that a small page is one."""
        if self._decode is None:
            raise _UnscannableError(Unscannable.CODING)
        pieces = self._decode(data)
        try:
            plain = next(pieces, b"")
            for following in pieces:
                self._through(plain, last=False)
                yield self._read_already()
                plain = following
        except UnreadableEncodingError as error:
            raise _UnscannableError(Unscannable.DAMAGED) from error
        self._through(plain, last=last)
        yield self._read_already()

    def _read_already(self) -> bytes:
        read, self._safe = self._safe, b""
        return read

    def _through(self, plain: bytes, *, last: bool) -> None:
        if self._wall is None:
            plain, self._opened = self._opened + plain, b""
            if not (last or self._shows_what_it_is(plain)):
                self._opened = plain
                return
            self._wall = self._begin(plain, whole=last)
        try:
            self._safe += self._wall.feed(plain)
            self._safe += self._wall.close() if last else b""
        except Exception as error:
            # A fault of ours. The tags must stay out all the same, and whoever reads the log must learn of it.
            _log.exception("The wall failed on a page.")
            raise _UnscannableError(Unscannable.FAULT) from error
        if self._wall.failed_closed is not None:
            raise _UnscannableError(self._wall.failed_closed)

    def _shows_what_it_is(self, start: bytes) -> bool:
        """Whether enough has come to tell how the page is read. Where there is no type, its content decides."""
        if self._kind is PageKind.UNTYPED and len(start) < LONGEST_GUESSED_BY:
            start = start.lstrip(WHITE_SPACE)
        return len(start) >= LONGEST_MARK

    def _begin(self, start: bytes, *, whole: bool) -> Wall:
        """The wall that reads this page, by how it begins; a `whole` one that came before, from memory."""
        if self._kind is PageKind.UNTYPED and start.lstrip(WHITE_SPACE).startswith(XML_SIGN):
            raise _UnscannableError(Unscannable.XML)
        self._charset = charset_of(self._app_headers.getlist("content-type"), start)
        if self._charset is None or (self._charset.declare and self._kind not in MEDIA_TYPES):
            raise _UnscannableError(Unscannable.CHARSET)
        return reading(self._wall_of_its_kind(whole=whole), self._charset)

    def _wall_of_its_kind(self, *, whole: bool) -> Wall:
        permissions = self._visit.decision.permissions
        judge = self._equipment.judge(permissions)
        injection = Injection(nonce=self._nonce) if self._kind is PageKind.UNTYPED else self._injection()
        if self._kind is PageKind.XHTML:
            return XhtmlWall(judge, injection)
        if whole and self._nonce is None:  # What is remembered is inserted as it was, and a nonce never is.
            return RememberingWall(self._equipment.memory, permissions, judge, injection)
        return HtmlWall(judge, injection)

    # Giving up

    def _give_up(self, reason: str) -> None:
        if self._left:
            self._cut = reason
            _log.error("A page could not be read to its end (%s): the rest of it was kept back.", reason)
        else:
            self._sealed = reason

    # What goes into the page

    def _injection(self) -> Injection:
        sheet = self._equipment.layer_one.sheet(self._look)
        return Injection(
            head=self._head(sheet) if becomes_document(self._visit.headers) else b"",
            body=self._layer_one if sheet else None,
            placeholders=self._placeholders(),
            nonce=self._nonce,
        )

    def _head(self, sheet: Asset | None) -> bytes:
        scripts = self._equipment.scripts(self._visit, self._policies)
        inline = self._kind is PageKind.HTML
        return head(sheet, scripts, f"{self._own_addresses}/assets/", self._policies, inline=inline)

    def _placeholders(self) -> Placeholders | None:
        """None where there is no site to choose for, and where a browser would refuse to show them: they let none but
        the site's own pages be around them.
        """
        framed = is_framed(self._visit.headers)
        if self._visit.outside or framed or not may_frame_itself(self._policies):
            return None
        return Placeholders(f"{self._own_addresses}/frame/".encode(), self._equipment.policy.grantable)

    @property
    def _own_addresses(self) -> str:
        """What the paths of all our own addresses begin with."""
        return self._look.root + self._equipment.policy.prefix

    def _layer_one(self, language: str) -> bytes:
        """Layer one in the page's own language. Only a page that has a place for it asks for it."""
        self._asked = self._look.prompt is Prompt.BANNER
        look = replace(self._look, language=self._visit.language_on(language))
        return self._equipment.layer_one.html(look, way_back(self._visit.path_and_query, self._visit.root))


def _sealed_from_the_start(kind: PageKind, headers: Headers) -> str | None:
    """Why a page can't be read at all, or may not be touched (RFC 9111 section 5.2.2.6)."""
    if kind in NEVER_READ:
        return Unscannable.XML if kind is PageKind.XML else Unscannable.PART
    if "no-transform" in ",".join(headers.getlist("cache-control")).lower():
        return Unscannable.NO_TRANSFORM
    return None
