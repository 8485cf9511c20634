"""The crowd that has visited the demo before anyone opens it: who comes, when, with what, and what they do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from random import Random

from .visitors import PLACES, Visitor

DAYS = 28
"""How far back the visits go."""


class Act(StrEnum):
    """One thing that a visitor does."""

    ARRIVE = "arrive"
    BROWSE = "browse"
    ACCEPT = "accept"
    REJECT = "reject"
    SAVE_ANALYTICS = "save_analytics"
    OPT_OUT = "opt_out"


@dataclass(frozen=True, slots=True)
class Person:
    """One visitor of the crowd. `number` tells them apart."""

    number: int
    visitor: Visitor
    user_agent: str
    language: str
    page: str


@dataclass(frozen=True, slots=True)
class Step:
    """What a person does, and when."""

    at: datetime
    person: Person
    act: Act


_PLACE_WEIGHTS = (22, 10, 13, 6, 4, 14, 7, 5, 4, 4, 4, 5, 2)
_LANGUAGES = {"DE": "de-DE,de;q=0.9,en;q=0.6", "CH": "de-CH,de;q=0.9,en;q=0.6", "FR": "fr-FR,fr;q=0.9,en;q=0.5"}
_PAGES = (
    "/",
    "/",
    "/jobs",
    "/jobs/senior-support-engineer",
    "/jobs/site-reliability-engineer",
    "/jobs/privacy-counsel",
)

_GPC_SHARE = 0.12
_DNT_SHARE = 0.18
_WITHDRAWS_SHARE = 0.08

_FIRST_ACTS = {Act.ACCEPT: 38, Act.REJECT: 31, Act.SAVE_ANALYTICS: 9, Act.BROWSE: 22}
"""What a hundred visitors do about the banner. To browse on is to ignore it."""

_FIRST_ACTS_UNASKED = {Act.BROWSE: 88, Act.OPT_OUT: 10, Act.SAVE_ANALYTICS: 2}
"""Where nobody asks, only a few go and look for the choices by themselves."""


def steps_of_crowd(visitors: int, now: datetime, random: Random) -> list[Step]:
    """Everything that a crowd has done before `now`, in order of time. The same `random` gives the same crowd."""
    steps = (step for number in range(visitors) for step in _steps(_person(number, random), now, random))
    return sorted(steps, key=lambda step: step.at)


@cache
def user_agents() -> tuple[list[str], list[int]]:
    """The browsers that the crowd comes with, and how often each."""
    lines = (Path(__file__).parent / "user_agents.tsv").read_text(encoding="ascii").splitlines()
    weights, agents = zip(*(line.split("\t") for line in lines if not line.startswith("#")), strict=True)
    return list(agents), [int(weight) for weight in weights]


def _person(number: int, random: Random) -> Person:
    (place,) = random.choices(PLACES, _PLACE_WEIGHTS)
    (user_agent,) = random.choices(*user_agents())
    return Person(
        number=number,
        visitor=Visitor(place, gpc=random.random() < _GPC_SHARE, dnt=random.random() < _DNT_SHARE),
        user_agent=user_agent,
        language=_LANGUAGES.get(place.code, "en-US,en;q=0.9"),
        page=random.choice(_PAGES),
    )


def _steps(person: Person, now: datetime, random: Random) -> Iterator[Step]:
    """A visit: arrive, perhaps choose, browse on; and of those who accepted, some come back days later to withdraw."""
    at = now - timedelta(days=DAYS * random.random(), minutes=10)
    yield Step(at, person, Act.ARRIVE)
    if "Googlebot" in person.user_agent:
        return
    act = _first_act(person, random)
    yield Step(at + timedelta(seconds=random.randint(4, 50)), person, act)
    yield Step(at + timedelta(seconds=random.randint(60, 400)), person, Act.BROWSE)
    back = at + timedelta(days=1 + 6 * random.random())
    if act is Act.ACCEPT and random.random() < _WITHDRAWS_SHARE and back < now:
        yield Step(back, person, Act.ARRIVE)
        yield Step(back + timedelta(seconds=90), person, Act.OPT_OUT)


def _first_act(person: Person, random: Random) -> Act:
    acts = _FIRST_ACTS if _is_asked(person) else _FIRST_ACTS_UNASKED
    (act,) = random.choices(list(acts), list(acts.values()))
    return act


def _is_asked(person: Person) -> bool:
    """A rough guess, good enough for playing: the places where the law lets a site begin without asking."""
    return person.visitor.place.code not in {"US-CA", "US-TX", "CA-ON"}
