"""What a visitor said: the signed cookie that keeps it, and the form that it comes in by."""

from consentgate.choice.cookie import OWN_COOKIES, ChoiceCookie
from consentgate.choice.fields import BadChoice, Fault, MediaType
from consentgate.choice.form import ChoiceForm, Override, Said, parse_choice, way_back
from consentgate.choice.marker import OptOutMarker
from consentgate.choice.origin import host_of, is_same_origin
from consentgate.choice.second_step import SecondStep

__all__ = [
    "OWN_COOKIES",
    "BadChoice",
    "ChoiceCookie",
    "ChoiceForm",
    "Fault",
    "MediaType",
    "OptOutMarker",
    "Override",
    "Said",
    "SecondStep",
    "host_of",
    "is_same_origin",
    "parse_choice",
    "way_back",
]
