"""A memory of what was inserted into a page, so that a page sent again is not scanned again.

Most pages of a careers site are sent in the same bytes over and over. What the wall does to a page depends on its
bytes, on the rules and on what stands in for iframes, so all three are the key; what goes into it for this visitor is
put in anew each time.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from threading import Lock
from types import MappingProxyType

from consentgate.walls.html.edits import Insertion, splice
from consentgate.walls.html.placement import Injection
from consentgate.walls.html.rewriter import HtmlWall
from consentgate.walls.html.window import TagJudge

MOST_BYTES = 8 * 1024 * 1024
"""What all that is remembered may weigh together."""

_SEEN_ONCE = 8192
"""Pages whose digest is kept to find out whether they come again."""

_ENTRY_BYTES = 512
_INSERTION_BYTES = 160
"""What an entry and an insertion weigh beside their text, rounded up."""

_NOTHING_BLOCKED: Mapping[str, int] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class _Remembered:
    """The insertions of a page; `head` and `body` are the places in the list of those that differ between visitors."""

    insertions: tuple[Insertion, ...]
    head: int | None
    body: int | None
    language: str
    blocked: Mapping[str, int]

    @property
    def weight(self) -> int:
        return _ENTRY_BYTES + sum(_INSERTION_BYTES + len(insertion.text) for insertion in self.insertions)

    def for_visitor(self, injection: Injection) -> list[Insertion]:
        insertions = list(self.insertions)
        if self.head is not None:
            insertions[self.head] = Insertion(insertions[self.head].at, injection.head)
        if self.body is not None and injection.body is not None:
            insertions[self.body] = Insertion(insertions[self.body].at, injection.body(self.language))
        return insertions


class Memory:
    """Remembers the edits of pages that came twice or more, and forgets those not asked for the longest."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._most_bytes = most_bytes
        self._pages: OrderedDict[Hashable, _Remembered] = OrderedDict()
        self._seen_once: OrderedDict[Hashable, None] = OrderedDict()
        self._lock = Lock()
        self.weight = 0

    def __len__(self) -> int:
        return len(self._pages)

    def recall(self, key: Hashable) -> _Remembered | None:
        with self._lock:
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def remember(self, key: Hashable, page: _Remembered) -> None:
        """Keep a page that comes for the second time; of the first time only that it came."""
        with self._lock:
            if key in self._seen_once:
                del self._seen_once[key]
                self._pages[key] = page
                self.weight += page.weight
            else:
                self._seen_once[key] = None
            self._forget_the_oldest()

    def _forget_the_oldest(self) -> None:
        while self.weight > self._most_bytes:
            _, page = self._pages.popitem(last=False)
            self.weight -= page.weight
        while len(self._seen_once) > _SEEN_ONCE:
            self._seen_once.popitem(last=False)


class RememberingWall:
    """An HtmlWall for a page that is there as a whole: all of it leaves at `close`. `rules` tell judges apart."""

    def __init__(self, memory: Memory, rules: Hashable, judge: TagJudge, injection: Injection) -> None:
        self._memory = memory
        self._rules = rules
        self._judge = judge
        self._injection = injection
        self._page = b""
        self.blocked = _NOTHING_BLOCKED
        self.failed_closed: str | None = None

    def feed(self, data: bytes) -> bytes:
        """Take a part of the page."""
        self._page += data
        return b""

    def close(self) -> bytes:
        """Return the page with its insertions."""
        page, self._page = self._page, b""
        places = (bool(self._injection.head), self._injection.body is not None)
        key = (hashlib.sha256(page).digest(), self._rules, places, self._injection.placeholders)
        remembered = self._memory.recall(key)
        if remembered is None:
            return self._read(page, key)
        self.blocked = remembered.blocked
        return splice(page, remembered.for_visitor(self._injection))

    def _read(self, page: bytes, key: Hashable) -> bytes:
        wall = _NotingWall(self._judge, self._injection)
        output = wall.feed(page) + wall.close()
        self.blocked = wall.blocked
        self.failed_closed = wall.failed_closed
        if self.failed_closed is None:
            self._memory.remember(key, wall.noted())
        return output


class _NotingWall(HtmlWall):
    """A wall that notes its insertions, and which of them are the visitor's."""

    def __init__(self, judge: TagJudge, injection: Injection) -> None:
        self._head = injection.head
        self._make_body = injection.body
        self._body: bytes | None = None
        self._language = ""
        self._noted: list[Insertion] = []
        self._passed = 0
        super().__init__(judge, replace(injection, body=self._noting_body if injection.body else None))

    def noted(self) -> _Remembered:
        """What there is to remember of the page, once it was closed."""
        texts = [insertion.text for insertion in self._noted]
        head = next((place for place, text in enumerate(texts) if self._head and text is self._head), None)
        body = next((place for place, text in enumerate(texts) if text is self._body), None)
        kept = (
            replace(insertion, text=b"") if place in {head, body} else insertion
            for place, insertion in enumerate(self._noted)
        )
        return _Remembered(tuple(kept), head, body, self._language, dict(self.blocked))

    def _noting_body(self, language: str) -> bytes:
        assert self._make_body is not None  # noqa: S101 - else there is no body to make
        self._language, self._body = language, self._make_body(language)
        return self._body

    def _splice(self, data: bytearray, insertions: list[Insertion]) -> bytes:
        self._noted += [replace(insertion, at=self._passed + insertion.at) for insertion in insertions]
        self._passed += len(data)
        return super()._splice(data, insertions)
