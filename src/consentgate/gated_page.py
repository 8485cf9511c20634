"""One page on its way through the HTML wall, or, where it can't be read, under a policy that lets nothing in."""

from __future__ import annotations

import logging
from dataclasses import replace
from functools import lru_cache

from starlette.datastructures import Headers

from consentgate.banner.layer_one import LayerOne, Look
from consentgate.banner.style import style_tag
from consentgate.caching import headers_of_a_gated_page
from consentgate.choice import way_back
from consentgate.headers import Header, without
from consentgate.ledger.counters import Counters
from consentgate.model import Prompt
from consentgate.page import PageKind, takes_layer_one
from consentgate.page_view import record_blocked, record_page_view
from consentgate.policy import Policy
from consentgate.visit import Visit
from consentgate.walls.encoding import Decode, UnreadableEncodingError, decoder_for
from consentgate.walls.html import HtmlWall, Injection
from consentgate.walls.judge import Judge
from consentgate.walls.unscannable import LONGEST_MARK, STRICT_CSP, is_declared_unscannable, is_marked_unscannable

_log = logging.getLogger("consentgate")


class Equipment:
    """What every response of a gate works with."""

    def __init__(self, policy: Policy, layer_one: LayerOne, counters: Counters) -> None:
        self.policy = policy
        self.layer_one = layer_one
        self.counters = counters
        self.fingerprint = f"{policy.fingerprint} {layer_one.fingerprint}"
        # One judge for each set of permissions: two to the power of the at most eight optional categories.
        self.judge = lru_cache(256)(lambda permissions: Judge(policy.catalog, permissions))
        self.say_once = lru_cache(1024)(_log.info)
        self.warn_once = lru_cache(1024)(_log.warning)


class GatedPage:
    """Takes a page as the app sends it and gives what may leave. `headers` are the app's, `look` is layer one's."""

    def __init__(self, visit: Visit, equipment: Equipment, look: Look, kind: PageKind, headers: Headers) -> None:
        self._visit = visit
        self._equipment = equipment
        self._kind = kind
        self._asks = look.prompt is Prompt.BANNER and kind is PageKind.HTML
        self._injection = _injection(visit, equipment, look, headers) if kind is PageKind.HTML else Injection()
        self._decode = None if kind is PageKind.SEALED else _decode(headers)
        self._wall: HtmlWall | None = None
        self._waiting = self._opened = b""
        self._broken = False

    def take(self, data: bytes, *, last: bool) -> bytes | None:
        """The bytes that may leave now, or None until it is known whether the page can be read.

        What is not understood stays out: a page that breaks on the way ends there.
        """
        if self._broken:
            return b""
        if self._decode is None:
            return data
        try:
            plain = self._decode(data)
        except UnreadableEncodingError:
            return self._damaged(data)
        if self._wall is None:
            return self._begin(data, plain, last=last)
        return self._through(self._wall, plain, last=last)

    def headers(self, headers: list[Header], state: bytes) -> list[Header]:
        """The page's headers as they leave, once `take` has given bytes."""
        gated = headers_of_a_gated_page(headers, state)
        if self._wall is not None:
            return without(gated, {b"content-encoding"})
        self._equipment.warn_once("A page could not be read: it went out under a strict policy, without banner.")
        return [*gated, (b"content-security-policy", STRICT_CSP)]

    def record(self) -> None:
        """Once the page is sent."""
        blocked = self._wall.blocked if self._wall else {}
        if self._wall is not None and self._wall.failed_closed:
            _log.error("A page went over a limit (%s): the rest of it was kept back.", self._wall.failed_closed)
        record_blocked(self._visit, self._equipment.policy, self._equipment.counters, blocked)
        if self._kind is not PageKind.UNTYPED and takes_layer_one(self._visit.headers):
            asked = self._asks and self._wall is not None
            record_page_view(self._visit, self._equipment.policy, self._equipment.counters, asked=asked)

    def _begin(self, data: bytes, plain: bytes, *, last: bool) -> bytes | None:
        """A page that turns out to be unreadable leaves as it came, with all that had to wait."""
        self._waiting += data
        self._opened += plain
        if len(self._opened) < LONGEST_MARK and not last:
            return None
        if is_marked_unscannable(self._opened):
            self._decode = None
            return self._waiting
        self._wall = HtmlWall(self._equipment.judge(self._visit.decision.permissions), self._injection)
        return self._through(self._wall, self._opened, last=last)

    def _through(self, wall: HtmlWall, plain: bytes, *, last: bool) -> bytes:
        try:
            out = wall.feed(plain)
            return out + wall.close() if last else out
        except Exception:
            # A fault of ours. The tags must stay out all the same, and whoever reads the log must learn of it.
            _log.exception("The HTML wall failed: the rest of the page was kept back.")
            self._broken = True
            return b""

    def _damaged(self, data: bytes) -> bytes:
        """A compression that never was one leaves as it came; one that breaks later ends the page."""
        if self._wall is None:
            self._decode = None
            return self._waiting + data
        _log.error("A page's compression is damaged: the rest of it was kept back.")
        self._broken = True
        return b""


def _decode(headers: Headers) -> Decode | None:
    """What opens the page; None where it can't be read, or may not be touched (RFC 9111 section 5.2.2.6)."""
    no_transform = "no-transform" in ",".join(headers.getlist("cache-control")).lower()
    if no_transform or is_declared_unscannable(headers.getlist("content-type")):
        return None
    return decoder_for(headers.getlist("content-encoding"))


def _injection(visit: Visit, equipment: Equipment, look: Look, headers: Headers) -> Injection:
    sheet = equipment.layer_one.sheet(look)
    if sheet is None:
        return Injection()
    return Injection(
        head=style_tag(
            sheet, f"{look.root}{equipment.policy.prefix}/assets/", headers.getlist("content-security-policy")
        ),
        body=lambda language: equipment.layer_one.html(
            replace(look, language=visit.language_on(language)), way_back(visit.path_and_query, visit.root)
        ),
    )
