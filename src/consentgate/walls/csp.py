"""A Content-Security-Policy of our own, beside the site's (CSP Level 3, https://www.w3.org/TR/CSP3/).

**Beside, never in it.** All policies of a page have to agree (section 4.1), so a further one can only tighten, and what
the site's own forbids stays forbidden. That is why this one is generous with everything but hosts: inline code, `eval`,
`data:` and `blob:` reach nobody, and a site that forbids them does so in its own policy. CSP has no way to forbid a
host, so the policy has to list all those that are allowed.

**One directive for all that loads.** Every other fetch directive falls back to `default-src` (section 6.1.3): scripts,
images, connections, frames, styles, fonts, media, workers, objects and manifests, and those of browsers to come.
Repeating the list for each would say nothing more, and headers of many kilobytes are refused by proxies. It has `ws:`
sources, which stand for `wss:` too: on a page with HTTPS a bare host covers no WebSocket (measured in Chromium), and
`'self'` not in every browser. `form-action`, `frame-ancestors` and `base-uri` load nothing and are left alone.

**The nonce in a policy of its own.** A nonce lets a script in whatever its host, and what an inline script imports too
(HTML, 8.1.4.2, descendant script fetch options). In the list of hosts it would open what that closes, and it would
switch `'unsafe-inline'` off for style sheets. So a second policy asks for nonces on inline scripts and for nothing
else, and both have to agree. `'strict-dynamic'` is in neither: with it, a script of the site could load any vendor.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

from consentgate.headers import Header
from consentgate.model import Vendor
from consentgate.policy.catalog import Catalog
from consentgate.policy.site import Site
from consentgate.policy.values import CspWall
from consentgate.policy.walls import WallSettings
from consentgate.security_policy import NONCE, SCRIPTS, governing_sources

HEADER = b"content-security-policy"
REPORT_ONLY = b"content-security-policy-report-only"

_NO_HOST = "'self' 'unsafe-inline' 'unsafe-eval' data: blob:"
"""What loads from nowhere else. `'unsafe-eval'` holds WebAssembly too (section 6.7.3)."""

_PATH_CHARACTERS = "/!$&'()*+:=@~%-._"
"""What a path in a policy may have as it is; `;` and `,` would end the source (section 2.3.1)."""


@dataclass(frozen=True, slots=True)
class Nonce:
    """The nonce of one response, and those that the site's own policies name for scripts in it.

    The site's are honored and never given away: one of them on a tag that came without would let in what the site's
    policy is there to keep out, such as a script that somebody injected.
    """

    own: str
    of_the_site: tuple[str, ...] = ()

    @classmethod
    def beside(cls, policies: Iterable[str], own: str) -> Nonce:
        """`policies` are the site's Content-Security-Policy headers; `own` is base64url, new for each response."""
        lists = filter(None, governing_sources(policies, SCRIPTS))
        return cls(own, tuple(dict.fromkeys(nonce for sources in lists for nonce in NONCE.findall(sources))))


class CspSources:
    """What a page may load under one set of permissions. Made once for each: it takes a walk over the vendors."""

    def __init__(
        self,
        settings: WallSettings,
        sites: Iterable[Site],
        vendors: Iterable[Vendor],
        catalog: Catalog,
        denied: Callable[[Vendor], bool],
    ) -> None:
        """`vendors` are the declared ones; `denied` tells which of all must stay out, and exempt ones never do.

        What only reports allows all that are declared, denied or not: the other walls keep those out, and each report
        is of a host that nobody declared.
        """
        self._mode = settings.csp
        declared = tuple(vendors)
        stays_out = denied if settings.csp is CspWall.ENFORCE else lambda vendor: vendor not in declared
        allowed = [rule for vendor in declared if not stays_out(vendor) for rule in vendor.hosts]
        hosts = dict.fromkeys(rule.partition("/")[0] for rule in allowed)
        whole = {host for host in hosts if host in allowed or not any(map(stays_out, catalog.on_host(host)))}
        found = (
            *(f"ws://{site.host}" for site in sites),
            *(source for rule in settings.hosts for source in _sources(rule)),
            *(source for rule in allowed for source in _sources(rule, whole)),
        )
        self.text = " ".join((_NO_HOST, *dict.fromkeys(found)))

    def headers(self, report_to: str, nonce: Nonce | None = None) -> list[Header]:
        """The headers to add to a page, whose reports go to the path `report_to`, as it stands in a URL.

        By `report-uri`, which every browser knows. `report-to` beside it would switch it off where it is known, takes a
        Reporting-Endpoints header, which is the site's, and brings reports late, and none without HTTPS.
        """
        if self._mode is CspWall.OFF:
            return []
        hosts = f"default-src {self.text}; report-uri {report_to}".encode("ascii")
        if self._mode is CspWall.REPORT:
            return [(REPORT_ONLY, hosts)]
        return [(HEADER, hosts), *([(HEADER, _nonce_policy(nonce))] if nonce else [])]


def _sources(rule: str, whole: Container[str] = ()) -> Iterator[str]:
    """The sources for a rule `host[/path]`, with all subdomains. On `whole` hosts nobody has to stay out.

    There paths don't matter, and what is short is right as well: a rule is a prefix, while a path in a policy stands
    for itself alone or, with a slash at its end, for all below it (section 6.7.2.12). Queries it does not know.
    """
    host, slash, path = rule.partition("/")
    if host in whole or not slash:
        yield from (host, f"*.{host}", f"ws://{host}", f"ws://*.{host}")
        return
    path = quote(path.partition("?")[0].rstrip("/"), safe=_PATH_CHARACTERS)
    for name in (host, f"*.{host}"):
        yield from (f"{name}/{path}", f"{name}/{path}/") if path else (name,)


def _nonce_policy(nonce: Nonce) -> bytes:
    """Inline scripts need a nonce; where the others may come from, the first policy says.

    The site's stand first: what puts our own tags into the page takes the first one that all policies share.
    """
    nonces = " ".join(f"'nonce-{one}'" for one in (*nonce.of_the_site, nonce.own))
    return f"script-src-elem {nonces} * data: blob:".encode("ascii")
