"""What must hold between what is done with Do Not Track and what the notice says of it."""

from __future__ import annotations

from collections.abc import Iterator

from consentgate.errors import Problem
from consentgate.policy.checks.raw import Raw, is_served, table, tables, text
from consentgate.policy.signals import DntSetting
from consentgate.policy.statement import settings_promised
from consentgate.policy.values import DntWording

_PROMISED = {
    DntWording.NOT_HONORED: frozenset({DntSetting.LOG}),
    DntWording.OBJECTION: frozenset({DntSetting.OBJECTION}),
    DntWording.BOTH: frozenset(DntSetting),
}
_WORDS = {
    frozenset({DntSetting.LOG}): "is received and not acted on",
    frozenset({DntSetting.OBJECTION}): "is treated as an objection",
    frozenset(DntSetting): "is treated as an objection in some regions and not acted on in others",
}


def dnt_statement_is_there_for_california(raw: Raw) -> Iterator[Problem]:
    """Cal. Bus. and Prof. Code 22575(b)(5): a notice says how the site responds to Do Not Track."""
    if is_served(raw, "US-CA") and not statement_of(raw) and table(raw, "notice").get("dnt") is None:
        what = (
            "Without a statement about Do Not Track the notice breaks California's law (CalOPPA, section 22575(b)(5))."
        )
        mend = 'Write what the notice says, or name "US-CA" in regimes.not_served if the site is not meant for it.'
        yield Problem("policy-dnt-statement-missing", "notice.dnt", what, mend)


def dnt_settings_are_what_the_notice_says(raw: Raw) -> Iterator[Problem]:
    """The newest version's statement: settings that do otherwise would make it untrue."""
    statement = statement_of(raw)
    if not statement:
        return
    said = what_is_said(raw)
    if not said:
        what = f"It is not clear from {statement!r} what is promised, so it can't be held against what is done."
        mend = 'Write dnt_says = "not_honored", "objection" or "both" beside it.'
        yield Problem("policy-dnt-statement-unclear", "notice.dnt", what, mend)
    elif said != _settings(raw):
        what = (
            f"The notice says that Do Not Track {_WORDS[said]}, but it {_WORDS[_settings(raw)]}: visitors are misled."
        )
        mend = "Change [signals], or publish a version of the notice that says what is done."
        yield Problem("policy-dnt-contradiction", "signals.dnt", what, mend)


def statement_of(raw: Raw) -> str:
    """What the newest version says about Do Not Track; empty without a statement."""
    notice = table(raw, "notice")
    newest = tables(notice, "versions")[-1:]
    return next((text(entry, "dnt") for entry in newest if text(entry, "dnt")), text(notice, "dnt"))


def what_is_said(raw: Raw) -> frozenset[DntSetting]:
    """The settings that the statement describes: by its own declaration, else by its words."""
    declared = text(table(raw, "notice"), "dnt_says")
    return _PROMISED[DntWording(declared)] if declared in set(DntWording) else settings_promised(statement_of(raw))


def setting_in(raw: Raw, country: str) -> DntSetting:
    """What is done with Do Not Track in a country; `log` where that can't be read."""
    signals = table(raw, "signals")
    given = table(signals, "regions").get(country, signals.get("dnt"))
    return DntSetting.OBJECTION if given == DntSetting.OBJECTION else DntSetting.LOG


def _settings(raw: Raw) -> frozenset[DntSetting]:
    signals = table(raw, "signals")
    given = [signals.get("dnt", DntSetting.LOG), *table(signals, "regions").values()]
    return frozenset(setting for setting in DntSetting if setting in given) or frozenset({DntSetting.LOG})
