"""From a file or a mapping to a `PolicyFile`, or to all of its problems at once."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from consentgate.errors import ConfigurationError, Problem
from consentgate.policy.checks import problems_across
from consentgate.policy.schema import PolicyFile

_MENDS = {
    "missing": "Add it.",
    "too_short": "Add at least one.",
    "string_pattern_mismatch": "Write it in that form; docs/policy.md has an example of each.",
    "enum": "Use one of these words.",
    "bool_type": "Write true or false, without quotes.",
    "int_type": "Write a whole number, without quotes.",
    "string_type": "Write it in quotes.",
    "list_type": "Write a list: [ ... ].",
    "date_type": "Write it as 2026-10-12, without quotes.",
    "greater_than_equal": "Use a larger number.",
    "less_than_equal": "Use a smaller number.",
    "value_error": "See docs/policy.md for the form of this value.",
}


_CONSEQUENCES = {
    "missing": "nothing can be assumed in its place",
    "string_pattern_mismatch": "written like that it would match nothing that it is meant for",
}
_NOT_GUESSED = "what is meant is not guessed, so the policy is not used"


def read_toml(path: Path) -> Mapping[str, Any]:
    """The file's content. Raises ConfigurationError when it can't be read as TOML."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        problem = Problem("policy-unreadable", str(path), f"{error.strerror}.", "Give the path of a readable file.")
        raise ConfigurationError(str(path), (problem,)) from error
    except (ValueError, RecursionError) as error:
        # Wrong UTF-8, wrong TOML, and the numbers and nestings that no file needs.
        problem = Problem("policy-not-toml", str(path), f"{error}.", "Mend the syntax (https://toml.io).")
        raise ConfigurationError(str(path), (problem,)) from error


def validate(raw: object, source: str, folder: Path, now: datetime) -> PolicyFile:
    """The validated file; the notice's texts lie in `folder`, and what it says is held against what is done at `now`.

    Raises ConfigurationError with every problem of shape and of sense.
    """
    if not isinstance(raw, Mapping):
        problem = Problem("policy-not-a-table", "the file", "A policy is a table of keys.", "See docs/policy.md.")
        raise ConfigurationError(source, (problem,))
    problems = list(problems_across(raw, folder, now))
    try:
        policy = PolicyFile.model_validate(raw)
    except ValidationError as error:
        problems = [_problem(detail) for detail in error.errors()] + problems
        raise ConfigurationError(source, tuple(problems)) from error
    if problems:
        raise ConfigurationError(source, tuple(problems))
    return policy


def _problem(detail: ErrorDetails) -> Problem:
    kind = detail["type"]
    if kind == "extra_forbidden":
        return _unknown_key(detail)
    mend = _MENDS.get(kind, "See docs/policy.md for what goes here.")
    what = f"{detail['msg']}: {_CONSEQUENCES.get(kind, _NOT_GUESSED)}."
    return Problem(f"policy-{kind.replace('_', '-')}", _place(detail["loc"]), what, mend)


def _unknown_key(detail: ErrorDetails) -> Problem:
    *_, key = detail["loc"]
    near = get_close_matches(str(key), _keys_known_at(detail["loc"][:-1]), n=1)
    mend = f"Did you mean {near[0]}?" if near else "Remove it."
    what = "There is no such key, so what it says would never hold."
    return Problem("policy-unknown-key", _place(detail["loc"]), what, mend)


def _keys_known_at(location: tuple[int | str, ...]) -> list[str]:
    """The keys of the table at `location`, read from the models, so that a hint never names a key of another table."""
    schema: Any = PolicyFile.model_json_schema()
    node = schema
    for step in location:
        node = node.get("items", {}) if isinstance(step, int) else _property(node, step)
        node = schema["$defs"].get(str(node.get("$ref", "")).rpartition("/")[2], node)
    return list(node.get("properties", ()))


def _property(node: Mapping[str, Any], key: str) -> Any:
    free_form = node.get("additionalProperties") or {}
    return node.get("properties", {}).get(key, free_form if isinstance(free_form, dict) else {})


def _place(location: tuple[int | str, ...]) -> str:
    """`("vendor", 2, "hosts", 0)` -> `vendor[2].hosts[0]`. pydantic marks a bad key with a step `[key]` after it."""
    steps = (f"[{step}]" if isinstance(step, int) else f".{step}" for step in location if step != "[key]")
    return "".join(steps).removeprefix(".") or "the file"
