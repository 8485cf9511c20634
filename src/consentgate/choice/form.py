"""The choice form: from the bytes of a POST to what was said, or to a clear word on what is wrong with it.

Fields, the same in a form and in JSON: `choice` is `accept`, `reject`, `save`, `opt_out`, `limit` or `allow`. Under
`save` each `grant` names a category, all others are refused. The last three are partial: `opt_out` and `limit` refuse
what is sold or shared, or what uses sensitive personal information; `allow` grants what `grant` names. They say nothing
of all else. `override` confirms a grant against an opt-out, `gpc` against Global Privacy Control and `opt_out` against
an earlier one, and counts only with the token in `confirmed` that came with the question. `back` is the page to return
to, `lang` the language that the question was asked in, `from` = `preferences` the page it was asked on, and
`submission` any text that tells this sending of the form from the next.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from consentgate.choice.fields import BadChoice, Fault, Fields, MediaType, fields_of, one
from consentgate.policy import Policy

LARGEST_BODY = 8 * 1024
"""Bytes. The form has under 300."""

_LONGEST_WAY_BACK = 2048
# One slash and no second, no backslash (browsers read it as a slash), nothing that could end a header.
_WAY_BACK = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f-\U0010ffff]*")


class Said(StrEnum):
    """What a choice says in its one word."""

    ACCEPT = "accept"
    REJECT = "reject"
    SAVE = "save"
    OPT_OUT = "opt_out"
    LIMIT = "limit"
    ALLOW = "allow"


class Override(StrEnum):
    """What a grant is confirmed against; empty where nothing is."""

    NONE = ""
    GPC = "gpc"
    OPT_OUT = "opt_out"


@dataclass(frozen=True, slots=True)
class ChoiceForm:
    """What was said. Of categories in neither `granted` nor `refused` it says nothing; `necessary` is in neither.

    `confirmed` is the token that came with the question whose answer `override` is. `back` is where the form says that
    it stood (see `way_back`), `language` what it says that it was written in. `from_preferences` tells the two places
    apart where a choice can be made. `submission` names this sending, if anything does.
    """

    said: Said
    granted: frozenset[str]
    refused: frozenset[str]
    override: Override
    confirmed: str
    back: str
    language: str
    from_preferences: bool
    submission: str


def parse_choice(body: bytes, policy: Policy, media_type: MediaType = MediaType.FORM) -> ChoiceForm:
    """What the form says. Raises BadChoice when it isn't one of ours or names a category the policy doesn't have."""
    fields = fields_of(body, media_type)
    said = _said(fields)
    granted, refused = _answers(said, _named(fields, policy), policy)
    return ChoiceForm(
        said=said,
        granted=granted,
        refused=refused,
        override=_override(fields),
        confirmed=one(fields, "confirmed"),
        back=one(fields, "back"),
        language=one(fields, "lang"),
        from_preferences=_is_from_preferences(fields),
        submission=one(fields, "submission"),
    )


def way_back(path: str, root: str = "") -> str:
    """`path` if it leads nowhere but to this site, else the front page at `root` (no open redirect, CWE-601)."""
    return path if len(path) <= _LONGEST_WAY_BACK and _WAY_BACK.fullmatch(path) else f"{root}/"


def _said(fields: Fields) -> Said:
    try:
        return Said(one(fields, "choice"))
    except ValueError as error:
        raise BadChoice(Fault.NO_CHOICE) from error


def _override(fields: Fields) -> Override:
    try:
        return Override(one(fields, "override"))
    except ValueError as error:
        raise BadChoice(Fault.WRONG_VALUE) from error


def _is_from_preferences(fields: Fields) -> bool:
    place = one(fields, "from")
    if place not in {"", "preferences"}:
        raise BadChoice(Fault.WRONG_VALUE)
    return bool(place)


def _named(fields: Fields, policy: Policy) -> frozenset[str]:
    named = frozenset(fields.get("grant", ()))
    if not named <= policy.optional:
        raise BadChoice(Fault.UNKNOWN_CATEGORY)
    return named


def _answers(said: Said, named: frozenset[str], policy: Policy) -> tuple[frozenset[str], frozenset[str]]:
    """What is granted and what is refused. To allow nothing says nothing, so it is no choice."""
    nothing = frozenset[str]()
    match said:
        case Said.ACCEPT:
            return policy.optional, nothing
        case Said.REJECT:
            return nothing, policy.optional
        case Said.SAVE:
            return named, policy.optional - named
        case Said.OPT_OUT:
            return nothing, policy.sold_or_shared
        case Said.LIMIT:
            return nothing, policy.sensitive
    if not named:
        raise BadChoice(Fault.NO_CHOICE)
    return named, nothing
