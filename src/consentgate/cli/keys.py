"""`consentgate keys`: the secrets that sign visitors' choices."""

from __future__ import annotations

import secrets
from typing import Annotated

import typer

from consentgate.cli.consoles import err

keys = typer.Typer(no_args_is_help=True, help="The secrets that sign visitors' choices.")

ENV_NAME = "CONSENTGATE_KEY"

_ROTATION = (
    "To rotate while serving, add the new key last in secret_keys on every server, then put it first, since the first"
    " one signs and all verify, and drop the old one when the choices that it signed have ended."
)
_BYTES = 32


@keys.callback()
def _group() -> None:
    """With a callback, typer keeps `new` a command of its own although it is the only one."""


@keys.command()
def new(env: Annotated[bool, typer.Option("--env", help=f"As a line of an env file: {ENV_NAME}=...")] = False) -> None:
    """Print a new key. It belongs into a secret store or an env file, never into the code."""
    key = secrets.token_urlsafe(_BYTES)
    typer.echo(f"{ENV_NAME}={key}" if env else key)
    err().print(_ROTATION, markup=False, highlight=False)
