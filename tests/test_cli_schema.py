"""The JSON Schema of the policy file, and `consentgate schema`."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from typer.testing import CliRunner

from consentgate.cli import app
from consentgate.cli.schema import schema_text
from factories import policy_table

ROOT = Path(__file__).parents[1]
SCHEMA = json.loads(schema_text())


def errors_of(policy: Any) -> list[str]:
    """Where the schema finds something wrong. An editor reads a TOML date as text of that form."""
    as_json = json.loads(json.dumps(policy, default=date.isoformat))
    return [error.json_path for error in Draft7Validator(SCHEMA).iter_errors(as_json)]


def test_the_command_prints_the_published_schema_and_nothing_else() -> None:
    result = CliRunner().invoke(app, ["schema"])
    assert (result.exit_code, json.loads(result.stdout)) == (0, SCHEMA)


def test_the_published_schema_is_that_of_the_models(tmp_path: Path) -> None:
    """After a change of the models: python scripts/build_schema.py"""
    output = tmp_path / "schema.json"
    script = ROOT / "scripts" / "build_schema.py"
    subprocess.run([sys.executable, str(script), "--output", str(output)], check=True)
    assert output.read_text("utf-8") == schema_text()


def test_it_is_a_schema_of_the_draft_that_editors_of_toml_know() -> None:
    Draft7Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "http://json-schema.org/draft-07/schema#"


@pytest.mark.parametrize(
    "policy", [tomllib.loads((ROOT / "demo_app" / "consentgate.toml").read_text()), policy_table()]
)
def test_a_sound_policy_is_valid(policy: dict[str, Any]) -> None:
    assert errors_of(policy) == []


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"site": "https://careers.example.com"}, "$.site"),
        ({"sit": "x"}, "$"),
        ({"notice": {"url": "/privacy", "versions": []}}, "$.notice.versions"),
        ({"notice": {"versions": [{"version": "1", "updated": "2026-01-01"}]}}, "$.notice"),
        ({"categories": {"Analytics": {}}}, "$.categories"),
        ({"categories": {"analytics": {"consent": "never"}}}, "$.categories.analytics.consent"),
        ({"vendor": [{"id": "own", "name": "Own"}]}, "$.vendor[0]"),
        ({"regimes": {"regions": {"Germany": "opt_in"}}}, "$.regimes.regions"),
        ({"choice": {"grant_days": "180"}}, "$.choice.grant_days"),
        ({"choice": {"grant_days": 0}}, "$.choice.grant_days"),
        ({"visitor": {"trusted_proxies": [10]}}, "$.visitor.trusted_proxies[0]"),
        ({"banner": {"link": "never"}}, "$.banner.link"),
    ],
)
def test_a_wrong_policy_is_invalid_where_it_is_wrong(changes: dict[str, Any], place: str) -> None:
    assert errors_of(policy_table(**changes)) == [place]


def nodes(node: Any) -> Iterator[dict[str, Any]]:
    """All tables inside the schema."""
    if isinstance(node, dict):
        yield node
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from nodes(inner)


def keys(schema: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each key that a policy file may have, with its schema."""
    for node in nodes(schema):
        if isinstance(node.get("properties"), dict):
            yield from node["properties"].items()


def test_every_key_says_what_it_is_for() -> None:
    assert [name for name, key in keys(SCHEMA) if not {"description", "$ref"} & key.keys()] == []
    assert [name for name, table in SCHEMA["definitions"].items() if not table.get("description")] == []


def test_nothing_is_null_which_toml_has_not() -> None:
    assert [node for node in nodes(SCHEMA) if node.get("type") == "null" or node.get("default", 0) is None] == []


def test_no_pattern_has_what_only_python_understands() -> None:
    patterns = [node["pattern"] for node in nodes(SCHEMA) if isinstance(node.get("pattern"), str)]
    assert patterns
    assert [pattern for pattern in patterns if re.search(r"\(\?[P<]|\\[AZ]", pattern)] == []
