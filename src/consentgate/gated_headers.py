"""The headers of one response on their way through the walls, with what is counted and logged of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from consentgate.equipment import Equipment
from consentgate.headers import Header
from consentgate.model import UNDECLARED, Vendor
from consentgate.page_view import record_blocked, record_cookies
from consentgate.policy.values import UnknownCookies
from consentgate.visit import Visit
from consentgate.walls.cookie_name import without_ids
from consentgate.walls.headers import WALLED, KeptBack, filter_headers, filter_links
from consentgate.walls.judge import Judge
from consentgate.walls.set_cookie import filter_set_cookies

_KEPT_BACK = {
    False: "Set-Cookie of %s kept back: %s.",
    True: "Set-Cookie of %s would be kept back, were this no dry run: %s.",
}
_NOT_GRANTED = "its category is not granted"
_UNDECLARED = "the policy does not declare its vendor"
_UNKNOWN = "neither the policy nor the catalogue knows it"


class GatedHeaders:
    """Takes the headers of one response as the app sends them and gives what may leave."""

    def __init__(self, visit: Visit, equipment: Equipment) -> None:
        self._visit = visit
        self._equipment = equipment

    def of_response(self, headers: Iterable[Iterable[bytes]]) -> list[Header]:
        """The headers of an HTTP response, names in lower case."""
        raw = _read(headers)
        names = dict(raw)
        if not WALLED.isdisjoint(names):
            raw, kept_back = filter_headers(raw, self._judge)
            self._tell_of_vendors(kept_back)
        return self._without_denied_cookies(raw) if b"set-cookie" in names else raw

    def of_websocket(self, headers: Iterable[Iterable[bytes]]) -> list[Header]:
        """Those of a handshake, which sets cookies and loads nothing."""
        raw = _read(headers)
        return self._without_denied_cookies(raw) if b"set-cookie" in dict(raw) else raw

    def of_early_hint(self, links: Iterable[bytes]) -> list[bytes]:
        """The Link values of early hints."""
        kept, kept_back = filter_links(links, self._judge)
        self._tell_of_vendors(kept_back)
        return kept

    @property
    def _judge(self) -> Judge:
        return self._equipment.judge(self._visit.decision.permissions)

    def _without_denied_cookies(self, raw: list[Header]) -> list[Header]:
        kept, found = filter_set_cookies(raw, self._judge, self._visit.policy.walls, self._visit.facts.now)
        unknown = [without_ids(name) for name in found.unknown]
        self._tell_of_cookies("cookie_unknown", unknown, "Set-Cookie of %s seen: %s.", _UNKNOWN)
        dry_run = self._visit.policy.walls.dry_run
        dimension = "cookie_dry_run" if dry_run else "cookie_suppressed"
        for name in found.denied:
            self._tell_of_cookies(dimension, [name], _KEPT_BACK[dry_run], _why(self._judge.cookie(name)))
        if self._visit.policy.walls.unknown_cookies is UnknownCookies.BLOCK:
            self._tell_of_cookies(dimension, unknown, _KEPT_BACK[dry_run], _UNKNOWN)
        return kept

    def _tell_of_cookies(self, dimension: str, names: list[str], text: str, why: str) -> None:
        record_cookies(self._visit, self._equipment.counters, dimension, names)
        for name in names:
            self._equipment.say_once(text, name, why)

    def _tell_of_vendors(self, kept_back: list[KeptBack]) -> None:
        blocked = Counter(each.vendor.id for each in kept_back)
        record_blocked(self._visit, self._equipment.counters, blocked)
        for each in kept_back:
            self._equipment.say_once("Header %s to %s kept back: %s.", each.header, each.vendor.id, _why(each.vendor))


def _why(vendor: Vendor | None) -> str:
    return _UNDECLARED if vendor is not None and vendor.category == UNDECLARED else _NOT_GRANTED


def _read(headers: Iterable[Iterable[bytes]]) -> list[Header]:
    """An app may give an iterator, a list of its own that other responses share, and names in any case."""
    return [(bytes(name).lower(), bytes(value)) for name, value in headers]
