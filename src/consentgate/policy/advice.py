"""What whoever answers for a site should know of its policy although nothing in it is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from consentgate.errors import Problem
from consentgate.model import Regime
from consentgate.policy.checks.raw import Raw, coming, is_served, moment_of, strings, table, tables
from consentgate.policy.checks.signals import WORDS, setting_in, settings_in_use, statement_at, statement_of
from consentgate.policy.regimes import OPT_IN, Profile
from consentgate.policy.regions import BY_PROFILE, law_that_asks
from consentgate.policy.signals import DntSetting
from consentgate.policy.walls_advice import advice_on_walls

_LOOSER = frozenset({Regime.OPT_OUT, Regime.NOTICE})
"""The regimes that ask nobody first."""


def advice_on(raw: Raw, now: datetime) -> tuple[Problem, ...]:
    """All advice on a sound policy. `now` (aware) tells which version of the notice is in force."""
    return (*(advice for give in _ADVICE for advice in give(raw, now)), *advice_on_walls(raw))


def _german_courts_took_dnt_for_an_objection(raw: Raw, now: datetime) -> Iterator[Problem]:
    if is_served(raw, "DE") and statement_at(raw, now) and setting_in(raw, "DE") is DntSetting.LOG:
        text = (
            "The Regional Court of Berlin (LG Berlin, 16 O 420/19, 24 August 2023, not final when reported) held that "
            "it misleads consumers to say that a site does not respond to Do Not Track, as the signal can be a valid "
            "objection under GDPR article 21(5). Germany is served, and the notice says so."
        )
        mend = 'Consider [signals.regions] DE = "objection" with a statement that says both, and ask counsel.'
        yield Problem("policy-dnt-germany", "notice.dnt", text, mend)


def _the_settings_change_with_the_notice(raw: Raw, now: datetime) -> Iterator[Problem]:
    """A version that is to come changes nothing yet: until it takes effect, what is in force has to be kept."""
    for version in coming(raw, now):
        statement = statement_of(raw, version)
        effective = moment_of(version, "effective_at", "updated")
        if statement and effective and statement.promises not in {frozenset(), settings_in_use(raw)}:
            said = WORDS[statement.promises]
            text = (
                f"From {effective:%Y-%m-%d %H:%M %Z} on the notice says that Do Not Track {said}, which is not so now."
            )
            mend = "Put [signals] that do so in force that day: from then on no gate starts with these."
            yield Problem("policy-dnt-coming", "signals.dnt", text, mend)


def _a_material_change_is_announced(raw: Raw, _: datetime) -> Iterator[Problem]:
    """Advice only: what took effect unannounced can't be mended but by writing a date that is not true."""
    for place, entry in enumerate(tables(table(raw, "notice"), "versions")):
        announced, effective = moment_of(entry, "announced_at"), moment_of(entry, "effective_at", "updated")
        if place and entry.get("material") is True and (announced is None or announced == effective):
            text = "Visitors are not told of this material version before it takes effect, so no strip announces it."
            mend = "Set announced_at before effective_at, if the notice promises word of changes ahead."
            yield Problem("policy-notice-unannounced", f"notice.versions[{place}].announced_at", text, mend)


def _regions_that_ask_are_not_loosened(raw: Raw, _: datetime) -> Iterator[Problem]:
    regimes = table(raw, "regimes")
    mend = "Leave it to the built-in lists, unless counsel has confirmed it."
    for code, regime in table(regimes, "regions").items():
        if code in OPT_IN and regime in _LOOSER:
            why = law_that_asks(code) or "by precaution, as the reach of the law over cookies is not settled"
            text = f"In {code} one asks first ({why}); under {regime} what is optional runs there before a choice."
            yield Problem("policy-regime-loosened", f"regimes.regions.{code}", text, mend)
    for key, loose in (("elsewhere", _LOOSER), ("profile", frozenset({Profile.LAX}))):
        if regimes.get(key) in loose and (key == "elsewhere" or "elsewhere" not in regimes):
            text = (
                "Whoever is in a region that no list names is not asked first. That is most of the world, with laws of "
                f"its own: {', '.join(sorted(BY_PROFILE))} want information and a way out, others may want a yes."
            )
            yield Problem("policy-regime-loosened", f"regimes.{key}", text, mend)


def _vendors_are_declared(raw: Raw, _: datetime) -> Iterator[Problem]:
    if not strings(raw, "vendors") and not tables(raw, "vendor"):
        text = "No vendors are declared, so visitors can't see who is behind a category."
        yield Problem("policy-vendors-none", "vendors", text, "List them in vendors.")


_ADVICE: tuple[Callable[[Raw, datetime], Iterable[Problem]], ...] = (
    _german_courts_took_dnt_for_an_objection,
    _the_settings_change_with_the_notice,
    _a_material_change_is_announced,
    _regions_that_ask_are_not_loosened,
    _vendors_are_declared,
)
