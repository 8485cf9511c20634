"""What must hold within the walls' table of a policy file."""

from __future__ import annotations

from collections.abc import Iterator

from consentgate.errors import Problem
from consentgate.policy.checks.raw import Raw, table
from consentgate.policy.values import CspWall


def nonces_are_enforced(raw: Raw) -> Iterator[Problem]:
    """Whoever turns them on counts on them."""
    walls = table(raw, "walls")
    if walls.get("nonce") is True and walls.get("csp", CspWall.OFF) != CspWall.ENFORCE:
        what = "Without an enforced Content-Security-Policy a nonce keeps no script from running."
        yield Problem("policy-nonce-unenforced", "walls.nonce", what, 'Set csp = "enforce", or remove nonce.')
