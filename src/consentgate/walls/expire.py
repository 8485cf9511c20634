"""Expires the vendors' first-party cookies that a visitor has brought but no longer grants, HttpOnly ones too."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from consentgate.model import Vendor

_MOST_COOKIES = 50
_MOST_PARENTS = 4
_LONGEST_HOST = 253
_HOST = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z][a-z0-9-]{0,62}")
"""A name with parents (RFC 1123 section 2.1). The Host header is the visitor's to write: all else gets no Domain."""


def expiring_headers(
    cookies: Iterable[str], host: str, denied: Callable[[str], Vendor | None], *, secure: bool
) -> Iterator[str]:
    """Set-Cookie values that delete each denied cookie on the host and on every parent domain that could hold it.

    A request does not tell which domain its cookies were set on, so all are named; browsers ignore a deletion
    for a domain that does not hold the cookie, and refuse one for a public suffix.
    """
    names = [name for name in dict.fromkeys(cookies) if denied(name) is not None]
    for name in names[:_MOST_COOKIES]:
        end = "; Secure" if secure else ""
        yield f"{name}=; Path=/; Max-Age=0{end}"
        for domain in _domains(host):
            yield f"{name}=; Path=/; Domain={domain}; Max-Age=0{end}"


def _domains(host: str) -> Iterator[str]:
    """`careers.example.com` -> itself and `example.com`; an address has no parents."""
    name = host.partition(":")[0].lower().removesuffix(".")
    if len(name) > _LONGEST_HOST or not _HOST.fullmatch(name):
        return
    labels = name.split(".")
    if len(labels) > _MOST_PARENTS + 1:
        yield name
    for first in range(max(0, len(labels) - 1 - _MOST_PARENTS), len(labels) - 1):
        yield ".".join(labels[first:])
