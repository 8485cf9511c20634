"""What a request tells of its visitor, and what it can't make us believe."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentgate.model import Device, Signals
from consentgate.visitor.device import read_agent
from consentgate.visitor.language import choose_language
from consentgate.visitor.signals import read_signals


@pytest.mark.parametrize(
    ("sec_gpc", "dnt", "signals"),
    [
        ([], [], Signals()),
        (["1"], [], Signals(gpc=True)),
        (["0"], [], Signals()),
        (["true"], [], Signals()),
        (["1, 1"], [], Signals()),
        (["0", "1"], [], Signals(gpc=True)),
        ([], ["1"], Signals(dnt=True)),
        ([], ["0"], Signals(dnt=False)),
        ([], ["1xyz"], Signals(dnt=True)),
        ([], [""], Signals()),
        ([], ["yes"], Signals()),
    ],
)
def test_signals_are_read_as_their_specifications_say(sec_gpc: list[str], dnt: list[str], signals: Signals) -> None:
    assert read_signals(sec_gpc, dnt) == signals


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT, en;q=0.5", "de"),
        ("DE-ch", "de"),
        ("fr;q=0.3, de;q=0.8", "de"),
        ("xx, de;q=0.1", "de"),
        ("de;q=0, fr;q=0.1", "fr"),
        ("de;q=nan, fr", "fr"),
        ("de;q=2, fr;q=0.1", "fr"),
        ("de;q=, fr;q=0.1", "fr"),
        ("*", "en"),
        (",,;;q=", "en"),
        ("de-" + "a-" * 30_000, "en"),
    ],
)
def test_the_language_is_the_best_one_there_are_texts_in(header: str, language: str) -> None:
    assert choose_language(header, {"en", "de", "fr"}, "en") == language


@given(st.text(max_size=200))
def test_no_accept_language_raises(header: str) -> None:
    assert choose_language(header, {"en", "de"}, "en") in {"en", "de"}


IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.1 Mobile/15E148 Safari/604.1"
)
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"
IPAD = (
    "Mozilla/5.0 (iPad; CPU OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.1 Mobile/15E148 Safari/604.1"
)
GOOGLEBOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


@pytest.mark.parametrize(
    ("user_agent", "device", "bot"),
    [
        (IPHONE, Device.PHONE, False),
        (IPAD, Device.TABLET, False),
        (WINDOWS, Device.DESKTOP, False),
        (GOOGLEBOT, Device.OTHER, True),
        ("", Device.OTHER, True),
        (WINDOWS + "x" * 100_000, Device.DESKTOP, False),
    ],
)
def test_the_device_is_told_coarsely(user_agent: str, device: Device, bot: bool) -> None:
    agent = read_agent(user_agent)
    assert (agent.device, agent.bot) == (device, bot)
