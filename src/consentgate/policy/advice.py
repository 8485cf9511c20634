"""What whoever answers for a site should know of its policy although nothing in it is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from consentgate.errors import Problem
from consentgate.policy.checks.raw import Raw, is_served, moment_of, strings, table, tables
from consentgate.policy.checks.signals import setting_in, statement_of
from consentgate.policy.signals import DntSetting


def advice_on(raw: Raw) -> tuple[Problem, ...]:
    """All advice on a sound policy."""
    return tuple(advice for give in _ADVICE for advice in give(raw))


def _german_courts_took_dnt_for_an_objection(raw: Raw) -> Iterator[Problem]:
    if is_served(raw, "DE") and statement_of(raw) and setting_in(raw, "DE") is DntSetting.LOG:
        text = (
            "The Regional Court of Berlin (LG Berlin, 16 O 420/19, 24 August 2023, not final when reported) held that "
            "it misleads consumers to say that a site does not respond to Do Not Track, as the signal can be a valid "
            "objection under GDPR article 21(5). Germany is served, and the notice says so."
        )
        mend = 'Consider [signals.regions] DE = "objection" with a statement that says both, and ask counsel.'
        yield Problem("policy-dnt-germany", "notice.dnt", text, mend)


def _a_material_change_is_announced(raw: Raw) -> Iterator[Problem]:
    """Advice only: what took effect unannounced can't be mended but by writing a date that is not true."""
    for place, entry in enumerate(tables(table(raw, "notice"), "versions")):
        announced, effective = moment_of(entry, "announced_at"), moment_of(entry, "effective_at", "updated")
        if place and entry.get("material") is True and (announced is None or announced == effective):
            text = "Visitors are not told of this material version before it takes effect, so no strip announces it."
            mend = "Set announced_at before effective_at, if the notice promises word of changes ahead."
            yield Problem("policy-notice-unannounced", f"notice.versions[{place}].announced_at", text, mend)


def _vendors_are_declared(raw: Raw) -> Iterator[Problem]:
    if not strings(raw, "vendors") and not tables(raw, "vendor"):
        text = "No vendors are declared, so visitors can't see who is behind a category."
        yield Problem("policy-vendors-none", "vendors", text, "List them in vendors.")


_ADVICE: tuple[Callable[[Raw], Iterable[Problem]], ...] = (
    _german_courts_took_dnt_for_an_objection,
    _a_material_change_is_announced,
    _vendors_are_declared,
)
