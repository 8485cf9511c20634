"""The pages of the site: one for each form, with all vendors that take part."""

from __future__ import annotations

from collections.abc import Callable

from vendor_snippets.forms import Form
from vendor_snippets.snippet import SNIPPETS, Element, Snippet

_PRELOADED_AS = {Element.SCRIPT: "script", Element.IMG: "image", Element.LINK: "style"}


def page(form: Form) -> str:
    """The page of a form."""
    tags = "\n".join(map(_MARKUP[form], form.takes_part)) if form in _MARKUP else _OWN_SCRIPTS.get(form, "")
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{form}</title>'
        f'<link rel="icon" href="data:,"></head><body><h1>{form}</h1>{tags}</body></html>'
    )


def headers(form: Form) -> list[tuple[str, str]]:
    """What the site's server sends for the vendors beside the page."""
    if form is not Form.HEADER:
        return []
    links = [("link", f"<{one.loads}>; rel=preload; as={_PRELOADED_AS[one.element]}") for one in form.takes_part]
    cookies = [("set-cookie", f"{name}=1; Path=/; Max-Age=9999") for one in SNIPPETS for name in one.cookies]
    return links + cookies


def _published(snippet: Snippet) -> str:
    return snippet.snippet


def _tag(snippet: Snippet) -> str:
    return snippet.tag


def _noscript(snippet: Snippet) -> str:
    return f"<noscript>{snippet.noscript or snippet.tag}</noscript>"


_MARKUP: dict[Form, Callable[[Snippet], str]] = {
    Form.TAG: _tag,
    Form.INLINE: _published,
    Form.NOSCRIPT: _noscript,
}
_OWN_SCRIPTS = {
    Form.BUNDLE: '<script src="/static/bundle.js"></script>',
    Form.CONTAINER: '<script src="/static/container.js"></script>',
}
