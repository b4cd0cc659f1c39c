"""Reads of the record, shaped for the patient's page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery

from throughcare.record.models import AllergyIntolerance, Encounter, Observation, Warning, WarningRead


def allergies_of(patients: Iterable[UUID]) -> dict[UUID, AllergyIntolerance]:
    """The latest answer about allergies of each patient who was asked."""
    rows = AllergyIntolerance.objects.current().filter(patient__in=list(patients)).order_by("happened_at")
    return {row.patient_id: row for row in rows}


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
