"""The patterns that tell robots, and the script that writes them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from consentgate.visitor.bots import bot_patterns, is_bot

ROOT = Path(__file__).parents[1]
DATA = ROOT / "src" / "consentgate" / "data"
BOTS = [line for line in (ROOT / "tests" / "data" / "bots.txt").read_text("utf-8").splitlines() if line[0] != "#"]


@pytest.mark.parametrize("user_agent", BOTS)
def test_a_robot_is_a_bot_whatever_its_case(user_agent: str) -> None:
    assert is_bot(user_agent)
    assert is_bot(user_agent.upper())


def test_the_robots_are_many_and_come_without_repeats() -> None:
    assert len(BOTS) > 100
    assert len(set(BOTS)) == len(BOTS)


@pytest.mark.parametrize(
    "operator",
    [
        "ChatGPT-User", "Claude-User", "Perplexity-User", "Bytespider", "Applebot", "HeadlessChrome", "Lighthouse",
        "Googlebot", "bingbot", "GPTBot", "AhrefsBot", "facebookexternalhit", "python-requests", "UptimeRobot",
        "curl",
    ],
)  # fmt: skip
def test_the_robots_that_matter_are_among_those_tested(operator: str) -> None:
    assert any(operator in user_agent for user_agent in BOTS)


def test_a_request_without_a_user_agent_is_a_bots() -> None:
    assert is_bot("")


def test_the_alternation_says_what_the_patterns_say_one_by_one() -> None:
    """It groups those that begin at the start; the meaning must not change."""
    patterns = [re.compile(pattern, re.ASCII) for pattern in bot_patterns()]
    people = (line for line in (ROOT / "tests" / "data" / "humans.tsv").read_text("utf-8").splitlines() if "\t" in line)
    for user_agent in [*BOTS, *(line.rpartition("\t")[2] for line in people), "x bot", "a\tb", "my wget", "Wget"]:
        assert is_bot(user_agent) == any(pattern.search(user_agent.lower()) for pattern in patterns)


def test_every_pattern_is_lower_case_and_means_the_same_by_itself() -> None:
    patterns = bot_patterns()
    assert len(patterns) > 200
    assert [pattern for pattern in patterns if re.search(r"(?<!\\)[A-Z]", pattern)] == []
    assert [pattern for pattern in patterns if re.search(pattern, "") is not None] == []


def test_the_licence_is_shipped_and_named_in_the_data() -> None:
    assert "public domain" in (DATA / "licences" / "UNLICENSE-isbot.txt").read_text("utf-8")
    assert "UNLICENSE-isbot.txt" in (DATA / "bots.txt").read_text("utf-8")[:300]


def build(tmp_path: Path, patterns: str) -> subprocess.CompletedProcess[str]:
    package, data = tmp_path / "package", tmp_path / "data"
    package.mkdir()
    (data / "licences").mkdir(parents=True)
    (package / "package.json").write_text('{"version": "9.9.9"}', "utf-8")
    (package / "LICENSE").write_text("public domain", "utf-8")
    (package / "index.js").write_text(f"// src\nvar patterns_default = {patterns};\nvar more = [];\n", "utf-8")
    command = [sys.executable, str(ROOT / "scripts" / "build_bots.py"), str(package), "--data", str(data)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_build_script_translates_what_javascript_alone_allows(tmp_path: Path) -> None:
    written = r"""[
  "(?<! channel/|google/)google",
  "^mozilla [\\w\\d-.]+$",
  "crawl"
]"""
    assert build(tmp_path, written).returncode == 0
    lines = (tmp_path / "data" / "bots.txt").read_text("utf-8").splitlines()
    assert "isbot 9.9.9" in lines[0]
    assert lines[3:] == ["(?<! channel/)(?<!google/)google", r"^mozilla [\w\d.-]+$", "crawl"]
    assert (tmp_path / "data" / "licences" / "UNLICENSE-isbot.txt").read_text("utf-8") == "public domain"


@pytest.mark.parametrize("pattern", ["(?<!a|bc)d", "Upper", "^a|b", "# a comment"])
def test_the_build_script_stops_at_a_pattern_that_would_mean_something_else(tmp_path: Path, pattern: str) -> None:
    assert build(tmp_path, f'[\n  "{pattern}"\n]').returncode != 0
    assert not (tmp_path / "data" / "bots.txt").exists()
