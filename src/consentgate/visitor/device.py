"""The class of device, the browser and whether a robot asks, from the User-Agent header."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, lru_cache

import ua_parser
from user_agents import parsers

from consentgate.model import Device
from consentgate.visitor.bots import is_bot

LONGEST = 512
"""Characters. The parser's time grows with the string, and no browser's is longer."""

OTHER_BROWSER = "other"

BROWSERS = {
    "Chrome": "Chrome",
    "Chrome Mobile": "Chrome",
    "Chrome Mobile iOS": "Chrome",
    "Chrome Mobile WebView": "Chrome",
    "Chromium": "Chrome",
    "HeadlessChrome": "Chrome",
    "Firefox": "Firefox",
    "Firefox Mobile": "Firefox",
    "Firefox iOS": "Firefox",
    "Firefox Focus": "Firefox",
    "Safari": "Safari",
    "Mobile Safari": "Safari",
    "Mobile Safari UI/WKWebView": "Safari",
    "Edge": "Edge",
    "Edge Mobile": "Edge",
    "Opera": "Opera",
    "Opera Mobile": "Opera",
    "Opera Mini": "Opera",
    "Opera Touch": "Opera",
    "Opera GX": "Opera",
    "Samsung Internet": "Samsung Internet",
}
"""ua-parser's families to the few that a report tells apart."""


@dataclass(frozen=True, slots=True)
class Agent:
    """What a User-Agent header says, as coarse as a report needs it. `browser` is a value of BROWSERS or `other`."""

    device: Device
    bot: bool
    browser: str = OTHER_BROWSER


def read_agent(user_agent: str, mobile_hint: str = "") -> Agent:
    """The agent behind a User-Agent header and, where the browser sends it, Sec-CH-UA-Mobile.

    `?1` there (User-Agent Client Hints section 3.5) makes a phone of what calls itself a desktop.
    """
    return _read(user_agent[:LONGEST], mobile_hint == "?1")


@lru_cache(2048)
def _read(user_agent: str, mobile: bool) -> Agent:
    parsed = _UserAgent(user_agent)
    device = _device(parsed)
    if mobile and device is Device.DESKTOP:
        device = Device.PHONE
    return Agent(device, is_bot(user_agent), BROWSERS.get(parsed.browser.family, OTHER_BROWSER))


def _device(parsed: _UserAgent) -> Device:
    if parsed.is_tablet:
        return Device.TABLET
    if parsed.is_mobile:
        return Device.PHONE
    return Device.DESKTOP if parsed.is_pc else Device.OTHER


class _UserAgent(parsers.UserAgent):  # type: ignore[misc] # user-agents is untyped
    """The classes of user-agents, filled by ua-parser's present interface.

    Its own constructor goes through the legacy one, which is pure Python whatever is installed and takes a millisecond.
    This takes about 20 microseconds where `consentgate[fast]` has brought the Rust engine, 35 with RE2.
    """

    def __init__(self, user_agent: str) -> None:
        found = _parser().parse(user_agent).with_defaults()
        os, browser, device = found.os, found.user_agent, found.device
        self.ua_string = user_agent
        self.os = parsers.parse_operating_system(os.family, os.major, os.minor, os.patch)
        self.browser = parsers.parse_browser(browser.family, browser.major, browser.minor, browser.patch)
        self.device = parsers.parse_device(device.family, device.brand, device.model)


@cache
def _parser() -> ua_parser.Parser:
    """The best engine there is, without ua-parser's own cache: each header is remembered once, above."""
    return ua_parser.Parser(ua_parser.BestAvailableResolver(ua_parser.load_lazy_builtins()))
