"""Measure each wall alone: how many vendors it keeps out of the pages of each form, before any choice.

Prints the table of docs/walls.md. It needs a Chromium and takes about a minute:

    PYTHONPATH=.:tests .venv/bin/python scripts/walls_alone.py
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from scripts.find_browser import ADVICE, find

from vendor_snippets.alone import WALLS, kept_out
from vendor_snippets.forms import Form
from vendor_snippets.lab import Lab, opened
from vendor_snippets.site import site


def table(lab: Lab) -> Iterator[str]:
    """The lines of the table: a row a wall, a column a form."""
    yield "| wall | " + " | ".join(Form) + " |"
    yield "|---" * (len(Form) + 1) + "|"
    for wall in WALLS:
        yield f"| {wall} | " + " | ".join(str(kept_out(lab, wall, form)) for form in Form) + " |"


def main() -> None:
    """Print the table, or exit with 1 where there is no Chromium."""
    chromium = find()
    if chromium is None:
        sys.exit(ADVICE)
    apps = {name: wall(site()) for name, wall in WALLS.items()}
    with tempfile.TemporaryDirectory() as folder, opened(apps, chromium, Path(folder)) as lab:
        for line in table(lab):
            print(line, flush=True)


if __name__ == "__main__":
    main()
