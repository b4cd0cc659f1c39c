"""What else the prison says of somebody: numbers it joined, alerts, key dates, and from whom to keep them apart."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from throughcare.core import ids, laws
from throughcare.core.laws import PRISONER
from throughcare.custody.models.mirror import Prisoner


class Alias(models.Model):
    """A prison number that was removed when the prison joined two. What was told under it belongs to `prisoner`."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    number = models.CharField(max_length=7, unique=True)
    prisoner = models.ForeignKey(Prisoner, on_delete=models.PROTECT, related_name="aliases")
    removed = models.OneToOneField(Prisoner, null=True, on_delete=models.PROTECT, related_name="joined_to")
    told_at = models.DateTimeField()

    law = laws.mutable(seen_by=PRISONER, feed=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="nobody_joins_himself", condition=Q(removed=None) | ~Q(removed=F("prisoner"))),
        ]


class Alert(models.Model):
    """An alert of the prison's, such as HA (an open ACCT). `uuid` is theirs, or ours where they give none."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    prisoner = models.ForeignKey(Prisoner, on_delete=models.PROTECT)
    uuid = models.UUIDField()
    code = models.CharField(max_length=12)
    type = models.CharField(max_length=12)
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    active = models.BooleanField(default=True)
    told_at = models.DateTimeField()

    law = laws.mutable(seen_by=PRISONER, feed=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="an_alert_once", fields=["prisoner", "uuid"])]


class KeyDate(models.Model):
    """A date that the prison works towards: which, how sure, and from which of its own dates it was read."""

    class Certainty(models.TextChoices):
        FIXED = "fixed", "fixed"
        LIKELY = "likely", "likely"
        EARLIEST = "earliest_possible", "at the earliest"
        UNKNOWN = "unknown", "not known"

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    prisoner = models.ForeignKey(Prisoner, on_delete=models.PROTECT)
    kind = models.CharField(max_length=20)
    date = models.DateField(null=True)
    certainty = models.CharField(max_length=20, choices=Certainty.choices)
    source = models.CharField(max_length=12)
    trust = models.PositiveSmallIntegerField()  # of several dates of one kind the lowest is believed
    told_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    law = laws.mutable(seen_by=PRISONER, feed=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="a_key_date_once", fields=["prisoner", "source"], condition=Q(superseded_at=None)),
            models.CheckConstraint(name="only_the_unknown_has_no_date", condition=Q(certainty="unknown") ^ Q(date__isnull=False)),
        ]


class NonAssociation(models.Model):
    """Two people whom the prison keeps apart, and how far. Why is the prison's business and is not kept here."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    prisoner = models.ForeignKey(Prisoner, on_delete=models.PROTECT)
    other_number = models.CharField(max_length=7)  # they may be somebody who never came to a prison of ours
    reference = models.CharField(max_length=40)
    restriction = models.CharField(max_length=12, blank=True)
    open = models.BooleanField(default=True)
    told_at = models.DateTimeField()

    law = laws.mutable(seen_by=PRISONER, feed=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="kept_apart_once", fields=["prisoner", "reference"]),
        ]
