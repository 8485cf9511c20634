"""What a site promises and asks: read once, checked whole, then pure data."""

from consentgate.policy.category import Category
from consentgate.policy.policy import Policy
from consentgate.policy.signals import DntSetting
from consentgate.policy.site import Site

__all__ = ["Category", "DntSetting", "Policy", "Site"]
