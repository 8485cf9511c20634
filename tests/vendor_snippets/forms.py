"""The ways in which a tag gets into a page, who takes part in each, and what must be asked when nobody is kept out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from vendor_snippets.bundle import way_of
from vendor_snippets.snippet import SNIPPETS, Element, Snippet, vendor_of

Hits = Counter[tuple[str, str]]
"""How often each vendor was asked at each of its hosts."""


class Form(StrEnum):
    """How the tags are in the page; the value is the page's path."""

    TAG = "tag"
    """As elements that load something."""
    INLINE = "inline"
    """As the code that vendors publish."""
    BUNDLE = "bundle"
    """Put in at run time by a script of the site's own, as npm packages do it."""
    HEADER = "header"
    """By the response's headers: Link preloads, and cookies that the site's server sets for the vendor."""
    CONTAINER = "container"
    """Put in at run time by a loader of the site's own that is told the markup, as tag managers do it."""
    NOSCRIPT = "noscript"
    """As images and frames for browsers without scripting."""

    @property
    def scripting(self) -> bool:
        """Whether the page is visited with scripting on."""
        return self is not Form.NOSCRIPT

    @property
    def takes_part(self) -> tuple[Snippet, ...]:
        """Whose tags are in the page."""
        return tuple(filter(_TAKES_PART[self], SNIPPETS))


@dataclass(frozen=True, slots=True)
class Expected:
    """What a page leads to when nobody is kept out: requests, and first-party cookies."""

    hits: Hits
    cookies: frozenset[str]


def expected(form: Form, categories: Iterable[str] = ("functional", "analytics", "marketing")) -> Expected:
    """What the form's page leads to when these categories are granted."""
    granted = [snippet for snippet in form.takes_part if snippet.category in categories]
    addresses = (address for snippet in granted for address in _addresses(form, snippet))
    cookies = (name for snippet in granted if sets_cookies(form, snippet) for name in snippet.cookies)
    return Expected(hits_of(addresses), frozenset(cookies))


def sets_cookies(form: Form, snippet: Snippet) -> bool:
    """Whether the vendor's first-party cookies come with this form: from its script, or from the site's server."""
    return form is Form.HEADER or _stub_runs(form, snippet)


def revived(form: Form) -> Hits:
    """What a choice made within the page must bring at once, without loading it anew.

    Headers are over by then, a call of fetch or a beacon was answered, and a snippet that waits for the page's loading,
    without looking whether that is over, waits in vain: these come with the next page.
    """
    if form is Form.HEADER:
        return Counter()
    snippets = (snippet for snippet in form.takes_part if not (snippet.waits and form in _AS_PUBLISHED))
    held = (snippet for snippet in snippets if form is not Form.BUNDLE or way_of(snippet).is_element)
    return hits_of(address for snippet in held for address in _addresses(form, snippet))


def hits_of(addresses: Iterable[str]) -> Hits:
    """The requests to these URLs."""
    return Counter(hit(*_host_and_path(address)) for address in addresses)


def hit(host: str, path: str) -> tuple[str, str]:
    """A request, as it is counted."""
    return vendor_of(host, path), host


def _host_and_path(address: str) -> tuple[str, str]:
    parts = urlsplit(address if "://" in address else f"https:{address}")
    return parts.hostname or "", parts.path + (f"?{parts.query}" if parts.query else "")


_AS_PUBLISHED = {Form.INLINE, Form.CONTAINER}


def _addresses(form: Form, snippet: Snippet) -> Iterable[str]:
    if form is Form.NOSCRIPT:
        return (noscript_address(snippet),)
    loads = (snippet.loads, snippet.beside) if form in _AS_PUBLISHED and snippet.snippet else (snippet.loads,)
    if form is Form.BUNDLE and not way_of(snippet).runs_script:
        loads = (snippet.further or snippet.loads,)
    further = (snippet.further,) if _stub_runs(form, snippet) else ()
    return filter(None, (*loads, *further))


def _stub_runs(form: Form, snippet: Snippet) -> bool:
    if form in {Form.HEADER, Form.NOSCRIPT} or snippet.element is not Element.SCRIPT:
        return False
    return form is not Form.BUNDLE or way_of(snippet).runs_script


def noscript_address(snippet: Snippet) -> str:
    """What a browser without scripting loads: the address in the vendor's noscript, or the plain element's."""
    if not snippet.noscript:
        return snippet.loads
    quote = next(mark for mark in "'\"" if f"src={mark}" in snippet.noscript)
    return snippet.noscript.partition(f"src={quote}")[2].partition(quote)[0].replace("&amp;", "&")


def without_scripting(snippet: Snippet) -> bool:
    """Whether the vendor is asked by browsers without scripting."""
    return bool(snippet.noscript) or snippet.element is not Element.SCRIPT


_TAKES_PART: dict[Form, Callable[[Snippet], bool]] = {
    Form.TAG: lambda _: True,
    Form.INLINE: lambda snippet: snippet.has_code,
    Form.BUNDLE: lambda _: True,
    Form.HEADER: lambda snippet: snippet.element is not Element.IFRAME,
    Form.CONTAINER: lambda _: True,
    Form.NOSCRIPT: without_scripting,
}
