"""How a page may be given our style sheets and scripts: inline, inline with the page's own nonce, or linked.

Inline costs no round trip, so the banner is in the first paint and the guard stands before any tag. A site's
Content-Security-Policy may forbid it; several policies all have to agree (CSP Level 3, section 4.2.4), and ours are
never among those edited.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from html import escape
from types import MappingProxyType

from consentgate.banner.assets import Asset
from consentgate.security_policy import NONCE, SCRIPTS, STYLES, governing_sources, nonce_of

_BEATS_UNSAFE_INLINE = re.compile(r"'(?:nonce|sha256|sha384|sha512)-|'strict-dynamic'", re.IGNORECASE)
"""What switches 'unsafe-inline' off (CSP Level 3, section 6.7.3.2)."""

_NO_DATA: Mapping[str, str] = MappingProxyType({})


def style_tag(sheet: Asset, assets_url: str, policies: Iterable[str]) -> bytes:
    """The tag that brings `sheet` to a page with these Content-Security-Policy headers. It is HTML and XML alike."""
    nonce = _nonce_for_inline(policies, STYLES)
    if nonce is None:
        return f'<link rel="stylesheet" data-cg="" href="{escape(assets_url + sheet.name)}"/>'.encode()
    return b'<style data-cg=""' + _attribute("nonce", nonce) + b">" + sheet.content + b"</style>"


def script_tag(
    script: Asset,
    assets_url: str,
    policies: Iterable[str],
    *,
    inline: bool,
    defer: bool = False,
    data: Mapping[str, str] = _NO_DATA,
) -> bytes:
    """The tag that brings `script` to a page with these Content-Security-Policy headers; inline if wanted and allowed.

    `data` becomes `data-` attributes, which is how a script is told what differs between pages: its own text never
    does. In XML it has to be linked, as its text is not escaped.
    """
    policies = tuple(policies)
    told = b"".join(_attribute(f"data-{name}", text) for name, text in data.items())
    nonce = _nonce_for_inline(policies, SCRIPTS)
    if inline and nonce is not None:
        return b'<script data-cg=""' + _attribute("nonce", nonce) + told + b">" + script.content + b"</script>"
    source = _attribute("nonce", nonce or nonce_of(policies)) + _attribute("src", assets_url + script.name)
    return b'<script data-cg=""' + source + (b' defer=""' if defer else b"") + told + b"></script>"


def _attribute(name: str, value: str) -> bytes:
    return f' {name}="{escape(value)}"'.encode("ascii", "xmlcharrefreplace") if value or name != "nonce" else b""


def _nonce_for_inline(policies: Iterable[str], governing: tuple[str, ...]) -> str | None:
    """The nonce that something inline needs: empty for none, None where it is forbidden."""
    conditions = {_condition(sources) for sources in governing_sources(policies, governing)}
    nonces = conditions - {""}
    if None in conditions or len(nonces) > 1:
        return None
    return nonces.pop() if nonces else ""


def _condition(sources: str | None) -> str | None:
    """What a policy with this source list asks of something inline: "" nothing, a nonce, or None: it forbids it."""
    if sources is None:
        return ""
    nonce = NONCE.search(sources)
    if nonce is not None:
        return nonce[1]
    allowed = "'unsafe-inline'" in sources.lower() and not _BEATS_UNSAFE_INLINE.search(sources)
    return "" if allowed else None
