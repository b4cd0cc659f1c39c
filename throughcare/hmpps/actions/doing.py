"""What each kind of message makes us do. Every one of them asks the prison again, and takes what it now says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from throughcare.access.acting import Actor
from throughcare.custody import actions as custody
from throughcare.custody import queries, rules
from throughcare.custody.actions import meeting
from throughcare.custody.models import Movement, Prisoner
from throughcare.hmpps import answers, book, translate
from throughcare.hmpps.answers import Unreadable
from throughcare.hmpps.search import Source
from throughcare.hmpps.translate import Event

Found = dict[str, Any]


class Nothing(Exception):
    """The message is true and is nothing to us; the sentence says why."""


@dataclass
class Job:
    """One message being acted on: what it says, its key, whom to ask, who acts, and what could not be taken of it."""

    event: Event
    message: str
    source: Source
    by: Actor
    remarks: list[str] = field(default_factory=list)

    def said(self, prisoner: Prisoner) -> dict[str, Any]:
        return {"prisoner": prisoner, "at": self.event.at, "by": self.by.id}


def do(job: Job) -> bool:
    """Act on one message; False when custody knew it already. Raises Nothing, or Refused with the reason to park it."""
    return _DO[job.event.does](job)


def _moved(job: Job) -> bool:
    event, found = job.event, _asked(job)
    reason, absence = _meaning(event, found)
    movement = custody.record_movement(
        person=answers.person(found), kind=event.does, reason=reason, establishment=event.establishment, at=event.at,
        message=job.message, by=job.by.id, booking=event.booking or str(found.get("bookingId") or "")[:20],
        location=answers.bed(found, event.establishment), absence=absence,
    )  # fmt: skip
    if movement is not None:
        _listen(job, movement.prisoner, found, movement)
    return movement is not None


def _bed(job: Job) -> bool:
    """Another cell: the message does not say which, the search does."""
    found = _asked(job)
    prisoner, place = _known(found), answers.prison(found)
    movement = None
    if location := answers.bed(found, place):
        movement = custody.record_movement(
            person=answers.person(found), kind=rules.BED, reason="", establishment=place, at=job.event.at, message=job.message,
            by=job.by.id, location=location,
        )  # fmt: skip
    _listen(job, prisoner, found, movement)
    return True


def _updated(job: Job) -> bool:
    reading, categories = book.reading(), job.event.categories
    if categories and categories <= reading.changes_nothing:
        raise Nothing("Nothing that health care reads was changed.")
    return _bed(job) if reading.moves_bed in categories else _heard(job)


def _heard(job: Job) -> bool:
    """Something about somebody changed: what the prison now says of them is taken over."""
    found = _asked(job)
    _listen(job, _known(found), found)
    return True


def _apart(job: Job) -> bool:
    """Two people are kept apart, differently, or no longer: both lists are asked for."""
    if job.source.apart is None:
        raise Unreadable(why="There is nowhere to ask whom to keep apart. Ask the prison, and set the non-associations service.")
    numbers = {queries.number_now(one) for one in (job.event.prison_number, job.event.other_number) if one}
    met = [prisoner for number in sorted(numbers) if (prisoner := _maybe(number, job.source))]
    if not met:
        raise Nothing("Neither of them ever came to a prison of ours.")
    for prisoner in met:
        listed = job.source.apart(prisoner.prison_number)
        custody.take_non_associations(**job.said(prisoner), apart=answers.apart(listed) if listed else [])
    return True


def _joined(job: Job) -> bool:
    event = job.event
    if event.other_number is None:
        raise Unreadable(why="The message does not say which number was removed.")
    found = _asked(job)
    joined = custody.join_numbers(
        person=answers.person(found), removed=event.other_number, establishment=answers.prison(found), at=event.at, by=job.by.id
    )
    if joined is not None:
        _listen(job, joined.prisoner, found)
    return joined is not None


def _for_a_person(job: Job) -> bool:
    event = job.event
    raise Unreadable(why=(
        f"The prison moved booking {event.booking or '(no number)'} from {event.other_number or 'another number'} to "
        f"{event.prison_number}. Open both records and the movements under each; ask the prison whose stay it was."
    ))  # fmt: skip


_DO: dict[str, Callable[[Job], bool]] = {
    book.RECEIVED: _moved, book.RELEASED: _moved, book.BED: _bed, book.UPDATED: _updated, book.ASKED_AGAIN: _heard,
    book.APART: _apart, book.MERGED: _joined, book.BOOKING_MOVED: _for_a_person,
}  # fmt: skip


def _asked(job: Job) -> Found:
    """The person as the search now describes them, under the number they now have."""
    now = queries.number_now(job.event.prison_number)
    found = job.source.person(now)
    if found is None:
        raise Unreadable(why=f"The prisoner search does not know {now}.")
    return found


def _known(found: Found) -> Prisoner:
    prisoner = meeting.known(answers.person(found))
    if prisoner is None:
        raise Nothing("Nobody of that number ever came to a prison of ours.")
    return prisoner


def _maybe(number: str, source: Source) -> Prisoner | None:
    found = source.person(number)
    return meeting.known(answers.person(found)) if found else None


def _meaning(event: Event, found: Found) -> tuple[str, str]:
    """The reason in our words. Raises Nothing where nobody left the prison, or only a number ended."""
    reason, absence = translate.meaning(event.does, event.reason, event.code or _code_of(event, found))
    if reason == book.STAYS:
        raise Nothing("They were in court by video link, or only in the diary, and did not leave the prison.")
    if reason == book.NUMBER_ENDS:
        raise Nothing("Only a number ended, because it was joined to another. The merge message says which.")
    return reason, absence


def _code_of(event: Event, found: Found) -> str:
    """The newer messages carry no code: the search has that of the last movement, which is this one only if it fits and
    nothing later is known."""
    kind, code = answers.last_movement(found)
    status = str(found.get("status", ""))
    fits = {"REL": "INACTIVE OUT", "CRT": "ACTIVE OUT", "TAP": "ACTIVE OUT"}.get(kind) == status
    if event.does != book.RELEASED or not fits or kind not in book.types_of(event.does, event.reason):
        return ""
    latest = queries.latest_of_number(event.prison_number)
    return code if latest is None or latest <= event.at else ""


def _listen(job: Job, prisoner: Prisoner, found: Found, moved: Movement | None = None) -> None:
    """What else the answer says: his cell, his alerts, his dates. A part that cannot be read spoils neither the movement
    nor the other parts: it is parked beside it, for a person."""
    place, source = answers.prison(found), job.source
    location, now = answers.bed(found, place), moved.now if moved else None
    if now is None or (now.establishment == place and now.location != location):
        custody.correct_bed(**job.said(prisoner), establishment=place, location=location, message=f"~{job.message}"[:80])
    with _spared(job):
        alerts, whole = answers.alerts(found, source.alerts(prisoner.prison_number) if source.alerts else None)
        custody.take_alerts(**job.said(prisoner), alerts=alerts, whole=whole, establishment=place)
    with _spared(job):
        schedule = source.schedule(prisoner.prison_number) if source.schedule else None
        custody.take_key_dates(**job.said(prisoner), dates=answers.key_dates(found, schedule or ()), establishment=place)


@contextmanager
def _spared(job: Job) -> Iterator[None]:
    """What cannot be read of a part is said. It is read before anything of it is written."""
    try:
        yield
    except Unreadable as error:
        job.remarks.append(str(error))
