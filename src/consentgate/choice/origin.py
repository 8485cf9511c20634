"""Whether a POST comes from our own pages: no other site may choose for a visitor."""

from __future__ import annotations

from urllib.parse import urlsplit


def is_same_origin(
    fetch_site: str | None, origin: str | None, referer: str | None, host: str, *, secure: bool = False
) -> bool:
    """Judge a POST by Sec-Fetch-Site, else Origin, else Referer: the first one that was sent decides.

    Sec-Fetch-Site goes first because `Referrer-Policy: no-referrer` turns the Origin of a site's own form into `null`.
    Hosts are compared without the scheme, which a TLS-terminating proxy changes; but a page that came without TLS is
    nobody's word for one that came `secure`. Without any of the three: no.
    """
    if fetch_site is not None:
        return fetch_site == "same-origin"
    source = origin if origin is not None else referer
    if not source or not host or (secure and not source.lower().startswith("https:")):
        return False
    return host_of(source) == host.lower()


def host_of(url: str) -> str:
    """The host and port of a URL in lower case; empty when there is none or it can't be read."""
    try:
        return urlsplit(url).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""
