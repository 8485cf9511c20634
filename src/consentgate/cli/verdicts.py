"""What the walls would do with a vendor's tag or cookie under each regime, before the visitor has made a choice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import typer
from rich.table import Table

from consentgate.cli.consoles import err
from consentgate.decide import decide
from consentgate.errors import ConfigurationError
from consentgate.gate import utc_now
from consentgate.model import UNDECLARED, ChoiceState, Decision, Facts, Regime, Region, RegionSource, Signals, Vendor
from consentgate.policy import Policy
from consentgate.policy.regimes import Regimes
from consentgate.walls.judge import Judge

WRONG_INPUT = 2
"""The exit code of what can't be answered. 1 says that nothing is known."""

_SOMEWHERE = Region("DE", RegionSource.NONE, "a region whose regime is set for the question")


def policy_or_default(path: Path | None) -> Policy:
    """The policy of a file, or the default one. Exits with its problems where it has any."""
    if path is None:
        return Policy.default(site="site.invalid", notice_url="/privacy")
    try:
        return Policy.load(path)
    except ConfigurationError as error:
        err().print(str(error), markup=False)
        raise typer.Exit(WRONG_INPUT) from error


def verdicts(policy: Policy, vendor: Vendor, kept_out: Callable[[Judge], Vendor | None]) -> Table:
    """A row for each regime: whether it passes, and the reason. `kept_out` asks the walls' own judge."""
    rows = Table("regime", "before a choice", "the same with Global Privacy Control", title="What the walls would do")
    for regime in Regime:
        decisions = (_decision(policy, regime, Signals(gpc=gpc)) for gpc in (False, True))
        rows.add_row(regime, *(_verdict(policy, vendor, decision, kept_out) for decision in decisions))
    return rows


def _decision(policy: Policy, regime: Regime, signals: Signals) -> Decision:
    """The decision over a visitor whose region has that regime."""
    facts = Facts(
        region=_SOMEWHERE,
        signals=signals,
        choice=None,
        choice_state=ChoiceState.ABSENT,
        bot=False,
        now=utc_now(),
    )
    return decide(facts, replace(policy, regimes=Regimes(overrides={str(_SOMEWHERE.code): regime})))


def _verdict(policy: Policy, vendor: Vendor, decision: Decision, kept_out: Callable[[Judge], Vendor | None]) -> str:
    denied = kept_out(Judge(policy.catalog, decision.permissions, policy.declared))
    if denied is None:
        return "passes: exempt" if vendor.exempt else f"passes: {decision.reasons[vendor.category]}"
    if vendor.category not in decision.reasons:
        return "kept out: the policy does not ask for this category"
    if denied.category == UNDECLARED:
        return "kept out: the policy does not declare it"
    return f"kept out: {decision.reasons[vendor.category]}"
