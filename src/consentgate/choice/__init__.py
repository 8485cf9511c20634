"""What a visitor said: the signed cookie that keeps it, and the form that it comes in by."""

from consentgate.choice.cookie import ChoiceCookie
from consentgate.choice.form import BadChoice, ChoiceForm, parse_choice, way_back
from consentgate.choice.origin import host_of, is_same_origin

__all__ = ["BadChoice", "ChoiceCookie", "ChoiceForm", "host_of", "is_same_origin", "parse_choice", "way_back"]
