"""Reads of the record, shaped for the patient's page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery

from throughcare.record.models import AllergyIntolerance, Encounter, Observation, Warning, WarningRead


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
    """Warnings written since a moment, each with the name of the first who signed for it, or None."""
    read = WarningRead.objects.current().filter(warning=OuterRef("id")).order_by("happened_at")
    rows = Warning.objects.current().filter(patient=patient, written_at__gte=since).order_by("written_at")
    return list(
        rows.annotate(read_by=Subquery(read.values("written_by_name")[:1]), read_at=Subquery(read.values("happened_at")[:1]))
    )


def encounters_of(patient: UUID) -> list[Encounter]:
    """Every contact, corrected versions left out, latest first."""
    return list(Encounter.objects.current().filter(patient=patient).order_by("-happened_at"))


def observations_of(patient: UUID) -> list[Observation]:
    """Measurements, latest first."""
    return list(Observation.objects.current().filter(patient=patient).order_by("-happened_at", "code"))
