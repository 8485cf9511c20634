"""`consentgate check`: what is wrong in a policy file, what to know about it, and what it says."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from textwrap import fill
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from consentgate.cli.consoles import err, out
from consentgate.errors import ConfigurationError, Problem
from consentgate.gate import utc_now
from consentgate.policy import Policy
from consentgate.policy.values import Outside
from consentgate.visitor.geoip import GeoIP

_INDENT = "  "


def check(
    policy: Annotated[Path, typer.Argument(help="The policy file.")] = Path("consentgate.toml"),
    as_json: Annotated[bool, typer.Option("--json", help="Print problems and advice as JSON, for machines.")] = False,
) -> None:
    """Print every problem in a policy file, or what it says, and advice. The exit code is 1 with problems, else 0."""
    found, problems = _loaded(policy)
    advice = found.advice if found else ()
    if as_json:
        _print_json(policy, problems, advice)
    elif found is None:
        _print_problems(policy, problems)
    else:
        _print_policy(found)
        _print_advice(advice)
    if found is None:
        raise typer.Exit(1)


def _loaded(path: Path) -> tuple[Policy | None, tuple[Problem, ...]]:
    """The policy, or all that keeps a gate from starting with it."""
    try:
        policy = Policy.load(path)
        GeoIP(policy.geoip).close()
    except ConfigurationError as error:
        return None, error.problems
    return policy, ()


def _print_json(path: Path, problems: Iterable[Problem], advice: Iterable[Problem]) -> None:
    lists = {"problems": [asdict(problem) for problem in problems], "advice": [asdict(item) for item in advice]}
    typer.echo(json.dumps({"policy": str(path), **lists}, indent=2))


def _print_problems(path: Path, problems: tuple[Problem, ...]) -> None:
    console = err()
    count = f"{len(problems)} problem{'s' if len(problems) > 1 else ''}"
    console.print(Text(f"{count} in {path}: no gate starts with it.", "bold"))
    _print_each(console, problems)


def _print_advice(advice: tuple[Problem, ...]) -> None:
    if advice:
        console = out()
        console.print(Text("\nAdvice, which no gate waits for:", "bold"))
        _print_each(console, advice)


def _print_each(console: Console, problems: Iterable[Problem]) -> None:
    """As lines: an id that is cut by a column could not be searched for."""
    for problem in problems:
        console.print()
        console.print(Text.assemble((problem.place, "bold"), "  ", (problem.id, "dim")), soft_wrap=True)
        console.print(Text(_indented(problem.text, console.width)), soft_wrap=True)
        console.print(Text(_indented(problem.mend, console.width), "green"), soft_wrap=True)


def _indented(text: str, width: int) -> str:
    return fill(text, width, initial_indent=_INDENT, subsequent_indent=_INDENT, break_long_words=False)


def _print_policy(policy: Policy) -> None:
    names = ", ".join(site.name for site in policy.sites)
    rows = Table("category", "asked", "GPC denies it", "vendors", title=Text(f"{names}: the policy is sound"))
    for category in policy.categories:
        asked = "everywhere" if category.asked_everywhere else "where the regime asks"
        vendors = ", ".join(vendor.name for vendor in policy.vendors_in(category.name))
        rows.add_row(category.name, asked, "yes" if category.sale_or_sharing else "no", Text(vendors or "none"))
    out().print(rows)
    if all(site.path for site in policy.sites):
        untouched = policy.outside is Outside.PASS
        what = "left to the app untouched" if untouched else "without tags, and asked about nothing"
        out().print(f"Pages of the same hosts outside of these paths: {what}.")
    _print_notice(policy)


def _print_notice(policy: Policy) -> None:
    now = utc_now()
    notice, coming = policy.notice.in_force(now), policy.notice.announced(now)
    lines = [f"Notice {notice.version}, last updated {notice.updated}. Revision {policy.revision_at(now)}."]
    if coming:
        lines.append(
            f"Notice {coming.version} takes effect at {coming.effective_at:%Y-%m-%d %H:%M %Z}; visitors are told."
        )
    out().print(Text("\n".join(lines)))
