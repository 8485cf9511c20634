"""What a site promises and asks: read once, checked whole, then pure data."""

from consentgate.policy.policy import Category, Policy

__all__ = ["Category", "Policy"]
