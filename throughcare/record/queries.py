"""Reads of the record, shaped for the patient's page."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from throughcare.record.models import AllergyIntolerance, Encounter, Observation


def allergies_of(patients: Iterable[UUID]) -> dict[UUID, AllergyIntolerance]:
    """The latest answer about allergies of each patient who was asked."""
    rows = AllergyIntolerance.objects.current().filter(patient__in=list(patients)).order_by("happened_at")
    return {row.patient_id: row for row in rows}


def encounters_of(patient: UUID) -> list[Encounter]:
    """Every contact, corrected versions left out, latest first."""
    return list(Encounter.objects.current().filter(patient=patient).order_by("-happened_at"))


def observations_of(patient: UUID) -> list[Observation]:
    """Measurements, latest first."""
    return list(Observation.objects.current().filter(patient=patient).order_by("-happened_at", "code"))
