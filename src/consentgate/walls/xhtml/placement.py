"""Where the page's own additions go in XHTML, and whether they may: they have to be XML, and land in its namespace."""

from __future__ import annotations

from xml.parsers.expat import ExpatError, ParserCreate

from consentgate.walls.html import Injection
from consentgate.walls.xhtml.tags import StartTag

XHTML = b"http://www.w3.org/1999/xhtml"


class Placement:
    """Follows a page's start tags until both places are found: right after those of `head` and of `body`.

    XML opens nothing implicitly. Without a `head` both go into the body; without a `body`, or where names without a
    prefix do not mean XHTML, nothing is inserted, since nobody would see it.
    """

    def __init__(self, injection: Injection) -> None:
        usable = is_well_formed(injection.head)
        self._head = injection.head if usable else b""
        self._body = injection.body if usable else None
        self._language = ""
        self._within_html = False

    def after(self, tag: StartTag, depth: int) -> bytes:
        """What goes right after this start tag, which stands within `depth` open elements."""
        if depth == 0:
            self._read_root(tag)
        if depth != 1 or not self._within_html or tag.empty or not _is_plain(tag):
            return b""
        if tag.name == b"head":
            head, self._head = self._head, b""
            return head
        return self._head_and_body() if tag.name == b"body" else b""

    def _read_root(self, tag: StartTag) -> None:
        self._within_html = tag.name == b"html" and not tag.prefixed and tag.value(b"xmlns") == XHTML
        language = tag.value(b"xml:lang") or tag.value(b"lang") or b""
        self._language = language.decode("ascii", "replace")

    def _head_and_body(self) -> bytes:
        """Layer one, and what of the head has found no place. A banner that is not XML would end the whole page."""
        body = self._body(self._language) if self._body else b""
        both, self._head, self._body = self._head + body, b"", None
        return both if is_well_formed(both) else b""


def _is_plain(tag: StartTag) -> bool:
    return not tag.prefixed and tag.value(b"xmlns") in {None, XHTML}


def is_well_formed(markup: bytes) -> bool:
    """Whether these bytes may stand within an element of XHTML."""
    parser = ParserCreate("utf-8", namespace_separator=" ")
    try:
        parser.Parse(b'<x xmlns="' + XHTML + b'">' + markup + b"</x>", True)
    except ExpatError:
        return False
    return True
