"""A visitor on a page, with what a test wants of both."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page as Tab
from playwright.sync_api import expect

from reviving.site import Page, PagesApp
from reviving.vendors import Vendors


@dataclass
class Visit:
    """What is open in a tab."""

    tab: Tab
    app: PagesApp
    vendors: Vendors

    def open(self, body: str, path: str = "/page", **page: object) -> Tab:
        """A page with this body; when it has loaded, no vendor may have been asked."""
        self.app.pages[path] = Page(body, **page)  # type: ignore[arg-type]
        self.tab.goto(path)
        self.vendors.wait_until_quiet()
        self.tab.evaluate("window.same = true")
        assert not self.vendors.asked
        return self.tab

    @property
    def is_the_same(self) -> bool:
        """Whether it is still the document that was opened."""
        return bool(self.tab.evaluate("window.same === true"))

    def say(self, choice: str) -> None:
        """Click a button of the banner, and wait until the banner is gone."""
        self.tab.locator(f"#consentgate button[value={choice}]").click()
        expect(self.tab.locator("#consentgate")).to_have_count(0)

    def accept(self, *addresses: str) -> None:
        """Accept, and wait until all of these were asked for and nothing more is."""
        self.say("accept")
        self.vendors.wait_until_quiet(*addresses)

    def order(self, ran: int) -> list[str]:
        """The names that scripts noted, once there are as many as `ran`."""
        self.tab.wait_for_function("ran => (window.order || []).length >= ran", arg=ran)
        return list(self.tab.evaluate("window.order"))
