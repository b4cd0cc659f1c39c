"""Who is on which pathway, since when, and until when."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from throughcare.core import ids, laws
from throughcare.core.laws import PATIENT, Spine
from throughcare.patients.models import Patient


class Enrolment(models.Model):
    """Somebody is on a pathway. The day, counting the day of entry as 0, says the stage; `stage` is the one they left from."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT)
    establishment = models.CharField(max_length=3)
    pathway = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    anchor = models.CharField(max_length=120)
    entered_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    left_because = models.CharField(max_length=200, blank=True)
    stage = models.CharField(max_length=60, blank=True)

    law = laws.mutable(
        seen_by=PATIENT,
        spine=Spine(words=("left_because",), code="pathway", moment="entered_at", written="entered_at", by="'Throughcare'"),
        codes=("pathway", "version", "stage"), excused={"anchor": "a key"},
    )  # fmt: skip

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="left_with_a_reason", condition=Q(left_at=None) ^ ~Q(left_because="")),
            models.UniqueConstraint(name="one_entry_an_anchor", fields=["patient", "pathway", "anchor"]),
            models.UniqueConstraint(name="on_a_pathway_once", fields=["patient", "pathway"], condition=Q(left_at=None)),
        ]
        indexes: ClassVar = [
            models.Index(name="who_is_on_it_here", fields=["establishment", "pathway"], condition=Q(left_at=None)),
        ]
