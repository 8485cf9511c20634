"""`consentgate schema`: the JSON Schema of the policy file, for editors."""

from __future__ import annotations

import typer

from consentgate import data

SCHEMA_FILE = "consentgate.schema.json"


def schema() -> None:
    """Print the JSON Schema of the policy file. Editors find it by `#:schema ./consentgate.schema.json` in line one."""
    typer.echo(schema_text(), nl=False)


def schema_text() -> str:
    """The published schema, which ships with the package."""
    return data.path(SCHEMA_FILE).read_text(encoding="utf-8")
