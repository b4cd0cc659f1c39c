"""Who a prisoner is to the prison, where they have been, and where they are."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from throughcare.core import ids, laws
from throughcare.core.laws import PRISONER
from throughcare.custody.rules import Whereabouts
from throughcare.places.models import Establishment


class _Span(Func):
    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


def one_at_a_time(name: str) -> ExclusionConstraint:
    """L2: no two current rows of one prisoner overlap in time."""
    overlapping = (_Span("since", "until", RangeBoundary()), RangeOperators.OVERLAPS)
    return ExclusionConstraint(
        name=name, expressions=[overlapping, ("prisoner", RangeOperators.EQUAL)], condition=Q(superseded_at=None)
    )


class Prisoner(models.Model):
    """A person as the prison knows them. The prison number is an alias, never the key: numbers are merged."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    prison_number = models.CharField(max_length=7, unique=True)
    family_name = models.CharField(max_length=80)
    given_names = models.CharField(max_length=120)
    date_of_birth = models.DateField(null=True)
    sex = models.CharField(max_length=20, blank=True)
    interpreter_language = models.CharField(max_length=60, blank=True)
    legal_status = models.CharField(max_length=30, blank=True)

    law = laws.mutable(seen_by=PRISONER, key="id", feed=True, names=True)

    def __str__(self) -> str:
        return self.prison_number


class Sight(models.Model):
    """Which establishment may see this prisoner's custody record, and until when (L9)."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    prisoner = models.ForeignKey(Prisoner, on_delete=models.PROTECT)
    scope = models.CharField(max_length=40)
    until = models.DateTimeField(null=True)
    writes = models.BooleanField(default=True)

    law = laws.reach(PRISONER)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="one_sight_a_scope", fields=["prisoner", "scope"])]
        indexes: ClassVar = [models.Index(name="sight_by_scope", fields=["scope", "prisoner"])]


class Movement(models.Model):
    """One movement, as the prison told it: admission, release, transfer, court, absence, or another bed."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    prisoner = models.ForeignKey(Prisoner, on_delete=models.PROTECT)
    kind = models.CharField(max_length=10)
    reason = models.CharField(max_length=40, blank=True)
    establishment = models.ForeignKey(Establishment, on_delete=models.PROTECT)
    came_from = models.CharField(max_length=60, blank=True)
    booking = models.CharField(max_length=20, blank=True)
    location = models.CharField(max_length=40, blank=True)
    happened_at = models.DateTimeField()
    written_at = models.DateTimeField()
    message = models.CharField(max_length=80, unique=True)
    absence = models.CharField(max_length=10, blank=True)  # for what somebody is out: court, hospital or other

    now: Whereabouts | None = None  # where he is once it was told; only on the row just written

    law = laws.append_only(seen_by=PRISONER, feed=True)

    class Meta:
        indexes: ClassVar = [models.Index(name="movement_by_prisoner", fields=["prisoner", "happened_at"])]


class MirrorQuerySet(models.QuerySet[Any]):
    """Rows that are re-told when a late message changes the story."""

    def current(self) -> Self:
        """What we now believe."""
        return self.filter(superseded_at=None)

    def open(self) -> Self:
        """What lasts until today."""
        return self.current().filter(until=None)


class Mirror(models.Model):
    """A span of time derived from movements; a changed story sets the old row aside and keeps it."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    prisoner = models.ForeignKey(Prisoner, on_delete=models.PROTECT)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    superseded_at = models.DateTimeField(null=True)

    objects = MirrorQuerySet.as_manager()

    class Meta:
        abstract = True


class CustodyPeriod(Mirror):
    """One booking: from admission to final release, through every prison on the way."""

    booking = models.CharField(max_length=20, blank=True)

    law = laws.mutable(seen_by=PRISONER, feed=True)

    class Meta:
        constraints: ClassVar = [
            one_at_a_time("one_custody_period_at_a_time"),
            models.CheckConstraint(name="a_period_ends_later", condition=Q(until=None) | Q(until__gt=F("since"))),
        ]


class BedStay(Mirror):
    """Where somebody sleeps: a prison and a cell, or its reception. Kept open while he is out at court."""

    establishment = models.ForeignKey(Establishment, on_delete=models.PROTECT)
    location = models.CharField(max_length=40)
    out = models.BooleanField(default=False)

    law = laws.mutable(seen_by=PRISONER, feed=True, names=True)

    class Meta:
        constraints: ClassVar = [
            one_at_a_time("one_bed_at_a_time"),
            models.CheckConstraint(name="a_stay_ends_later", condition=Q(until=None) | Q(until__gt=F("since"))),
        ]
        indexes: ClassVar = [
            models.Index(name="who_is_here", fields=["establishment", "location"], condition=Q(until=None)),
        ]


class ExpectedArrival(models.Model):
    """Somebody on tonight's list: from where, when, and what the escort says in a line each."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    prisoner = models.ForeignKey(Prisoner, on_delete=models.PROTECT)
    establishment = models.ForeignKey(Establishment, on_delete=models.PROTECT)
    came_from = models.CharField(max_length=60)
    due_at = models.DateTimeField()
    written_at = models.DateTimeField()

    law = laws.append_only(seen_by=PRISONER, feed=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="expected_once", fields=["prisoner", "establishment", "due_at"]),
        ]
