"""One visit of one person: its steps, its alerts, what was done about the stops, what was carried over, the advice given.

The first-night screen of an arrival is such a visit.
"""

from __future__ import annotations

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from throughcare.core import ids, laws
from throughcare.patients.models import Patient
from throughcare.patients.models.written import Written


class Screen(models.Model):
    """One visit: an arrival to be screened, or a form that somebody began. Where it stands is read from its steps.

    A visit that is no arrival has arrived_at = the moment it was opened.
    """

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT)
    establishment = models.CharField(max_length=3)
    arrival = models.CharField(max_length=12)
    arrived_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    definition = models.CharField(max_length=80, default="first-night")
    version = models.CharField(max_length=40)

    law = laws.clinical(
        line=False, why="a visit that was opened: its steps are lines", codes=("arrival", "definition", "version")
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_screen_an_arrival", fields=["patient", "establishment", "definition", "arrived_at"]
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="screens_here", fields=["establishment", "definition", "arrived_at"]),
            models.Index(name="visits_of", fields=["patient", "definition", "opened_at"]),
        ]


class OnVisit(Written):
    """What was written on a visit."""

    screen = models.ForeignKey(Screen, on_delete=models.PROTECT)

    class Meta:
        abstract = True


class Step(OnVisit):
    """The screen went on: safety core done, only observed, signed, countersigned by a supervisor."""

    class Kind(models.TextChoices):
        CORE_DONE = "core_done", "Safety core done"
        OBSERVED_ONLY = "observed_only", "Observed only"
        SIGNED = "signed", "Signed"
        SUPERVISED = "supervised", "Countersigned"

    kind = models.CharField(max_length=16, choices=Kind.choices)
    detail = models.CharField(max_length=400, blank=True)

    law = laws.clinical(words=("detail",), code="kind", beside=("screen",))

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="signed_once", fields=["screen", "kind"], condition=Q(kind__in=["signed", "supervised", "core_done"])
            ),
        ]


class AlertChange(OnVisit):
    """An alert began or stood down, with the rule that decided and the answer it decided on."""

    alert = models.CharField(max_length=60)
    severity = models.CharField(max_length=10)
    raised = models.BooleanField()
    instrument = models.CharField(max_length=60)
    version = models.CharField(max_length=40)
    content_hash = models.CharField(max_length=64)
    inputs = models.JSONField()

    law = laws.clinical(
        line=False, why="worked out from answers, which have lines", codes=("alert", "severity", "instrument", "version"),
        excused={"content_hash": "a hash", "inputs": "copies of answers"},
    )  # fmt: skip


class StopActionQuerySet(models.QuerySet["StopAction"]):
    """What was done about stops."""

    def standing(self) -> Self:
        """Actions taken since their stop was last set off: an older one answers another moment."""
        later = AlertChange.objects.filter(
            screen=models.OuterRef("screen"), alert=models.OuterRef("alert"), raised=True,
            written_at__gt=models.OuterRef("written_at"),
        )  # fmt: skip
        return self.filter(~models.Exists(later))


class StopAction(OnVisit):
    """What was done about a stop: the action, who was told, when, and the plan until somebody takes over."""

    alert = models.CharField(max_length=60)
    action = models.CharField(max_length=60)
    told = models.CharField(max_length=200)
    told_at = models.DateTimeField()
    plan = models.TextField(max_length=2000)

    law = laws.clinical(words=("told",), plans=("plan",), code="alert", codes=("action",), beside=("screen",))

    objects = StopActionQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="a_stop_is_met_by_action_and_plan", condition=~Q(action="") & ~Q(told="") & ~Q(plan="")),
        ]


class Advice(OnVisit):
    """The location advice that officers may have: codes of the closed list, nothing else."""

    codes = models.JSONField()

    law = laws.clinical(
        line=False, why="a disclosure of a closed list: on the visit's own page", excused={"codes": "codes of the closed list"}
    )


class ActionCarried(OnVisit):
    """What became of an action that an earlier visit asked for: done, still to do, or not needed and why. The latest counts."""

    class State(models.TextChoices):
        DONE = "done", "Done"
        PENDING = "pending", "Still to do"
        NOT_NEEDED = "not_needed", "Not needed"

    alert = models.CharField(max_length=60)
    state = models.CharField(max_length=12, choices=State.choices)
    why = models.CharField(max_length=400, blank=True)

    law = laws.clinical(words=("why",), code="state", codes=("alert",), beside=("screen",))

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="not_needed_says_why", condition=~Q(state="not_needed") | ~Q(why="")),
            models.CheckConstraint(name="carried_is_a_state", condition=Q(state__in=["done", "pending", "not_needed"])),
        ]
