"""The kernel: paths of many leaves, periods, silences, and who had been shown what by when."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughcare.audit import rules as sealing
from throughcare.reporting import rules
from throughcare.reporting.rules import NEXT, Knowing, Shown

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@given(st.integers(1, 70), st.data())
def test_the_paths_of_many_are_the_path_of_each(count, data):
    leaves = [sealing.leaf(str(number)) for number in range(count)]
    places = data.draw(st.sets(st.integers(0, count - 1), min_size=1))
    assert rules.paths_of(leaves, places) == {place: sealing.path_of(leaves, place) for place in places}


@pytest.mark.parametrize("happened, written, stands, inside", [
    (0, 0, False, True),
    (-5, 0, False, True),  # written in the period about something before it
    (-5, -5, False, False),
    (5, 5, False, False),
    (-5, -5, True, True),  # a stay that began before may still last
    (5, 5, True, False),
])  # fmt: skip
def test_a_row_belongs_to_the_period_in_which_it_happened_or_was_written(happened, written, stands, inside):
    moments = [NOON + happened * HOUR, NOON + written * HOUR]
    assert rules.in_period(moments, NOON, NOON + HOUR, stands=stands) == inside


def test_a_row_without_a_moment_belongs_to_every_period():
    assert rules.in_period([], NOON, NOON + HOUR, stands=False)


def test_silences_are_counted_from_the_first_day_to_the_last():
    day = timedelta(days=1)
    found = rules.silences([NOON + 2 * day, NOON + 2 * day + HOUR], NOON, NOON + 4 * day, day)
    assert found == [(NOON, NOON + 2 * day), (NOON + 2 * day + HOUR, NOON + 4 * day)]


@given(st.lists(st.integers(-50, 50)))
def test_silences_never_overlap_and_hold_no_entry(hours):
    moments = [NOON + hour * HOUR for hour in hours]
    found = rules.silences(moments, NOON, NOON + 40 * HOUR, 3 * HOUR)
    assert all(not one < moment < other for one, other in found for moment in moments)
    assert all(other <= after for (_, other), (after, _) in pairwise(found))


def look(hours, actor="a", page="patient"):
    return Shown(NOON + hours * HOUR, actor, actor.upper(), "nurse", page)


KNOWING = Knowing(
    [look(3), look(1), look(-1), look(2, "b"), look(1, "c", "photo")], {"patient": frozenset({"entry"}), "photo": frozenset()}
)


def test_who_knew_is_the_first_page_after_the_writing_that_shows_it():
    assert [(one.actor, one.at) for one in KNOWING.of("entry", NOON, "nobody")] == [("a", NOON + HOUR), ("b", NOON + 2 * HOUR)]


def test_the_author_is_not_told_what_they_wrote():
    assert [one.actor for one in KNOWING.of("entry", NOON, "a")] == ["b"]


def test_a_look_before_the_writing_and_a_page_that_does_not_show_it_count_for_nothing():
    assert KNOWING.of("entry", NOON + 4 * HOUR, "") == [] and KNOWING.of("other", NOON, "") == []


def test_every_state_has_a_row_and_leads_only_to_states():
    assert set().union(*NEXT.values()) <= set(NEXT)
