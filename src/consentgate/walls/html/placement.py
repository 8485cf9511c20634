"""Where the page's own additions go: first in `head` and first in `body`, also where a document writes neither."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from consentgate.walls.csp import Nonce
from consentgate.walls.html.edits import Edits

# 13.2.6.4.6, the "after head" insertion mode: these start tags do not open the body, nor do comments and doctypes.
_HEAD_ONLY = frozenset(
    b"html head base basefont bgsound link meta noframes noscript script style template title".split()
)
# The end tags that open what is missing; all others are ignored before the body.
_OPENING_END_TAGS = frozenset({b"body", b"html", b"br"})
_VISIBLE = re.compile(rb"[^\t\n\f\r ]")


@dataclass(frozen=True, slots=True)
class Placeholders:
    """What stands in for iframes that are kept out: small pages of the site's own.

    The URL of one begins with `address` and ends with the categories that it asks for. `vendors` are the ids of those
    whom a visitor can let in: where one can't be, there is nothing to ask. Neither differs between visitors.
    """

    address: bytes
    vendors: frozenset[str]


@dataclass(frozen=True, slots=True)
class Injection:
    """What goes into the page.

    `head` goes right after the start tag of `head`, or before the first tag that is not `html` where a document has
    none; `body` right after the start tag of `body`, or before the first thing that opens the body implicitly. A page
    of frames has no body. `body` is made when its place is found, from the page's own language: the `lang` of its
    `html` tag, empty where there is none. `placeholders` go into iframes, the `nonce` into inline scripts
    that may run (see walls/csp.py). None, like empty bytes, injects nothing.
    """

    head: bytes = b""
    body: Callable[[str], bytes] | None = None
    placeholders: Placeholders | None = None
    nonce: Nonce | None = None


class Placement:
    """Follows one reading of a page until both places are found. `language` is that of the page, once it was seen."""

    def __init__(self, injection: Injection, edits: Edits) -> None:
        self._injection = injection
        self._edits = edits
        self._head_due = bool(injection.head)
        self._body_due = injection.body is not None
        self._templates = 0
        self.language = ""

    @property
    def done(self) -> bool:
        return not (self._head_due or self._body_due)

    @property
    def in_head(self) -> bool:
        """Whether only what opens the body is of interest."""
        return not (self._head_due or self._templates)

    def start_tag(self, name: bytes, start: int, end: int) -> None:
        """A start tag in data state from `start` to `end`."""
        if self._templates:
            self._templates += name == b"template"
            return
        if name != b"html":
            self._place_head(end if name == b"head" else start)
        if name == b"template":
            self._templates = 1
        elif name == b"body":
            self._place_body(end)
        elif name == b"frameset":
            self._body_due = False
        elif name not in _HEAD_ONLY:
            self._place_body(start)

    def end_tag(self, name: bytes, start: int) -> None:
        """An end tag in data state."""
        if self._templates:
            self._templates -= name == b"template"
        elif name in _OPENING_END_TAGS:
            self._place_both(start)

    def text(self, data: bytearray, start: int, end: int) -> None:
        """Text in data state; white space alone opens nothing."""
        visible = _VISIBLE.search(data, start, end)
        if visible is not None and not self._templates:
            self._place_both(visible.start())

    def page_end(self, at: int) -> None:
        """Nothing more comes: what has not found its place goes here."""
        if not self._templates:
            self._place_both(at)

    def _place_both(self, at: int) -> None:
        self._place_head(at)
        self._place_body(at)

    def _place_head(self, at: int) -> None:
        if self._head_due:
            self._edits.insert(at, self._injection.head)
            self._head_due = False

    def _place_body(self, at: int) -> None:
        if self._body_due and self._injection.body is not None:
            self._edits.insert(at, self._injection.body(self.language))
            self._body_due = False
