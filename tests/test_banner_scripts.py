"""The scripts as pages are given them: made from what people write, and small."""

from __future__ import annotations

import gzip

import pytest
from scripts.build_scripts import BANNER, SQUEEZED, first_line

from consentgate.banner.assets import asset, assets

SCRIPTS = sorted(script.name for script in BANNER.glob("*.js"))
LARGEST = {"banner.js": 1920, "consent_mode.js": 1024, "guard.js": 2048}
"""Bytes after gzip."""


@pytest.mark.parametrize("name", SCRIPTS)
def test_what_is_sent_was_made_from_what_is_written(name: str) -> None:
    """Else `make scripts` was forgotten."""
    source = (BANNER / name).read_text(encoding="utf-8")
    assert (SQUEEZED / name).read_text(encoding="utf-8").startswith(first_line(source))


def test_nothing_is_sent_that_nobody_wrote() -> None:
    assert sorted(script.name for script in SQUEEZED.iterdir()) == SCRIPTS
    assert {served.partition(".")[0] for served in assets() if served.endswith(".js")} == {
        name.removesuffix(".js") for name in SCRIPTS
    }


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_is_small_and_can_stand_inline(name: str) -> None:
    content = asset(name).content
    assert len(gzip.compress(content, 9)) <= LARGEST[name]
    assert content.isascii()
    assert b"<!--" not in content
    assert b"</script" not in content.lower()
