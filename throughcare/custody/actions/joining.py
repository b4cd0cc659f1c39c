"""Two prison numbers turn out to be one person: the removed number becomes an alias, and the story is told anew."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from throughcare.audit.facts import keep
from throughcare.core import clock, ids
from throughcare.core.identifiers import PrisonNumber
from throughcare.core.refusals import Refused
from throughcare.custody import rules, telling
from throughcare.custody.actions import meeting
from throughcare.custody.actions.meeting import Met, Person
from throughcare.custody.facts import PrisonersMerged
from throughcare.custody.models import Alias, Prisoner
from throughcare.custody.rules import Whereabouts


class SameNumber(Refused):
    """A number was said to be joined to itself."""

    message = "The message joins {number} to itself, so nothing was changed. Ask the prison which two numbers it meant."


@transaction.atomic
def join_numbers(*, person: Person, removed: PrisonNumber, establishment: str, at: datetime, by: str) -> Alias | None:
    """The prison joined `removed` to the person's number. Movements stay as they were written; none is copied or moved.

    None when it is known. Raises SameNumber.
    """
    if removed == person.prison_number:
        raise SameNumber(number=removed)
    meeting.take_turns(person.prison_number, removed)
    gone = meeting.find(removed)
    kept = meeting.find(person.prison_number)
    if Alias.objects.filter(number=removed).exists() or (gone and kept and gone.prisoner.id == kept.prisoner.id):
        return None
    if gone is None and kept is None:
        return None  # neither ever came to a prison of ours
    prisoner = meeting.take_over(kept.prisoner, person) if kept else meeting.make(person, establishment)
    return _join(kept or Met(prisoner), gone, removed, establishment, at, by)


def _join(kept: Met, gone: Met | None, removed: PrisonNumber, establishment: str, at: datetime, by: str) -> Alias:
    before, removed_before = _now(kept.every), _now(gone.every if gone else ())
    lost = gone.prisoner if gone else None
    alias: Alias = Alias.objects.create(
        id=ids.new(), number=removed, prisoner=kept.prisoner, removed=lost, told_at=clock.now()
    )  # fmt: skip
    story = rules.story(telling.moves_of([*kept.every, *(gone.every if gone else ())]))
    if lost:
        _take_along(lost, kept.prisoner)
    after = telling.tell(kept.prisoner, story)
    telling.see_alike([*kept.absorbed, *(gone.every if gone else ())], story)
    keep(PrisonersMerged(
        by=by, at=at, establishment=after.establishment or establishment, prisoner=kept.prisoner.id,
        removed=lost.id if lost else None, number=removed, before=before, removed_before=removed_before, after=after,
    ))  # fmt: skip
    return alias


def _take_along(lost: Prisoner, kept: Prisoner) -> None:
    """What was believed under the removed number is set aside; numbers joined to it earlier are joined to the one that stays."""
    telling.tell(lost, rules.story([]))
    for alias in Alias.objects.filter(prisoner=lost):
        Alias.objects.filter(id=alias.id).update(prisoner=kept)


def _now(prisoners: tuple[UUID, ...]) -> Whereabouts:
    return rules.story(telling.moves_of(prisoners)).now if prisoners else Whereabouts()
