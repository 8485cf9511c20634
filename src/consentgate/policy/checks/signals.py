"""What must hold between what is done with Do Not Track and what the notice says of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from consentgate.errors import Problem
from consentgate.policy.checks.raw import Raw, in_force, is_served, moment_of, table, tables, text
from consentgate.policy.signals import DntSetting
from consentgate.policy.statement import settings_promised
from consentgate.policy.values import DntWording

_PROMISED = {
    DntWording.NOT_HONORED: frozenset({DntSetting.LOG}),
    DntWording.OBJECTION: frozenset({DntSetting.OBJECTION}),
    DntWording.BOTH: frozenset(DntSetting),
}
WORDS = {
    frozenset({DntSetting.LOG}): "is received and not acted on",
    frozenset({DntSetting.OBJECTION}): "is treated as an objection",
    frozenset(DntSetting): "is treated as an objection in some regions and not acted on in others",
}


def dnt_statement_is_there_for_california(raw: Raw, now: datetime) -> Iterator[Problem]:
    """Cal. Bus. and Prof. Code 22575(b)(5): a notice says how the site responds to Do Not Track."""
    written = (holder.get("dnt") for holder in (table(raw, "notice"), in_force(raw, now)))
    if is_served(raw, "US-CA") and all(statement is None for statement in written):
        what = (
            "Without a statement about Do Not Track the notice breaks California's law (CalOPPA, section 22575(b)(5))."
        )
        mend = 'Write what the notice says, or name "US-CA" in regimes.not_served if the site is not meant for it.'
        yield Problem("policy-dnt-statement-missing", "notice.dnt", what, mend)


def dnt_says_stands_beside_a_statement(raw: Raw) -> Iterator[Problem]:
    """What a statement promises is said where the statement is: each version may have its own."""
    notice = table(raw, "notice")
    places = [(notice, "notice")]
    places += [(entry, f"notice.versions[{place}]") for place, entry in enumerate(tables(notice, "versions"))]
    for holder, place in places:
        if text(holder, "dnt_says") and not text(holder, "dnt"):
            what = "It says what a statement promises, and no statement stands beside it: it would never hold."
            mend = "Write it beside the dnt that it is about."
            yield Problem("policy-dnt-says-alone", f"{place}.dnt_says", what, mend)


def dnt_settings_are_what_the_notice_says(raw: Raw, now: datetime) -> Iterator[Problem]:
    """The statement of the version in force: settings that do otherwise would make it untrue."""
    statement = statement_at(raw, now)
    if statement is None:
        return
    if not statement.promises:
        what = f"It is not clear from {statement.text!r} what is promised, so it can't be held against what is done."
        mend = 'Write dnt_says = "not_honored", "objection" or "both" beside it.'
        yield Problem("policy-dnt-statement-unclear", f"{statement.place}.dnt", what, mend)
    elif statement.in_words not in {frozenset(), statement.promises}:
        what = (
            f"The words say that Do Not Track {WORDS[statement.in_words]}, and dnt_says that it "
            f"{WORDS[statement.promises]}: what visitors read is what counts."
        )
        mend = "Remove dnt_says, or word the statement so that it says that."
        yield Problem("policy-dnt-says-otherwise", f"{statement.place}.dnt_says", what, mend)
    elif statement.promises != settings_in_use(raw):
        what = (
            f"The notice says that Do Not Track {WORDS[statement.promises]}, but it {WORDS[settings_in_use(raw)]}: "
            "visitors are misled."
        )
        mend = "Change [signals], or publish a version of the notice that says what is done."
        yield Problem("policy-dnt-contradiction", "signals.dnt", what, mend)


def gpc_is_honored_already(raw: Raw, now: datetime) -> Iterator[Problem]:
    """W3C Global Privacy Control: `lastUpdate` is when the statement last changed, so it never lies ahead."""
    since = moment_of(table(raw, "signals"), "gpc_since")
    if since is not None and since > now:
        what = f"{since.date()} is yet to come, so /.well-known/gpc.json would tell of what nobody could have done."
        mend = "Write the day since when the signal is honored, or leave it out: then the notice's date stands for it."
        yield Problem("policy-gpc-since-future", "signals.gpc_since", what, mend)


@dataclass(frozen=True, slots=True)
class Statement:
    """What a version of the notice says about Do Not Track, and where in the file that stands.

    `in_words` is what its words plainly promise, `promises` what it promises by `dnt_says` or else by its words. Both
    are empty where that can't be told.
    """

    text: str
    place: str
    in_words: frozenset[DntSetting]
    promises: frozenset[DntSetting]


def statement_at(raw: Raw, now: datetime) -> Statement | None:
    """The statement of the version that is in force; None without one."""
    return statement_of(raw, in_force(raw, now))


def statement_of(raw: Raw, version: Raw) -> Statement | None:
    """The statement of a version: its own, else the notice's. None without one."""
    notice = table(raw, "notice")
    place = next((number for number, entry in enumerate(tables(notice, "versions")) if entry is version), None)
    holder, where = (version, f"notice.versions[{place}]") if text(version, "dnt") else (notice, "notice")
    words = text(holder, "dnt")
    if not words:
        return None
    in_words, declared = settings_promised(words), text(holder, "dnt_says")
    promises = _PROMISED[DntWording(declared)] if declared in set(DntWording) else in_words
    return Statement(words, where, in_words, promises)


def setting_in(raw: Raw, country: str) -> DntSetting:
    """What is done with Do Not Track in a country; `log` where that can't be read."""
    signals = table(raw, "signals")
    given = table(signals, "regions").get(country, signals.get("dnt"))
    return DntSetting.OBJECTION if given == DntSetting.OBJECTION else DntSetting.LOG


def settings_in_use(raw: Raw) -> frozenset[DntSetting]:
    """All settings that some region has."""
    signals = table(raw, "signals")
    given = [signals.get("dnt", DntSetting.LOG), *table(signals, "regions").values()]
    return frozenset(setting for setting in DntSetting if setting in given) or frozenset({DntSetting.LOG})
