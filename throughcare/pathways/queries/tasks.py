"""What is due, shaped for Today and for the patient's page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from throughcare.core import clock
from throughcare.pathways.models import Task


def due_for_role(establishment: str, role: str, *, actor: str = "") -> list[Task]:
    """What a role owes at a prison, what has come up to it by now because it is late, and what `actor` has claimed.

    Earliest first; what stands still while somebody is away comes last.
    """
    owed = Q(owner_role=role) | Q(ladder__contains=[{"to": role}], due_at__lte=clock.now())
    rows = Task.objects.begun().filter(owed | Q(claimed_by=actor, claimed_at__isnull=False), establishment=establishment)
    mine = [row for row in rows.select_related("patient") if row.claimed_by == actor or role in roles_of(row, clock.now())]
    return sorted(mine, key=lambda row: (row.paused_since is not None, row.due_at, row.id))


def roles_of(task: Task, now: datetime) -> frozenset[str]:
    """Who sees a task at a moment: the role that owes it, and those it has come up to."""
    up = (rung["to"] for rung in task.ladder if task.paused_since is None and datetime.fromisoformat(rung["at"]) <= now)
    return frozenset({task.owner_role, *up})


def due_for_patients(patients: Iterable[UUID]) -> dict[UUID, list[Task]]:
    """What is due for each patient, whoever owes it, earliest first."""
    found: dict[UUID, list[Task]] = {}
    for task in Task.objects.open().filter(patient__in=list(patients)).order_by("due_at"):
        found.setdefault(task.patient_id, []).append(task)
    return found
