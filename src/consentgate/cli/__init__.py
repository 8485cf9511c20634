"""The command line. Each module is one command, or one group of commands about the same thing."""

from __future__ import annotations

from typing import Annotated

import typer

from consentgate.cli.check import check
from consentgate.cli.cookies import cookies
from consentgate.cli.demo import demo
from consentgate.cli.geo import geo
from consentgate.cli.init import init
from consentgate.cli.keys import keys
from consentgate.cli.report import report
from consentgate.cli.schema import schema
from consentgate.cli.vendors import vendors
from consentgate.version import __version__

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Consent for ASGI sites: policy, regions, vendors, reports, demo."
)
app.command()(init)
app.command()(check)
app.command()(schema)
app.command()(report)
app.command()(demo)
app.add_typer(keys, name="keys")
app.add_typer(vendors, name="vendors")
app.add_typer(cookies, name="cookies")
app.add_typer(geo, name="geo")


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"consentgate {__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Consent for ASGI sites: policy, regions, vendors, reports, demo."""


def main() -> None:
    """The console script."""
    app()
