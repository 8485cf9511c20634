"""`consentgate keys`, as someone who types it meets it."""

from __future__ import annotations

from typer.testing import CliRunner

from consentgate import Policy
from consentgate.choice import ChoiceCookie
from consentgate.cli import app


def new(*options: str) -> tuple[str, str]:
    result = CliRunner().invoke(app, ["keys", "new", *options], env={"COLUMNS": "80", "TERM": "dumb"})
    assert result.exit_code == 0
    return result.stdout, result.stderr


def test_a_new_key_is_one_line_that_a_gate_takes_and_another_one_each_time() -> None:
    (one, _), (other, _) = new(), new()
    assert one != other
    assert one.count("\n") == 1
    policy = Policy.default(site="careers.example.com", notice_url="/privacy")
    assert ChoiceCookie(policy, [one.strip(), other.strip()])


def test_as_a_line_of_an_env_file_it_has_a_name() -> None:
    name, _, key = new("--env")[0].strip().partition("=")
    assert name == "CONSENTGATE_KEY"
    assert len(key) == 43


def test_how_to_rotate_is_said_apart_from_the_key() -> None:
    key, said = new()
    assert "first" in said
    assert key.strip() not in said
