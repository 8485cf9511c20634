"""Whose tag it is, and whether it must stay out: the catalogue and the permissions, put to one question at a time."""

from __future__ import annotations

import re
from functools import lru_cache

from consentgate.model import Vendor
from consentgate.policy.catalog import Catalog
from consentgate.walls.url import host_and_path

_REMEMBERED_URLS = 8192
_REMEMBERED_SCRIPTS = 512
_LONGEST_URL = 2 * 1024
_LONGEST_SCRIPT = 16 * 1024
"""Longer ones, such as data: images, are judged each time: what is remembered stays bounded in memory too."""

_SCRIPT_URL = re.compile(rb"""(?:https?:)?(?:\\?/){2}[\w.-]+\.\w+(?:\\?/)[^\s"'`<>]*?\.js\b""")
"""A URL of a script inside inline code, its slashes plain or escaped as JSON has them: what a snippet loads."""


class Judge:
    """Judges tags for one set of permissions. Answers are remembered, so keep one judge per set."""

    def __init__(self, catalog: Catalog, permissions: frozenset[str]) -> None:
        self._catalog = catalog
        self._permissions = permissions
        self._marks = tuple(
            (mark.encode(), vendor) for vendor in catalog.vendors if self._denied(vendor) for mark in vendor.inline
        )
        self._short_url = lru_cache(_REMEMBERED_URLS)(self._url)
        self._short_inline = lru_cache(_REMEMBERED_SCRIPTS)(self._inline)

    def url(self, url: str) -> Vendor | None:
        """The vendor behind an absolute URL, if its tag must stay out."""
        return self._short_url(url) if len(url) <= _LONGEST_URL else self._url(url)

    def inline(self, script: bytes) -> Vendor | None:
        """The vendor whose snippet `script` is, if it must stay out."""
        return self._short_inline(script) if len(script) <= _LONGEST_SCRIPT else self._inline(script)

    def cookie(self, name: str) -> Vendor | None:
        """The vendor that sets the first-party cookie `name`, if it may not."""
        vendor = self._catalog.cookie(name)
        return vendor if vendor is not None and self._denied(vendor) else None

    def _denied(self, vendor: Vendor) -> bool:
        return vendor.category not in self._permissions and not vendor.exempt

    def _url(self, url: str) -> Vendor | None:
        place = host_and_path(url)
        vendor = self._catalog.match(*place) if place else None
        return vendor if vendor is not None and self._denied(vendor) else None

    def _inline(self, script: bytes) -> Vendor | None:
        marked = (vendor for mark, vendor in self._marks if mark in script)
        loaded = (self._url(url.replace(b"\\", b"").decode("ascii", "replace")) for url in _SCRIPT_URL.findall(script))
        return next(marked, None) or next(filter(None, loaded), None)
