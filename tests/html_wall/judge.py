"""Chromium as the judge: which pages of the splice test have a live canary."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from playwright.sync_api import Browser, Route

from html_wall.corpus import DATA, Canary

ADDRESS = "https://judge.example/"
POLICY = "default-src 'none'; frame-src 'self'; style-src 'unsafe-inline'"
"""The judge's page, and pages written into its frame, may load and run nothing; styles are only read."""
PAGES_AT_ONCE = 5000


class BrowserJudge:
    """A page that parses others, with scripting off and on, and looks for live canaries; `close` it at the end."""

    def __init__(self, browser: Browser) -> None:
        self._context = browser.new_context()
        self._context.route("**/*", _only_the_judges_own)
        self._page = self._context.new_page()
        self._page.goto(ADDRESS)
        self._page.evaluate((DATA / "html_judge.js").read_text("utf-8"))

    def close(self) -> None:
        self._context.close()

    def live_offsets(self, document: str, canary: Canary) -> str:
        """For each offset `1` where the canary spliced in there is live, else `0`."""
        verdicts: str = self._page.evaluate(
            "([document, markup, step]) => liveOffsets(document, markup, step)",
            [document, canary.markup, canary.step],
        )
        return verdicts

    def live(self, pages: Iterable[str]) -> Iterator[bool]:
        """For each page whether anything in it is live."""
        waiting = iter(pages)
        while batch := list(islice(waiting, PAGES_AT_ONCE)):
            yield from self._page.evaluate("(pages) => pages.map((page) => isLive(page))", batch)


def _only_the_judges_own(route: Route) -> None:
    if route.request.url != ADDRESS:
        return route.abort()
    return route.fulfill(
        body="<!doctype html><title>Judge</title><body>",
        content_type="text/html",
        headers={"Content-Security-Policy": POLICY},
    )
