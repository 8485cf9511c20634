"""Where commands print to, and read from."""

from __future__ import annotations

import sys
from io import TextIOWrapper

import typer
from rich.console import Console


def out() -> Console:
    """Standard output, as wide as it is now. What its encoding can't write becomes a question mark, not an error."""
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    return Console()


def err() -> Console:
    """Standard error, where Python escapes what can't be written."""
    return Console(stderr=True)


def line() -> str:
    """The next line that someone types or a pipe brings, without its end. Raises typer.Abort when none comes any more.

    The prompt goes to standard error, as questions do. What its encoding can't read becomes a question mark in a box.
    """
    err().print("> ", end="")
    typed = sys.stdin.buffer.readline()
    if not typed:
        raise typer.Abort
    return typed.decode(sys.stdin.encoding, "replace").rstrip()
