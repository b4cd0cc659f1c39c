"""What is due, shaped for Today and for the patient's page."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from throughcare.pathways.models import Task


def due_for_role(establishment: str, role: str) -> list[Task]:
    """What a role owes at a prison, earliest first."""
    rows = Task.objects.open().filter(establishment=establishment, owner_role=role)
    return list(rows.select_related("patient").order_by("due_at"))


def due_for_patients(patients: Iterable[UUID]) -> dict[UUID, list[Task]]:
    """What is due for each patient, whoever owes it, earliest first."""
    found: dict[UUID, list[Task]] = {}
    for task in Task.objects.open().filter(patient__in=list(patients)).order_by("due_at"):
        found.setdefault(task.patient_id, []).append(task)
    return found


def ended_for(patient: UUID) -> list[Task]:
    """What was done or cancelled for a patient, latest first."""
    return list(Task.objects.exclude(status=Task.Status.OPEN).filter(patient=patient).order_by("-ended_at"))
