"""What a policy says of the walls."""

from __future__ import annotations

from dataclasses import dataclass

from consentgate.model import CookieRule
from consentgate.policy.values import ConsentMode, CspWall, SiteData, Undeclared, UnknownCookies


@dataclass(frozen=True, slots=True)
class WallSettings:
    """How the walls of a site keep tags out.

    `essential` are the site's own cookies, `hosts` rules `host[/path]` of what its pages load beside their vendors.
    """

    undeclared: Undeclared
    unknown_cookies: UnknownCookies
    essential: tuple[CookieRule, ...]
    dry_run: bool
    clear_site_data: tuple[SiteData, ...]
    csp: CspWall
    nonce: bool
    hosts: tuple[str, ...]
    consent_mode: ConsentMode

    @property
    def csp_enforces(self) -> bool:
        """Whether pages carry a policy that keeps vendors out. No page can be rid of it but by loading it anew."""
        return self.csp is CspWall.ENFORCE
