"""What movements add up to: told late, twice, out of order, with pieces missing, the story is the same (L2)."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as some

from throughcare.custody import rules
from throughcare.custody.rules import Move, Span, Whereabouts

T = datetime(2026, 3, 2, 8, tzinfo=UTC)


def at(hours):
    return T + timedelta(hours=hours)


def move(hours, kind, reason="", prison="LEI", *, bed="", booking="1"):
    return Move(at(hours), f"{hours}-{kind}-{reason}-{prison}", kind, reason, prison, booking, bed)


def comes(hours, reason="NEW_ADMISSION", prison="LEI", **more):
    return move(hours, "received", reason, prison, **more)


def goes(hours, reason="RELEASED", prison="LEI", **more):
    return move(hours, "released", reason, prison, **more)


IN, COURT, BETWEEN, OUT = "ACTIVE IN", "ACTIVE OUT", "INACTIVE TRN", "INACTIVE OUT"

STORIES = {
    "nothing was ever told": ([], (OUT, ""), []),
    "he came in": ([comes(0)], (IN, "LEI"), [("LEI", 0, None)]),
    "he came in and went": ([comes(0), goes(9)], (OUT, ""), [("LEI", 0, 9)]),
    "release told before reception, and only it": ([goes(9)], (OUT, ""), []),
    "he was told to have come twice": ([comes(0), comes(3)], (IN, "LEI"), [("LEI", 0, None)]),
    "he was told to have gone twice": ([comes(0), goes(9), goes(10)], (OUT, ""), [("LEI", 0, 9)]),
    "to court": ([comes(0), goes(5, "SENT_TO_COURT")], (COURT, "LEI"), [("LEI", 0, None)]),
    "to court and back": (
        [comes(0), goes(5, "SENT_TO_COURT"), comes(9, "RETURN_FROM_COURT")], (IN, "LEI"), [("LEI", 0, None)],
    ),
    "freed by the court": ([comes(0), goes(5, "SENT_TO_COURT"), goes(8)], (OUT, ""), [("LEI", 0, 8)]),
    "back from a court we were not told of": ([comes(0), comes(9, "RETURN_FROM_COURT")], (IN, "LEI"), [("LEI", 0, None)]),
    "a court return is the first we hear": ([comes(9, "RETURN_FROM_COURT")], (IN, "LEI"), [("LEI", 9, None)]),
    "transferred": (
        [comes(0), goes(5, "TRANSFERRED"), comes(9, "TRANSFERRED", "MDI")], (IN, "MDI"), [("LEI", 0, 5), ("MDI", 9, None)],
    ),
    "on the van": ([comes(0), goes(5, "TRANSFERRED")], (BETWEEN, ""), [("LEI", 0, 5)]),
    "transferred, and nobody said he left": (
        [comes(0), comes(9, "TRANSFERRED", "MDI")], (IN, "MDI"), [("LEI", 0, 9), ("MDI", 9, None)],
    ),
    "transferred from court": (
        [comes(0), goes(5, "SENT_TO_COURT"), comes(9, "TRANSFERRED", "MDI")], (IN, "MDI"), [("LEI", 0, 9), ("MDI", 9, None)],
    ),
    "a prison that does not hold him lets him go": ([comes(0), goes(5, prison="MDI")], (IN, "LEI"), [("LEI", 0, None)]),
    "back after a month": ([comes(0), goes(9), comes(700)], (IN, "LEI"), [("LEI", 0, 9), ("LEI", 700, None)]),
    "another cell": (
        [comes(0), move(4, "bed", bed="LEI-B-2-014")], (IN, "LEI"), [("LEI", 0, 4), ("LEI", 4, None)],
    ),
    "a cell of a prison he is not in": ([comes(0), move(4, "bed", prison="MDI", bed="MDI-A-1")], (IN, "LEI"), [("LEI", 0, None)]),
    "came and went in the same moment": ([comes(0), goes(0)], (OUT, ""), []),
    "to hospital for good": ([comes(0), goes(5, "RELEASED_TO_HOSPITAL")], (OUT, ""), [("LEI", 0, 5)]),
}  # fmt: skip


@pytest.mark.parametrize("moves, now, stays", STORIES.values(), ids=STORIES)
def test_the_story(moves, now, stays):
    told = rules.story(moves)
    assert (told.now.status, told.now.establishment) == now
    assert [(span.name, span.since, span.until) for span in told.stays] == [
        (name, at(since), None if until is None else at(until)) for name, since, until in stays
    ]


def test_one_booking_goes_through_every_prison():
    told = rules.story(
        [comes(0), goes(5, "TRANSFERRED"), comes(9, "TRANSFERRED", "MDI"), goes(50, prison="MDI"), comes(99, booking="2")]
    )
    assert told.periods == (Span("1", at(0), at(50)), Span("2", at(99)))


def test_without_a_cell_he_is_in_reception():
    assert rules.story([comes(0)]).now == Whereabouts(IN, "LEI", rules.RECEPTION)
    assert rules.story([comes(0, bed="LEI-B-2-014")]).now.location == "LEI-B-2-014"


def test_nobody_is_here_who_is_out_at_court():
    assert not rules.story([comes(0), goes(5, "SENT_TO_COURT")]).now.is_here


MOVES = some.lists(
    some.builds(
        lambda hours, what, prison: move(hours, what[0], what[1], prison, bed=f"{prison}-A" if what[0] == "bed" else ""),
        some.integers(0, 30),
        some.sampled_from([(kind, reason) for kind, reasons in rules.REASONS.items() for reason in sorted(reasons)]),
        some.sampled_from(["LEI", "MDI", "WWI"]),
    ),
    max_size=12,
)


@given(MOVES, some.randoms())
def test_order_and_repeats_do_not_matter(moves, chance):
    again = moves + [one for one in moves if chance.random() < 0.5]
    chance.shuffle(again)
    assert rules.story(again) == rules.story(moves)


@given(MOVES)
def test_he_is_in_one_place_at_a_time(moves):
    told = rules.story(moves)
    for spans in (told.stays, told.periods):
        assert all(span.until is None or span.since < span.until for span in spans)
        assert all(before.until is not None and before.until <= after.since for before, after in pairwise(spans))


@given(MOVES)
def test_the_open_stay_is_where_he_is_held(moves):
    told = rules.story(moves)
    held = [span.name for span in told.stays if span.until is None]
    assert held == ([told.now.establishment] if told.now.establishment else [])


@given(MOVES)
def test_whoever_is_held_has_an_open_booking(moves):
    told = rules.story(moves)
    assert not told.now.is_here or told.periods[-1].until is None
