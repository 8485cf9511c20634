"""Where commands print to."""

from __future__ import annotations

import sys
from io import TextIOWrapper

from rich.console import Console


def out() -> Console:
    """Standard output, as wide as it is now. What its encoding can't write becomes a question mark, not an error."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    return Console()


def err() -> Console:
    """Standard error, where Python escapes what can't be written."""
    return Console(stderr=True)
