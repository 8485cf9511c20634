"""The cookie under those who forge it, under servers that disagree, and while its keys are replaced."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random

import pytest

from consentgate.choice import ChoiceCookie
from consentgate.choice.cookie import CLOCK_SKEW
from consentgate.model import ChoiceState, Regime, Signals
from factories import KEY, NOW, make_choice, make_policy

POLICY = make_policy()
SITE = POLICY.sites[0].name
COOKIE = ChoiceCookie(POLICY, [KEY])
GENUINE = [
    COOKIE.write(make_choice(POLICY, "analytics", "marketing", signals=Signals(gpc=True, dnt=True))),
    COOKIE.write(make_choice(POLICY, "", "analytics marketing", regime=Regime.OPT_OUT)),
    COOKIE.write(make_choice(POLICY, "analytics marketing", consent_id="B" * 22, made_at=NOW - timedelta(days=170))),
]
MUTATED = 100_000
ALPHABET = "".join(map(chr, range(33, 127))) + "é\x00 \u212a"


def flip(value: str, random: Random) -> str:
    place = random.randrange(len(value))
    return value[:place] + random.choice(ALPHABET) + value[place + 1 :]


def cut(value: str, random: Random) -> str:
    start = random.randrange(len(value))
    return value[:start] + value[start + random.randint(1, 12) :]


def put_in(value: str, random: Random) -> str:
    place = random.randint(0, len(value))
    return value[:place] + "".join(random.choices(ALPHABET, k=random.randint(1, 8))) + value[place:]


def take_a_field_of_another(value: str, random: Random) -> str:
    fields, others = value.split("."), random.choice(GENUINE).split(".")
    place = random.randrange(len(fields))
    return ".".join([*fields[:place], others[place % len(others)], *fields[place + 1 :]])


def move_a_field(value: str, random: Random) -> str:
    fields = value.split(".")
    fields.insert(random.randrange(len(fields)), fields.pop(random.randrange(len(fields))))
    return ".".join(fields)


def change_case(value: str, random: Random) -> str:
    place = random.randrange(len(value))
    return value[:place] + value[place:].swapcase()


def respell_the_end(value: str, random: Random) -> str:
    return value[:-1] + random.choice(ALPHABET)


MUTATIONS: list[Callable[[str, Random], str]] = [
    flip, cut, put_in, take_a_field_of_another, move_a_field, change_case, respell_the_end,
]  # fmt: skip


def mutated() -> Iterator[str]:
    """Values that are near to a genuine one, and never one."""
    random = Random(20261122)
    while True:
        value = random.choice(GENUINE)
        for _ in range(random.randint(1, 3)):
            value = random.choice(MUTATIONS)(value, random) or "x"
        if value not in GENUINE:
            yield value


def test_of_100_000_mutated_values_none_is_accepted_and_none_raises() -> None:
    values = mutated()
    states = [COOKIE.read([next(values)], SITE, NOW) for _ in range(MUTATED)]
    assert {choice for choice, _ in states} == {None}
    assert {state for _, state in states} == {ChoiceState.MALFORMED, ChoiceState.BAD_SIGNATURE}


def test_a_mutated_value_beside_a_genuine_one_never_outvotes_it() -> None:
    values, genuine = mutated(), COOKIE.read([GENUINE[0]], SITE, NOW)
    for _ in range(2_000):
        assert COOKIE.read([next(values), GENUINE[0], next(values)], SITE, NOW) == genuine


@pytest.mark.parametrize(
    ("ahead", "state"),
    [
        (-timedelta(days=1), ChoiceState.VALID),
        (timedelta(0), ChoiceState.VALID),
        (CLOCK_SKEW, ChoiceState.VALID),
        (CLOCK_SKEW + timedelta(seconds=1), ChoiceState.FROM_THE_FUTURE),
    ],
)
def test_the_clock_of_another_server_may_be_ahead_a_little(ahead: timedelta, state: ChoiceState) -> None:
    value = COOKIE.write(make_choice(POLICY, "analytics", made_at=NOW + ahead))
    assert COOKIE.read([value], SITE, NOW)[1] is state


@dataclass
class Fleet:
    """Servers that are replaced one after another while visitors come to any of them."""

    servers: list[ChoiceCookie]
    lost: list[ChoiceState] = field(default_factory=list)
    read: int = 0

    def visit(self, stop: threading.Event, seed: int) -> None:
        """Choose somewhere, come back anywhere, choose again now and then, until told to stop."""
        random = Random(seed)
        value = self.servers[0].write(make_choice(POLICY, "analytics"))
        while not stop.is_set():
            _, state = random.choice(self.servers).read([value], SITE, NOW)
            self.read += 1
            if state is not ChoiceState.VALID:
                self.lost.append(state)
            if random.random() < 0.2:
                made_at = NOW - timedelta(seconds=random.randrange(10_000))
                value = random.choice(self.servers).write(make_choice(POLICY, "analytics", made_at=made_at))

    def replace(self, keys: list[str]) -> None:
        """Start each server anew with other keys, one by one, while the rest go on; some visits come in between."""
        for place in range(len(self.servers)):
            self.servers[place] = ChoiceCookie(POLICY, keys)
            until = self.read + 500
            while self.read < until:
                threading.Event().wait(0.001)


OLD, NEW = "the-old-key-of-the-fleet", "the-new-key-of-the-fleet"


def test_keys_are_replaced_under_load_and_nobody_is_lost() -> None:
    """The new key goes last everywhere, then first everywhere; the old one is dropped when its choices have ended."""
    fleet, stop = Fleet([ChoiceCookie(POLICY, [OLD]) for _ in range(3)]), threading.Event()
    visitors = [threading.Thread(target=fleet.visit, args=(stop, seed)) for seed in range(8)]
    for visitor in visitors:
        visitor.start()
    try:
        for keys in ([OLD, NEW], [NEW, OLD]):
            fleet.replace(keys)
    finally:
        stop.set()
        for visitor in visitors:
            visitor.join()
    assert fleet.read >= 3_000
    assert fleet.lost == []
    first = ChoiceCookie(POLICY, [OLD]).write(make_choice(POLICY, "analytics"))
    assert [server.read([first], SITE, NOW)[1] for server in fleet.servers] == [ChoiceState.VALID] * 3


def test_a_new_key_that_signs_before_all_servers_know_it_would_lose_visitors() -> None:
    """Why the new key has to go last first."""
    value = ChoiceCookie(POLICY, [NEW, OLD]).write(make_choice(POLICY, "analytics"))
    assert ChoiceCookie(POLICY, [OLD]).read([value], SITE, NOW)[1] is ChoiceState.BAD_SIGNATURE
