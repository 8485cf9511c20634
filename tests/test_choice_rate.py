"""How often one network may choose, and that no address is kept for it."""

from __future__ import annotations

import pickle
from datetime import datetime, timedelta
from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentgate.choice.rate import CHOICES, Measure, Measures, RateLimit, networks_of
from factories import NOW

VISITOR = ip_address("91.0.0.1")


def after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def use_up(rate: RateLimit, address: str | None, now: datetime = NOW) -> int:
    """Choose until it is too often; how many choices that took."""
    who = ip_address(address) if address else None
    return next(count for count in range(10_000) if rate.wait(who, now))


def test_a_network_may_choose_in_a_burst_and_is_then_told_to_wait_whole_seconds() -> None:
    rate = RateLimit()
    assert use_up(rate, "91.0.0.1") == CHOICES.address.burst
    assert rate.wait(VISITOR, NOW) == 1


def test_after_the_seconds_it_was_told_to_wait_it_may_choose_once() -> None:
    rate = RateLimit()
    use_up(rate, "91.0.0.1")
    assert rate.wait(VISITOR, after(1)) == 0
    assert rate.wait(VISITOR, after(1)) == 1


def test_a_network_that_rests_has_its_whole_burst_again() -> None:
    rate = RateLimit()
    use_up(rate, "91.0.0.1")
    assert use_up(rate, "91.0.0.1", after(CHOICES.address.burst * CHOICES.address.seconds)) == CHOICES.address.burst


@pytest.mark.parametrize(
    ("one", "other", "together"),
    [
        ("91.0.0.1", "91.0.0.2", False),
        ("2a02:8100:1:2::1", "2a02:8100:1:2:ffff::9", True),
        ("2a02:8100:1:2::1", "2a02:8100:1:ff::1", True),
        ("2a02:8100:1:2::1", "2a02:8100:1:102::1", False),
        ("10.0.0.1", "192.168.1.1", True),
        ("10.0.0.1", "fd00::1", True),
    ],
)
def test_one_customers_addresses_count_together_and_neighbours_apart(one: str, other: str, together: bool) -> None:
    (own, *_), (others, *_) = (networks_of(ip_address(each), CHOICES) for each in (one, other))
    assert (own == others) is together


@pytest.mark.parametrize("address", [None, "10.0.0.1", "127.0.0.1", "fe80::1"])
def test_whoever_may_be_everybody_has_the_larger_measure(address: str | None) -> None:
    assert use_up(RateLimit(), address) == CHOICES.everybody_else.burst


@pytest.mark.parametrize(("length", "others"), [(48, "2a02:8100:1:{:x}00::1"), (32, "2a02:8100:{:x}::1")])
def test_whoever_has_a_wider_network_does_not_have_the_choices_of_all_the_networks_in_it(
    length: int, others: str
) -> None:
    rate, allowed = RateLimit(), 0
    for number in range(1, 256):
        for _ in range(CHOICES.address.burst):
            allowed += rate.wait(ip_address(others.format(number)), NOW) == 0
    assert allowed == CHOICES.wider[length].burst
    assert use_up(rate, "2a02:8200::1") == CHOICES.address.burst


def test_an_honest_customer_beside_a_busy_one_has_the_whole_of_their_own_choices() -> None:
    rate = RateLimit()
    use_up(rate, "2a02:8100:1:100::1")
    assert use_up(rate, "2a02:8100:1:200::1") == CHOICES.address.burst


def test_what_is_refused_uses_up_nothing_of_the_wider_network() -> None:
    rate = RateLimit()
    use_up(rate, "2a02:8100:1:100::1")
    for _ in range(CHOICES.wider[48].burst):
        assert rate.wait(ip_address("2a02:8100:1:100::1"), NOW) > 0
    assert use_up(rate, "2a02:8100:1:200::1") == CHOICES.address.burst


def test_an_address_of_ipv4_never_counts_for_a_network_of_ipv6_with_the_same_bytes() -> None:
    rate = RateLimit()
    use_up(rate, "42.2.129.0")
    assert use_up(rate, "2a02:8100::1") == CHOICES.address.burst


def test_something_else_than_choices_may_have_measures_of_its_own() -> None:
    few = Measures(address=Measure(2, 10.0), wider={48: Measure(3, 10.0)}, everybody_else=Measure(5, 10.0))
    assert [use_up(RateLimit(few), who) for who in ("91.0.0.1", "2a02:8100:1::1", None)] == [2, 2, 5]
    rate = RateLimit(few)
    assert [use_up(rate, f"2a02:8100:1:{number}00::1") for number in (1, 2)] == [2, 1]


def test_one_network_does_not_use_up_anothers_choices() -> None:
    rate = RateLimit()
    use_up(rate, "91.0.0.1")
    assert rate.wait(ip_address("91.0.0.2"), NOW) == 0
    assert rate.wait(None, NOW) == 0


def test_networks_are_forgotten_when_their_choices_no_longer_count() -> None:
    rate = RateLimit()
    for last in range(200):
        rate.wait(ip_address(f"91.0.0.{last}"), NOW)
    assert len(rate) == 200
    rate.wait(VISITOR, after(2))
    assert len(rate) == 1


def test_what_is_remembered_is_bounded_however_many_networks_choose() -> None:
    rate = RateLimit()
    for number in range(20_500):
        rate.wait(ip_address(0x5B000000 + number), NOW)
    assert len(rate) <= 20_000


def test_no_address_is_kept_and_the_salt_is_new_in_each_process() -> None:
    rate, other = RateLimit(), RateLimit()
    everybody = (VISITOR, ip_address("2a02:8100:1:2::1"))
    for who in everybody:
        rate.wait(who, NOW)
        other.wait(who, NOW)
    kept = pickle.dumps({name: value for name, value in vars(rate).items() if name != "_measures"})
    for who in everybody:
        assert who.packed[:6] not in kept
        assert str(who).encode() not in kept
    assert vars(rate)["_used_up"].keys().isdisjoint(vars(other)["_used_up"])


def test_a_clock_that_is_set_back_locks_nobody_out_for_long() -> None:
    rate = RateLimit()
    use_up(rate, "91.0.0.1", after(86_400))
    assert rate.wait(VISITOR, NOW) <= 1


@given(st.lists(st.floats(0, 5), max_size=300))
def test_however_choices_are_spread_never_more_than_the_burst_and_the_rate_allow(pauses: list[float]) -> None:
    rate, moment, allowed = RateLimit(), 0.0, 0
    for pause in pauses:
        moment += pause
        allowed += rate.wait(VISITOR, after(moment)) == 0
    assert allowed <= CHOICES.address.burst + moment / CHOICES.address.seconds + 1
