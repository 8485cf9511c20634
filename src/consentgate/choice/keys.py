"""The gate's secret keys, and the signers that are made from them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from itsdangerous import Signer

from consentgate.errors import ConfigurationError, Problem

SHORTEST_KEY = 16
"""Characters. A key of `secrets.token_urlsafe(32)` has 43."""


def signer(secret_keys: Sequence[str], purpose: str) -> Signer:
    """A signer whose signatures count for one purpose only. The first key signs; all verify, so that keys can be
    replaced while serving.

    Raises ConfigurationError when there is no key or one is too short to be a secret.
    """
    _check(secret_keys)
    # itsdangerous wants the signing key last.
    keys = list(reversed(secret_keys))
    return Signer(keys, f"consentgate.{purpose}", key_derivation="hmac", digest_method=hashlib.sha256)


def _check(secret_keys: object) -> None:
    mend = "Make one with `consentgate keys new` and keep it outside the code."
    if not isinstance(secret_keys, list | tuple) or not secret_keys:
        text = "It takes a list with at least one key."
        problems = [Problem("secret-keys-missing", "secret_keys", text, mend)]
    else:
        text = f"It is not a text of at least {SHORTEST_KEY} characters."
        problems = [
            Problem("secret-keys-short", f"secret_keys[{place}]", text, mend)
            for place, key in enumerate(secret_keys)
            if not isinstance(key, str) or len(key.strip()) < SHORTEST_KEY
        ]
    if problems:
        raise ConfigurationError("ConsentGate", tuple(problems))
