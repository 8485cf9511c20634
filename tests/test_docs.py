"""What the documents say is so."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from consentgate.cli import app
from consentgate.policy.schema import PolicyFile
from consentgate.policy.tables import (
    BannerEntry,
    CategoryEntry,
    ChoiceEntry,
    LedgerEntry,
    LifetimeEntry,
    NoticeEntry,
    NoticeVersionEntry,
    RegimesEntry,
    Section,
    SignalsEntry,
    VendorEntry,
    VisitorEntry,
    WallsEntry,
)
from factories import KEY
from gating import BROWSER, shut_down

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
POLICY = (ROOT / "docs" / "policy.md").read_text(encoding="utf-8")
COMPLIANCE = (ROOT / "docs" / "compliance.md").read_text(encoding="utf-8")
WALLS = (ROOT / "docs" / "walls.md").read_text(encoding="utf-8")
CHOOSING = (ROOT / "docs" / "choosing.md").read_text(encoding="utf-8")
TABLES = ("notice", "categories", "vendor", "regimes", "choice", "signals", "visitor", "banner", "walls", "ledger")


@pytest.mark.anyio
async def test_the_integration_in_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    monkeypatch.setenv("CONSENTGATE_KEY", KEY)
    names: dict[str, object] = {}
    exec(code, names)  # noqa: S102 - it is our own README
    gate = names["app"]
    transport = httpx.ASGITransport(gate, client=("91.0.0.1", 1))  # type: ignore[arg-type]
    async with httpx.AsyncClient(
        transport=transport, base_url="http://a.example", headers={"User-Agent": BROWSER}
    ) as client:
        page = (await client.get("/")).text
    assert "Analytics allowed: False" in page
    assert "<script type=text/plain data-cg=" in page
    assert 'id="consentgate"' in page
    await shut_down(gate)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("heading", "section"),
    [
        ("Top level", PolicyFile),
        ("`[notice]`", NoticeEntry),
        ("`[notice]`", NoticeVersionEntry),
        ("`[categories.NAME]`", CategoryEntry),
        ("`[[vendor]]`", VendorEntry),
        ("`[regimes]`", RegimesEntry),
        ("`[choice]`", ChoiceEntry),
        ("`[choice]`", LifetimeEntry),
        ("`[signals]`", SignalsEntry),
        ("`[visitor]`", VisitorEntry),
        ("`[banner]`", BannerEntry),
        ("`[walls]`", WallsEntry),
        ("`[ledger]`", LedgerEntry),
    ],
)
def test_every_key_of_the_policy_file_is_documented(heading: str, section: type[Section]) -> None:
    text = POLICY.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    tables = set(TABLES) if section is PolicyFile else set()
    missing = [
        key for key in section.model_fields if key not in tables and f"`{key}`" not in text and f"`{key} =" not in text
    ]
    assert not missing


LINKS = re.findall(r"\]\(([^)#:]+)\)", README + (POLICY + COMPLIANCE + WALLS + CHOOSING).replace("(../", "("))


@pytest.mark.parametrize("target", LINKS)
def test_every_link_to_a_file_leads_somewhere(target: str) -> None:
    assert (ROOT / target).exists()


@pytest.mark.parametrize("command", re.findall(r"^consentgate (\w+)", README, re.MULTILINE))
def test_every_command_in_the_readme_exists(command: str) -> None:
    assert CliRunner().invoke(app, [command, "--help"]).exit_code == 0
