"""The bytes of a choice, as a form or as JSON, read into named values. Both have the same words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NoReturn
from urllib.parse import parse_qs

Fields = Mapping[str, Sequence[str]]
"""Values by name; a name that was not sent is not there."""

FIELDS = frozenset({"choice", "grant", "override", "confirmed", "back", "from", "lang", "submission"})
SEVERAL = "grant"
"""The one field that may be sent more than once: a list in JSON."""

_MOST_FIELDS = 32


class MediaType(StrEnum):
    """What a choice may be sent as."""

    FORM = "application/x-www-form-urlencoded"
    JSON = "application/json"


class Fault(StrEnum):
    """What is wrong with a body: a stable word for programs. It repeats nothing of what was sent."""

    UNREADABLE = "unreadable"
    WRONG_VALUE = "wrong_value"
    UNKNOWN_FIELD = "unknown_field"
    SAID_TWICE = "said_twice"
    UNKNOWN_CATEGORY = "unknown_category"
    NO_CHOICE = "no_choice"


class BadChoice(ValueError):  # noqa: N818 - it is an answer to whoever sent it, not an error of ours
    """A body that no choice can be taken from."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.value)
        self.fault = fault


def fields_of(body: bytes, media_type: MediaType) -> Fields:
    """The fields of a body. Raises BadChoice when it can't be read, or holds what does not belong there."""
    fields = _form(body) if media_type is MediaType.FORM else _json(body)
    if not fields.keys() <= FIELDS:
        raise BadChoice(Fault.UNKNOWN_FIELD)
    for name, values in fields.items():
        if len(values) > (1 if name != SEVERAL else len(set(values))):
            raise BadChoice(Fault.SAID_TWICE)
    return fields


def one(fields: Fields, name: str) -> str:
    """The value of a field that is there once; empty when it is not there."""
    return next(iter(fields.get(name, ())), "")


def _form(body: bytes) -> Fields:
    """application/x-www-form-urlencoded (WHATWG URL section 5.1), as browsers send it: ASCII, escaped UTF-8."""
    try:
        return parse_qs(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise BadChoice(Fault.UNREADABLE) from error


def _json(body: bytes) -> Fields:
    """One object of RFC 8259 in UTF-8, whose values are texts; only categories stand in a list."""
    try:
        members = json.loads(body.decode("utf-8"), object_pairs_hook=_once_each, parse_constant=_no_constant)
    except BadChoice:
        raise
    except (ValueError, RecursionError) as error:
        raise BadChoice(Fault.UNREADABLE) from error
    if not isinstance(members, dict):
        raise BadChoice(Fault.UNREADABLE)
    return {name: _texts(value, several=name == SEVERAL) for name, value in members.items()}


def _once_each(pairs: list[tuple[str, object]]) -> Mapping[str, object]:
    """Readers of JSON differ on a member that stands there twice (RFC 8259 section 4), so it means nothing."""
    members = dict(pairs)
    if len(members) < len(pairs):
        raise BadChoice(Fault.SAID_TWICE)
    return members


def _no_constant(_: str) -> NoReturn:
    """NaN and Infinity, which Python reads and JSON does not have."""
    raise BadChoice(Fault.UNREADABLE)


def _texts(value: object, *, several: bool) -> Sequence[str]:
    texts = value if several else [value]
    if not isinstance(texts, list) or len(texts) > _MOST_FIELDS or not all(isinstance(text, str) for text in texts):
        raise BadChoice(Fault.WRONG_VALUE)
    return texts
