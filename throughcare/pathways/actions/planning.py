"""The plan follows facts: what happened is kept, the plan is told again, and the tasks are made to stand as it says.

Nobody calls this from a screen: the pathways say which facts count. Nothing is ever added up, so a fact that comes late,
twice or out of order gives the same plan as one that came in time (decision 15).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from throughcare.access.acting import Actor, acting, current
from throughcare.access.models import Competence
from throughcare.audit.facts import Fact
from throughcare.core import clock, ids
from throughcare.core.writing import all_or_nothing, insert
from throughcare.pathways import facts, register, rules
from throughcare.pathways.actions import writing
from throughcare.pathways.actions.writing import Occasion
from throughcare.pathways.models import Happening
from throughcare.patients import queries as patients
from throughcare.patients.facts import RecordsMerged, RecordsUnmerged
from throughcare.patients.linked import in_turn

TICK = timedelta(microseconds=1)
OUR_OWN = (
    facts.ClockStarted, facts.TaskDone, facts.TasksTravelled, facts.TaskReplanned, facts.PathwayEntered, facts.PathwayLeft,
)  # fmt: skip


@all_or_nothing
def follow_all(facts: Sequence[Fact]) -> None:
    """Keep the facts that a pathway names, and let the plan of everybody they are about be told again, once each. What the
    plan itself says sets nothing off."""
    heard: dict[UUID, tuple[Occasion, list[Fact]]] = {}  # about whom: the last of the facts, and those that a pathway names
    for fact in facts:
        if fact.patient is None or _is_our_own(fact):
            continue
        if isinstance(fact, RecordsUnmerged):
            _tell_both(fact)
        elif (named := register.hears(fact.name(), fact.told())) or isinstance(fact, RecordsMerged):
            before = heard[fact.patient][1] if fact.patient in heard else []
            heard[fact.patient] = Occasion.of(fact), [*before, *([fact] if named else [])]
    for patient, (occasion, told) in heard.items():
        _tell_again(patient, occasion, told, current())


def follow(fact: Fact) -> None:
    """One fact alone."""
    follow_all([fact])


@all_or_nothing
def replan(*, patient: UUID) -> None:
    """Tell the plan of a person again from what is kept; whatever stands otherwise is made to stand as the plan says."""
    by = current()
    _tell_again(patient, Occasion(by.id, clock.now(), patient, by.establishment), [], by)


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
    return [_told(*row) for row in Happening.objects.filter(patient__in=list(people)).values_list(*TOLD)]


def _tell_again(patient: UUID, occasion: Occasion, facts: Sequence[Fact], by: Actor) -> None:
    people = in_turn(patient)
    told = happened(people)
    known = {one.anchor for one in told}
    new = {anchor: fact for fact in facts if (anchor := anchor_of(fact)) not in known}
    if facts and not new:
        return  # told before: the plan stands as it is
    told += _hear(patient, new, {one.heard_at for one in told}, by)
    writing.write(rules.tell(told, register.definitions(), rules.calendars()), people, occasion)


def _tell_both(fact: RecordsUnmerged) -> None:
    """Two records stand for themselves again, each in its own prison: whoever said so may write in one of them only."""
    assert fact.patient
    by = current()
    with acting(Actor.system("plan", behalf=fact.by)):
        places = patients.other_places(fact.patient) | patients.other_places(fact.survivor) | {fact.establishment}
    with acting(Actor.system("plan", establishments=tuple(sorted(places - {""})), behalf=fact.by)):
        for one, heard in ((fact.patient, [fact]), (fact.survivor, [])):
            _tell_again(one, Occasion(fact.by, fact.at, one, fact.establishment), heard, by)


def _hear(patient: UUID, facts: Mapping[str, Fact], taken: set[datetime], by: Actor) -> list[rules.Happening]:
    """Keep what happened. No two are heard at one moment, so that what happens at once stays in the order it was told."""
    heard_at = clock.now()
    rows = []
    for anchor, fact in facts.items():
        while heard_at in taken:
            heard_at += TICK
        taken.add(heard_at)
        rows.append(_heard(patient, fact, anchor, heard_at, by))
    insert(rows)
    return [_told(*(getattr(row, name) for name in TOLD)) for row in rows]


def _heard(patient: UUID, fact: Fact, anchor: str, heard_at: datetime, by: Actor) -> Happening:
    competences = _held(by) if register.asks_for_competence(fact.name()) else []
    return Happening(
        id=ids.new(), patient_id=patient, establishment=fact.establishment, fact=fact.id, name=fact.name(),
        told=told_by(fact), at=fact.at, heard_at=heard_at, by=fact.by, by_name=by.name,
        role=by.role.id if by.role else "", competences=competences, anchor=anchor,
    )  # fmt: skip


TOLD = ("at", "heard_at", "fact", "name", "anchor", "told", "establishment", "by", "by_name", "competences")


def _told(
    at: datetime, heard_at: datetime, fact: UUID, name: str, anchor: str, told: dict[str, Any], establishment: str, by: str,
    by_name: str, competences: list[str],
) -> rules.Happening:  # fmt: skip
    return rules.Happening(
        at=at, heard_at=heard_at, id=str(fact), name=name, anchor=anchor, told=told, establishment=establishment, by=by,
        by_name=by_name, competences=frozenset(competences),
    )  # fmt: skip


def _held(by: Actor) -> list[str]:
    """The competences that the actor holds today; the system holds none."""
    held = Competence.objects.on(clock.prison_day(clock.now())).filter(user=by.user_id)
    return sorted(held.values_list("code", flat=True)) if by.user_id else []


def _is_our_own(fact: Any) -> bool:
    return isinstance(fact, OUR_OWN) or (isinstance(fact, facts.TaskCancelled) and not fact.reason)
