"""A second reading of the same movements, which shares no code with the rules: at each moment, where is he, in which bed, under
which booking? The spans of the story must say the same at every moment that is asked."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from throughcare.core.clock import on
from throughcare.custody import rules
from throughcare.custody.rules import Move

T = datetime(2026, 3, 2, 8, tzinfo=UTC)
HOUR, HALF = timedelta(hours=1), timedelta(minutes=30)
LONGEST = 30
BEDS = ("A-1-001", "A-1-002", "COURT", "TAP", "CSWAP", "")
WHAT = [(kind, reason) for kind, reasons in rules.REASONS.items() for reason in sorted(reasons)]


class Officer:
    """Follows one man with a notebook: crosses out and writes anew, as the wing does."""

    def __init__(self):
        self.prison, self.bed, self.out, self.guessed, self.booked = None, "", False, False, ""

    def hears(self, one):
        {"received": self.sees_him_in, "released": self.sees_him_off, "bed": self.reads_the_board}[one.kind](one)

    def sees_him_in(self, one):
        bed = one.location if one.location not in ("COURT", "TAP") else ""
        if self.prison != one.establishment:
            self.prison, self.bed, self.booked = one.establishment, bed or "RECP", self.booked or f"from {one.at}"
        self.bed = bed or self.bed
        self.out = self.guessed = False

    def sees_him_off(self, one):
        if self.prison != one.establishment:
            return
        if one.reason in ("SENT_TO_COURT", "TEMPORARY_ABSENCE_RELEASE"):
            self.out, self.guessed = True, False
            return
        self.prison, self.bed, self.out, self.guessed = None, "", False, False
        if one.reason != "TRANSFERRED":
            self.booked = ""

    def reads_the_board(self, one):
        if self.prison != one.establishment or one.location == "":
            return
        if one.location in ("COURT", "TAP"):
            self.guessed = self.guessed or not self.out
            self.out = True
            return
        if self.guessed:
            self.out = self.guessed = False
        self.bed = one.location


def notebook(moves, moment):
    """What the officer's notebook says at a moment."""
    officer = Officer()
    for one in sorted(set(moves), key=lambda one: (one.at, one.key)):
        if one.at <= moment:
            officer.hears(one)
    return officer


def covering(spans, moment):
    found = [span for span in spans if span.since <= moment and (span.until is None or moment < span.until)]
    assert len(found) <= 1
    return found[0] if found else None


def made(place, hours, what, prison, bed):
    """`place` makes keys that are never the same for two that differ, so that the order of one moment is known."""
    location = f"{prison}-{bed}" if bed[:1] == "A" else bed
    return Move(T + hours * HOUR, f"{hours:02d}-{place:02d}", what[0], what[1], prison, "1", location)


MOVES = some.lists(
    some.tuples(
        some.integers(0, LONGEST), some.sampled_from(WHAT), some.sampled_from(["LEI", "MDI", "WWI"]), some.sampled_from(BEDS)
    ),
    max_size=14,
).map(lambda rows: [made(place, *row) for place, row in enumerate(rows)])
THOROUGH = settings(max_examples=200)


@THOROUGH
@given(MOVES, some.integers(0, 2 * LONGEST))
def test_at_every_moment_he_sleeps_where_the_notebook_says(moves, halves):
    moment = T + halves * HALF
    told, officer = covering(rules.story(moves).stays, moment), notebook(moves, moment)
    assert (told and (told.name, told.location)) == (officer.prison and (officer.prison, officer.bed))


@THOROUGH
@given(MOVES, some.integers(0, 2 * LONGEST))
def test_at_every_moment_he_is_booked_or_free_as_the_notebook_says(moves, halves):
    moment = T + halves * HALF
    told = covering(rules.story(moves).periods, moment)
    assert (told is not None) == bool(notebook(moves, moment).booked)
    if told:
        assert notebook(moves, moment).booked == f"from {told.since}"


@THOROUGH
@given(MOVES)
def test_in_the_end_he_is_in_or_out_as_the_notebook_says(moves):
    now, officer = rules.story(moves).now, notebook(moves, T + 99 * HOUR)
    assert now.establishment == (officer.prison or "")
    assert now.is_here == (officer.prison is not None and not officer.out)
    assert rules.story(moves).out_by_bed == officer.guessed


@THOROUGH
@given(MOVES, some.integers(0, LONGEST))
def test_what_comes_later_never_changes_what_had_ended(moves, hours):
    """A page of the past reads the same tomorrow, unless something about the past itself is told."""
    moment = T + hours * HOUR
    then = rules.story(one for one in moves if one.at <= moment)
    now = rules.story(moves)
    for before, after in ((then.stays, now.stays), (then.periods, now.periods)):
        assert {span for span in before if span.until} <= set(after)


@THOROUGH
@given(MOVES, some.sampled_from([timedelta(days=-400), timedelta(hours=7, minutes=13), timedelta(days=200, hours=1)]))
def test_only_the_distance_of_movements_counts_not_their_date(moves, later):
    """The same life in summer time, or seven hours later, is the same story at other times."""
    moved = rules.story(replace(one, at=one.at + later) for one in moves)
    told = rules.story(moves)
    for spans, others in ((told.stays, moved.stays), (told.periods, moved.periods)):
        assert [(a.name, a.location, a.since + later, a.until and a.until + later) for a in spans] == [
            (b.name, b.location, b.since, b.until) for b in others
        ]
    assert told.now == moved.now


@THOROUGH
@given(MOVES, some.data())
def test_a_stray_release_of_a_prison_that_never_held_him_changes_nothing(moves, data):
    hours = data.draw(some.integers(0, LONGEST))
    reason = data.draw(some.sampled_from(sorted(rules.REASONS["released"])))
    stray = Move(T + hours * HOUR, "stray", "released", reason, "WLI")
    assert rules.story([*moves, stray]) == rules.story(moves)


@THOROUGH
@given(MOVES)
def test_one_stay_follows_another_without_a_gap_while_nobody_let_him_go(moves):
    kept = [one for one in moves if one.kind != "released"]
    told = rules.story(kept)
    assert all(before.until == after.since for before, after in pairwise(told.stays))
    assert len(told.periods) <= 1


CELL, OTHER = "LEI-A-1-001", "LEI-A-1-002"
# What his cell says, one after another, and where that leaves him: in or out, and in which cell.
BOARDS = {
    "a cell": ([("bed", CELL)], True, CELL),
    "court, by the board alone": ([("bed", CELL), ("bed", "COURT")], False, CELL),
    "and back by the board": ([("bed", CELL), ("bed", "COURT"), ("bed", CELL)], True, CELL),
    "back into another cell": ([("bed", CELL), ("bed", "TAP"), ("bed", OTHER)], True, OTHER),
    "court and then elsewhere, by the board, and back": ([("bed", "COURT"), ("bed", "TAP"), ("bed", CELL)], True, CELL),
    "court by the board and then by message": ([("bed", CELL), ("bed", "COURT"), ("SENT_TO_COURT", "")], False, CELL),
    "a cell kept for him while he is at court brings nobody back": (
        [("bed", CELL), ("bed", "COURT"), ("SENT_TO_COURT", ""), ("bed", OTHER)], False, OTHER,
    ),
    "the board after the message": ([("SENT_TO_COURT", ""), ("bed", "COURT"), ("bed", CELL)], False, CELL),
    "back by message, whatever the board says": ([("bed", "COURT"), ("RETURN_FROM_COURT", "")], True, "RECP"),
    "between two cells": ([("bed", CELL), ("bed", "CSWAP")], True, "CSWAP"),
    "a blank is no cell": ([("bed", CELL), ("bed", "")], True, CELL),
    "the same cell again": ([("bed", CELL), ("bed", CELL)], True, CELL),
}  # fmt: skip
KINDS = {"SENT_TO_COURT": "released", "RETURN_FROM_COURT": "received"}


@pytest.mark.parametrize("said, is_in, cell", BOARDS.values(), ids=BOARDS)
def test_what_the_board_says(said, is_in, cell):
    moves = [Move(T, "00", "received", "NEW_ADMISSION", "LEI")]
    for place, (what, bed) in enumerate(said, 1):
        kind, reason = (KINDS[what], what) if what in KINDS else ("bed", "")
        moves.append(Move(T + place * HOUR, f"{place:02d}", kind, reason, "LEI", "", bed))
    now = rules.story(moves).now
    assert (now.is_here, now.location) == (is_in, cell) and now.establishment == "LEI"


def test_the_same_cell_said_twice_is_one_stay():
    told = rules.story([
        Move(T, "0", "received", "NEW_ADMISSION", "LEI", "", CELL), Move(T + HOUR, "1", "bed", "", "LEI", "", CELL)
    ])  # fmt: skip
    assert [(span.location, span.since, span.until) for span in told.stays] == [(CELL, T, None)]


@pytest.mark.parametrize("first, held", [("a", "MDI"), ("z", "LEI")])
def test_of_two_at_one_moment_the_key_settles_which_was_first(first, held):
    """Not the order in which they were told: two copies of the house agree."""
    moves = [
        Move(T, first, "received", "NEW_ADMISSION", "LEI"), Move(T, "m", "received", "NEW_ADMISSION", "MDI"),
    ]  # fmt: skip
    assert rules.story(moves).now.establishment == held == rules.story(moves[::-1]).now.establishment


@pytest.mark.parametrize("reason", sorted(rules.LEAVES))
def test_whoever_leaves_for_good_has_no_booking_left(reason):
    told = rules.story([
        Move(T, "0", "received", "NEW_ADMISSION", "LEI", "17"), Move(T + HOUR, "1", "released", reason, "LEI"),
    ])  # fmt: skip
    assert told.now == rules.Whereabouts() and [(span.name, span.until) for span in told.periods] == [("17", T + HOUR)]


@pytest.mark.parametrize("reason", sorted(rules.ARRIVES | rules.MOVES_ON | rules.COMES_BACK))
def test_whatever_the_reason_whoever_is_received_is_in(reason):
    told = rules.story([Move(T, "0", "received", reason, "LEI", "17")])
    assert told.now == rules.Whereabouts("ACTIVE IN", "LEI", "RECP") and told.periods[0].name == "17"


NIGHTS = {
    "the clocks go forward": (date(2026, 3, 28), time(23, 30), date(2026, 3, 29), time(3), 2.5),
    "the clocks go back": (date(2026, 10, 24), time(23, 30), date(2026, 10, 25), time(3), 4.5),
    "an ordinary night": (date(2026, 6, 1), time(23, 30), date(2026, 6, 2), time(3), 3.5),
}


@pytest.mark.parametrize("day, came, next_day, went, hours", NIGHTS.values(), ids=NIGHTS)
def test_a_stay_over_the_night_lasts_as_long_as_it_lasts(day, came, next_day, went, hours):
    told = rules.story([
        Move(on(day, came), "0", "received", "NEW_ADMISSION", "LEI"),
        Move(on(next_day, went), "1", "released", "RELEASED", "LEI"),
    ])  # fmt: skip
    (stay,) = told.stays
    assert (stay.until - stay.since).total_seconds() / 3600 == hours


def test_when_half_past_one_comes_twice_the_cells_stand_in_their_order():
    """Told in local time with its offset: the second 01:30 is an hour after the first, and the bed he ends in is the second."""
    first = datetime.fromisoformat("2026-10-25T01:30:00+01:00")
    second = datetime.fromisoformat("2026-10-25T01:30:00+00:00")
    came = Move(first - HOUR, "0", "received", "NEW_ADMISSION", "LEI")
    beds = [Move(second, "a", "bed", "", "LEI", "", OTHER), Move(first, "z", "bed", "", "LEI", "", CELL)]
    told = rules.story([*beds, came])
    assert told.now.location == OTHER
    assert [(span.location, span.until and span.until - span.since) for span in told.stays] == [
        ("RECP", HOUR), (CELL, HOUR), (OTHER, None)
    ]  # fmt: skip


def test_no_reason_means_two_things():
    """A reason of a release is never read as one of a reception, but a transfer is both."""
    assert rules.REASONS["received"] & rules.REASONS["released"] == rules.MOVES_ON
    groups = [rules.LEAVES, rules.MOVES_ON, rules.GOES_AND_RETURNS]
    assert sum(map(len, groups)) == len(rules.REASONS["released"])
