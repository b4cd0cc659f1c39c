"""What every row about a person says: about whom, from which source, by whom, and both times."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.db import models

from throughcare.core import clock, ids, laws
from throughcare.core.laws import PATIENT


def written_now(patient: UUID, at: datetime, by: str) -> dict[str, Any]:
    """What every row about a person begins with: a key, the person, both times, and by whom. `at`: when it happened."""
    return {"id": ids.new(), "patient_id": patient, "happened_at": at, "written_at": clock.now(), "written_by": by}


class AboutQuerySet(models.QuerySet[Any]):
    """Rows about people."""

    def current(self) -> Self:
        """Rows that no correction has replaced."""
        return self.filter(superseded_by=None)


class About(models.Model):
    """One row about a person, written once: when it happened, when it was written, and where it comes from."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT)
    source = models.CharField(max_length=80)
    happened_at = models.DateTimeField()
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=80)
    corrects = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    superseded_by = models.UUIDField(null=True)

    objects = AboutQuerySet.as_manager()
    law = laws.append_only(seen_by=PATIENT, corrected=True)

    class Meta:
        abstract = True
