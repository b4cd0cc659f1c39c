"""Write to the record: one function for each thing a clinician puts there."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from throughcare.access.acting import Actor
from throughcare.audit.facts import keep
from throughcare.core import clock, ids
from throughcare.core.refusals import Refused, Verdict, deny, require
from throughcare.record import facts
from throughcare.record.kinds import kinds
from throughcare.record.models import AllergyIntolerance, Encounter, Observation, Warning, WarningRead


class NothingWritten(Refused):
    """The note is empty."""

    message = "Write what was done before you save it."


class InTheFuture(Refused):
    """The contact is said to have happened later than now."""

    message = "The time is in the future. Give the time at which it happened."


def can_record(by: Actor, kind: str) -> Verdict:
    """Whether this role writes this kind of contact."""
    if by.role and kind in kinds() and by.role.id in kinds()[kind].roles:
        return by.may("record_encounter")
    who = by.role.title.lower() if by.role else "the system"
    return deny(f"As {who} you cannot write this kind of entry. Ask the person whose task it is.")


@transaction.atomic
def record_encounter(
    *, patient: UUID, kind: str, done: str, plan: str, at: datetime, by: Actor, corrects: Encounter | None = None
) -> Encounter:
    """Write a contact, or the corrected version of one. Raises NothingWritten or InTheFuture, changing nothing."""
    require(can_record(by, kind))
    if not done.strip():
        raise NothingWritten()
    if at > clock.now():
        raise InTheFuture()
    written = Encounter.objects.create(
        **_entry(patient, at, by), kind=kind, done=done.strip(), plan=plan.strip(), corrects=corrects
    )
    keep(facts.EncounterRecorded(**_fact(patient, at, by), encounter=written.id, kind=kind))
    return written


@transaction.atomic
def write_warning(*, patient: UUID, source: str, words: str, at: datetime, by: Actor) -> Warning:
    """Write one line of warning from outside. Raises NothingWritten for a blank or an unknown source."""
    require(by.may("screen"))
    if not words.strip() or source not in Warning.Source.values:
        raise NothingWritten()
    written = Warning.objects.create(**_entry(patient, at, by), source=source, words=words.strip()[:400])
    keep(facts.WarningWritten(**_fact(patient, at, by), warning=written.id, source=source))
    return written


@transaction.atomic
def sign_warning(*, warning: Warning, at: datetime, by: Actor) -> WarningRead:
    """I have read this warning. Signing twice is signing once."""
    require(by.may("screen"))
    read = WarningRead.objects.filter(warning=warning, written_by=by.id).first()
    if read is None:
        read = WarningRead.objects.create(**_entry(warning.patient_id, at, by), warning=warning)
        keep(facts.WarningSigned(**_fact(warning.patient_id, at, by), warning=warning.id))
    return read


@transaction.atomic
def record_allergies(*, patient: UUID, said: str, substance: str, source: UUID, at: datetime, by: Actor) -> AllergyIntolerance:
    """Write what was said when allergies were asked."""
    written = AllergyIntolerance.objects.create(**_entry(patient, at, by), said=said, substance=substance[:400], source=source)
    keep(facts.AllergiesAsked(**_fact(patient, at, by), entry=written.id))
    return written


@transaction.atomic
def record_observations(
    *, patient: UUID, taken: Iterable[tuple[str, str, str]], source: UUID, at: datetime, by: Actor
) -> list[Observation]:
    """Write measurements given as (code, value, unit)."""
    written = [
        Observation.objects.create(**_entry(patient, at, by), code=code, value=value, unit=unit, source=source)
        for code, value, unit in taken
    ]
    if written:
        keep(facts.ObservationsTaken(**_fact(patient, at, by), entries=tuple(str(row.id) for row in written)))
    return written


def _entry(patient: UUID, at: datetime, by: Actor) -> dict[str, Any]:
    return {
        "id": ids.new(), "patient_id": patient, "establishment": by.establishment, "happened_at": at,
        "written_at": clock.now(), "written_by": by.id, "written_by_name": by.name,
    }  # fmt: skip


def _fact(patient: UUID, at: datetime, by: Actor) -> dict[str, Any]:
    return {"by": by.id, "at": at, "patient": patient, "establishment": by.establishment}
