"""Whose tag it is, and whether it must stay out: the catalogue and the permissions, put to one question at a time."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from consentgate.model import NECESSARY, UNDECLARED, CookieRule, Vendor
from consentgate.policy.catalog import Catalog
from consentgate.policy.cookies import CookieIndex
from consentgate.walls.cookie_name import without_prefix
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
    """Judges tags for one set of permissions. Answers are remembered, so keep one judge per set.

    `declared` are the ids of the vendors that visitors were told of, None where that is all of them. Of the others only
    the necessary and the exempt ones pass, whatever was granted; they are answered with `UNDECLARED` as their category.
    `essential` are cookies of the site's own, whoever else may use their names. `passing` are the ids of vendors
    whose tags pass although denied (see walls/consent_mode.py); their cookies don't.
    """

    def __init__(
        self,
        catalog: Catalog,
        permissions: frozenset[str],
        declared: frozenset[str] | None = None,
        *,
        essential: Iterable[CookieRule] = (),
        passing: frozenset[str] = frozenset(),
    ) -> None:
        self._catalog = catalog
        self._permissions = permissions
        self._declared = declared
        self._essential = CookieIndex((str(rule), rule) for rule in essential)
        self._passing = passing
        denied = filter(None, map(self.tag_of, catalog.vendors))
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
        """The vendor that sets the first-party cookie `name`, if it may not. An essential one is no vendor's."""
        return None if self._is_essential(name) else self._kept_out(self._setter(name))

    def knows_cookie(self, name: str) -> bool:
        """Whether the cookie `name` is essential or some vendor's, granted or not."""
        return self._is_essential(name) or self._setter(name) is not None

    def tag_of(self, vendor: Vendor | None) -> Vendor | None:
        """The vendor, if its tags must stay out."""
        return None if vendor is None or vendor.id in self._passing else self._kept_out(vendor)

    def denies(self, vendor: Vendor) -> bool:
        """Whether the tags of a vendor must stay out."""
        return self.tag_of(vendor) is not None

    def _kept_out(self, vendor: Vendor | None) -> Vendor | None:
        if vendor is None or vendor.exempt:
            return None
        if self._declared is not None and vendor.category != NECESSARY and vendor.id not in self._declared:
            return replace(vendor, category=UNDECLARED)
        return None if vendor.category in self._permissions else vendor

    def _is_essential(self, name: str) -> bool:
        return self._essential.find(name) is not None or self._essential.find(without_prefix(name)) is not None

    def _setter(self, name: str) -> Vendor | None:
        """The vendor of a cookie, under its own name or behind a prefix such as `__Secure-`."""
        return self._catalog.cookie(name) or self._catalog.cookie(without_prefix(name))

    def _url(self, url: str) -> Vendor | None:
        place = host_and_path(url)
        return self.tag_of(self._catalog.match(*place)) if place else None

    def _host(self, name: str) -> Vendor | None:
        return next(filter(None, map(self.tag_of, self._catalog.on_host(name))), None)

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
