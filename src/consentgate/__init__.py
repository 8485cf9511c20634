"""Consent middleware for ASGI sites: no tag before permission, and proof of every choice."""

from consentgate.errors import ConfigurationError, ConsentGateError
from consentgate.policy import Policy

__all__ = ["ConfigurationError", "ConsentGateError", "Policy"]
