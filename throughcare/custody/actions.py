"""What the prison tells us, written down: one function for each thing it says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction

from throughcare.audit.facts import keep
from throughcare.core import clock, ids
from throughcare.core.identifiers import PrisonNumber
from throughcare.core.refusals import Refused
from throughcare.custody import rules, telling
from throughcare.custody.facts import ArrivalExpected, MovementRecorded
from throughcare.custody.models import ExpectedArrival, Movement, Prisoner
from throughcare.places import queries as places


class UnknownPrison(Refused):
    """The message names a prison that is not on our list."""

    message = "There is no prison with the code {code}. Check the message, or add the prison to the list."


class UnknownReason(Refused):
    """The message gives a reason for a movement that HMPPS has never used before."""

    message = "The reason {reason!r} of a {kind} message is not one we know, so nobody was moved. Tell your administrator."


@dataclass(frozen=True)
class Person:
    """A prisoner as the prison's search describes them."""

    prison_number: PrisonNumber
    family_name: str
    given_names: str
    date_of_birth: date | None = None
    sex: str = ""
    interpreter_language: str = ""
    legal_status: str = ""


@transaction.atomic
def expect_arrival(*, person: Person, establishment: str, came_from: str, due_at: datetime, by: str) -> ExpectedArrival:
    """Put somebody on a prison's list for tonight; the same line twice is one line."""
    _known(establishment)
    _take_turns(person.prison_number)
    prisoner = _meet(person, establishment)
    expected, new = ExpectedArrival.objects.get_or_create(
        prisoner=prisoner, establishment_id=establishment, due_at=due_at,
        defaults={"came_from": came_from, "written_at": clock.now()},
    )  # fmt: skip
    if new:
        telling.show_until(prisoner, establishment, due_at + rules.AFTER_EXPECTING)
        keep(ArrivalExpected(by=by, at=clock.now(), establishment=establishment, prisoner=prisoner.id, expected=expected.id,
                             due_at=due_at))  # fmt: skip
    return expected


@transaction.atomic
def record_movement(
    *, person: Person, kind: str, reason: str, establishment: str, at: datetime, message: str, by: str,
    booking: str = "", location: str = "", came_from: str = "",
) -> Movement | None:  # fmt: skip
    """Write one movement and tell the story anew; None when this message was written before.

    Raises UnknownPrison or UnknownReason, changing nothing.
    """
    _known(establishment)
    if reason not in rules.REASONS[kind]:
        raise UnknownReason(reason=reason, kind=kind)
    _take_turns(person.prison_number)
    if Movement.objects.filter(message=message).exists():
        return None  # before anything is taken over: an old message sent again must not open what has closed
    prisoner = _meet(person, establishment)
    before = telling.whereabouts(prisoner)
    movement = Movement.objects.create(
        id=ids.new(), prisoner=prisoner, kind=kind, reason=reason, establishment_id=establishment, came_from=came_from,
        booking=booking, location=location, happened_at=at, written_at=clock.now(), message=message,
    )  # fmt: skip
    after = telling.tell_again(prisoner)
    telling.show_until(prisoner, establishment, at + rules.AFTER_LEAVING)
    keep(MovementRecorded(
        by=by, at=at, establishment=establishment, prisoner=prisoner.id, movement=movement.id, kind=kind, reason=reason,
        before=before, after=after,
    ))  # fmt: skip
    return movement


def _known(establishment: str) -> None:
    if not places.is_known(establishment):
        raise UnknownPrison(code=establishment)


def _take_turns(number: PrisonNumber) -> None:
    """Two messages about one person at once are written one after the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [number])


def _meet(person: Person, establishment: str) -> Prisoner:
    """Find or make the prisoner, and take over what the prison now says."""
    said = {field: getattr(person, field) for field in _MIRRORED}
    prisoner = Prisoner.objects.filter(prison_number=person.prison_number).first()
    if prisoner is None:
        return _make(person.prison_number, establishment, said)
    changed = [field for field, value in said.items() if getattr(prisoner, field) != value]
    if changed:
        Prisoner.objects.filter(id=prisoner.id).update(**{field: said[field] for field in changed})
        prisoner.refresh_from_db()
    return prisoner


_MIRRORED = ("family_name", "given_names", "date_of_birth", "sex", "interpreter_language", "legal_status")


def _make(number: PrisonNumber, establishment: str, said: dict[str, object]) -> Prisoner:
    key: UUID = ids.new()
    telling.open_sight(key, establishment)  # sight first: the row itself is only visible through it
    return Prisoner.objects.create(id=key, prison_number=number, **said)
