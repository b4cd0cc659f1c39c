"""A death in custody: the record is sealed, kept open to the prison that held the person, and what follows is an addendum."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from throughcare.access.acting import Actor, acting
from throughcare.audit.facts import keep
from throughcare.core import clock
from throughcare.core.refusals import Refused, require
from throughcare.core.writing import all_or_nothing
from throughcare.patients import facts, reach
from throughcare.patients.linked import linked
from throughcare.patients.models import Patient, Reach


class AlreadyDied(Refused):
    """Somebody has written it."""

    message = "This death is on the record already. Reload the page; what you add now is marked as an addendum."


class NotYet(Refused):
    """The death is said to happen later than now."""

    message = "The time is in the future. Give the time at which death was confirmed."


class NotOurs(Refused):
    """Somebody whose record this prison cannot write in."""

    message = "This person is not here, so a death cannot be written here. Tell the prison that holds them."


@all_or_nothing
def record_death(*, patient: UUID, died_at: datetime, by: Actor) -> None:
    """Write that somebody died, by whoever confirmed it here; the prison's feed may say so later.

    Raises NotYet, NotOurs or AlreadyDied, changing nothing.
    """
    require(by.may("record_death"))
    if died_at > clock.now():
        raise NotYet()
    if not Reach.objects.live().filter(patient=patient, scope__in=by.scopes, writes=True).exists():
        raise NotOurs()
    if Patient.objects.filter(id=patient, died_at__isnull=False).exists():
        raise AlreadyDied()
    with acting(Actor.system("death", establishments=(by.establishment,), behalf=by.id)):
        note_death(patient, by.establishment, died_at, by.id)


def note_death(patient: UUID, establishment: str, at: datetime, by: str) -> None:
    """From now on entries are addenda, on every record of the person; whoever writes late is heard and marked, never refused."""
    for one in linked(patient):
        Patient.objects.filter(id=one, died_at=None).update(died_at=at)
    reach.keep_open(patient, establishment, at=at)
    keep(facts.PatientDied(by=by, at=at, patient=patient, establishment=establishment))
