"""The one base of every row that is written about a person: where, by whom, and both times. Written once (L1)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from django.db import models

from throughcare.access.acting import Actor
from throughcare.core import clock, ids


def written_now(patient: UUID, at: datetime, by: Actor) -> dict[str, Any]:
    """The fields that every row about a person begins with. `at`: when it happened."""
    return {
        "id": ids.new(), "patient_id": patient, "establishment": by.establishment, "happened_at": at,
        "written_at": clock.now(), "written_by": by.id, "written_by_name": by.name,
    }  # fmt: skip


class EntryQuerySet(models.QuerySet[Any]):
    """Rows that can be corrected."""

    def current(self) -> Self:
        """Rows that no correction has replaced."""
        return self.filter(superseded_by=None)


class Written(models.Model):
    """What was written about somebody. Its law says which columns hold words: `law = laws.clinical(words=("why",))`."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT)
    establishment = models.CharField(max_length=3)
    happened_at = models.DateTimeField()
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=80)
    written_by_name = models.CharField(max_length=120)

    class Meta:
        abstract = True


class Entry(Written):
    """One entry, which a later one may correct: `law = laws.entry(words=("done",))`."""

    corrects = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    superseded_by = models.UUIDField(null=True)
    addendum = models.BooleanField(default=False)  # the database sets it: written after the person's death

    objects = EntryQuerySet.as_manager()

    class Meta:
        abstract = True


class Sourced(Entry):
    """An entry that names whom it was learned from: the person, a paper, the prison."""

    source = models.CharField(max_length=80)

    class Meta:
        abstract = True
