"""turbohtml, an HTML parser by other people, as a second opinion: by its tree, or by its tokens alone.

It has no wheel for every platform; who imports this module without it gets an ImportError.
"""

from __future__ import annotations

import re

from turbohtml import Document, Element, Namespace, ShadowRoot, Text, Token, TokenType, parse, tokenize

from html_wall.pages import SNIPPET, T

LOADING = frozenset({"img", "image", "iframe", "frame", "embed", "video", "audio", "source", "track"})
END = "\U0001f3c1"
"""Text at the very end: a script that holds it has no end tag, so it never runs (WHATWG HTML, 13.2.6.4.8)."""

_RUNS = re.compile(
    r"\s*(?:(?:text|application)/(?:x-)?(?:java|ecma)script|text/(?:jscript|livescript|javascript1\.[0-5])|module)?\s*",
    re.IGNORECASE,
)
_STYLES = re.compile(r"url\(" + re.escape(T))
_SURE_STYLES = re.compile(r"[^\"'(\\@/]*" + _STYLES.pattern)
"""The same where nothing before it could make it part of a string or a comment."""
_NO_STYLES = re.compile(r"/\*.*?(?:\*/|\Z)|\"[^\"\n]*[\"\n]?|'[^'\n]*['\n]?", re.DOTALL)
"""Comments and strings of CSS, more or less."""
_NOSCRIPT = re.compile("noscript", re.IGNORECASE)
_CODE = SNIPPET.decode()


def is_tag(page: str) -> bool:
    """Whether a reader without a tree sees a live canary; it takes `noscript` for text and for markup."""
    return _has_live_token(page) or (_depends_on_scripting(page) and _has_live_token(_NOSCRIPT.sub("no-script", page)))


def is_live(page: str) -> bool:
    """Whether the tree has a live canary, with scripting or without."""
    return _has_live_element(page, scripting=False) or (
        _depends_on_scripting(page) and _has_live_element(page, scripting=True)
    )


def _depends_on_scripting(page: str) -> bool:
    return _NOSCRIPT.search(page) is not None


def _has_live_token(page: str) -> bool:
    before: Token | None = None
    for token in tokenize(page):
        if token.type is TokenType.START_TAG and (_may_load(token.attr("style") or "") or _loads(token)):
            return True
        if token.type is TokenType.TEXT and before is not None and _is_live_text(before, token.data or ""):
            return True
        if token.type in {TokenType.START_TAG, TokenType.END_TAG}:
            before = token if token.type is TokenType.START_TAG else None
    return False


def _is_live_text(tag: Token, text: str) -> bool:
    if tag.tag == "style":
        return _may_load(text)
    return tag.tag == "script" and tag.attr("src") is None and _CODE in text


def _may_load(css: str) -> bool:
    """More than what a browser takes for a style: tokens alone tell no rule from an error."""
    return _STYLES.search(_NO_STYLES.sub("", css)) is not None


def _has_live_element(page: str, *, scripting: bool) -> bool:
    return _has_live(parse(page + END, positions=False, scripting=scripting))


def _has_live(root: Document | ShadowRoot) -> bool:
    return any(
        _is_live_element(element) or (element.shadow_root is not None and _has_live(element.shadow_root))
        for element in root.iter_elements()
    )


def _is_live_element(element: Element) -> bool:
    if _surely_loads(element.attr("style") or ""):
        return True
    if element.tag == "script":
        return _is_live_script(element)
    if element.tag == "style":
        return _is_live_style(element)
    return element.namespace is Namespace.HTML and _loads(element)


def _is_live_style(style: Element) -> bool:
    if style.namespace is Namespace.MATHML or (style.attr("type") or "").lower() not in {"", "text/css"}:
        return False
    return _surely_loads(_code(style))


def _is_live_script(script: Element) -> bool:
    if script.namespace is Namespace.MATHML or not _runs(script):
        return False
    if script.attr("src" if script.namespace is Namespace.HTML else "href") is not None:
        return script.namespace is Namespace.HTML and _loads(script)
    return _CODE in _code(script) and END not in script.text


def _code(element: Element) -> str:
    return "".join(node.data for node in element.children if isinstance(node, Text))


def _runs(script: Element | Token) -> bool:
    """Whether it is no data block (WHATWG HTML, 4.12.1)."""
    kind = script.attr("type")
    html = isinstance(script, Token) or script.namespace is Namespace.HTML
    language = script.attr("language") if html else None
    return _RUNS.fullmatch(f"text/{language}" if kind is None and language else kind or "") is not None


def _surely_loads(css: str) -> bool:
    return _SURE_STYLES.match(css) is not None


def _loads(tag: Element | Token) -> bool:
    if not (tag.attr("src") or "").strip().startswith(T):
        return False
    if tag.tag == "script":
        return _runs(tag)
    return tag.tag in LOADING or (tag.tag == "input" and (tag.attr("type") or "").lower() == "image")
