"""Match or make people, let prisons see them, and note what they need."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from throughcare.access.acting import Actor, acting, current
from throughcare.audit.facts import keep
from throughcare.core import clock, ids
from throughcare.core.identifiers import sort_key
from throughcare.core.laws import SYSTEM
from throughcare.core.refusals import Refused, require
from throughcare.core.writing import all_or_nothing
from throughcare.custody.facts import ArrivalExpected, MovementRecorded
from throughcare.custody.models import Prisoner
from throughcare.custody.rules import BED
from throughcare.patients import bedside, estate, facts, queries, reach, saying
from throughcare.patients.actions import identity
from throughcare.patients.actions.death import note_death
from throughcare.patients.linked import everything_of
from throughcare.patients.models import Match, Name, Patient
from throughcare.patients.opened import OpenedPatient


class AlreadyHere(Refused):
    """The person was said to have arrived, but is here."""

    message = "{name} is already here. Open the record: nothing was changed."


class NotFoundByYou(Refused):
    """A claim without a search of one's own."""

    message = "Search the estate first, and choose the person from what it finds."


class AlreadyMatched(Refused):
    """The booking was matched by somebody else in the meantime."""

    message = "This booking already belongs to a record. Reload the arrivals board."


# Even a patient who cannot be seen from here: only the key comes back.
MATCHED = """
SELECT id, prison_number, family_name, given_names, date_of_birth, sex, interpreter_language, legal_status,
       patients_matched_to(id) AS matched
  FROM custody_prisoner WHERE id = %s
"""


@all_or_nothing
def follow_expected(fact: ArrivalExpected) -> None:
    """Somebody is on tonight's list: find or make the patient, and let the prison see the record."""
    if patient := _match_or_make(fact.prisoner, fact):
        reach.open_inbound(patient, fact.establishment, since=fact.at, due_at=fact.due_at)
        keep(facts.PatientInbound(by=fact.by, at=fact.at, patient=patient, establishment=fact.establishment))


def follow_movement(fact: MovementRecorded) -> None:
    """Somebody moved: reach follows, and an arrival or a departure becomes a fact of its own."""
    if fact.kind == BED and fact.before.status == fact.after.status:
        return  # another cell is nothing that reach or a plan follows
    places = {fact.establishment, fact.before.establishment, fact.after.establishment} - {""}
    with _feed_at(places):
        if patient := _match_or_make(fact.prisoner, fact):
            follow_change(patient, fact)


@contextmanager
def _feed_at(places: set[str]) -> Iterator[None]:
    """The feed acts at these prisons; if it does so already, nothing is changed and given back."""
    if {f"establishment:{place}" for place in places} | {SYSTEM} <= set(current().scopes):
        yield
        return
    with acting(Actor.system("custody feed", establishments=tuple(sorted(places)))):
        yield


@all_or_nothing
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


@all_or_nothing
def match_booking(*, patient: Patient | OpenedPatient, prisoner: Prisoner, at: datetime, by: Actor) -> Match:
    """Say that a provisional patient is the man of a booking. Raises AlreadyMatched when somebody was faster."""
    require(by.may("match_person"))
    if queries.patient_of(prisoner.id):
        raise AlreadyMatched()
    Patient.objects.filter(id=patient.id).update(provisional=False)
    return _match(patient, prisoner.id, "compared by a person", by=by.id, at=at, establishment=by.establishment)


@all_or_nothing
def make_from_booking(*, prisoner: Prisoner, at: datetime, by: Actor) -> Patient:
    """Say that a booking is nobody we know here: make a new patient for it."""
    require(by.may("match_person"))
    if queries.patient_of(prisoner.id):
        raise AlreadyMatched()
    patient = _from_prisoner(prisoner, by.establishment, "here", at, by.id)
    keep(facts.PatientArrived(by=by.id, at=at, patient=patient.id, establishment=by.establishment, kind="new"))
    return patient


@all_or_nothing
def claim_known(*, patient: UUID, at: datetime, by: Actor) -> Patient:
    """Somebody found across the estate stands here: let this prison prepare, until the booking comes or a day has gone.

    Raises NotFoundByYou unless the same person's own search found them a short while ago: a key alone opens nothing.
    """
    require(by.may("estate_search"))
    if not estate.found_lately(patient, by):
        raise NotFoundByYou()
    with acting(Actor.system("estate search", behalf=by.id)):
        reach.open_inbound(patient, by.establishment, since=at, due_at=at + estate.EXPECTED)
    found: Patient | None = Patient.objects.seen_by(by).filter(id=patient).first()
    if found is None:
        raise NotFoundByYou()  # kept out by a bar: the same words, so that nobody learns of it
    shared: dict[str, Any] = {"by": by.id, "at": at, "patient": patient, "establishment": by.establishment}
    keep(facts.KnownPersonClaimed(**shared, basis="estate search"))
    keep(facts.PatientInbound(**shared))
    return found


def follow_change(patient: UUID, fact: MovementRecorded) -> None:
    """Reach opens before anybody writes and closes after the last who must, so that no follower finds a shut door.

    What the feed says late does not outrank who stood beside the bed: somebody seen after they are said to have left is
    not shut out, and nothing of theirs is cancelled, until a person has looked (DepartureHeld).
    """
    before, after = fact.before, fact.after
    shared: dict[str, Any] = {"by": fact.by, "at": fact.at, "patient": patient}
    moved_on = before.establishment != after.establishment
    elsewhere = queries.other_places(patient, fact.prisoner) if moved_on else set()
    never_left = not (before.establishment or elsewhere) and reach.was_here(patient, after.establishment, before=fact.at)
    if after.establishment and after.establishment != before.establishment:
        reach.open_here(patient, after.establishment, since=fact.at)
    held = False
    if left := reach.departure(before, after, fact.reason):
        held = left != "court" and _hold(patient, fact, left)
        if not held:
            keep(facts.PatientLeft(**shared, establishment=before.establishment, kind=left, absence=fact.absence))
    if left == "died" and not held:
        note_death(patient, before.establishment, fact.at, fact.by)
        return
    shut = before.establishment and before.establishment != after.establishment and before.establishment not in elsewhere
    if shut and not held:
        reach.close(patient, before.establishment, at=fact.at)
    _arrive(patient, fact, never_left=never_left)
    if after.establishment and elsewhere - {after.establishment}:
        places = tuple(sorted(elsewhere | {after.establishment}))
        keep(facts.SamePersonInTwoPlaces(**shared, establishment=after.establishment, places=places))


def _arrive(patient: UUID, fact: MovementRecorded, *, never_left: bool) -> None:
    """Somebody is here whom we did not have here. One whose late reception is told while he is out at court came in, and
    then went out: what his reception starts is started all the same."""
    shared: dict[str, Any] = {"by": fact.by, "at": fact.at, "patient": patient, "establishment": fact.after.establishment}
    late = fact.after.establishment and fact.after.establishment != fact.before.establishment
    came = replace(fact.after, status="ACTIVE IN") if late else fact.after
    if arrived := reach.arrival(fact.before, came, fact.reason):
        keep(facts.PatientArrived(**shared, kind="court_return" if never_left else arrived))
        if arrived != "court_return" or never_left:
            saying.say_unsaid(patient, fact.prisoner, shared)
        if not fact.after.is_here:
            keep(facts.PatientLeft(**shared, kind="court"))


def _hold(patient: UUID, fact: MovementRecorded, left: str) -> bool:
    """Whether they were seen here after the moment at which the prison says they left; said to a person if so."""
    establishment = fact.before.establishment
    # Whoever tried to revive somebody writes times after the death: only one who was met long after it was alive.
    seen = bedside.seen_after(patient, establishment, fact.at + (bedside.AFTER_DEATH if left == "died" else timedelta()))
    if seen:
        keep(facts.DepartureHeld(
            by=fact.by, at=fact.at, patient=patient, establishment=establishment, kind=left, prisoner=fact.prisoner, seen_at=seen
        ))  # fmt: skip
    return seen is not None


def _match_or_make(prisoner: UUID, fact: ArrivalExpected | MovementRecorded) -> UUID | None:
    """The prisoner's patient; None while a person must say whether he is the provisional man of the same name."""
    row: Any = Prisoner.objects.raw(MATCHED, [prisoner])[0]
    if row.matched:
        _follow_name(row.matched, row, fact)
        known: UUID = row.matched
        return known
    if isinstance(fact, MovementRecorded) and fact.after.establishment != fact.establishment:
        return None  # somebody we never met leaves a prison: there is nobody to care for yet
    if queries.provisional_like(row, fact.establishment).exists():
        return None
    kind = "here" if isinstance(fact, MovementRecorded) else "inbound"
    return _from_prisoner(row, fact.establishment, kind, fact.at, fact.by).id


def _follow_name(patient: UUID, row: Prisoner, fact: ArrivalExpected | MovementRecorded) -> None:
    """The prison calls somebody by a name that nobody has written: it is found from now on, and healthcare's own name stays
    until a person changes it, because a name that changes by itself on a list of medicines is how the wrong man is given them."""
    keys = {"family_key": sort_key(row.family_name)[:80], "given_key": sort_key(row.given_names)[:120]}
    if Name.objects.filter(patient__one_of=everything_of(patient), superseded_by=None, **keys).exists():
        return
    said = {"use": Name.Use.ALIAS, "family_name": row.family_name, "given_names": row.given_names,
            "date_of_birth": row.date_of_birth}  # fmt: skip
    identity.write_name(patient, said, source="prison record", at=fact.at, by=fact.by, establishment=fact.establishment)


def _from_prisoner(prisoner: Prisoner, establishment: str, kind: str, at: datetime, by: str) -> Patient:
    patient = _make(
        establishment, kind, at, by=by, provisional=False, family_name=prisoner.family_name,
        given_names=prisoner.given_names, date_of_birth=prisoner.date_of_birth, sex=prisoner.sex,
    )  # fmt: skip
    _match(patient, prisoner.id, "made from the booking", by=by, at=at, establishment=establishment)
    if prisoner.interpreter_language:
        identity.record_need(
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
    identity.first_name(patient, source="told" if patient.provisional else "prison record", at=since, by=by)
    keep(facts.PatientMade(by=by, at=since, patient=key, establishment=establishment, provisional=patient.provisional))
    return patient


def match(patient: UUID, prisoner: UUID, basis: str, *, by: str, at: datetime, establishment: str) -> Match:
    """Say that a patient is a prisoner, for whoever has the ground for it: a nurse who compared, a prison that joined numbers."""
    return _match(Patient.objects.get(id=patient), prisoner, basis, by=by, at=at, establishment=establishment)


def _match(patient: Patient | OpenedPatient, prisoner: UUID, basis: str, *, by: str, at: datetime, establishment: str) -> Match:
    made = Match.objects.create(
        id=ids.new(), patient_id=patient.id, prisoner_id=prisoner, basis=basis, made_by=by, made_at=clock.now()
    )
    number = made.prisoner.prison_number
    if number not in identity.numbers_of(patient.id, "prison"):
        identity.write_number(
            patient.id, "prison", number, source="prison record", at=at, by=by, establishment=establishment
        )  # fmt: skip
    keep(facts.PrisonerMatched(
        by=by, at=at, patient=patient.id, establishment=establishment, prisoner=prisoner, basis=basis
    ))  # fmt: skip
    return made
