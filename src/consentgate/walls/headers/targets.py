"""Which vendors that must stay out are behind a URL in a header."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from consentgate.model import Vendor
from consentgate.walls.html.css import sheet_urls
from consentgate.walls.html.nested import mentioned_urls, nested_in
from consentgate.walls.html.window import TagJudge
from consentgate.walls.url import LONGEST_HOST

_HOST = re.compile(r"(?<![0-9a-z_.-])[0-9a-z_-]++(?:\.[0-9a-z_-]++)++")


def vendors_at(judge: TagJudge, urls: Iterable[str]) -> list[Vendor]:
    """Those behind any of `urls`, whose characters stand for a header's bytes. A relative one is the site's own."""
    found = (vendor for url in urls for reading in _readings(url) for vendor in _at(judge, reading))
    return list(dict.fromkeys(found))


def vendors_named(judge: TagJudge, value: str) -> list[Vendor]:
    """Those whose host stands anywhere in a value that can't be read: browsers may read it all the same."""
    hosts = _HOST.findall(unquote(value).lower())
    found = (judge.host(host) for host in dict.fromkeys(hosts) if len(host) <= LONGEST_HOST)
    return list(dict.fromkeys(vendor for vendor in found if vendor is not None))


def _readings(url: str) -> tuple[str, ...]:
    """Beyond ASCII, browsers differ in whether a header is UTF-8."""
    return (url,) if url.isascii() else (url, url.encode("latin-1", "replace").decode("utf-8", "replace"))


def _at(judge: TagJudge, url: str) -> Iterator[Vendor]:
    """Behind the URL itself, or in the content that it carries, be it code or a style sheet."""
    content = nested_in(url)
    urls = [url] if content is None else [*mentioned_urls(content), *sheet_urls(content)]
    snippet = None if content is None else judge.inline(content.encode("utf-8", "replace"))
    yield from filter(None, [snippet, *map(judge.url, urls)])
