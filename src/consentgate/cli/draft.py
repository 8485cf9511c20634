"""The policy file that `consentgate init` writes, from the answers to its questions."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from consentgate.cli.answers import Answers
from consentgate.cli.schema import SCHEMA_FILE
from consentgate.errors import ConfigurationError
from consentgate.policy import Policy

DNT_STATEMENT = "We receive Do Not Track signals and do not respond to them."

_CATEGORIES: Mapping[str, str] = MappingProxyType(
    {
        "functional": "maps, fonts, chat that others provide",
        "analytics": "counting visits",
        "marketing": "advertising, and videos of sites that advertise",
    }
)
_USUAL = frozenset({"analytics", "marketing"})
"""What is asked for where no vendor is named yet."""


def draft(answers: Answers) -> str:
    """The text of the file."""
    used = {vendor.category for vendor in answers.vendors if vendor.category in _CATEGORIES} or _USUAL
    return (
        _environment()
        .get_template("consentgate.toml")
        .render(answers=answers, categories=_CATEGORIES, used=used, dnt=DNT_STATEMENT, schema_file=SCHEMA_FILE)
    )


def reasons_against(answers: Answers) -> tuple[str, ...]:
    """Why the loader would refuse the file; nothing where it would not."""
    try:
        Policy.from_dict(tomllib.loads(draft(answers)))
    except ConfigurationError as error:
        return tuple(f"{problem.text} {problem.mend}" for problem in error.problems)
    return ()


def _environment() -> Environment:
    folder = FileSystemLoader(Path(__file__).parent / "templates")
    # What is rendered is TOML, each value written by the filter `toml`.
    environment = Environment(loader=folder, undefined=StrictUndefined, keep_trailing_newline=True)  # noqa: S701
    environment.filters["toml"] = _toml
    return environment


def _toml(value: Any) -> str:
    """A text, or a list of texts. What JSON writes is TOML too, but for DEL."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
