"""Two prison numbers turn out to be one person: the removed number becomes an alias, and the story is told anew."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from throughcare.audit.facts import keep
from throughcare.core import clock, ids
from throughcare.core.identifiers import PrisonNumber
from throughcare.core.refusals import Refused
from throughcare.core.writing import all_or_nothing
from throughcare.custody import rules, telling
from throughcare.custody.actions import meeting
from throughcare.custody.actions.meeting import Met, Person
from throughcare.custody.facts import AlertChanged, PrisonersMerged
from throughcare.custody.models import Alert, Alias, KeyDate, NonAssociation, Prisoner
from throughcare.custody.rules import Whereabouts


class SameNumber(Refused):
    """A number was said to be joined to itself."""

    message = "The message joins {number} to itself, so nothing was changed. Ask the prison which two numbers it meant."


@all_or_nothing
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
    opened = _take_along(lost, kept.prisoner) if lost else {}
    after = telling.tell(kept.prisoner, story)
    telling.see_alike([*kept.absorbed, *(gone.every if gone else ())], story)
    keep(PrisonersMerged(
        by=by, at=at, establishment=after.establishment or establishment, prisoner=kept.prisoner.id,
        removed=lost.id if lost else None, number=removed, before=before, removed_before=removed_before, after=after,
    ))  # fmt: skip
    for code, key in sorted(opened.items()):  # only now does the record that takes both numbers hear of this one
        keep(AlertChanged(by=by, at=at, establishment=after.establishment or establishment, prisoner=kept.prisoner.id, code=code,
                          active=True, alert=key))  # fmt: skip
    return alias


def _take_along(lost: Prisoner, kept: Prisoner) -> dict[str, UUID]:
    """What was believed under the removed number is set aside, and what the prison warns of goes with the person; numbers
    joined to it earlier are joined to the one that stays. The codes that are on there only now."""
    telling.tell(lost, rules.story([]))
    KeyDate.objects.filter(prisoner=lost, superseded_at=None).update(superseded_at=clock.now())
    before = _codes_on(kept)
    _hand_over(lost, kept)
    for alias in Alias.objects.filter(prisoner=lost):
        Alias.objects.filter(id=alias.id).update(prisoner=kept)
    return {code: key for code, key in _codes_on(kept).items() if code not in before}


def _hand_over(lost: Prisoner, kept: Prisoner) -> None:
    """Alerts and whom to keep apart, until the prison lists them under the number that stays; nothing is left on twice."""
    now = clock.now()
    known = Alert.objects.filter(prisoner=kept).values("uuid")
    Alert.objects.filter(prisoner=lost).exclude(uuid__in=known).update(prisoner=kept)
    Alert.objects.filter(prisoner=lost, active=True).update(active=False, until=clock.prison_day(now), told_at=now)
    listed = NonAssociation.objects.filter(prisoner=kept).values("reference")
    NonAssociation.objects.filter(prisoner=lost).exclude(reference__in=listed).update(prisoner=kept)
    NonAssociation.objects.filter(prisoner=lost, open=True).update(open=False, told_at=now)


def _codes_on(prisoner: Prisoner) -> dict[str, UUID]:
    return dict(Alert.objects.filter(prisoner=prisoner, active=True).values_list("code", "uuid"))


def _now(prisoners: tuple[UUID, ...]) -> Whereabouts:
    return rules.story(telling.moves_of(prisoners)).now if prisoners else Whereabouts()
