"""What stands first in the head of a gated page: our scripts, in the order in which they have to run, and our sheet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from consentgate.banner.assets import Asset, asset
from consentgate.banner.embed import script_tag, style_tag

_CONSENT_MODE, _GUARD, _CLIENT = "consent_mode.js", "guard.js", "banner.js"


@dataclass(frozen=True, slots=True)
class Scripts:
    """What a page's scripts are told; empty where it needs none of them.

    `state` is for consent_mode.js: what vendors with words for it are told. `rules` are guard.js's: whose addresses it
    refuses. `client` is for banner.js: where a choice goes to.
    """

    state: Mapping[str, str] = field(default_factory=dict)
    rules: str = ""
    client: Mapping[str, str] = field(default_factory=dict)


def head(sheet: Asset | None, scripts: Scripts, assets_url: str, policies: Iterable[str], *, inline: bool) -> bytes:
    """The bytes that go first in the head of a page with these Content-Security-Policy headers.

    The vendors' state is told before anything could run, and the guard stands before every other script. Both are
    `inline` where that is allowed, since a script that has to be fetched holds up the page; banner.js can wait.
    """
    policies = tuple(policies)
    tags = []
    if scripts.state:
        tags.append(script_tag(asset(_CONSENT_MODE), assets_url, policies, inline=inline, data=scripts.state))
    if scripts.rules:
        rules = {"rules": scripts.rules}
        tags.append(script_tag(asset(_GUARD), assets_url, policies, inline=inline, data=rules))
    if sheet is not None:
        tags.append(style_tag(sheet, assets_url, policies))
    if scripts.client:
        client = asset(_CLIENT)
        tags.append(script_tag(client, assets_url, policies, inline=False, defer=True, data=scripts.client))
    return b"".join(tags)


def fingerprint() -> str:
    """Changes with each of the scripts."""
    return " ".join(asset(name).name for name in (_CONSENT_MODE, _GUARD, _CLIENT))
