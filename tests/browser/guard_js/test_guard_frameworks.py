"""Pages of React, Vue, htmx and Turbo with the guard on: they work, and what they render of a vendor's is held."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from guard.frameworks import FRAMEWORKS, Framework
from guard.site import GRANT, Web

pytestmark = pytest.mark.browser

each_framework = pytest.mark.parametrize("framework", FRAMEWORKS, ids=lambda framework: framework.name)


def opened(context: BrowserContext, web: Web, framework: Framework) -> tuple[Page, list[str]]:
    """Its page, and what its console says of errors."""
    web.forget()
    for path, content in framework.site().items():
        web.show(path, content)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: complaints.append(f"error: {error}"))
    page.goto(framework.address)
    return page, complaints


@each_framework
def test_a_framework_renders_and_renders_again_and_its_vendors_tags_are_held_and_released_once(
    context: BrowserContext,
    web: Web,
    framework: Framework,
) -> None:
    page, complaints = opened(context, web, framework)
    expect(page.locator("body")).to_contain_text(re.compile("rendered [01]"))
    page.evaluate(framework.again)
    expect(page.locator("body")).to_contain_text(framework.shown)
    expect(page.locator("[data-cg-src]").first).to_be_attached()
    web.wait_until_quiet(set())
    assert not [host for host in web.asked() if host.startswith(framework.name)]
    page.evaluate(f"() => {{ {GRANT} }}")
    web.wait_for(*(f"{host}.tracker.example" for host in framework.vendors))
    web.wait_until_quiet(set())
    asked = {host: count for host, count in web.asked().items() if host.startswith(framework.name)}
    assert asked == dict.fromkeys(framework.vendors, 1)
    assert not [complaint for complaint in complaints if complaint.startswith(("error", "warning"))]
    page.close()
