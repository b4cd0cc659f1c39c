"""What every row of the record says. Rows are written once; a correction is a new row (L1)."""

from __future__ import annotations

from typing import Any, Self

from django.db import models

from throughcare.core import ids, laws
from throughcare.core.laws import PATIENT
from throughcare.patients.models import Patient


class EntryQuerySet(models.QuerySet[Any]):
    """Rows of the record."""

    def current(self) -> Self:
        """Rows that no correction has replaced."""
        return self.filter(superseded_by=None)


class Written(models.Model):
    """What was written about somebody: where, by whom, and both times: when it happened and when it was written."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT)
    establishment = models.CharField(max_length=3)
    happened_at = models.DateTimeField()
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=80)
    written_by_name = models.CharField(max_length=120)

    law = laws.append_only(seen_by=PATIENT)

    class Meta:
        abstract = True


class Entry(Written):
    """One entry of the record, which a later one may correct."""

    corrects = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    superseded_by = models.UUIDField(null=True)
    addendum = models.BooleanField(default=False)  # the database sets it: written after the person's death

    objects = EntryQuerySet.as_manager()
    law = laws.append_only(seen_by=PATIENT, corrected=True, addenda=True)

    class Meta:
        abstract = True
