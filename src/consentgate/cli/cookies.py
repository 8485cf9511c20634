"""`consentgate cookies`: what a cookie is, and whether the walls would keep it back."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from consentgate.cli.consoles import out
from consentgate.cli.vendors import PolicyFile
from consentgate.cli.verdicts import policy_or_default, verdicts
from consentgate.model import CookieRule
from consentgate.policy.catalog import KnownCookie
from consentgate.policy.cookies import CookieLabel, shipped_labels

cookies = typer.Typer(no_args_is_help=True, help="What a first-party cookie is.")


@cookies.callback()
def _group() -> None:
    """With a callback, typer keeps `explain` a command of its own although it is the only one."""


@cookies.command()
def explain(
    name: Annotated[str, typer.Argument(help="The cookie's name, without its value.")], policy: PolicyFile = None
) -> None:
    """Print whose cookie it is and what the walls would do. The exit code is 1 if nothing is known of it."""
    if not name or any(sign in name for sign in "=; \t"):
        raise typer.BadParameter("A cookie's name alone, without value and attributes.", param_hint="NAME")
    used = policy_or_default(policy)
    known = used.catalog.known_cookie(name)
    if known is not None:
        out().print(_described(known))
        out().print(verdicts(used, known.vendor, lambda judge: judge.cookie(name)))
        return
    labels = shipped_labels().find(name)
    if labels is None:
        out().print("Unknown: neither the catalogue nor the Open Cookie Database has it. The walls let it pass.")
        raise typer.Exit(1)
    out().print(_labelled(labels))
    out().print("The walls let it pass: a label decides nothing, and the name may be your own software's as well.")


def _described(known: KnownCookie) -> Table:
    rows = Table("what", "value", title=Text(f"{known.rule}: a cookie of {known.vendor.name}"), show_header=False)
    facts = {
        "rule": str(known.rule),
        "vendor": known.vendor.id,
        "category": known.vendor.category,
        "lifetime": _lifetime(known.rule),
    }
    for what, value in facts.items():
        rows.add_row(what, Text(value))
    return rows


def _lifetime(rule: CookieRule) -> str:
    if rule.lifetime_days is None:
        return "unknown"
    return f"{rule.lifetime_days} days" if rule.lifetime_days else "session"


def _labelled(labels: tuple[CookieLabel, ...]) -> Table:
    rows = Table("name", "category", "platform", "lifetime", title="As the Open Cookie Database labels it")
    for label in labels:
        rows.add_row(*(Text(cell) for cell in (label.name, label.category, label.platform, label.retention)))
    return rows
