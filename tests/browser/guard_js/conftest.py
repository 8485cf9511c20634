"""What guard.js is tried on: a web of its own, and a browser with a profile on it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import trustme
from playwright.sync_api import BrowserContext

from guard.browser import browser_on, served
from guard.site import Web


@pytest.fixture(scope="module")
def web(authority: trustme.CA) -> Iterator[Web]:
    """The site and everyone else."""
    with served(authority) as server:
        yield server


@pytest.fixture(scope="module")
def context(web: Web, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    """The browser."""
    with browser_on(web, tmp_path_factory.mktemp("profile")) as context:
        yield context
