"""Match or make people, let prisons see them, and note what they need."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from throughcare.access.acting import Actor, acting
from throughcare.audit.facts import keep
from throughcare.core import clock, ids
from throughcare.core.identifiers import NHSNumber
from throughcare.core.refusals import Refused, require
from throughcare.custody.facts import ArrivalExpected, MovementRecorded
from throughcare.custody.models import Prisoner
from throughcare.patients import facts, queries, reach
from throughcare.patients.models import Match, Need, Patient


class NHSNumberHeldElsewhere(Refused):
    """The number belongs to somebody who cannot be seen from here."""

    message = "That NHS number is already on another record. Leave it blank, and ask for an estate search."


class AlreadyHere(Refused):
    """The person was said to have arrived, but is here."""

    message = "{name} is already here. Open the record: nothing was changed."


class HasLeft(Refused):
    """The person has left: this prison reads on for a while and writes no more."""

    message = "{name} has left this prison, so nothing can be changed here. Tell the prison that holds them now."


class AlreadyMatched(Refused):
    """The booking was matched by somebody else in the meantime."""

    message = "This booking already belongs to a record. Reload the arrivals board."


@transaction.atomic
def follow_expected(fact: ArrivalExpected) -> Patient | None:
    """Somebody is on tonight's list: find or make the patient, and let the prison see the record."""
    patient = _match_or_make(fact.prisoner, fact)
    if patient:
        reach.open_inbound(patient.id, fact.establishment, since=fact.at, due_at=fact.due_at)
        keep(facts.PatientInbound(by=fact.by, at=fact.at, patient=patient.id, establishment=fact.establishment))
    return patient


@transaction.atomic
def follow_movement(fact: MovementRecorded) -> Patient | None:
    """Somebody moved: reach follows, and an arrival or a departure becomes a fact of its own."""
    places = tuple({fact.establishment, fact.before.establishment, fact.after.establishment} - {""})
    with acting(Actor.system("custody feed", establishments=places)):
        patient = _match_or_make(fact.prisoner, fact)
        if patient:
            _follow(patient.id, fact)
    return patient


@transaction.atomic
def receive_unbooked(
    *, family_name: str, given_names: str, date_of_birth: date | None, arrived_at: datetime, by: Actor, sex: str = "",
) -> Patient:  # fmt: skip
    """Somebody stands in reception and no booking says so: make a provisional patient; care starts at once.

    Raises AlreadyHere when somebody of that name and birth date is here.
    """
    require(by.may("receive_unbooked"))
    twin = queries.here_by_name_and_birth(by.establishment, family_name, given_names, date_of_birth)
    if twin:
        raise AlreadyHere(name=twin.spoken_name)
    patient = _make(
        by.establishment, "here", arrived_at, by=by.id, provisional=True, family_name=family_name,
        given_names=given_names, date_of_birth=date_of_birth, sex=sex,
    )  # fmt: skip
    keep(facts.PatientArrived(by=by.id, at=arrived_at, patient=patient.id, establishment=by.establishment, kind="unbooked"))
    return patient


@transaction.atomic
def match_booking(*, patient: Patient, prisoner: Prisoner, at: datetime, by: Actor) -> Match:
    """Say that a provisional patient is the man of a booking. Raises AlreadyMatched when somebody was faster."""
    require(by.may("match_person"))
    if queries.patient_of(prisoner.id):
        raise AlreadyMatched()
    Patient.objects.filter(id=patient.id).update(provisional=False)
    return _match(patient, prisoner.id, "compared by a person", by=by.id, at=at, establishment=by.establishment)


@transaction.atomic
def make_from_booking(*, prisoner: Prisoner, at: datetime, by: Actor) -> Patient:
    """Say that a booking is nobody we know here: make a new patient for it."""
    require(by.may("match_person"))
    if queries.patient_of(prisoner.id):
        raise AlreadyMatched()
    patient = _from_prisoner(prisoner, by.establishment, "here", at, by.id)
    keep(facts.PatientArrived(by=by.id, at=at, patient=patient.id, establishment=by.establishment, kind="new"))
    return patient


@transaction.atomic
def add_nhs_number(*, patient: Patient, typed: str, at: datetime, by: Actor) -> Patient:
    """Write a patient's NHS number. Raises BadIdentifier, HasLeft or NHSNumberHeldElsewhere, changing nothing."""
    number = NHSNumber(typed)
    try:
        with transaction.atomic():
            if not Patient.objects.filter(id=patient.id).update(nhs_number=number):
                raise HasLeft(name=patient.spoken_name)
    except IntegrityError as clash:
        raise NHSNumberHeldElsewhere() from clash
    keep(facts.NHSNumberAdded(by=by.id, at=at, patient=patient.id, establishment=by.establishment))
    return Patient.objects.get(id=patient.id)


@transaction.atomic
def record_need(*, patient: UUID, code: str, detail: str, source: str, at: datetime, by: str) -> Need | None:
    """Write what somebody needs to be understood; the same words again change nothing."""
    held = Need.objects.filter(patient=patient, code=code, superseded_by=None).first()
    if held and held.detail == detail:
        return None
    need = Need.objects.create(
        id=ids.new(), patient_id=patient, code=code, detail=detail, source=source, happened_at=at,
        written_at=clock.now(), written_by=by, corrects=held,
    )  # fmt: skip
    keep(facts.NeedRecorded(by=by, at=at, patient=patient, code=code))
    return need


def _follow(patient: UUID, fact: MovementRecorded) -> None:
    """Reach opens before anybody writes and closes after the last who must, so that no follower finds a shut door."""
    before, after = fact.before, fact.after
    shared: dict[str, Any] = {"by": fact.by, "at": fact.at, "patient": patient}
    if after.establishment and after.establishment != before.establishment:
        reach.open_here(patient, after.establishment, since=fact.at)
    if left := reach.departure(before, after, fact.reason):
        keep(facts.PatientLeft(**shared, establishment=before.establishment, kind=left))
    if before.establishment and before.establishment != after.establishment:
        reach.close(patient, before.establishment, at=fact.at)
    if arrived := reach.arrival(before, after, fact.reason):
        keep(facts.PatientArrived(**shared, establishment=after.establishment, kind=arrived))


def _match_or_make(prisoner: UUID, fact: ArrivalExpected | MovementRecorded) -> Patient | None:
    """The prisoner's patient; None while a person must say whether he is the provisional man of the same name."""
    known = queries.patient_of(prisoner)
    if known:
        found: Patient = Patient.objects.get(id=known)
        return found
    row = Prisoner.objects.get(id=prisoner)
    if isinstance(fact, MovementRecorded) and fact.after.establishment != fact.establishment:
        return None  # somebody we never met leaves a prison: there is nobody to care for yet
    if queries.provisional_like(row, fact.establishment).exists():
        return None
    kind = "here" if isinstance(fact, MovementRecorded) else "inbound"
    return _from_prisoner(row, fact.establishment, kind, fact.at, fact.by)


def _from_prisoner(prisoner: Prisoner, establishment: str, kind: str, at: datetime, by: str) -> Patient:
    patient = _make(
        establishment, kind, at, by=by, provisional=False, family_name=prisoner.family_name,
        given_names=prisoner.given_names, date_of_birth=prisoner.date_of_birth, sex=prisoner.sex,
    )  # fmt: skip
    _match(patient, prisoner.id, "made from the booking", by=by, at=at, establishment=establishment)
    if prisoner.interpreter_language:
        record_need(
            patient=patient.id, code="interpreter", detail=prisoner.interpreter_language, source="prison record", at=at, by=by
        )
    return patient


def _make(establishment: str, kind: str, since: datetime, *, by: str, **named: Any) -> Patient:
    key = ids.new()
    # Reach first: the row is only visible through it.
    if kind == "here":
        reach.open_here(key, establishment, since=since)
    else:
        reach.open_inbound(key, establishment, since=since, due_at=since)
    patient: Patient = Patient.objects.create(id=key, made_at=clock.now(), **named)
    keep(facts.PatientMade(by=by, at=since, patient=key, establishment=establishment, provisional=patient.provisional))
    return patient


def _match(patient: Patient, prisoner: UUID, basis: str, *, by: str, at: datetime, establishment: str) -> Match:
    made = Match.objects.create(id=ids.new(), patient=patient, prisoner_id=prisoner, basis=basis, made_by=by, made_at=clock.now())
    keep(facts.PrisonerMatched(
        by=by, at=at, patient=patient.id, establishment=establishment, prisoner=prisoner, basis=basis
    ))  # fmt: skip
    return made
