"""See to it that the browser tests have a real Chromium: the system's, or one that is installed now."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ADVICE = "No Chromium found and none could be installed. Install one, or name it in CONSENTGATE_CHROMIUM."


def find() -> str | None:
    """The path of a Chromium, by CONSENTGATE_CHROMIUM, by name, or among Playwright's own."""
    named = os.environ.get("CONSENTGATE_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    return named or _playwrights_own()


def install() -> None:
    """By the package manager where we may, else by Playwright."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "-qq"], check=False)  # noqa: S607
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"], check=False)  # noqa: S607
    else:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - slow to start, and seldom needed

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def main() -> None:
    """Print where the browser is; in CI a missing one is an error, elsewhere the tests that need it are skipped."""
    if find() is None:
        install()
    browser = find()
    print(f"Browser tests use {browser}." if browser else ADVICE)
    if browser is None and os.environ.get("CI") == "true":
        sys.exit(1)


if __name__ == "__main__":
    main()
