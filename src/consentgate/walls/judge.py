"""Whose tag it is, and whether it must stay out: the catalogue and the permissions, put to one question at a time."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache

from consentgate.model import Vendor
from consentgate.policy.catalog import Catalog
from consentgate.walls.marks import Marks
from consentgate.walls.url import host_and_path

_REMEMBERED_URLS = 8192
_REMEMBERED_SCRIPTS = 512
_LONGEST_URL = 2 * 1024
_LONGEST_SCRIPT = 16 * 1024
"""Longer URLs, such as data: images, are judged each time, and longer scripts remembered by digest: what is remembered
stays bounded in memory too.
"""

_SCRIPT_URL = re.compile(rb"""(?:\\?/){2}[\w.-]+\.\w+(?:\\?/)[^\s"'`<>]*?\.js\b""")
"""A URL of a script inside inline code, its slashes plain or escaped as JSON has them: what a snippet loads."""


class Judge:
    """Judges tags for one set of permissions. Answers are remembered, so keep one judge per set."""

    def __init__(self, catalog: Catalog, permissions: frozenset[str]) -> None:
        self._catalog = catalog
        self._permissions = permissions
        denied = (vendor for vendor in catalog.vendors if self._denied(vendor))
        self._marks = Marks((mark.encode(), vendor) for vendor in denied for mark in vendor.inline)
        self._long_scripts: dict[bytes, Vendor | None] = {}
        self._short_url = lru_cache(_REMEMBERED_URLS)(self._url)
        self._known_host = lru_cache(_REMEMBERED_URLS)(self._host)
        self._short_inline = lru_cache(_REMEMBERED_SCRIPTS)(self._inline)

    def url(self, url: str) -> Vendor | None:
        """The vendor behind an absolute URL, if its tag must stay out."""
        return self._short_url(url) if len(url) <= _LONGEST_URL else self._url(url)

    def host(self, name: str) -> Vendor | None:
        """A vendor that has this host, in lower case and ASCII, or a part of it, if it must stay out."""
        return self._known_host(name)

    def inline(self, script: bytes) -> Vendor | None:
        """The vendor whose snippet `script` is, if it must stay out."""
        return self._short_inline(script) if len(script) <= _LONGEST_SCRIPT else self._long_inline(script)

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

    def _host(self, name: str) -> Vendor | None:
        return next(filter(self._denied, self._catalog.on_host(name)), None)

    def _long_inline(self, script: bytes) -> Vendor | None:
        """Long scripts are remembered by their digest."""
        digest = hashlib.sha256(script).digest()
        if digest not in self._long_scripts:
            if len(self._long_scripts) >= _REMEMBERED_SCRIPTS:
                self._long_scripts.clear()
            self._long_scripts[digest] = self._inline(script)
        return self._long_scripts[digest]

    def _inline(self, script: bytes) -> Vendor | None:
        loaded = (self._url(url.replace(b"\\", b"").decode("ascii", "replace")) for url in _SCRIPT_URL.findall(script))
        return self._marks.find(script) or next(filter(None, loaded), None)
