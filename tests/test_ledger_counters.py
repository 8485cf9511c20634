"""Counting in memory: exact up to its bound, bounded beyond it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from consentgate.ledger import Action, Cell, Counters, Mark, Method, counters
from consentgate.model import Disposition, Signal

CELL = Cell(490_000, "careers.example", "DE", "opt_in", "phone", "2026-02", False, counters.IMPRESSION_ENTRY)
MARK = Mark(490_000, "careers.example", "vendor_blocked", "hotjar")


@pytest.mark.parametrize(
    ("what", "text"),
    [
        (counters.IMPRESSION_ENTRY, "impression:entry"),
        (counters.IMPRESSION_REPEAT, "impression:repeat"),
        (counters.choice(Action.WITHDRAW, Method.OPT_OUT), "choice:withdraw:opt_out"),
        (counters.granted("analytics"), "granted:analytics"),
        (counters.refused("analytics"), "refused:analytics"),
        (counters.signal(Signal.DNT, True, Disposition.RECEIVED_NOT_HONORED), "signal:dnt:1:received_not_honored"),
        (counters.signal(Signal.DNT, False, Disposition.RECEIVED_NOT_HONORED), "signal:dnt:0:received_not_honored"),
        (counters.signal(Signal.GPC, True, Disposition.HONORED), "signal:gpc:1:honored"),
    ],
)
def test_what_is_counted_has_one_spelling(what: str, text: str) -> None:
    assert what == text


@pytest.mark.parametrize("value", [True, False])
@pytest.mark.parametrize("disposition", Disposition)
@pytest.mark.parametrize("received", Signal)
def test_a_signal_is_read_back_from_what_is_counted(received: Signal, value: bool, disposition: Disposition) -> None:
    assert counters.signal_of(counters.signal(received, value, disposition)) == (received, value, disposition)


@pytest.mark.parametrize("method", Method)
@pytest.mark.parametrize("action", Action)
def test_a_choice_is_read_back_from_what_is_counted(action: Action, method: Method) -> None:
    assert counters.choice_of(counters.choice(action, method)) == (action, method)


def test_a_choice_that_was_counted_without_its_method_is_still_read_and_taken_for_the_banners() -> None:
    assert counters.choice_of("choice:refuse") == (Action.REFUSE, Method.BANNER)


@pytest.mark.parametrize(
    "what", ["", "choice", "choice:", "choice:grant:by_word_of_mouth", "choice:x:banner", "choice:grant:banner:more"]
)
def test_no_other_word_is_read_as_a_choice(what: str) -> None:
    assert counters.choice_of(what) is None


@pytest.mark.parametrize("category", ["analytics", "social-media", "a:b"])
@pytest.mark.parametrize("spell", [counters.granted, counters.refused])
def test_a_category_is_read_back_from_what_is_counted(spell: Callable[[str], str], category: str) -> None:
    assert counters.category_of(spell(category)) == category


@pytest.mark.parametrize(
    "what",
    [
        "",
        "other",
        counters.IMPRESSION_ENTRY,
        counters.choice(Action.GRANT, Method.BANNER),
        "signal",
        "signal:gpc:1",
        "signal:gpc:yes:honored",
        "signal:gpc:1:of_a_later_version",
        "signal:of_a_later_version:1:honored",
        "signal:gpc:1:honored:more",
    ],
)
def test_anything_else_that_is_counted_is_neither_a_signal_nor_a_category(what: str) -> None:
    assert counters.signal_of(what) is None
    assert counters.category_of(what) is None


def test_an_hour_begins_where_its_moments_are_counted() -> None:
    moment = datetime(2026, 11, 22, 12, 59, 59, tzinfo=UTC)
    assert counters.start_of(counters.hour_of(moment)) == datetime(2026, 11, 22, 12, tzinfo=UTC)


def test_a_drain_hands_over_all_that_was_counted_and_begins_anew() -> None:
    held = Counters()
    held.add(CELL)
    held.add(CELL, 2)
    held.add(MARK, 5)
    tallies = held.drain()
    assert dict(tallies.cells) == {CELL: 3}
    assert dict(tallies.marks) == {MARK: 5}
    assert not held.drain()


def test_beyond_the_limit_new_keys_fold_into_other_and_known_keys_stay_exact() -> None:
    held = Counters(limit=2)
    held.add(CELL)
    held.add(MARK)
    held.add(replace(CELL, region="FR"))
    held.add(replace(CELL, what=counters.IMPRESSION_REPEAT), 2)
    held.add(replace(MARK, key="an-attack"))
    held.add(CELL)
    tallies = held.drain()
    assert dict(tallies.cells) == {CELL: 2, replace(CELL, region="other", what="other"): 3}
    assert dict(tallies.marks) == {MARK: 1, replace(MARK, key="other"): 1}


def test_the_folded_keys_are_bounded_too() -> None:
    held = Counters(limit=10)
    for hour in range(1000):
        held.add(replace(CELL, hour=hour))
        held.add(replace(MARK, hour=hour))
    tallies = held.drain()
    assert len(tallies.cells) + len(tallies.marks) == 20


def test_threads_lose_no_count() -> None:
    held = Counters()

    def count() -> None:
        for _ in range(10_000):
            held.add(CELL)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    drained = 0
    while any(thread.is_alive() for thread in threads):
        drained += sum(n for _, n in held.drain().cells)
    for thread in threads:
        thread.join()
    drained += sum(n for _, n in held.drain().cells)
    assert drained == 40_000
