"""The vectors and spellings of the navigation test without a browser: what the wall reports, and leaves alone."""

from __future__ import annotations

import pytest

from html_wall.pages import walled
from html_wall.spellings import SPELLINGS
from html_wall.vector import Vector
from html_wall.vectors import VECTORS
from html_wall.vectors_untouched import KNOWN_GAPS, UNTOUCHED, WITHOUT_EFFECT


def by_name(vector: Vector) -> str:
    return vector.name


@pytest.mark.parametrize("vector", VECTORS + SPELLINGS, ids=by_name)
def test_a_vector_is_kept_out_as_the_trackers_also_where_no_browser_is_known_to_take_it(vector: Vector) -> None:
    result = walled(vector.aimed_at("a"))
    assert result.wall.failed_closed is None
    assert set(result.wall.blocked) == {"tracker"}


@pytest.mark.parametrize("vector", VECTORS, ids=by_name)
def test_a_vector_aimed_at_another_host_is_left_alone(vector: Vector) -> None:
    page = vector.aimed_at("a", vendor="careers")
    assert walled(page).output == page


@pytest.mark.parametrize("vector", UNTOUCHED + WITHOUT_EFFECT + KNOWN_GAPS, ids=by_name)
def test_what_is_no_vector_is_left_alone(vector: Vector) -> None:
    page = vector.aimed_at("a")
    assert walled(page).output == page


@pytest.mark.parametrize("vector", VECTORS + SPELLINGS, ids=by_name)
def test_a_vector_is_kept_out_by_insertions_alone_and_however_it_arrives(vector: Vector) -> None:
    page = vector.aimed_at("a")
    at_once, byte_by_byte = walled(page), walled(page, cuts=list(range(1, len(page))))
    assert at_once.without_insertions() == page
    assert byte_by_byte.without_insertions() == page
    assert byte_by_byte.output == at_once.output
