"""A Content-Security-Policy header, as far as one that others wrote has to be read (CSP Level 3, section 2.2)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

NONCE = re.compile(r"'nonce-([A-Za-z0-9+/_=-]+)'", re.IGNORECASE)
_WHITE_SPACE = re.compile(r"[\t\n\f\r ]+")

SCRIPTS = ("script-src-elem", "script-src", "default-src")
STYLES = ("style-src-elem", "style-src", "default-src")
_FRAMES = ("frame-src", "child-src", "default-src")
"""The directives that govern scripts, style sheets and frames: the first one that is there."""

_OWN_ORIGIN = frozenset({"'self'", "*", "https:"})


def governing_sources(headers: Iterable[str], governing: tuple[str, ...]) -> list[str | None]:
    """For each policy in these headers the source list of the first of the `governing` directives that it has.

    None for one that has none of them. A header may hold several policies, with commas between them (section 2.2.2).
    """
    return [_sources(policy, governing) for header in headers for policy in header.split(",")]


def may_frame_itself(headers: Iterable[str]) -> bool:
    """Whether a page with these headers may show pages of its own site in its frames.

    Where a policy names the site by its host this says no.
    """
    lists = governing_sources(headers, _FRAMES)
    return all(sources is None or _OWN_ORIGIN.intersection(sources.lower().split()) for sources in lists)


def may_link_scripts(headers: Iterable[str], host: str) -> bool:
    """Whether a page of `host` with these headers may be given our scripts by a link.

    Where one lets no script run at all there is nothing to be missed.
    """
    headers = tuple(headers)
    nonce = f"'nonce-{nonce_of(headers)}'"
    lists = governing_sources(headers, SCRIPTS)
    return all(sources is None or nonce in sources or _lets_in(sources.lower().split(), host) for sources in lists)


def nonce_of(headers: Iterable[str]) -> str:
    """Any nonce that a page with these headers has for scripts; empty where it has none."""
    lists = (sources or "" for sources in governing_sources(headers, SCRIPTS))
    return next((nonce[1] for nonce in map(NONCE.search, lists) if nonce), "")


def want_trusted_types(headers: Iterable[str]) -> bool:
    """Whether one of these headers lets scripts set no text as code or as its address (Trusted Types, section 5.1)."""
    return any("'script'" in (sources or "") for sources in governing_sources(headers, ("require-trusted-types-for",)))


def _lets_in(sources: Sequence[str], host: str) -> bool:
    """Whether one policy's sources let a script of the site's own in. With 'strict-dynamic' hosts don't count."""
    if sources == ["'none'"]:
        return True
    hosts = (source.rpartition("://")[2].partition("/")[0] for source in sources)
    named = any(host == name or (name.startswith("*.") and host.endswith(name[1:])) for name in hosts)
    return "'strict-dynamic'" not in sources and (named or not _OWN_ORIGIN.isdisjoint(sources))


def _sources(policy: str, governing: tuple[str, ...]) -> str | None:
    directives = dict(_directive(text) for text in reversed(policy.split(";")))
    return next((directives[name] for name in governing if name in directives), None)


def _directive(text: str) -> tuple[str, str]:
    name, *sources = _WHITE_SPACE.split(text.strip("\t\n\f\r "), 1)
    return name.lower(), " ".join(sources)
