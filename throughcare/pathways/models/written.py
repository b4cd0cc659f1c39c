"""What everything that is written about somebody has, here: whose it is, who wrote it, and both times."""

from __future__ import annotations

from django.db import models

from throughcare.core import ids, laws
from throughcare.core.laws import PATIENT
from throughcare.patients.models import Patient


class Written(models.Model):
    """Shared by every row of referrals and of planned observations: about whom, where, by whom, and both times."""

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
