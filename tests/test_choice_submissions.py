"""The same sending twice is one choice; a different one never is."""

from __future__ import annotations

import pickle
from datetime import datetime, timedelta
from itertools import count

from consentgate.choice.submissions import NAMED_FOR, UNNAMED_FOR, Submissions
from factories import NOW


class Sender:
    """Sends, and counts what is made of it."""

    def __init__(self, submissions: Submissions[int] | None = None, name: bytes = b"somebody") -> None:
        self.submissions = Submissions[int]() if submissions is None else submissions
        self._name = name
        self._number = count(1)

    def send(self, body: bytes, now: datetime = NOW, held: timedelta = UNNAMED_FOR, *, fits: bool = True) -> int:
        made = self._number
        return self.submissions.once([self._name], [body], now, held, lambda: next(made), lambda _: fits)


def test_the_same_again_within_the_moment_is_the_same_choice() -> None:
    sender = Sender()
    assert [sender.send(b"accept"), sender.send(b"accept", NOW + timedelta(seconds=2))] == [1, 1]


def test_after_the_moment_it_is_a_choice_of_its_own() -> None:
    sender = Sender()
    assert [sender.send(b"accept"), sender.send(b"accept", NOW + UNNAMED_FOR)] == [1, 2]


def test_a_sending_that_is_named_is_known_for_longer() -> None:
    sender = Sender()
    later = NOW + NAMED_FOR - timedelta(seconds=1)
    assert [sender.send(b"accept", held=NAMED_FOR), sender.send(b"accept", later, NAMED_FOR)] == [1, 1]


def test_a_different_choice_is_never_swallowed_nor_is_a_return_to_the_first() -> None:
    sender = Sender()
    assert [sender.send(b"accept"), sender.send(b"reject"), sender.send(b"accept")] == [1, 2, 3]


def test_another_sender_makes_a_choice_of_their_own() -> None:
    submissions = Submissions[int]()
    assert Sender(submissions, b"one").send(b"accept") == 1
    other = Sender(submissions, b"other")
    other.send(b"reject")
    assert other.send(b"accept") == 2


def test_what_no_longer_fits_the_visitor_is_not_given_to_them() -> None:
    sender = Sender()
    assert [sender.send(b"accept"), sender.send(b"accept", fits=False)] == [1, 2]


def test_parts_do_not_run_into_each_other() -> None:
    submissions = Submissions[int]()
    numbers = count(1)
    for parts in ([b"ab", b"c"], [b"a", b"bc"]):
        submissions.once([b"who"], parts, NOW, UNNAMED_FOR, lambda: next(numbers))
    assert next(numbers) == 3


def test_what_is_remembered_is_bounded_and_holds_nothing_that_was_sent() -> None:
    submissions = Submissions[int]()
    for number in range(10_200):
        Sender(submissions, b"sender-%d" % number).send(b"choice=accept")
    assert len(submissions) == 10_000
    Sender(submissions).send(b"choice=accept", NOW + UNNAMED_FOR)
    assert len(submissions) == 1
    assert b"choice=accept" not in pickle.dumps(vars(submissions))
