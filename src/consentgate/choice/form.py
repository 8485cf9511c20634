"""The choice form: from the bytes of a POST to what was said, or to a clear word on what is wrong with it.

Fields: `choice` is `accept`, `reject` or `save`; under `save` each `grant` names a category, all others are refused.
`override` = `gpc` confirms a grant against Global Privacy Control. `back` is the page to return to, `lang` the language
that the question was asked in.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs

from consentgate.policy import Policy

LARGEST_BODY = 8 * 1024
"""Bytes. The form has under 300."""

_FIELDS = frozenset({"choice", "grant", "override", "back", "from", "lang"})
_MOST_FIELDS = 32
_LONGEST_WAY_BACK = 2048
# One slash and no second, no backslash (browsers read it as a slash), nothing that could end a header.
_WAY_BACK = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f-\U0010ffff]*")


@dataclass(frozen=True, slots=True)
class ChoiceForm:
    """What was said. `granted` and `refused` together are all categories of the policy but `necessary`.

    `back` is where the form says that it stood (see `way_back`), `language` what it says that it was written in.
    `from_preferences` tells the two places apart where a choice can be made.
    """

    granted: frozenset[str]
    refused: frozenset[str]
    overrides_gpc: bool
    back: str
    language: str
    from_preferences: bool


class BadChoice(ValueError):  # noqa: N818 - it is an answer to the visitor, not an error of ours
    """A form that can't be taken. Its text is for whoever sent it, and repeats nothing of what they sent."""


def parse_choice(body: bytes, policy: Policy) -> ChoiceForm:
    """What the form says. Raises BadChoice when it isn't one of ours or names a category the policy doesn't have."""
    fields = _fields(body)
    names = frozenset(category.name for category in policy.categories)
    granted = _granted(_one(fields, "choice"), fields.get("grant", ()), names)
    return ChoiceForm(
        granted=granted,
        refused=names - granted,
        overrides_gpc=_one(fields, "override") == "gpc",
        back=_one(fields, "back"),
        language=_one(fields, "lang"),
        from_preferences=_one(fields, "from") == "preferences",
    )


def way_back(path: str, root: str = "") -> str:
    """`path` if it leads nowhere but to this site, else the front page at `root` (no open redirect, CWE-601)."""
    return path if len(path) <= _LONGEST_WAY_BACK and _WAY_BACK.fullmatch(path) else f"{root}/"


def _granted(choice: str, grants: Iterable[str], names: frozenset[str]) -> frozenset[str]:
    if not names.issuperset(grants):
        raise BadChoice("The form names a category that this site does not have.")
    said = {"accept": names, "reject": frozenset[str](), "save": frozenset(grants)}
    if choice not in said:
        raise BadChoice("The form does not say accept, reject or save.")
    return said[choice]


def _fields(body: bytes) -> Mapping[str, list[str]]:
    """application/x-www-form-urlencoded (WHATWG URL section 5.1)."""
    try:
        fields = parse_qs(body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise BadChoice("The form can't be read.") from error
    if not fields.keys() <= _FIELDS:
        raise BadChoice("The form has a field that does not belong to it.")
    return fields


def _one(fields: Mapping[str, list[str]], name: str) -> str:
    values = fields.get(name, [""])
    if len(values) > 1:
        raise BadChoice("The form says the same thing twice.")
    return values[0]
