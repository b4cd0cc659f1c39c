"""What happened that a plan hears, the clocks it started and the tasks they became."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from throughcare.core import clock, ids, laws
from throughcare.core.laws import PATIENT, Spine
from throughcare.patients.models import Patient


class Happening(models.Model):
    """One fact that a step or a pathway names, with all it told. The plan is told again from these, never added up.

    `anchor` is the fingerprint of what happened, so that a fact told twice is one happening. `competences` are those the
    person held at that time, where a step asks for one.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT)
    establishment = models.CharField(max_length=3, blank=True)
    fact = models.UUIDField(unique=True)
    name = models.CharField(max_length=80)
    told = models.JSONField(default=dict)
    at = models.DateTimeField()
    heard_at = models.DateTimeField()
    by = models.CharField(max_length=80)
    by_name = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=40, blank=True)
    competences = models.JSONField(default=list)
    anchor = models.CharField(max_length=120)

    law = laws.clinical(
        line=False, why="a fact kept for the plan: what it is about has a line", excused={"*": "names and codes of a fact"}
    )

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="a_happening_once", fields=["patient", "anchor"])]


# What the plan cancels by itself, such as all of somebody who leaves, is no news: the departure says it.
BY_A_PERSON = "EXISTS (SELECT 1 FROM access_user u WHERE u.id::text = r.ended_by)"
TOUCHED = "coalesce(r.ended_at, r.claimed_at, r.anchored_at)"
WHO = "coalesce((SELECT u.name FROM access_user u WHERE u.id::text = r.ended_by), nullif(r.claimed_by_name, ''), 'Throughcare')"


class TaskQuerySet(models.QuerySet[Any]):
    """What is due."""

    def open(self) -> Self:
        """Tasks that nobody has done and nobody has cancelled."""
        return self.filter(status=Task.Status.OPEN)

    def begun(self) -> Self:
        """Open tasks whose time has come: one that counts from a day far off stands in nobody's list yet."""
        return self.open().filter(anchored_at__lte=clock.now())


class Task(models.Model):
    """Something due for a person, owed by one role. Done by evidence (a fact), never by a tick.

    `clock` is the step of the pathway, `clock_version` the version of the pathway's file. `ladder` says who else sees it
    from when on: [{"at": moment, "to": role}]. `paused_since`: the clock stands still, at court or in hospital.
    """

    class Status(models.TextChoices):
        OPEN = "open", "Due"
        DONE = "done", "Done"
        CANCELLED = "cancelled", "Cancelled"

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT)
    establishment = models.CharField(max_length=3)
    pathway = models.CharField(max_length=60, blank=True)
    clock = models.CharField(max_length=60)
    clock_version = models.CharField(max_length=20)
    anchor = models.CharField(max_length=120, blank=True)
    owner_role = models.CharField(max_length=40)
    competence = models.CharField(max_length=60, blank=True)
    tier = models.PositiveSmallIntegerField(default=1)
    visit = models.CharField(max_length=60, blank=True)
    why = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=400, blank=True)
    noted = models.UUIDField(null=True)  # the evidence that somebody without the competence brought
    anchored_at = models.DateTimeField()
    warn_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField()
    paused_since = models.DateTimeField(null=True)
    ladder = models.JSONField(default=list)
    claimed_by = models.CharField(max_length=80, blank=True)
    claimed_by_name = models.CharField(max_length=120, blank=True)
    claimed_at = models.DateTimeField(null=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    evidence = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=80, blank=True)
    cancelled_because = models.CharField(max_length=200, blank=True)

    objects = TaskQuerySet.as_manager()
    law = laws.mutable(
        seen_by=PATIENT,
        spine=Spine(
            words=("note", "cancelled_because"), code="status", moment=TOUCHED, written=TOUCHED, by=WHO,
            rows=f"r.note <> '' OR (r.cancelled_because <> '' AND {BY_A_PERSON})",
        ),
        codes=("pathway", "clock", "clock_version", "owner_role", "competence", "visit", "status"),
        excused={"why": "the words of a rule", "ladder": "roles and moments", "*": "a name or a key"},
    )  # fmt: skip

    @property
    def begun(self) -> bool:
        """Whether its time has come; what is planned from a day far off has not."""
        return self.anchored_at <= clock.now()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="done_by_evidence", condition=Q(status="done") ^ Q(evidence=None)),
            models.CheckConstraint(name="cancelled_with_a_reason", condition=Q(status="cancelled") ^ Q(cancelled_because="")),
            models.CheckConstraint(name="ended_when_not_open", condition=Q(status="open") ^ Q(ended_at__isnull=False)),
            models.CheckConstraint(name="a_claim_has_a_time", condition=Q(claimed_by="") ^ Q(claimed_at__isnull=False)),
            models.UniqueConstraint(name="one_open_task_a_clock", fields=["patient", "clock"], condition=Q(status="open")),
            models.UniqueConstraint(name="one_task_an_anchor", fields=["patient", "clock", "anchor"], condition=~Q(anchor="")),
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

    law = laws.clinical(
        line=False, why="a clock of the plan: its task has a line where somebody wrote one", codes=("clock", "clock_version"),
        excused={"anchor": "a key", "no_task_because": "the words of a rule"},
    )  # fmt: skip

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="a_task_or_a_reason", condition=Q(task=None) ^ Q(no_task_because="")),
            models.UniqueConstraint(name="a_clock_starts_once", fields=["patient", "clock", "anchor"]),
        ]
