"""How a statement about Do Not Track is spelled: one spelling for whatever notices write in many ways."""

from __future__ import annotations

import re


def any_of(*words: str) -> str:
    """A pattern for one of them."""
    return rf"(?:{'|'.join(words)})"


VERB = any_of(
    "respond",
    "react",
    "process",
    "honor",
    r"act(?=s? (?:up)?on\b)",
    "support",
    "recognize",
    "respect",
    "compl(?:y|ie)",
    "heed",
    "obey",
    "observe",
    "follow",
    "acknowledge",
    "take (?:any |specific |further |special )*actions?",
)
DONE = any_of(
    "honored",
    "processed",
    "supported",
    "recognized",
    "respected",
    "responded to",
    "reacted to",
    "acted (?:up)?on",
    "observed",
    "followed",
    "obeyed",
    "heeded",
    "acknowledged",
    "complied with",
)
_SIGNS = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201b", "'"),
        **dict.fromkeys('"\u201c\u201d\u201e\u00ab\u00bb*_', ""),
        **dict.fromkeys("\u2010\u2011", "-"),
        **dict.fromkeys("()\u2013\u2014", ", "),
    }
)
_ITS_NAME = re.compile(r"\bdo[ -]not[ -]track\b|\bdnt\b", re.IGNORECASE)
"""It holds a denial that is none."""
_REGION = re.compile(r"\b(?:[Ii]n|[Ww]ithin|[Oo]utside(?: of)?|[Ii]nside|[Ff]rom) (?:the )?(?:[A-Z]\w+(?: |\b))+")
"""Whatever is called by a name may be a region."""
_JOINED = r"(?:,? (?:and/or|or|nor|and)|,| ?/) ?(?:otherwise )?"
_SPELLINGS = [
    (re.compile(pattern), written)
    for pattern, written in (
        (r"(?<!\w)'|'(?!\w)", ""),
        (r"(?: - | ?,) *", ", "),
        # "(DNT)" after its name.
        (r"\bdnt\b,? +dnt\b,?", "dnt"),
        (r"\bglobal privacy controls?\b|\bopt-out(?: preference)? signals?\b", "gpc"),
        (r"\bhonour", "honor"),
        (r"\b(recogni)s(?=e|ing)", r"\1z"),
        (r"\bcan(?:not|'t)\b", "can not"),
        (r"\bwon't\b", "will not"),
        (r"n't\b", " not"),
        # Denials that deny nothing, and what only says that it is so today.
        (r"\bwithout (?:any )?(?:exceptions?|fail)\b|\bwhether or not\b|\bin any way\b|\bat all\b", ""),
        (r"\bno matter (?:which|what|how|where)\b", "for"),
        (r"\bnot (?:to )?be tracked\b", ""),
        (r"\bacross (?:(?:different|other|third[ -]party) )+(?:web ?)?(?:sites|services)\b", ""),
        (
            r",? ?\b(?:currently|presently|now|today|as yet|yet|still|also|(?:at|as of|for) (?:this|the present)"
            r" (?:time|point|moment)|at present|at the moment|as of now|for now)\b(?: in time)?,?",
            "",
        ),
        (rf"\b(?:{VERB}s?(?: to| on| upon| with)?{_JOINED})+(?={VERB}s?\b)", ""),
        (rf"\bneither {DONE}(?:{_JOINED}{DONE})* nor (?={DONE}\b)", "not "),
        (rf"\b(?:{DONE}{_JOINED})+(?={DONE}\b)", ""),
        (r"\s+", " "),
    )
]


def spelled_alike(statement: str) -> str:
    """The statement in lower case, with one spelling for each thing, and without words that change nothing.

    The signals are `dnt` and `gpc`, a denial is `not`, a region by its name is `elsewhere`. Of several verbs in a row,
    such as "process or respond to", the last one stays.
    """
    text = " ".join(statement.translate(_SIGNS).split())
    text = _REGION.sub(" elsewhere ", _ITS_NAME.sub("dnt", text)).lower()
    for pattern, written in _SPELLINGS:
        text = pattern.sub(written, text)
    return text
