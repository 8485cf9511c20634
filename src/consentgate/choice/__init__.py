"""What a visitor said: the signed cookie that keeps it, and the form that it comes in by."""

from consentgate.choice.cookie import ChoiceCookie
from consentgate.choice.fields import BadChoice, Fault, MediaType
from consentgate.choice.form import ChoiceForm, Override, Said, parse_choice, way_back
from consentgate.choice.origin import host_of, is_same_origin

__all__ = [
    "BadChoice",
    "ChoiceCookie",
    "ChoiceForm",
    "Fault",
    "MediaType",
    "Override",
    "Said",
    "host_of",
    "is_same_origin",
    "parse_choice",
    "way_back",
]
