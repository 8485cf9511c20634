"""Consent middleware for ASGI sites: no tag before permission, and proof of every choice.

Mount `ConsentGate` around an app, with a `Policy`; ask `get_consent` in a handler what holds for its request.
"""

from consentgate.consent import Consent
from consentgate.errors import ConfigurationError, ConsentGateError, NotGatedError, UnknownCategoryError
from consentgate.gate import ConsentGate, get_consent
from consentgate.policy import Policy
from consentgate.version import __version__

__all__ = [
    "ConfigurationError",
    "Consent",
    "ConsentGate",
    "ConsentGateError",
    "NotGatedError",
    "Policy",
    "UnknownCategoryError",
    "__version__",
    "get_consent",
]
