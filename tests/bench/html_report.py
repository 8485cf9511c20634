"""How the HTML bench shows what it has measured: plain tables, and last each goal beside the figure."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

console = Console(width=None if sys.stdout.isatty() else 132)


@dataclass(frozen=True, slots=True)
class Goal:
    """What is to be reached: at most `bound`, or at least where `floor` is set; and what was."""

    what: str
    bound: float
    unit: str
    reached: float | None
    floor: bool = False

    @property
    def here(self) -> str:
        if self.reached is None:
            return "-"
        digits = 0 if self.reached >= 100 or self.reached == int(self.reached) else 2
        return f"{self.reached:.{digits}f} {self.unit}"

    @property
    def verdict(self) -> str:
        if self.reached is None:
            return "[dim]not measured"
        met = self.reached >= self.bound if self.floor else self.reached <= self.bound
        return "[green]yes" if met else "[red]no"


def table(title: str, *columns: str) -> Table:
    """A table whose first column is words and whose others are numbers."""
    made = Table(title=f"\n{title}", title_justify="left", title_style="bold", box=None, pad_edge=False)
    made.header_style = "dim"
    for number, column in enumerate(columns):
        made.add_column(column, justify="right" if number else "left", no_wrap=True)
    return made


def show_goals(goals: list[Goal]) -> None:
    """Print each goal beside the figure."""
    shown = table("Goals", "", "goal", "here", "met")
    for goal in goals:
        bound = f"{'>=' if goal.floor else '<='} {goal.bound:g} {goal.unit}"
        shown.add_row(goal.what, bound, goal.here, goal.verdict)
    console.print(shown)
