"""The little of the document tree that changes how bytes are read (WHATWG HTML, 13.2.6 Tree construction).

A whole tree is not needed. Inside `svg` and `math` (foreign content, 13.2.6.5) `style` or `title` do not switch the
tokenizer to raw text, and CDATA sections exist; inside `select` and `frameset` many tags are ignored. So the open
elements are kept from the outermost `svg` or `math` on, and nothing before it. Where that is not enough to know, the
tree is `unsure`, and the scanner follows both readings from there on.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import NamedTuple

from consentgate.walls.html.attributes import Tag
from consentgate.walls.html.elements import RAW_TEXT, SHAPES
from consentgate.walls.html.limits import FOREIGN_DEPTH, LimitReachedError


class Namespace(Enum):
    HTML = auto()
    SVG = auto()
    MATHML = auto()


class Integration(Enum):
    """Whether the content of a foreign element is read as HTML again (13.2.4.2, integration points)."""

    NONE = auto()
    HTML = auto()
    MATHML_TEXT = auto()


ROOTS = {b"svg": Namespace.SVG, b"math": Namespace.MATHML}
NEVER_PARENTS = frozenset(b"area base br col embed hr image img input link meta param source track wbr".split())
_SVG_INTEGRATION_POINTS = frozenset({b"desc", b"title", b"foreignobject"})
_MATHML_TEXT_INTEGRATION_POINTS = frozenset({b"mi", b"mo", b"mn", b"ms", b"mtext"})
_MATHML_TEXT_EXCEPTIONS = frozenset({b"mglyph", b"malignmark"})
_HTML_ENCODINGS = frozenset({"text/html", "application/xhtml+xml"})

# 13.2.6.5: start tags that close all foreign elements up to the next integration point.
_BREAKOUTS = frozenset(
    b"b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu meta"
    b" nobr ol p pre ruby s small span strong strike sub sup table tt u ul var".split()
)
_FONT_BREAKOUTS = frozenset({b"color", b"face", b"size"})

_ICON_PARTS = SHAPES | {b"use"}

# Raw text is never on the stack, nor can foreign content stand within it, so a stray end tag of it closes nothing.
# Without scripting `noscript` holds markup.
_CLOSE_NOTHING_ELSE = RAW_TEXT - {b"noscript"}


class Element(NamedTuple):
    """An open element; a linked stack, so that pushing never copies. `depth` counts from the outermost foreign one.

    A tuple, as is `Tree`: a page may have many, and a frozen dataclass takes thrice the time to make or replace.
    """

    name: bytes
    namespace: Namespace
    integration: Integration
    parent: Element | None
    depth: int

    @property
    def foreign(self) -> bool:
        return self.namespace is not Namespace.HTML

    @property
    def integrates(self) -> bool:
        return self.integration is not Integration.NONE


class Tree(NamedTuple):
    """Where the reader is: the innermost element within foreign content, and three flags.

    `before_icon` is the tree before the outermost `svg`, as long as that could be an icon. However badly its shapes are
    nested, they are gone once it is closed.
    """

    open: Element | None = None
    unsure: bool = False
    in_select: bool = False
    in_frameset: bool = False
    before_icon: Tree | None = None

    @property
    def plain(self) -> bool:
        """Outside of foreign content."""
        return self.open is None

    @property
    def in_svg(self) -> bool:
        """Directly within an element of SVG whose content is foreign."""
        return self.open is not None and self.open.namespace is Namespace.SVG and not self.open.integrates

    @property
    def in_cdata_content(self) -> bool:
        """Whether `<![CDATA[` opens a CDATA section rather than a bogus comment (13.2.5.42)."""
        return self.open is not None and self.open.foreign

    def reaching(self, element: Element | None) -> Tree:
        """The same but for the innermost element. Not `_replace`, since it is what happens to a tree most."""
        return Tree(element, self.unsure, self.in_select, self.in_frameset, self.before_icon)

    def _before(self, icon: Tree | None) -> Tree:
        return Tree(self.open, self.unsure, self.in_select, self.in_frameset, icon)

    def doubts_text_of(self, name: bytes) -> bool:
        """Whether the start tag of this raw text element might be ignored, so that its content is markup."""
        return self.unsure or (self.in_select and name != b"script") or (self.in_frameset and name != b"noframes")

    def reads_as_html(self, name: bytes) -> bool:
        """The tree construction dispatcher (13.2.6) for a start tag of this name."""
        top = self.open
        if top is None or not top.foreign or top.integration is Integration.HTML:
            return True
        if top.integration is Integration.MATHML_TEXT:
            return name not in _MATHML_TEXT_EXCEPTIONS
        return name == b"svg" and top.name == b"annotation-xml" and top.namespace is Namespace.MATHML

    def opened(self, tag: Tag) -> tuple[Tree, bool]:
        """The tree after a start tag, and whether the tag was read as HTML.

        Raises LimitReachedError where foreign content is nested too deeply.
        """
        tree = self if self.before_icon is None or tag.name in _ICON_PARTS else self._before(None)
        if tree.reads_as_html(tag.name):
            return tree._opened_html(tag), True
        if _breaks_out(tag):
            return tree._broken_out()._opened_html(tag), True
        return tree._opened_foreign(tag), False

    def _opened_html(self, tag: Tag) -> Tree:
        if tag.name in ROOTS:
            return self._opened_root(tag)
        if tag.name == b"select":
            return self._pushed_html(tag.name)._replace(in_select=True)
        if tag.name == b"frameset":
            return self._pushed_html(tag.name)._replace(in_frameset=True)
        return self._pushed_html(tag.name)

    def _opened_root(self, tag: Tag) -> Tree:
        # Old and new browsers differ on whether `select` ignores these; `frameset` does.
        doubtful = self.in_select or self.in_frameset
        tree = self._replace(unsure=True) if doubtful else self
        if tag.self_closing:
            return tree
        before = self if self.open is None and tag.name == b"svg" else None
        inside = tree._pushed(tag.name, ROOTS[tag.name])
        return inside if inside.before_icon is before else inside._before(before)

    def _pushed_html(self, name: bytes) -> Tree:
        """HTML elements count only within foreign content, and only those that can have markup as content."""
        if self.open is None or name in RAW_TEXT or name in NEVER_PARENTS or name == b"plaintext":
            return self
        return self._pushed(name, Namespace.HTML)

    def _opened_foreign(self, tag: Tag) -> Tree:
        if self.open is None or tag.self_closing:
            return self
        namespace = self.open.namespace
        return self._pushed(tag.name, namespace, _integration(tag, namespace))

    def _pushed(self, name: bytes, namespace: Namespace, integration: Integration = Integration.NONE) -> Tree:
        depth = self.open.depth + 1 if self.open else 1
        if depth > FOREIGN_DEPTH:
            raise LimitReachedError("foreign_depth")
        return self.reaching(Element(name, namespace, integration, self.open, depth))

    def _broken_out(self) -> Tree:
        element = self.open
        while element is not None and element.foreign and not element.integrates:
            element = element.parent
        return self.reaching(element)

    def closed(self, name: bytes) -> Tree:
        """The tree after an end tag."""
        if self.open is None:
            return self._replace(in_select=False) if name == b"select" and self.in_select else self
        if self.before_icon is not None:
            if name == b"svg":
                return self.before_icon
            if name not in _ICON_PARTS:
                return self._before(None).closed(name)
        if self.open.foreign and name in {b"br", b"p"}:
            return self._broken_out()
        return self._closed_foreign(name) if self.open.foreign else self._closed_html(name)

    def _closed_foreign(self, name: bytes) -> Tree:
        """13.2.6.5, any other end tag: only foreign elements up to the next HTML one are looked at."""
        element = self.open
        while element is not None and element.foreign:
            if element.name == name:
                return self.reaching(element.parent)
            element = element.parent
        return self._unmatched(name)

    def _closed_html(self, name: bytes) -> Tree:
        element = self.open
        while element is not None:
            if element.name == name:
                implied = element is not self.open or element.foreign
                return self._replace(open=element.parent, unsure=self.unsure or implied)
            element = element.parent
        return self._unmatched(name)

    def _unmatched(self, name: bytes) -> Tree:
        """The end tag may close an element outside, and all foreign content with it."""
        return self if name in _CLOSE_NOTHING_ELSE else self._replace(unsure=True)


def _breaks_out(tag: Tag) -> bool:
    if tag.name == b"font":
        return not _FONT_BREAKOUTS.isdisjoint(tag.values)
    return tag.name in _BREAKOUTS


def _integration(tag: Tag, namespace: Namespace) -> Integration:
    if namespace is Namespace.SVG:
        return Integration.HTML if tag.name in _SVG_INTEGRATION_POINTS else Integration.NONE
    if tag.name in _MATHML_TEXT_INTEGRATION_POINTS:
        return Integration.MATHML_TEXT
    if tag.name == b"annotation-xml" and tag.text(b"encoding").lower() in _HTML_ENCODINGS:
        return Integration.HTML
    return Integration.NONE
