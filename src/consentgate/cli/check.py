"""`consentgate check`: what is wrong in a policy file, or what it says."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from consentgate.cli.consoles import err, out
from consentgate.errors import ConfigurationError
from consentgate.policy import Policy
from consentgate.visitor.geoip import GeoIP


def check(policy: Annotated[Path, typer.Argument(help="The policy file, such as consentgate.toml.")]) -> None:
    """Read a policy file and print every problem in it, or what it says. The exit code is 1 with problems."""
    try:
        found = Policy.load(policy)
        GeoIP(found.geoip).close()
    except ConfigurationError as error:
        _print_problems(error)
        raise typer.Exit(1) from error
    _print_policy(found)


def _print_problems(error: ConfigurationError) -> None:
    """As lines: an id that is cut by a column could not be searched for."""
    console = err()
    console.print(f"{len(error.problems)} problem(s) in {error.source}", style="bold", markup=False)
    for problem in error.problems:
        console.print()
        console.print(Text.assemble((problem.place, "bold"), "  ", (problem.id, "dim")))
        console.print(Text(f"  {problem.text}"))
        console.print(Text(f"  {problem.mend}", style="green"))


def _print_policy(policy: Policy) -> None:
    notice = policy.notice.current
    rows = Table("category", "asked", "GPC denies it", "vendors", title=f"{policy.site}: the policy is sound")
    for category in policy.categories:
        asked = "everywhere" if category.asked_everywhere else "where the regime asks"
        names = ", ".join(vendor.name for vendor in policy.vendors_in(category.name))
        rows.add_row(category.name, asked, "yes" if category.sale_or_sharing else "no", Text(names or "none"))
    out().print(rows)
    out().print(f"Notice {notice.version}, last updated {notice.updated}. Revision {policy.revision}.", highlight=False)
    if not policy.vendors:
        out().print("No vendors are declared, so visitors can't see who is behind a category: list them in `vendors`.")
