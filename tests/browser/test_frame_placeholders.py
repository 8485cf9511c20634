"""Placeholders in a real browser: as large as the iframe, readable in any size, and with a button that works."""

from __future__ import annotations

from urllib.parse import parse_qsl

import pytest
from playwright.sync_api import Page, expect

from browser.test_journeys import VIDEO, settled, with_and_without_javascript
from careers_site import UNGATED, Careers, NewVisitor
from consentgate.banner.texts import languages
from sink import Sink

pytestmark = pytest.mark.browser

# From the smallest that still has a place for the button, over the sizes of videos, maps and advertisements, to a page.
SIZES = (
    (160, 90), (120, 240), (240, 140), (250, 250), (300, 250), (300, 600), (320, 180), (320, 240), (340, 200),
    (375, 211), (468, 60), (500, 120), (560, 315), (640, 360), (728, 90), (970, 90), (1280, 720),
)  # fmt: skip
TOO_SMALL = (100, 30)
OVERFLOW = """() => {
  const over = (it) => [it.scrollWidth - it.clientWidth, it.scrollHeight - it.clientHeight];
  return [...over(document.documentElement), over(document.querySelector("button"))[0]];
}"""
FRAME = "/_consent/frame/marketing"


def box_of_the_video(page: Page) -> tuple[float, float]:
    box = page.locator("figure iframe").bounding_box()
    assert box is not None
    return box["width"], box["height"]


@pytest.mark.parametrize("width", [1280, 375])
@with_and_without_javascript
def test_a_placeholder_is_as_large_as_the_video_that_it_stands_in_for(
    visitor: NewVisitor, sink: Sink, width: int, javascript: bool
) -> None:
    context = visitor("DE", java_script_enabled=javascript, viewport={"width": width, "height": 900})
    page = context.new_page()
    settled(page, VIDEO)
    expect(page.frame_locator("figure iframe").get_by_role("button", name="Allow: Marketing")).to_be_visible()
    assert sink.hosts == set()
    placeholder = box_of_the_video(page)
    page.goto(f"https://{UNGATED}{VIDEO}")
    assert box_of_the_video(page) == placeholder


@with_and_without_javascript
def test_its_button_sends_a_choice_of_this_category_for_the_page_around_it(
    visitor: NewVisitor, careers: Careers, javascript: bool
) -> None:
    page = visitor("DE", java_script_enabled=javascript).new_page()
    settled(page, f"{VIDEO}?from=search")
    with page.expect_request(f"{careers.url}/_consent/choice**") as posted:
        page.frame_locator("figure iframe").get_by_role("button").click()
    sent = posted.value
    assert dict(parse_qsl(sent.post_data or "")) == {
        "lang": "en", "back": f"{VIDEO}?from=search", "grant": "marketing", "choice": "allow",
    }  # fmt: skip
    assert sent.frame == page.main_frame
    assert sent.all_headers()["sec-fetch-site"] == "same-origin"


def test_its_link_opens_the_choices_in_the_place_of_the_page(visitor: NewVisitor, careers: Careers) -> None:
    page = visitor("DE").new_page()
    settled(page, VIDEO)
    page.frame_locator("figure iframe").get_by_role("link").click()
    page.wait_for_url(f"{careers.url}/_consent/?**")
    expect(page.get_by_role("link", name="Back to the site")).to_have_attribute("href", VIDEO)


@pytest.mark.parametrize("language", sorted(languages()))
def test_nothing_on_it_is_cut_off_in_any_size_and_language(visitor: NewVisitor, language: str) -> None:
    page = visitor("DE", locale=language).new_page()
    page.goto(FRAME)
    overflowing = []
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        expect(page.locator("button")).to_be_in_viewport(ratio=1)
        if max(page.evaluate(OVERFLOW)) > 0:
            overflowing.append((width, height))
    assert overflowing == []


def test_where_there_is_room_it_says_why_and_where_there_is_hardly_any_only_what_the_button_does(
    visitor: NewVisitor,
) -> None:
    page = visitor("DE").new_page()
    page.goto(FRAME)
    for size, said in (((560, 315), True), ((375, 211), True), ((160, 90), False), (TOO_SMALL, False)):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        expect(page.locator("#cg-why")).to_be_visible(visible=said)
        expect(page.locator("button")).to_be_visible()
        expect(page.locator("button")).to_have_accessible_description(
            "Content of another provider is kept back here. "
            "It may set cookies (Marketing). If you allow it, that holds for the whole site."
        )


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_its_words_can_be_read_in_both_schemes(visitor: NewVisitor, scheme: str) -> None:
    """Contrast of at least 4.5 to 1 (WCAG 2.2, 1.4.3), by the colors that the browser shows."""
    page = visitor("DE", color_scheme=scheme).new_page()
    page.goto(FRAME)
    for selector, behind in (("#cg-why", "body"), ("a", "body"), ("button", "button")):
        words = page.locator(selector).evaluate("it => getComputedStyle(it).color")
        paper = page.locator(behind).evaluate("it => getComputedStyle(it).backgroundColor")
        assert contrast(words, paper) >= 4.5, (selector, words, paper)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two `rgb(...)` colors (WCAG 2.2)."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: str) -> float:
    channels = [int(part) / 255 for part in color.removeprefix("rgb(").rstrip(")").split(",")]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
