"""What a statement about Do Not Track promises, as far as its words tell: English only, and the plain cases only.

The loader holds a notice and a policy's settings against each other with it. Who words it otherwise says what it
promises in `dnt_says`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from consentgate.policy.signals import DntSetting

_THE_SIGNAL = re.compile(r"\bdo[ -]not[ -]track\b", re.IGNORECASE)
"""Its name holds a denial that is none."""
_CLAUSES = re.compile(r"[.;:!?]|\b(?:but|except|however|unless|while|whereas)\b", re.IGNORECASE)
_BESIDE_THE_POINT = re.compile(r"\b(?:global privacy control|gpc|how|whether)\b", re.IGNORECASE)
_ACTING = re.compile(
    r"\b(?:respond|react|honou?r|act(?:s|ed|ing)?\b|respect|compl(?:y|ies)\b|treat|heed|obey|objection"
    r"|take (?:\w+ )?action)",
    re.IGNORECASE,
)
_DOING_NOTHING = re.compile(
    r"(?:\b(?:not|never|no|nor|neither|cannot|unable)\b|n['’]t\b).*\b(?:process|support|recogni[sz]e|follow|observe)"
    r"|\b(?:ignor|disregard)(?:e|es|ed|s)?\b",
    re.IGNORECASE,
)
_DENIAL = re.compile(r"\b(?:not|never|no|nor|neither|without|cannot|unable)\b|n['’]t\b", re.IGNORECASE)


def settings_promised(statement: str) -> frozenset[DntSetting]:
    """`log` for "we do not respond to it", `objection` for "we treat it as an objection", both where it says both.

    Empty where the words don't tell.
    """
    clauses = _CLAUSES.split(_THE_SIGNAL.sub("DNT", statement))
    return frozenset(_promised(clause for clause in clauses if not _BESIDE_THE_POINT.search(clause)))


def _promised(clauses: Iterable[str]) -> Iterable[DntSetting]:
    for clause in clauses:
        acting = _ACTING.search(clause)
        if _DOING_NOTHING.search(clause) or (acting and _DENIAL.search(clause[: acting.start()])):
            yield DntSetting.LOG
        elif acting:
            yield DntSetting.OBJECTION
