"""Write the JSON Schema of the policy file, `src/consentgate/data/consentgate.schema.json`, from the pydantic models.

Run it after a change in `policy/schema.py`, `policy/tables.py` or `policy/values.py`; a test compares the two:

    python scripts/build_schema.py

It is written for editors of TOML: in draft 7, which they support most widely, and without `null`, which TOML has not.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from consentgate.policy.schema import PolicyFile

OUTPUT = Path(__file__).resolve().parents[1] / "src" / "consentgate" / "data" / "consentgate.schema.json"


class TomlSchema(GenerateJsonSchema):
    """What pydantic generates, as far as a TOML file can hold it."""

    schema_dialect = "http://json-schema.org/draft-07/schema#"

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """A key that may be left out: TOML has no other way to say nothing."""
        return self.generate_inner(schema["schema"])

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        """A table whose keys have a form: a key of another form is an error, which pydantic leaves unsaid."""
        table = super().dict_schema(schema)
        return {**table, "additionalProperties": False} if "patternProperties" in table else table


def policy_schema() -> dict[str, Any]:
    """The schema of the whole file."""
    schema = PolicyFile.model_json_schema(schema_generator=TomlSchema, ref_template="#/definitions/{model}")
    definitions = schema.pop("$defs")
    title = "The policy file of consentgate"
    whole = {"$schema": TomlSchema.schema_dialect, **schema, "title": title, "definitions": definitions}
    return _tidied(whole)


def _tidied(node: dict[str, Any]) -> dict[str, Any]:
    kept = {key: _tidied_value(value) for key, value in node.items() if not _says_nothing(key, value)}
    if "$ref" in kept and len(kept) > 1:
        # Draft 7 ignores whatever stands beside a $ref, so the description would not be shown.
        kept["allOf"] = [{"$ref": kept.pop("$ref")}]
    return kept


def _tidied_value(value: object) -> object:
    if isinstance(value, list):
        return [_tidied_value(entry) for entry in value]
    return _tidied(value) if isinstance(value, dict) else value


def _says_nothing(key: str, value: object) -> bool:
    """A default that is the absence of the key, or a table whose keys have their own."""
    return key == "default" and (value is None or isinstance(value, dict))


def main() -> None:
    """Write the file."""
    parser = argparse.ArgumentParser(description="Write the JSON Schema of the policy file.")
    parser.add_argument("--output", type=Path, default=OUTPUT, help="where to write; the package's data by default")
    text = json.dumps(policy_schema(), indent=2) + "\n"
    parser.parse_args().output.write_text(text, "utf-8", newline="\n")


if __name__ == "__main__":
    main()
