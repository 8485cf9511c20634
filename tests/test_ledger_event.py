"""What one row of the ledger says, how it is named, and what it adds to the counters."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consentgate.ledger import Action, Cell, Event, Method, action_of, cells_of, new_event_id
from consentgate.ledger.ledger_file import event_of, row_of
from consentgate.model import Choice, Device, Disposition, Regime, RegionSource
from factories import NOW, make_choice, make_event, make_policy

TEXT = st.text(st.characters(codec="utf-8"))
CATEGORIES = st.frozensets(TEXT, max_size=4)
MOMENTS = st.datetimes(datetime(1970, 1, 1), timezones=st.just(UTC))
MILLISECONDS = MOMENTS.map(lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000))

EVENTS = st.builds(
    Event,
    event_id=st.uuids(),
    consent_id=TEXT,
    site=TEXT,
    made_at=MILLISECONDS,
    action=st.sampled_from(Action),
    granted=CATEGORIES,
    refused=CATEGORIES,
    previous_granted=st.none() | CATEGORIES,
    region=st.none() | TEXT,
    region_source=st.sampled_from(RegionSource),
    regime=st.sampled_from(Regime),
    notice_version=TEXT,
    revision=TEXT,
    language=TEXT,
    method=st.sampled_from(Method),
    gpc=st.booleans(),
    dnt=st.none() | st.booleans(),
    gpc_disposition=st.none() | st.sampled_from(Disposition),
    dnt_disposition=st.none() | st.sampled_from(Disposition),
    device=st.sampled_from(Device),
    valid_until=MILLISECONDS,
)

POLICY = make_policy()
EVENT = make_event(granted=frozenset({"analytics", "functional"}))


def answers(text: str) -> Choice:
    """`+a-b` granted a and refused b; of c it says nothing."""
    given = [text[place : place + 2] for place in range(0, len(text), 2)]
    said = {sign: " ".join(each[1] for each in given if each[0] == sign) for sign in "+-"}
    return make_choice(POLICY, said["+"], said["-"])


@pytest.mark.parametrize(
    ("now", "before", "action"),
    [
        ("+a+b+c", None, Action.GRANT),
        ("-a-b-c", None, Action.REFUSE),
        ("+a-b-c", None, Action.PARTIAL),
        ("+a", None, Action.PARTIAL),
        ("-a", None, Action.REFUSE),
        ("", None, Action.REFUSE),
        ("+a+b+c", "+a+b+c", Action.RECONFIRM),
        ("-a-b-c", "-a-b-c", Action.RECONFIRM),
        ("+a+b+c", "+a-b-c", Action.GRANT),
        ("+a-b-c", "-a-b-c", Action.PARTIAL),
        ("+a-b-c", "+a+b-c", Action.WITHDRAW),
        ("-a-b-c", "+a+b-c", Action.WITHDRAW),
        ("-a+b-c", "+a-b-c", Action.WITHDRAW),
        ("+a+b", "+a", Action.PARTIAL),
        ("+a-b", "+a", Action.PARTIAL),
        ("+a-b", "+a+b", Action.WITHDRAW),
        ("-b", "+a", Action.REFUSE),
        ("+b", "+a", Action.PARTIAL),
    ],
)
def test_the_action_follows_from_what_is_said_now_and_was_said_before(
    now: str, before: str | None, action: Action
) -> None:
    assert action_of(answers(now), None if before is None else answers(before), frozenset("abc")) is action


@given(EVENTS)
def test_every_event_comes_back_from_its_row_as_it_was(event: Event) -> None:
    assert event_of(row_of(event)) == event


def test_a_time_is_kept_to_the_millisecond_and_comes_back_in_utc() -> None:
    zone = timezone(timedelta(hours=2))
    kept = event_of(row_of(replace(EVENT, made_at=NOW.astimezone(zone) + timedelta(microseconds=123_999))))
    assert kept.made_at == NOW + timedelta(milliseconds=123)
    assert kept.made_at.tzinfo is UTC


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        row_of(replace(EVENT, made_at=NOW.replace(tzinfo=None)))


@given(MOMENTS)
def test_an_event_id_is_a_uuid_of_version_7_and_holds_the_millisecond(now: datetime) -> None:
    event_id = new_event_id(now)
    assert event_id.version == 7
    assert event_id.variant == uuid.RFC_4122
    assert event_id.int >> 80 == (now - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


@given(MILLISECONDS, MILLISECONDS)
def test_event_ids_sort_by_the_millisecond_they_were_made_in(one: datetime, other: datetime) -> None:
    if one != other:
        assert (new_event_id(one) < new_event_id(other)) == (one < other)


def test_event_ids_of_one_millisecond_differ() -> None:
    assert len({new_event_id(NOW) for _ in range(1000)}) == 1000


def test_a_row_adds_its_action_and_each_category_to_the_cube() -> None:
    cells = cells_of(EVENT)
    assert [cell.what for cell in cells] == [
        "choice:partial:banner",
        "granted:analytics",
        "granted:functional",
        "refused:marketing",
    ]
    assert cells[0] == Cell(
        hour=int(NOW.timestamp()) // 3600,
        site="careers.example.com",
        region="DE",
        regime="opt_in",
        device="phone",
        notice="2026-10",
        bot=False,
        what="choice:partial:banner",
    )


def test_a_row_without_a_region_counts_as_unknown() -> None:
    assert {cell.region for cell in cells_of(replace(EVENT, region=None))} == {"unknown"}


@pytest.mark.parametrize(
    ("method", "granted", "refused", "counted"),
    [
        (Method.BANNER, "analytics maps", "marketing", "granted:analytics granted:maps refused:marketing"),
        (Method.PREFERENCES, "analytics maps", "marketing", "granted:analytics granted:maps refused:marketing"),
        (Method.PLACEHOLDER, "analytics maps", "marketing", "granted:maps"),
        (Method.PLACEHOLDER, "analytics", "marketing", ""),
        (Method.OPT_OUT, "analytics", "marketing", "refused:marketing"),
        (Method.LIMIT, "analytics", "marketing", "refused:marketing"),
    ],
)
def test_what_a_partial_choice_keeps_of_the_one_before_is_not_counted_again(
    method: Method, granted: str, refused: str, counted: str
) -> None:
    before = replace(EVENT, method=method, previous_granted=frozenset({"analytics"}))
    event = replace(before, granted=frozenset(granted.split()), refused=frozenset(refused.split()))
    assert " ".join(cell.what for cell in cells_of(event)[1:]) == counted
