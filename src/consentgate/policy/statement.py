"""What a statement about Do Not Track promises, as far as its words tell: plain English, and the plain forms only.

The loader holds a notice and a policy's settings against each other with it, so it never guesses: a sentence that acts
on the signal in any other form than those below makes the whole statement unclear. Who words it otherwise says what it
promises in `dnt_says`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum, auto

from consentgate.policy.signals import DntSetting
from consentgate.policy.wording import DONE, VERB, any_of, spelled_alike


class _Mark(Enum):
    """What is found in a sentence beside settings: it holds for some regions only, or it can't be told what it says."""

    LIMITED = auto()
    UNCLEAR = auto()


_Finding = DntSetting | _Mark


def settings_promised(statement: str) -> frozenset[DntSetting]:
    """`log` for "we do not respond to it", `objection` for "we treat it as an objection", both where it says both.

    Both are read only from a statement that tells regions apart. Empty where the words don't tell.
    """
    findings: set[_Finding] = set()
    about_dnt = True
    for sentence in _SENTENCE.findall(spelled_alike(statement)):
        found = frozenset(_findings(sentence, about_dnt=about_dnt))
        findings |= found if not found.isdisjoint(DntSetting) or _Mark.UNCLEAR in found else set()
        about_dnt = _is_about_dnt(sentence, about_dnt)
    settings = frozenset(setting for setting in DntSetting if setting in findings)
    told_apart = len(settings) == len(DntSetting)
    return frozenset() if _Mark.UNCLEAR in findings or told_apart != (_Mark.LIMITED in findings) else settings


# --- Sentences and clauses ---

_SENTENCE = re.compile(r"[^.;!?]+[.;!?]?")

_LIMITED = re.compile(
    r"\b(?:elsewhere|exceptions?|except|outside|residents?|(?:regions?|countries|states|jurisdictions))\b"
)
_HEDGED = re.compile(
    r"\b(?:generally|usually|typically|normally|mostly|partly|partially|sometimes|often|rarely|seldom|occasionally"
    r"|cases?|instances|circumstances|limited|might|may|could|should|would|try|best|where possible|required|obliged"
    r"|(?:some|most|many|few|several|certain|parts?|none|half) of (?:our|the|these)"
    r"|(?:not|never) (?:true|so|say|said|claim|mean|believe|think)|untrue|false|wrong|myth|nobody|no one)\b"
)
"""What takes back something of a plain word beside it."""
_CLAUSE = re.compile(
    r"[,:]|\b(?:and|but|however|although|though|while|whereas|because|since|so|therefore|thus)\b"
    r"|(?=\b(?:if|when|whenever|once|where|unless|only|provided|as long as|to the extent|until|depending|subject)\b)"
)
_SENT = re.compile(
    r"\b(?:dnt|signals?|headers?|requests?|browsers?|enabled?|receives?|received|detect\w*|sends?|sent)\b"
)
_DENIAL = re.compile(
    r"\b(?:not|never|no|nor|neither|without|unable|hardly|scarcely|barely|nobody|none|nothing|fail\w*|refuse\w*|stop\w*"
    r"|instead|rather|false|untrue|wrong|myth)\b"
)


def _is_about_dnt(text: str, before: bool) -> bool:
    """Which signal was named last: "it" is that one."""
    dnt, gpc = text.rfind("dnt"), max(text.rfind("gpc"), text.rfind("global privacy control"))
    return before if dnt == gpc else dnt > gpc


def _findings(sentence: str, *, about_dnt: bool) -> Iterator[_Finding]:
    if sentence.endswith("?"):
        return
    if _LIMITED.search(sentence):
        yield _Mark.LIMITED
    clauses = [part.strip(" .;!") for part in _CLAUSE.split(sentence)]
    others_before = tells = False
    for clause in clauses:
        about_dnt = _is_about_dnt(clause, about_dnt)
        for finding in _in_clause(clause, others_before=others_before) if about_dnt else ():
            tells = True
            yield finding
        others_before = others_before or bool(_OTHERS.search(clause))
    if tells and (_HEDGED.search(sentence) or any(map(_is_a_condition, clauses))):
        yield _Mark.UNCLEAR


def _is_a_condition(clause: str) -> bool:
    """Whether it makes what stands beside it depend on something else than the signal."""
    if re.match(r"(?:if|when|whenever|once)\b", clause):
        return not _SENT.search(clause) or bool(_DENIAL.search(clause))
    return bool(re.match(r"(?:unless|only|provided|as long as|to the extent|depending|subject)\b", clause))


# --- The plain forms ---

_OURS = (
    r"(?:we|our (?:\w+ ){0,2}?(?:web ?)?(?:sites?|services?|servers?|systems?|platforms?|apps?|applications?|pages)"
    r"|(?:this|the) (?:web ?)?(?:sites?|service|platform|app|application|company))"
)
_OTHERS = re.compile(
    r"\b(?:third[ -]part(?:y|ies)|others?|some|many|most|few|several|certain|they|you|users?|visitors?|browsers"
    r"|advertis\w+|vendors?|partners?|providers?|publishers?|companies|industry|nobody|anybody|everybody|no one|who"
    r"|^websites|^sites)\b"
)
_NOT_A_WORD_OF_OURS = re.compile(r"\b(?:how|whether|what|why|which)\b")
_LEAD = re.compile(
    r"(?:(?:in|for|as|by|with|under|from|at|on|to|like|unlike|consistent) .*"
    r"|(?:(?:please|be|you|should|kindly|we|are|is|it|must|to|hereby|as|a|result|consequently|accordingly|such|yes|note"
    r"|aware|inform|informed|advise|advised|regret|disclose|state|know|that|this|means|here|elsewhere|where) ?)*)"
)
_SIGNAL = (
    r"(?:(?:to|on|upon|with|in response|differently|both|any|all|the|your|such|these|those|this|that|an?|incoming|web"
    r"|browsers?|browser's|users?|user's|our|http) )*"
    r"(?:(?:dnt )?(?:browser )?(?:signals?|headers?)"
    r"|(?:dnt|such|these|those|this|that) (?:requests?|settings?|mechanisms?)|dnt|it|them|such|these|those|either)\b"
)
_DENYING = (
    r"(?:(?:do|does|will|can|shall) not|never|no longer|neither|(?:is|are) (?:not (?:able|configured|designed|set up"
    r"|programmed|equipped)|unable) to|(?:do|does) not have (?:the|an?|any) (?:ability|capability|means|mechanism) to"
    r"|nor (?:do|does|will|can) (?:we|our \w+|it|they))"
)
_AS_OBJECTION = (
    r"as (?:an?|your) (?:\w+ ){0,2}(?:objection|opt-out|opt out|refusal|withdrawal)(?: of consent| request)?\b"
)
_REGARD = any_of("treat", "consider", "regard", "interpret", "understand", "accept")


def _form(pattern: str) -> re.Pattern[str]:
    """It begins at the beginning of a word."""
    return re.compile(rf"(?:^|(?<= )){pattern}")


_LOG_FORMS = (
    _form(rf"{_DENYING} {VERB}s? {_SIGNAL}"),
    _form(rf"{_DENYING} (?:respond|react|honor|respect|act)(?: to| on)?(?=$| elsewhere$)"),
    _form(
        rf"{_DENYING} (?:change|alter|adjust|modify|vary)(?: (?:our|its|the|any|how)\b|(?=$)| (?:based|depending) on)"
    ),
    _form(rf"{_DENYING} {_REGARD} {_SIGNAL} {_AS_OBJECTION}"),
    _form(rf"(?:ignores?|disregards?) {_SIGNAL}"),
)
"""After a subject."""
_LOG_PASSIVES = (
    _form(rf"(?:(?:is|are|will|can|shall) )?not (?:be )?{DONE}"),
    _form(rf"(?:is|are) not {_REGARD}(?:e?d) {_AS_OBJECTION}"),
    _form(r"(?:(?:is|are|will be) )(?:ignored|disregarded)"),
    _form(r"(?:have|has) no (?:effect|impact|influence)"),
)
"""After the signal."""
_OBJECTION_FORMS = (
    _form(
        rf"(?:(?:always|fully|do|does) )*(?:(?:honor|respect|obey|heed)s?|(?:respond|react)s? to|compl(?:y|ies) with)"
        rf" (?!to ){_SIGNAL}"
    ),
    _form(rf"(?:(?:always|fully|do|does) )*{_REGARD}s? {_SIGNAL} {_AS_OBJECTION}"),
)
_OBJECTION_PASSIVES = (
    _form(r"(?:is|are) (?:(?:always|fully) )*(?:honored|respected|obeyed|heeded)\b"),
    _form(rf"(?:is|are) (?:always )?{_REGARD}(?:e?d) {_AS_OBJECTION}"),
)
_ANY_FORM = re.compile(rf"(?<!\bto )\b(?:{VERB}s?|{DONE}|{_REGARD}s?|{_REGARD}e?d|ignor\w+|disregard\w*|objection)\b")
_THE_SIGNAL = re.compile(r"\b(?:dnt|signals?|headers?|requests?|it|them|they|these|such|those)\b")
_A_NAME = re.compile(r"(?!.*\b(?:we|our|us|to|that|would)\b)(?:[\w'&-]+ ?){0,4}")
"""What may be the site's own name, or nothing."""
_GOES_ON = re.compile(
    r"(?:$| (?:of|from|sent|set|received|transmitted|or|browser|signals?|elsewhere|under|on (?:our|this|the)"
    r"|by (?:us|our)|based|depending|practices|site's|data|behavio)).*"
)
"""What may follow without taking anything back."""
_OUR_SUBJECT = re.compile(rf"(?P<lead>.*?)\b{_OURS}")


def _in_clause(clause: str, *, others_before: bool) -> Iterator[_Finding]:
    """What one clause says. `others_before`: the sentence has spoken of somebody else, who may be its subject."""
    for setting, active, passive in (
        (DntSetting.LOG, _LOG_FORMS, _LOG_PASSIVES),
        (DntSetting.OBJECTION, _OBJECTION_FORMS, _OBJECTION_PASSIVES),
    ):
        for form in (*active, *passive):
            found = form.search(clause)
            if found is None:
                continue
            before, beyond = clause[: found.start()].strip(), clause[found.end() :]
            by_signal = form in passive
            yield from _with_its_subject(setting, before, beyond, by_signal=by_signal, others_before=others_before)
            return
    if _ANY_FORM.search(clause) and _THE_SIGNAL.search(clause) and not _is_of_others(clause):
        yield _Mark.UNCLEAR


def _is_of_others(clause: str) -> bool:
    return bool(_OTHERS.search(clause) or _NOT_A_WORD_OF_OURS.search(clause))


def _with_its_subject(
    setting: DntSetting, before: str, beyond: str, *, by_signal: bool, others_before: bool
) -> Iterator[_Finding]:
    """The setting, if it is we who say it, and say it outright."""
    if _NOT_A_WORD_OF_OURS.search(before):
        return
    if by_signal:
        ours, of_others = not before or bool(_THE_SIGNAL.search(before)), bool(_OTHERS.search(f"{before} {beyond}"))
    else:
        subject = _OUR_SUBJECT.fullmatch(before)
        ours = subject is not None and bool(_LEAD.fullmatch(subject["lead"].strip()))
        of_others = not ours and bool(_OTHERS.search(before))
        ours = ours or (setting is DntSetting.LOG and bool(_A_NAME.fullmatch(before)))
    if of_others:
        return
    outright = _GOES_ON.match(beyond) and not (_DENIAL.search(f"{before} {beyond}") or _ANY_FORM.search(beyond))
    yield setting if ours and outright and (before or not others_before) else _Mark.UNCLEAR
