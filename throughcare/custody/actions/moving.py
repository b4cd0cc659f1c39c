"""Movements: each written once, the story told anew."""

from __future__ import annotations

from datetime import datetime, timedelta

from throughcare.audit.facts import keep
from throughcare.core import clock, ids
from throughcare.core.refusals import Refused
from throughcare.core.writing import all_or_nothing
from throughcare.custody import rules, telling
from throughcare.custody.actions import meeting
from throughcare.custody.actions.meeting import Met, Person
from throughcare.custody.facts import ArrivalExpected, MovementRecorded
from throughcare.custody.models import BedStay, ExpectedArrival, Movement, Prisoner
from throughcare.places import queries as places


class UnknownPrison(Refused):
    """The message names a prison that is not on our list."""

    message = "There is no prison with the code {code}. Check the message, or add the prison to the list."


class UnknownReason(Refused):
    """The message gives a reason for a movement that HMPPS has never used before."""

    message = "The reason {reason!r} of a {kind} message is not one we know, so nobody was moved. Tell your administrator."


@all_or_nothing
def expect_arrival(*, person: Person, establishment: str, came_from: str, due_at: datetime, by: str) -> ExpectedArrival:
    """Put somebody on a prison's list for tonight; the same line twice is one line."""
    _known(establishment)
    prisoner = meeting.meet(person, establishment)
    expected, new = ExpectedArrival.objects.get_or_create(
        prisoner=prisoner, establishment_id=establishment, due_at=due_at,
        defaults={"came_from": came_from, "written_at": clock.now()},
    )  # fmt: skip
    if new:
        telling.show_until(prisoner.id, establishment, due_at + rules.AFTER_EXPECTING)
        keep(ArrivalExpected(by=by, at=clock.now(), establishment=establishment, prisoner=prisoner.id, expected=expected.id,
                             due_at=due_at))  # fmt: skip
    return expected


@all_or_nothing
def record_movement(
    *, person: Person, kind: str, reason: str, establishment: str, at: datetime, message: str, by: str,
    booking: str = "", location: str = "", came_from: str = "", absence: str = "",
) -> Movement | None:  # fmt: skip
    """Write one movement and tell the story anew; None when this message was written before.

    Raises UnknownPrison or UnknownReason, changing nothing.
    """
    _known(establishment)
    if reason not in rules.REASONS[kind]:
        raise UnknownReason(reason=reason, kind=kind)
    meeting.take_turns(person.prison_number)
    met = meeting.find(person.prison_number, message)
    if met and met.written:
        return None  # before anything is taken over: an old message sent again must not open what has closed
    if met:
        meeting.take_over(met.prisoner, person)
    moved = Movement(
        id=ids.new(), kind=kind, reason=reason, establishment_id=establishment, came_from=came_from, booking=booking,
        location=location, happened_at=at, written_at=clock.now(), message=message, absence=absence,
    )  # fmt: skip
    return _write(moved, met or Met(meeting.make(person, establishment)), new=met is None, by=by)


@all_or_nothing
def correct_bed(*, prisoner: Prisoner, establishment: str, location: str, at: datetime, message: str, by: str) -> Movement | None:
    """The prison was asked again and names another cell than we believe: written as told now, after all that we know.

    None when he is not held there, or has that cell.
    """
    held = BedStay.objects.open().filter(prisoner=prisoner).first()
    if not held or held.establishment_id != establishment or not location or _same_bed(held, location):
        return None
    met = meeting.find(prisoner.prison_number, message)
    if not met or met.written:
        return None
    latest = max((move.at for move in telling.moves_of(met.every)), default=at)
    moved = Movement(
        id=ids.new(), kind=rules.BED, reason="", establishment_id=establishment, location=location, message=message,
        happened_at=max(at, latest + timedelta(microseconds=1)), written_at=clock.now(),
    )  # fmt: skip
    return _write(moved, met, new=False, by=by)


def _write(moved: Movement, met: Met, *, new: bool, by: str) -> Movement:
    told = [] if new else telling.moves_of(met.every)
    before = rules.story(told).now
    moved.prisoner = met.prisoner
    moved.save(force_insert=True)
    story = rules.story([*told, telling.move_of(moved)])
    after = story.now
    # The newest movement within a prison changes no booking and nobody's sight: half the day is cells and court.
    within = before.establishment == after.establishment == moved.establishment_id
    if within and all(move.at < moved.happened_at for move in told):
        telling.tell_stays(met.prisoner, story)
    else:
        telling.tell(met.prisoner, story, {moved.establishment_id: moved.happened_at + rules.AFTER_LEAVING})
        telling.see_alike(met.absorbed, story)
    moved.now = after
    keep(MovementRecorded(
        by=by, at=moved.happened_at, establishment=moved.establishment_id, prisoner=met.prisoner.id, movement=moved.id,
        kind=moved.kind, reason=moved.reason, absence=moved.absence, before=before, after=after,
    ))  # fmt: skip
    return moved


def _same_bed(held: BedStay, location: str) -> bool:
    return held.out if location in rules.AWAY else held.location == location


def _known(establishment: str) -> None:
    if not places.is_known(establishment):
        raise UnknownPrison(code=establishment)
