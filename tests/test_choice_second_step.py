"""The token of the second step: it confirms what was asked, of whom it was asked, for a quarter of an hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentgate.choice import Override, SecondStep
from consentgate.choice.confirmation import Question
from consentgate.choice.second_step import HOLDS
from consentgate.errors import ConfigurationError
from factories import KEY, NOW, make_choice, make_policy

CHOICE = make_choice(make_policy(), "analytics", "marketing")
QUESTION = Question("careers.example.com", frozenset({"ads", "marketing"}), Override.OPT_OUT, CHOICE)
STEP = SecondStep([KEY])
TOKEN = STEP.token(QUESTION, NOW)


def test_it_is_taken_until_it_ends() -> None:
    assert [STEP.is_taken(TOKEN, QUESTION, NOW + HOLDS * part) for part in (0, 0.5, 1)] == [True] * 3
    assert not STEP.is_taken(TOKEN, QUESTION, NOW + HOLDS + timedelta(seconds=1))
    assert timedelta(minutes=10) <= HOLDS <= timedelta(minutes=20)


@pytest.mark.parametrize(
    "other",
    [
        replace(QUESTION, site="jobs.example.com"),
        replace(QUESTION, categories=frozenset({"marketing"})),
        replace(QUESTION, categories=frozenset({"ads", "analytics", "marketing"})),
        replace(QUESTION, against=Override.GPC),
        replace(QUESTION, choice=None),
        replace(QUESTION, choice=replace(CHOICE, consent_id="B" * 22)),
        replace(QUESTION, choice=replace(CHOICE, made_at=NOW + timedelta(seconds=1))),
    ],
    ids=["site", "fewer", "more", "against", "nobody", "somebody else", "chose since"],
)
def test_it_confirms_nothing_but_what_was_asked_of_whom_it_was_asked(other: Question) -> None:
    assert not STEP.is_taken(TOKEN, other, NOW)
    assert STEP.is_taken(STEP.token(other, NOW), other, NOW)


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        TOKEN.partition(".")[0],
        TOKEN.partition(".")[2],
        TOKEN[:-1],
        TOKEN + "A",
        TOKEN.upper(),
        TOKEN.replace(".", ".."),
        f"fffffffff.{TOKEN.partition('.')[2]}",
        f"{TOKEN}\n",
        "é.é",
        "\ud800",
        SecondStep(["another-key-of-enough-length"]).token(QUESTION, NOW),
    ],
)
def test_no_other_text_is_a_token(token: str) -> None:
    assert not STEP.is_taken(token, QUESTION, NOW)


@given(st.text(max_size=80))
def test_any_text_is_read_without_an_error(token: str) -> None:
    assert not STEP.is_taken(token, QUESTION, NOW)


def test_it_says_nothing_of_the_visitor() -> None:
    assert CHOICE.consent_id not in TOKEN
    assert len(TOKEN) < 64


def test_keys_are_replaced_as_those_of_the_cookie_are() -> None:
    new = "a-new-key-that-is-long-enough"
    assert SecondStep([new, KEY]).is_taken(TOKEN, QUESTION, NOW)
    assert not SecondStep([new]).is_taken(TOKEN, QUESTION, NOW)
    assert SecondStep([KEY, new]).is_taken(SecondStep([new, KEY]).token(QUESTION, NOW), QUESTION, NOW)
    with pytest.raises(ConfigurationError, match="secret-keys-short"):
        SecondStep(["short"])
