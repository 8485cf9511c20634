"""The careers site behind its gate: the three lines that an integrator writes, and the demo's own edge around them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from consentgate import ConsentGate

from .edge import Edge
from .site import careers_site, load_policy, utc_now


def gated_site(*, ledger: str, key: str, clock: Callable[[], datetime] = utc_now) -> Edge:
    """The site, gated. `ledger` is the URL of the record of choices, `key` signs them.

    Raises consentgate.ConfigurationError for a ledger or a key that can't be used.
    """
    policy = load_policy()
    return Edge(ConsentGate(careers_site(policy, clock), policy=policy, secret_keys=[key], ledger=ledger, clock=clock))
