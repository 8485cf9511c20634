"""`Consent`: what holds for one request, as a handler and a template see it."""

from __future__ import annotations

from collections.abc import Mapping

from consentgate.errors import UnknownCategoryError
from consentgate.model import Choice, Decision, Facts, Prompt, Reason, Regime, Region, Signals
from consentgate.visit import Visit

SCOPE_KEY = "consentgate"


class Consent:
    """What holds for one request. Get it with `get_consent`.

    >>> consent.allows("analytics")
    False
    >>> consent.reasons["analytics"]
    <Reason.REGIME_OPT_IN: 'regime_opt_in'>
    """

    __slots__ = ("_visit",)

    def __init__(self, visit: Visit) -> None:
        self._visit = visit

    def allows(self, category: str) -> bool:
        """Whether a category is granted. Raises UnknownCategoryError for one that the policy does not name."""
        if category not in self.reasons:
            raise UnknownCategoryError(category, tuple(self.reasons))
        return category in self.decision.permissions

    @property
    def facts(self) -> Facts:
        """All that the decision was made from."""
        return self._visit.facts

    @property
    def decision(self) -> Decision:
        """The whole decision."""
        return self._visit.decision

    @property
    def region(self) -> Region:
        """Where the visitor seems to be, and how that came about."""
        return self.facts.region

    @property
    def regime(self) -> Regime:
        """What applies there before a choice."""
        return self.decision.regime

    @property
    def choice(self) -> Choice | None:
        """What the visitor said, if anything valid; `facts.choice_state` tells what became of their cookie."""
        return self.facts.choice

    @property
    def signals(self) -> Signals:
        """Global Privacy Control and Do Not Track, as received."""
        return self.facts.signals

    @property
    def prompt(self) -> Prompt:
        """Whether this response asks."""
        return self.decision.prompt

    @property
    def reasons(self) -> Mapping[str, Reason]:
        """For each category the one reason that settled it."""
        return self.decision.reasons
