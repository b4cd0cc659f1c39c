"""Clocks that started and the tasks they became."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from throughcare.core import ids, laws
from throughcare.core.laws import PATIENT
from throughcare.patients.models import Patient


class TaskQuerySet(models.QuerySet[Any]):
    """What is due."""

    def open(self) -> Self:
        """Tasks that nobody has done and nobody has cancelled."""
        return self.filter(status=Task.Status.OPEN)


class Task(models.Model):
    """Something due for a person, owed by one role. Done by evidence (a fact), never by a tick."""

    class Status(models.TextChoices):
        OPEN = "open", "Due"
        DONE = "done", "Done"
        CANCELLED = "cancelled", "Cancelled"

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT)
    establishment = models.CharField(max_length=3)
    clock = models.CharField(max_length=60)
    clock_version = models.CharField(max_length=20)
    owner_role = models.CharField(max_length=40)
    why = models.CharField(max_length=200, blank=True)
    anchored_at = models.DateTimeField()
    warn_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    evidence = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=80, blank=True)
    cancelled_because = models.CharField(max_length=200, blank=True)

    objects = TaskQuerySet.as_manager()
    law = laws.mutable(seen_by=PATIENT)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="done_by_evidence", condition=Q(status="done") ^ Q(evidence=None)),
            models.CheckConstraint(name="cancelled_with_a_reason", condition=Q(status="cancelled") ^ Q(cancelled_because="")),
            models.CheckConstraint(name="ended_when_not_open", condition=Q(status="open") ^ Q(ended_at__isnull=False)),
            models.UniqueConstraint(name="one_open_task_a_clock", fields=["patient", "clock"], condition=Q(status="open")),
        ]
        indexes: ClassVar = [
            models.Index(name="what_is_due_here", fields=["establishment", "owner_role", "due_at"], condition=Q(status="open")),
        ]


class ClockStart(models.Model):
    """A clock started for a person: it has exactly one task, or a reason why none is needed (L11)."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT)
    clock = models.CharField(max_length=60)
    clock_version = models.CharField(max_length=20)
    anchor = models.CharField(max_length=120)
    started_at = models.DateTimeField()
    task = models.ForeignKey(Task, null=True, on_delete=models.PROTECT)
    no_task_because = models.CharField(max_length=200, blank=True)

    law = laws.append_only(seen_by=PATIENT)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="a_task_or_a_reason", condition=Q(task=None) ^ Q(no_task_because="")),
            models.UniqueConstraint(name="a_clock_starts_once", fields=["patient", "clock", "anchor"]),
        ]
