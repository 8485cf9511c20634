"""How a page may be given our style sheet: inline, inline with the page's own nonce, or linked.

Inline costs no round trip, so the banner is in the first paint. A site's Content-Security-Policy may forbid it; several
policies all have to agree (CSP Level 3, section 4.2.4), and ours are never among those edited.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from consentgate.banner.assets import Asset

_GOVERNING = ("style-src-elem", "style-src", "default-src")
_NONCE = re.compile(r"'nonce-([A-Za-z0-9+/_=-]+)'")
_HASH_OR_NONCE = re.compile(r"'(?:nonce|sha256|sha384|sha512)-")


def style_tag(sheet: Asset, assets_url: str, policies: Iterable[str]) -> bytes:
    """The tag that brings `sheet` to a page with these Content-Security-Policy headers. It is HTML and XML alike."""
    conditions = [_condition(policy) for header in policies for policy in header.split(",")]
    if all(condition == "" for condition in conditions):
        return b'<style data-cg="">' + sheet.content + b"</style>"
    nonces = {condition for condition in conditions if condition}
    if None not in conditions and len(nonces) == 1:
        return f'<style data-cg="" nonce="{escape(nonces.pop() or "")}">'.encode() + sheet.content + b"</style>"
    return f'<link rel="stylesheet" data-cg="" href="{escape(assets_url + sheet.name)}"/>'.encode()


def _condition(policy: str) -> str | None:
    """What a policy asks of an inline style: "" nothing, a nonce, or None where it forbids it."""
    directives = dict(_directive(text) for text in reversed(policy.split(";")))
    sources = next((directives[name] for name in _GOVERNING if name in directives), None)
    if sources is None:
        return ""
    nonce = _NONCE.search(sources)
    if nonce is not None:
        return nonce[1]
    # A hash in the list switches 'unsafe-inline' off (CSP Level 3, section 6.7.3.2).
    return "" if "'unsafe-inline'" in sources.lower() and not _HASH_OR_NONCE.search(sources) else None


def _directive(text: str) -> tuple[str, str]:
    name, _, sources = text.strip().partition(" ")
    return name.lower(), sources
