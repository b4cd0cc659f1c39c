"""What follows from the prison's alerts, dates and numbers; and from its saying that somebody left who was seen here later."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

from throughcare.access.acting import Actor, acting
from throughcare.audit.facts import keep
from throughcare.core.refusals import Refused, require
from throughcare.core.writing import all_or_nothing
from throughcare.custody.facts import AlertChanged, KeyDatesChanged, MovementRecorded, PrisonersMerged
from throughcare.custody.rules import Whereabouts
from throughcare.patients import facts, queries, reach, saying
from throughcare.patients.actions import coming, identity
from throughcare.patients.actions.death import note_death
from throughcare.patients.linked import survivor_of
from throughcare.patients.models import Reach


class NotHeld(Refused):
    """Nothing of this person waits here for an answer."""

    message = "This record is not open here any more, so nothing was changed. Reload the page."


@all_or_nothing
def follow_alert(fact: AlertChanged) -> None:
    """An alert of the prison's is one of the patient's facts: an open ACCT starts what it starts."""
    with _as_feed(fact) as shared:
        if shared:
            saying.say_alerts(shared["patient"], shared)


@all_or_nothing
def follow_key_dates(fact: KeyDatesChanged) -> None:
    """A date moved, or is surer now: what is planned by it is planned again."""
    with _as_feed(fact) as shared:
        if shared:
            saying.say_date(shared, fact.kind, fact.certainty, fact.day)


@all_or_nothing
def follow_matched(fact: facts.PrisonerMatched) -> None:
    """From now on what the prison has said of this prisoner is said of the patient."""
    assert fact.patient
    shared = {"by": fact.by, "at": fact.at, "patient": fact.patient, "establishment": fact.establishment}
    saying.say_unsaid(fact.patient, fact.prisoner, shared)


@all_or_nothing
def follow_numbers(fact: PrisonersMerged) -> None:
    """Two numbers are one: one record takes both; of two records a person is told, because only people join records."""
    places = {fact.establishment, fact.before.establishment, fact.removed_before.establishment} - {""}
    with acting(Actor.system("custody feed", establishments=tuple(sorted(places)))):
        kept = queries.patient_of(fact.prisoner)
        gone = queries.patient_of(fact.removed) if fact.removed else None
        if kept and gone and survivor_of(kept) != survivor_of(gone):
            keep(facts.NumbersJoined(**_shared(fact, kept), prisoner=fact.prisoner, other=gone, number=fact.number))
        elif patient := kept or gone:
            _one_record(patient, fact, matched=kept is not None)


@all_or_nothing
def settle_departure(*, patient: UUID, kind: str, left_at: datetime, by: Actor) -> None:
    """A person looked: they have left, as the prison said. The record closes here now. Raises NotHeld."""
    require(by.may("see_feed"))
    held = Reach.objects.live().filter(patient=patient, scope=f"establishment:{by.establishment}", kind="here")
    if not held.exists() or by.establishment in queries.other_places(patient):
        raise NotHeld()
    shared: dict[str, Any] = {"by": by.id, "patient": patient, "establishment": by.establishment}
    keep(facts.DepartureSettled(**shared, at=left_at, kind=kind))
    with acting(Actor.system("custody feed", establishments=(by.establishment,), behalf=by.id)):
        keep(facts.PatientLeft(**shared, at=left_at, kind=kind))
        if kind == "died":
            note_death(patient, by.establishment, left_at, by.id)
        else:
            reach.close(patient, by.establishment, at=left_at)


def _one_record(patient: UUID, fact: PrisonersMerged, *, matched: bool) -> None:
    said: dict[str, Any] = {"by": fact.by, "at": fact.at, "establishment": fact.establishment}
    if not matched:
        coming.match(patient, fact.prisoner, "the prison joined two numbers", **said)
    if fact.number not in identity.numbers_of(patient, "prison"):
        identity.write_number(patient, "prison", fact.number, source="prison record", **said)
    keep(facts.NumbersJoined(**_shared(fact, patient), prisoner=fact.prisoner, number=fact.number))
    _moved_by_joining(patient, fact, fact.before if matched else fact.removed_before)


def _moved_by_joining(patient: UUID, fact: PrisonersMerged, before: Whereabouts) -> None:
    """Told under one number, a story may end somewhere else than it did under the other."""
    if before != fact.after:
        coming.follow_change(patient, MovementRecorded(
            by=fact.by, at=fact.at, establishment=fact.establishment, prisoner=fact.prisoner, movement=fact.id, kind="joined",
            reason="", before=before, after=fact.after,
        ))  # fmt: skip


def _shared(fact: Any, patient: UUID) -> dict[str, Any]:
    return {"by": fact.by, "at": fact.at, "patient": patient, "establishment": fact.establishment}


@contextmanager
def _as_feed(fact: Any) -> Iterator[dict[str, Any] | None]:
    """What a fact of the patient says, while the feed acts where somebody may write of them; None where nobody may: then it
    is said when they arrive somewhere (`saying.say_unsaid`)."""
    with acting(Actor.system("custody feed")):
        patient = queries.patient_of(fact.prisoner)
        places = saying.places_of(patient) if patient else ()
    if not patient or not places:
        yield None
        return
    with acting(Actor.system("custody feed", establishments=places)):
        establishment = fact.establishment if fact.establishment in places else places[0]
        yield {**_shared(fact, patient), "establishment": establishment}
