"""What a list of movements means: where somebody was, is, and under which booking. Pure; order and repeats do not matter.

Events come late, twice and out of order, so nothing is ever added up: the whole story is read again from its
movements, sorted by when they happened. Reasons and their meaning: HMPPS prisoner domain events.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from throughcare.core.rulebook import Book, whole

RECEPTION = "RECP"  # what the prison writes for somebody who has no cell yet
SWAP = "CSWAP"  # and for somebody between two cells
AWAY = frozenset({"COURT", "TAP"})  # written where a cell would stand: he is out, and his cell is kept

RECEIVED, RELEASED, BED = "received", "released", "bed"
COMES_BACK = frozenset({"RETURN_FROM_COURT", "TEMPORARY_ABSENCE_RETURN"})
GOES_AND_RETURNS = frozenset({"SENT_TO_COURT", "TEMPORARY_ABSENCE_RELEASE"})
MOVES_ON = frozenset({"TRANSFERRED"})
DIED = "DIED"  # ours, for a release whose movement reason is DEC
LEAVES = frozenset({"RELEASED", "RELEASED_TO_HOSPITAL", DIED})
ARRIVES = frozenset({"NEW_ADMISSION", "READMISSION", "READMISSION_SWITCH_BOOKING", "POST_MERGE_ADMISSION", "ADMISSION"})
REASONS = {RECEIVED: ARRIVES | MOVES_ON | COMES_BACK, RELEASED: LEAVES | MOVES_ON | GOES_AND_RETURNS, BED: frozenset({""})}


@dataclass(frozen=True)
class Sight:
    """For how long a prison still sees a custody record."""

    left_days: int
    expected_hours: int


BOOK = Book(Path(__file__).parent / "rulebook", whole(Sight), only=("sight",))
_SIGHT = BOOK.current()  # read once, at the start
AFTER_LEAVING = timedelta(days=_SIGHT.left_days)
AFTER_EXPECTING = timedelta(hours=_SIGHT.expected_hours)


@dataclass(frozen=True, order=True)
class Move:
    """One movement as the prison told it. `key` only settles the order of two at the same moment."""

    at: datetime
    key: str
    kind: str
    reason: str
    establishment: str
    booking: str = ""
    location: str = ""


@dataclass(frozen=True)
class Span:
    """A time in one place or under one booking; `until` is None while it lasts."""

    name: str
    since: datetime
    until: datetime | None = None
    location: str = ""


@dataclass(frozen=True)
class Whereabouts:
    """Where somebody is now: the prison that holds them (blank: none), and whether they are in it."""

    status: str = "INACTIVE OUT"
    establishment: str = ""
    location: str = ""

    @property
    def is_here(self) -> bool:
        return self.status == "ACTIVE IN"


@dataclass(frozen=True)
class Story:
    """What the movements add up to."""

    periods: tuple[Span, ...] = ()
    stays: tuple[Span, ...] = ()
    now: Whereabouts = Whereabouts()
    out_by_bed: bool = False  # nobody said that he went: only his cell says COURT or TAP


def story(moves: Iterable[Move]) -> Story:
    """Read all movements of one person from the first to the last."""
    told = Story()
    for move in sorted(set(moves)):
        told = _TELL[move.kind](told, move)
    return told


def _received(told: Story, move: Move) -> Story:
    location = "" if move.location in AWAY else move.location
    if told.now.establishment == move.establishment and told.now.status.startswith("ACTIVE"):
        back = replace(told, now=replace(told.now, status="ACTIVE IN"), out_by_bed=False)  # a repeat, or back from court
        return _another_bed(back, move.at, location)
    told = _close_stay(told, move.at)
    periods = told.periods if _open(told.periods) else (*told.periods, Span(move.booking, move.at))
    stays = (*told.stays, Span(move.establishment, move.at, None, location or RECEPTION))
    return Story(periods, stays, Whereabouts("ACTIVE IN", move.establishment, location or RECEPTION))


def _released(told: Story, move: Move) -> Story:
    if told.now.establishment != move.establishment:
        return told  # leaving a prison that does not hold him: a late or stray message, kept but changing nothing
    if move.reason in GOES_AND_RETURNS:
        return replace(told, now=replace(told.now, status="ACTIVE OUT"), out_by_bed=False)
    told = _close_stay(told, move.at)
    if move.reason in MOVES_ON:
        return replace(told, now=Whereabouts("INACTIVE TRN"), out_by_bed=False)
    return Story(_closed(told.periods, move.at), told.stays, Whereabouts())


def _bed(told: Story, move: Move) -> Story:
    if told.now.establishment != move.establishment or not move.location:
        return told
    if move.location in AWAY:
        was_in = told.now.is_here
        return replace(told, now=replace(told.now, status="ACTIVE OUT"), out_by_bed=was_in or told.out_by_bed)
    if told.out_by_bed:
        told = replace(told, now=replace(told.now, status="ACTIVE IN"), out_by_bed=False)
    return _another_bed(told, move.at, move.location)


def _another_bed(told: Story, at: datetime, location: str) -> Story:
    """The same prison, another cell; nothing when it is the cell he has, or none was said."""
    if not location or location == told.now.location:
        return told
    told = _close_stay(told, at)
    stays = (*told.stays, Span(told.now.establishment, at, None, location))
    return replace(told, stays=stays, now=replace(told.now, location=location))


_TELL = {RECEIVED: _received, RELEASED: _released, BED: _bed}


def _close_stay(told: Story, at: datetime) -> Story:
    return replace(told, stays=_closed(told.stays, at))


def _closed(spans: tuple[Span, ...], at: datetime) -> tuple[Span, ...]:
    """The open span ended; one that would be empty is left out."""
    ended = tuple(span if span.until else replace(span, until=at) for span in spans)
    return tuple(span for span in ended if span.until != span.since)


def _open(spans: tuple[Span, ...]) -> bool:
    return any(span.until is None for span in spans)
