"""`consentgate geo`: fresh region data, and why an address has the region that it has."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text
from starlette.datastructures import Headers

from consentgate.cli.consoles import err, out
from consentgate.errors import ConsentGateError
from consentgate.gate import utc_now
from consentgate.geo.explain import explain as steps_of
from consentgate.policy import Policy
from consentgate.visitor.client_ip import parse_address
from consentgate.visitor.geoip import GeoIP

geo = typer.Typer(no_args_is_help=True, help="Region data: update it, and ask it.")


@geo.command()
def update(
    output: Annotated[Path, typer.Option(help="The file to write or replace.")] = Path("geo.mmdb"),
    month: Annotated[str | None, typer.Option(help="YYYY-MM instead of this month or the one before.")] = None,
    source: Annotated[str | None, typer.Option("--from", help="A mirror of DB-IP's folder of monthly files.")] = None,
) -> None:
    """Fetch DB-IP's free City Lite and reduce it to what a regime depends on (needs `pip install consentgate[geo]`)."""
    try:
        from consentgate.geo import update as updating  # noqa: PLC0415 - its libraries are an extra
    except ModuleNotFoundError as error:
        _fail(f"`geo update` needs {error.name}: pip install 'consentgate[geo]'")
    months = (_month(month),) if month else updating.recent_months(utc_now().date())
    try:
        with _progress() as bar:
            task = bar.add_task("Downloading", total=None)
            updated = updating.update(
                output,
                months,
                source=source or updating.SOURCE,
                progress=lambda done, total: bar.update(task, completed=done, total=total),
                step=lambda text: bar.update(task, description=text),
            )
    except ConsentGateError as error:
        _fail(str(error))
    _say(f"{output} holds the data of {updated.month}: {updated.places} places, {updated.size:,} bytes.")
    _say(f'Name it in the policy: [visitor] geoip = "{output.name}". A running gate takes it within seconds.')
    _say(
        f"Its licence (CC BY 4.0) asks for a link on pages that use it, which the banner shows: {updating.ATTRIBUTION}"
    )


@geo.command()
def explain(
    address: Annotated[str, typer.Argument(help="Where the connection comes from.")],
    header: Annotated[list[str] | None, typer.Option(help='A header of the request, "Name: value".')] = None,
    policy: Annotated[Path | None, typer.Option(help="The policy file; without one, the defaults.")] = None,
    database: Annotated[Path | None, typer.Option(help="Another database than the policy's.")] = None,
) -> None:
    """Show step by step which region a request would have, and why."""
    if parse_address(address) is None:
        _fail(f"{address!r} is no address. Write one such as 198.51.100.7 or 2001:db8::7.")
    headers = Headers(raw=[_header(text) for text in header or ()])
    try:
        found = Policy.load(policy) if policy else Policy.default(site="site.example", notice_url="/privacy")
        geoip = GeoIP(database or found.geoip)
    except ConsentGateError as error:
        _fail(str(error))
    rows = Table(show_header=False)
    for step in steps_of(address, headers, found, geoip):
        rows.add_row(step.name, Text(step.finding))
    out().print(rows)


def _month(text: str) -> str:
    if not re.fullmatch(r"20\d{2}-(0[1-9]|1[0-2])", text):
        raise typer.BadParameter("Write a month as 2026-11.", param_hint="--month")
    return text


def _header(text: str) -> tuple[bytes, bytes]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise typer.BadParameter(f'Write a header as "Name: value", not {text!r}.', param_hint="--header")
    # As a server hands it over: lower case, and the very bytes (HTTP connection scope of the ASGI specification).
    return os.fsencode(name.strip().lower()), os.fsencode(value.strip())


def _progress() -> Progress:
    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn()
    return Progress(*columns, console=err())


def _say(text: str) -> None:
    out().print(text, markup=False, highlight=False)


def _fail(text: str) -> NoReturn:
    err().print(text, markup=False, highlight=False)
    raise typer.Exit(1)
