"""What the User-Agent header and its client hint tell, and when the region is asked for at all."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.datastructures import Headers
from user_agents import parse

from consentgate.choice import ChoiceCookie
from consentgate.model import Device, Prompt, Reason, Region, RegionSource
from consentgate.visit import Sources, Visit
from consentgate.visitor.device import BROWSERS, LONGEST, OTHER_BROWSER, Agent, read_agent
from factories import KEY, NOW, make_policy
from gating import BROWSER, gated

DATA = Path(__file__).parent / "data"
GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


def read_humans() -> list[tuple[str, str, str]]:
    lines = (DATA / "humans.tsv").read_text("utf-8").splitlines()
    rows = csv.reader((line for line in lines if line[0] != "#"), delimiter="\t", quoting=csv.QUOTE_NONE)
    return [(device, browser, user_agent) for device, browser, user_agent in rows]


HUMANS = read_humans()


@pytest.mark.parametrize(("device", "browser", "user_agent"), HUMANS)
def test_device_and_browser_are_told_coarsely_and_no_person_is_a_bot(
    device: str, browser: str, user_agent: str
) -> None:
    assert read_agent(user_agent) == Agent(Device(device), False, browser)


def test_the_people_come_with_all_devices_and_browsers() -> None:
    assert len(HUMANS) > 100
    assert {device for device, _, _ in HUMANS} == set(Device)
    assert {browser for _, browser, _ in HUMANS} == {*BROWSERS.values(), OTHER_BROWSER}


@pytest.mark.parametrize("user_agent", [user_agent for _, _, user_agent in HUMANS])
def test_the_fast_way_tells_the_same_classes_as_user_agents_itself(user_agent: str) -> None:
    slow = parse(user_agent)
    classes = {Device.TABLET: slow.is_tablet, Device.PHONE: slow.is_mobile, Device.DESKTOP: slow.is_pc}
    expected = next((device for device, holds in classes.items() if holds), Device.OTHER)
    assert read_agent(user_agent).device is expected


@pytest.mark.parametrize(
    ("user_agent", "hint", "device"),
    [
        (BROWSER, "?1", Device.PHONE),
        (BROWSER, "?0", Device.DESKTOP),
        (BROWSER, "", Device.DESKTOP),
        (BROWSER, "1", Device.DESKTOP),
        (BROWSER, "?1, ?1", Device.DESKTOP),
        ("Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) AppleWebKit/605.1.15 Safari/604.1", "?1", Device.TABLET),
    ],
)
def test_the_mobile_hint_makes_a_phone_of_what_looks_like_a_desktop(user_agent: str, hint: str, device: Device) -> None:
    assert read_agent(user_agent, hint).device is device


def test_what_follows_after_512_characters_is_not_read() -> None:
    padded = BROWSER + " " * (LONGEST - len(BROWSER))
    assert read_agent(padded + GOOGLEBOT * 1000) == read_agent(padded)
    assert read_agent(padded[:-90] + GOOGLEBOT).bot


@given(st.text(max_size=700), st.text(max_size=4))
def test_no_header_raises(user_agent: str, hint: str) -> None:
    agent = read_agent(user_agent, hint)
    assert agent.browser in {*BROWSERS.values(), OTHER_BROWSER}


class CountedRegion:
    """Everybody is in Texas; it counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, peer: str | None, headers: Headers) -> Region:  # noqa: ARG002
        self.asked += 1
        return Region("US", RegionSource.GEOIP, "by country")


def visit_of(region_of: CountedRegion, **headers: str) -> Visit:
    policy = make_policy()
    sources = Sources(policy, ChoiceCookie(policy, [KEY]), region_of, lambda: NOW)
    raw = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Visit({"type": "http", "path": "/", "headers": raw, "client": ("91.0.0.1", 1)}, sources)


def test_the_region_is_looked_up_once_and_only_when_the_decision_is_asked_for() -> None:
    region_of = CountedRegion()
    visit = visit_of(region_of, user_agent=BROWSER)
    _ = visit.agent, visit.language, visit.cookies(), visit.secure, visit.path_and_query
    assert region_of.asked == 0
    _ = visit.decision, visit.facts, visit.decision
    assert region_of.asked == 1


def test_a_request_carries_its_mobile_hint_to_the_agent() -> None:
    assert visit_of(CountedRegion(), user_agent=BROWSER, sec_ch_ua_mobile="?1").agent.device is Device.PHONE


@pytest.mark.parametrize("user_agent", [GOOGLEBOT, ""])
def test_a_bot_is_granted_nothing_and_asked_nothing_even_where_the_law_asks_afterwards(user_agent: str) -> None:
    visit = visit_of(CountedRegion(), user_agent=user_agent)
    assert "analytics" not in visit.decision.permissions
    assert visit.decision.reasons["analytics"] is Reason.BOT
    assert visit.decision.prompt is Prompt.NONE


@pytest.mark.anyio
async def test_a_response_that_is_no_page_passes_without_a_look_at_the_region(tmp_path: Path) -> None:
    async with gated(tmp_path) as site:
        region_of = CountedRegion()
        site.gate._sources = replace(site.gate._sources, region_of=region_of)
        visitor = site.visitor()
        for _ in range(3):
            assert (await visitor.get("/missing", headers={"Accept": "*/*"})).status_code == 404
        assert region_of.asked == 0
        assert (await visitor.get("/")).status_code == 200
        assert region_of.asked == 1
