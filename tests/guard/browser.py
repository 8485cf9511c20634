"""The web of the guard's tests, and a browser on it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import trustme
from playwright.sync_api import BrowserContext, sync_playwright

from chromium import chromium, flags_for
from guard.site import Web
from html_wall.site import HOST


@contextmanager
def served(authority: trustme.CA) -> Iterator[Web]:
    """The site and everyone else."""
    with Web(authority.issue_cert(HOST, "*.tracker.example").configure_cert).running() as server:
        yield server


@contextmanager
def browser_on(web: Web, profile: Path) -> Iterator[BrowserContext]:
    """Chromium with a profile of its own: in a private window it does not preconnect."""
    rules = ("MAP *.invalid ~NOTFOUND", f"MAP * 127.0.0.1:{web.port}")
    flags = ["--ignore-certificate-errors", *flags_for(*rules)]
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(profile, executable_path=chromium(), args=flags)
        yield context
        context.close()
