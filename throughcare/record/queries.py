"""Reads of the record, shaped for the patient's page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery

from throughcare.core import clock
from throughcare.patients.linked import everything_of
from throughcare.record.models import (
    AllergyIntolerance,
    Encounter,
    EpisodeOfCare,
    Immunization,
    Observation,
    Warning,
    WarningRead,
)


def allergies_of(patients: Iterable[UUID]) -> dict[UUID, AllergyIntolerance]:
    """The latest answer about allergies of each patient who was asked."""
    rows = AllergyIntolerance.objects.current().filter(patient__in=list(patients)).order_by("happened_at")
    return {row.patient_id: row for row in rows}


@dataclass(frozen=True)
class Allergies:
    """All that is known of somebody's allergies: a later "none" does not take an earlier allergy away."""

    said: str
    substance: str
    happened_at: datetime


def allergies_known(patients: Iterable[UUID]) -> Allergies | None:
    """What linked records together say; None when nobody has asked. Of one screen only its last answer counts."""
    rows = AllergyIntolerance.objects.current().filter(patient__in=list(patients)).order_by("happened_at", "written_at")
    asked = {row.source or row.id: row for row in rows}
    there = [row for row in asked.values() if row.said == AllergyIntolerance.Said.PRESENT]
    if not asked:
        return None
    if not there:
        answered = [row for row in asked.values() if row.said == AllergyIntolerance.Said.NONE_KNOWN]
        last = (answered or list(asked.values()))[-1]
        return Allergies(last.said, "", last.happened_at)
    substances = dict.fromkeys(": ".join(part for part in (row.substance, row.reaction) if part) for row in there)
    return Allergies(AllergyIntolerance.Said.PRESENT, "; ".join(one for one in substances if one), there[-1].happened_at)


def warnings_of(patient: UUID, since: datetime) -> list[Any]:
    """Warnings about somebody since a moment, under any of their records, with the name of the first who signed, or None."""
    read = WarningRead.objects.current().filter(warning=OuterRef("id")).order_by("happened_at")
    about = Warning.objects.current().filter(patient__one_of=everything_of(patient), written_at__gte=since)
    rows = about.order_by("written_at")
    return list(
        rows.annotate(read_by=Subquery(read.values("written_by_name")[:1]), read_at=Subquery(read.values("happened_at")[:1]))
    )


def in_care_at(patients: Iterable[UUID]) -> set[str]:
    """The prisons whose health care of somebody goes on, or waits while they are in hospital."""
    rows = EpisodeOfCare.objects.current().filter(patient__in=list(patients))
    return set(rows.exclude(status=EpisodeOfCare.Status.FINISHED).values_list("establishment", flat=True))


def encounters_of(patients: Iterable[UUID]) -> list[Encounter]:
    """Every contact of linked records, corrected versions left out, latest first."""
    return list(Encounter.objects.current().filter(patient__in=list(patients)).order_by("-happened_at"))


def observations_of(patient: UUID) -> list[Observation]:
    """Measurements, latest first."""
    return list(Observation.objects.current().filter(patient=patient).order_by("-happened_at", "code"))


def doses_given(patients: Iterable[UUID]) -> dict[str, dict[int, date]]:
    """The doses that linked records hold, wherever they were given: vaccine -> number -> local day of the latest one."""
    rows = Immunization.objects.current().filter(patient__in=list(patients), status=Immunization.Status.COMPLETED)
    given: dict[str, dict[int, date]] = {}
    for row in rows.order_by("happened_at"):
        given.setdefault(row.vaccine, {})[row.dose] = clock.prison_day(row.happened_at)
    return given
