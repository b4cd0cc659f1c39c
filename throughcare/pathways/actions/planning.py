"""The plan follows facts: what happened is kept, the plan is told again, and the tasks are made to stand as it says.

Nobody calls this from a screen: the pathways say which facts count. Nothing is ever added up, so a fact that comes late,
twice or out of order gives the same plan as one that came in time (decision 15).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from throughcare.access.acting import Actor, acting, current
from throughcare.access.models import Competence
from throughcare.audit.facts import Fact
from throughcare.core import clock, ids
from throughcare.pathways import facts, register, rules
from throughcare.pathways.actions import writing
from throughcare.pathways.actions.writing import Occasion
from throughcare.pathways.models import Happening
from throughcare.patients import queries as patients
from throughcare.patients.facts import RecordsMerged, RecordsUnmerged
from throughcare.patients.linked import linked

TICK = timedelta(microseconds=1)
OUR_OWN = (
    facts.ClockStarted, facts.TaskDone, facts.TasksTravelled, facts.TaskReplanned, facts.PathwayEntered, facts.PathwayLeft,
)  # fmt: skip
# Takes turns over every record of one person, in one order, so that two facts at once cannot both start a clock.
LOCK = """
SELECT pg_advisory_xact_lock(hashtextextended(one::text, 1))
  FROM (SELECT one FROM unnest(patients_linked(%s)) one ORDER BY one) AS records
"""


@transaction.atomic
def follow(fact: Fact) -> None:
    """Keep a fact that a pathway names, and let the plan be told again. What the plan itself says sets nothing off."""
    if fact.patient is None or _is_our_own(fact):
        return
    heard = register.hears(fact.name(), fact.told())
    if isinstance(fact, RecordsUnmerged):
        _tell_both(fact)
    elif heard or isinstance(fact, RecordsMerged):
        _tell_again(fact.patient, Occasion.of(fact), fact if heard else None, current())


@transaction.atomic
def replan(*, patient: UUID) -> None:
    """Tell the plan of a person again from what is kept; whatever stands otherwise is made to stand as the plan says."""
    by = current()
    _tell_again(patient, Occasion(by.id, clock.now(), patient, by.establishment), None, by)


def in_turn(patient: UUID) -> tuple[UUID, ...]:
    """Every record of the person, the survivor first, once it is our turn; asked again, as records may just have been joined."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [patient])
    return linked(patient)


def anchor_of(fact: Fact) -> str:
    """The fingerprint of what happened, the same however often the fact is replayed."""
    said = json.dumps([fact.name(), clock.aware(fact.at).isoformat(), told_by(fact)], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def told_by(fact: Fact) -> dict[str, Any]:
    """All that a fact told, as it can be kept."""
    plain: dict[str, Any] = json.loads(json.dumps(fact.told(), default=str))
    return plain


def happened(people: Iterable[UUID]) -> list[rules.Happening]:
    """Everything that is kept about a person, under whichever record."""
    return [_as_told(row) for row in Happening.objects.filter(patient__in=list(people))]


def _tell_again(patient: UUID, occasion: Occasion, fact: Fact | None, by: Actor) -> None:
    people = in_turn(patient)
    told = happened(people)
    if fact:
        anchor = anchor_of(fact)
        if any(one.anchor == anchor for one in told):
            return  # told before: the plan stands as it is
        told.append(_hear(patient, fact, anchor, {one.heard_at for one in told}, by))
    writing.write(rules.tell(told, register.definitions(), register.calendar()), people, occasion)


def _tell_both(fact: RecordsUnmerged) -> None:
    """Two records stand for themselves again, each in its own prison: whoever said so may write in one of them only."""
    assert fact.patient
    by = current()
    with acting(Actor.system("plan", behalf=fact.by)):
        places = patients.other_places(fact.patient) | patients.other_places(fact.survivor) | {fact.establishment}
    with acting(Actor.system("plan", establishments=tuple(sorted(places - {""})), behalf=fact.by)):
        for one, heard in ((fact.patient, fact), (fact.survivor, None)):
            _tell_again(one, Occasion(fact.by, fact.at, one, fact.establishment), heard, by)


def _hear(patient: UUID, fact: Fact, anchor: str, taken: set[datetime], by: Actor) -> rules.Happening:
    """Keep what happened. No two are heard at one moment, so that what happens at once stays in the order it was told."""
    heard_at = clock.now()
    while heard_at in taken:
        heard_at += TICK
    competences = _held(by) if register.asks_for_competence(fact.name()) else []
    row = Happening(
        id=ids.new(), patient_id=patient, establishment=fact.establishment, fact=fact.id, name=fact.name(),
        told=told_by(fact), at=fact.at, heard_at=heard_at, by=fact.by, by_name=by.name,
        role=by.role.id if by.role else "", competences=competences, anchor=anchor,
    )  # fmt: skip
    row.save(force_insert=True)
    return _as_told(row)


def _as_told(row: Happening) -> rules.Happening:
    return rules.Happening(
        at=row.at, heard_at=row.heard_at, id=str(row.fact), name=row.name, anchor=row.anchor, told=row.told,
        establishment=row.establishment, by=row.by, by_name=row.by_name, competences=frozenset(row.competences),
    )  # fmt: skip


def _held(by: Actor) -> list[str]:
    """The competences that the actor holds today; the system holds none."""
    held = Competence.objects.on(clock.prison_day(clock.now())).filter(user=by.user_id)
    return sorted(held.values_list("code", flat=True)) if by.user_id else []


def _is_our_own(fact: Any) -> bool:
    return isinstance(fact, OUR_OWN) or (isinstance(fact, facts.TaskCancelled) and not fact.reason)
