"""`consentgate init`: a commented policy file, from five questions."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NoReturn

import typer
from rich.text import Text

from consentgate.cli.answers import Answers
from consentgate.cli.asking import Asking
from consentgate.cli.consoles import err, out
from consentgate.cli.draft import draft, reasons_against
from consentgate.cli.schema import SCHEMA_FILE, schema_text


def init(
    output: Annotated[Path, typer.Option("--output", "-o", help="The file to write.")] = Path("consentgate.toml"),
    site: Annotated[str | None, typer.Option(help="Its host, or several, with paths where a part is meant.")] = None,
    name: Annotated[str | None, typer.Option(help="What visitors know it as; its host by default.")] = None,
    notice: Annotated[str | None, typer.Option(help='Address and date: "/privacy 2026-10-12".')] = None,
    vendors: Annotated[str | None, typer.Option(help="Names, hosts or tags; none by default.")] = None,
    front: Annotated[str | None, typer.Option(help='"proxy 10.0.0.0/8", "cloudflare ..."; nobody by default.')] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Ask nothing: the defaults for what is not given.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that is there.")] = False,
) -> None:
    """Write a commented policy file by asking five questions. Each answer can be given as an option instead."""
    schema = output.with_name(SCHEMA_FILE)
    if not force:
        _leave_alone(output, schema)
    options = {"site": site, "name": name, "notice": notice, "vendors": vendors, "front": front}
    given = {option: answer for option, answer in options.items() if answer is not None}
    try:
        answers = Asking(given, yes, reasons_against).answers()
    except (typer.Abort, KeyboardInterrupt) as abort:
        err().print("\nNothing is written. Scripts give the answers as options: consentgate init --help", markup=False)
        raise typer.Exit(1) from abort
    _write(output, draft(answers), force=force)
    _write(schema, schema_text(), force=True)
    _say_what_next(output, answers)


def _leave_alone(output: Path, schema: Path) -> None:
    """Exits where something of the user's would be lost."""
    if output.exists():
        _fail(f"{output} is there already, and stays as it is. --force replaces it, --output names another one.")
    if schema.exists() and schema.read_text(encoding="utf-8", errors="replace") != schema_text():
        _fail(f"{schema} is there already, and is not this version's schema. --force replaces it.")


def _write(path: Path, text: str, *, force: bool) -> None:
    try:
        with path.open("w" if force else "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
    except OSError as error:
        _fail(f"{path} can't be written: {error.strerror}.")


def _say_what_next(output: Path, answers: Answers) -> None:
    names = ", ".join(f"{vendor.name} ({vendor.category})" for vendor in answers.vendors) or "none yet"
    lines = [
        f"{output} is written, and {SCHEMA_FILE} beside it for your editor.",
        f"Vendors: {names}.",
    ]
    if answers.strange_hosts:
        lines.append(
            f"Nobody in the catalogue is behind {', '.join(answers.strange_hosts)}: see [[vendor]] in the file."
        )
    lines += [
        "Next: put your notice's own words about Do Not Track into notice.dnt, then",
        f"  consentgate check {output}",
        "  consentgate keys new",
    ]
    out().print(Text("\n".join(lines)))


def _fail(text: str) -> NoReturn:
    err().print(text, markup=False, highlight=False)
    raise typer.Exit(1)
