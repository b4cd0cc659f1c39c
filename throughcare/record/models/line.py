"""The spine of the record: Line, one row for every row that says something about a person."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from throughcare.core import laws
from throughcare.core.laws import PATIENT
from throughcare.patients.models import Patient


class Line(models.Model):
    """What every page needs of one row of the record. Its key is the row's own; the database writes it (`core.lines`).

    `words` are somebody's words about what is or was, `plans` about what is to come; `code` says which kind of its kind it is.
    """

    id = models.UUIDField(primary_key=True, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.DO_NOTHING, db_index=False)
    kind = models.CharField(max_length=60)
    happened_at = models.DateTimeField()
    written_at = models.DateTimeField()
    by = models.CharField(max_length=120)
    establishment = models.CharField(max_length=3)
    corrects = models.UUIDField(null=True)
    superseded_by = models.UUIDField(null=True)
    addendum = models.BooleanField()
    code = models.CharField(max_length=60)
    words = models.TextField()
    plans = models.TextField()

    law = laws.derived(seen_by=PATIENT)

    class Meta:
        indexes: ClassVar = [models.Index(name="lines_of", fields=["patient", "-happened_at", "-id"])]
