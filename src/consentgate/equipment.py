"""What every response of a gate works with: made once, and asked for each set of permissions."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from functools import lru_cache

from consentgate.banner import head
from consentgate.banner.head import Scripts
from consentgate.banner.layer_one import LayerOne
from consentgate.choice import OWN_COOKIES
from consentgate.headers import Header
from consentgate.ledger.counters import Counters
from consentgate.model import Prompt
from consentgate.policy import Policy
from consentgate.policy.regimes import wants_choices_link
from consentgate.policy.shipped import written_vendors
from consentgate.policy.values import CspWall
from consentgate.security_policy import may_link_scripts, want_trusted_types
from consentgate.visit import Visit
from consentgate.walls.consent_mode import consent_mode_data, passing_tags
from consentgate.walls.csp import CspSources, Nonce
from consentgate.walls.guard import guard_rules
from consentgate.walls.html import Memory
from consentgate.walls.judge import Judge

_log = logging.getLogger("consentgate")

_MOST_PERMISSIONS = 256
"""Sets of permissions: two to the power of the at most eight optional categories."""

_OUR_SCRIPTS_KEPT_OUT = (
    "A page's Content-Security-Policy keeps our own scripts out: its script-src needs 'self' or a nonce. Choices go by"
    " the forms alone, and where it forbids inline scripts the guard is missing."
)


class Equipment:
    """The walls and layer one of a policy."""

    def __init__(self, policy: Policy, layer_one: LayerOne, counters: Counters) -> None:
        self.policy = policy
        self.layer_one = layer_one
        self.counters = counters
        self.fingerprint = f"{policy.fingerprint} {layer_one.fingerprint} {head.fingerprint()}"
        self.judge = lru_cache(_MOST_PERMISSIONS)(self._judge)
        self._csp = lru_cache(_MOST_PERMISSIONS)(self._csp_sources)
        self._rules = lru_cache(_MOST_PERMISSIONS)(self._guard_rules)
        self.memory = Memory()
        self.say_once = lru_cache(1024)(_log.info)
        self.warn_once = lru_cache(1024)(_log.warning)

    def csp_headers(self, visit: Visit, nonce: Nonce | None = None) -> list[Header]:
        """The Content-Security-Policy of ours that a page is sent with beside the site's."""
        if self.policy.walls.csp is CspWall.OFF:
            return []
        return self._csp(visit.decision.permissions).headers(f"{visit.root}{self.policy.prefix}/csp", nonce)

    def scripts(self, visit: Visit, policies: Sequence[str]) -> Scripts:
        """What a whole document with these Content-Security-Policy headers is to be told. Where nobody can choose, no
        client is needed.

        Where everything is granted it is: back from withdrawing, it loads a page anew that the browser has kept.
        """
        if not may_link_scripts(policies, visit.headers.get("host", "").lower()):
            self.warn_once(_OUR_SCRIPTS_KEPT_OUT)
        permissions = visit.decision.permissions
        rules = self._rules(permissions)
        client = {}
        if not (visit.facts.bot or visit.outside):
            client["choice"] = f"{visit.root}{self.policy.prefix}/choice"
            client |= self._reloading(visit, policies)
        return Scripts(consent_mode_data(self.policy, permissions), rules, client)

    def _reloading(self, visit: Visit, policies: Sequence[str]) -> Mapping[str, str]:
        """When a choice loads the page anew.

        Always where "Your Privacy Choices" must stand on every page: it takes the banner's place. After a grant where
        nothing comes to life in place: our own policy can't be lifted, and under Trusted Types no script may set again
        what was disarmed.
        """
        if visit.decision.prompt is Prompt.BANNER and wants_choices_link(visit.facts.region):
            return {"reload": "always"}
        return {"reload": ""} if self.policy.walls.csp_enforces or want_trusted_types(policies) else {}

    def _judge(self, permissions: frozenset[str]) -> Judge:
        policy = self.policy
        essential = (*OWN_COOKIES, *policy.walls.essential)
        return Judge(policy.catalog, permissions, policy.declared, essential=essential, passing=passing_tags(policy))

    def _csp_sources(self, permissions: frozenset[str]) -> CspSources:
        policy = self.policy
        return CspSources(policy.walls, policy.sites, policy.vendors, policy.catalog, self.judge(permissions).denies)

    def _guard_rules(self, permissions: frozenset[str]) -> str:
        """Of the declared vendors, or where none is declared, of those that the catalogue was written for."""
        catalog = self.policy.catalog
        vendors = self.policy.vendors or tuple(filter(None, map(catalog.vendor, written_vendors())))
        return guard_rules(catalog, vendors, self.judge(permissions).tag_of)
