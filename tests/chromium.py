"""A real Chromium, in which names lead where a test wants them to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright
from scripts.find_browser import find

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium() -> str:
    """Its path. Without one the test is skipped, which CI takes for a failure."""
    path = find()
    if path is None:
        pytest.skip("no Chromium here: `make test` installs one")
    return path


def flags_for(*rules: str) -> list[str]:
    """The flags to start it with; a rule maps a host: `MAP careers.example 127.0.0.1:4711`."""
    return [*FLAGS, f"--host-resolver-rules={', '.join(rules)}"]


@contextmanager
def launched(*rules: str, **options: Any) -> Iterator[Browser]:
    """Chromium with these rules for hosts. `options` are Playwright's."""
    path = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags_for(*rules), **options)
        yield browser
        browser.close()


def user_agent(browser: Browser) -> str:
    """What the browser calls itself with a window: without one it says HeadlessChrome, and bots are not asked."""
    return (
        f"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{browser.version} Safari/537.36"
    )
