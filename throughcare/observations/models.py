"""Observations that are planned: the plan, its end, the sets that were not taken and the gaps that stayed.

The tables keep the names under which their rows were sealed.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from throughcare.core import laws
from throughcare.patients.models.written import Written


class ObservationPlan(Written):
    """From `happened_at` on, sets of observations are expected as the plan of the rulebook says, in its version."""

    plan = models.CharField(max_length=60)
    version = models.PositiveIntegerField()
    why = models.CharField(max_length=400)

    law = laws.clinical(words=("why",), code="plan")

    class Meta:
        db_table = "pathways_observationplan"
        indexes: ClassVar = [models.Index(name="plans_here", fields=["establishment", "happened_at"])]
        constraints: ClassVar = [models.CheckConstraint(name="a_plan_says_why", condition=~Q(why=""))]


class ObservationPlanEnded(Written):
    """Nothing is expected any more from this moment on, and why."""

    of = models.OneToOneField(ObservationPlan, on_delete=models.PROTECT)
    why = models.CharField(max_length=400)

    law = laws.clinical(words=("why",), beside=("of",))

    class Meta:
        db_table = "pathways_observationplanended"
        constraints: ClassVar = [models.CheckConstraint(name="a_plan_ends_with_a_reason", condition=~Q(why=""))]


class ObservationMissed(Written):
    """A set was not taken, and somebody says why. The first word stands."""

    of = models.ForeignKey(ObservationPlan, on_delete=models.PROTECT)
    day = models.DateField()
    slot = models.CharField(max_length=20)
    reason = models.CharField(max_length=40)
    words = models.CharField(max_length=400, blank=True)

    law = laws.clinical(words=("words",), code="reason", codes=("slot",), beside=("of",))

    class Meta:
        db_table = "pathways_observationmissed"
        constraints: ClassVar = [models.UniqueConstraint(name="missed_once", fields=["of", "day", "slot"])]


class ObservationGap(Written):
    """A slot closed, nobody took the set and nobody said why: written once, and how many in a row it makes."""

    of = models.ForeignKey(ObservationPlan, on_delete=models.PROTECT)
    day = models.DateField()
    slot = models.CharField(max_length=20)
    run = models.PositiveSmallIntegerField()

    law = laws.clinical(code="slot", beside=("of",))

    class Meta:
        db_table = "pathways_observationgap"
        constraints: ClassVar = [models.UniqueConstraint(name="a_gap_once", fields=["of", "day", "slot"])]
