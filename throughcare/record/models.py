"""The clinical record that every module shares. Rows are written once; a correction is a new row (L1)."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from throughcare.core import ids, laws
from throughcare.core.laws import PATIENT
from throughcare.patients.models import Patient


class EntryQuerySet(models.QuerySet[Any]):
    """Rows of the record."""

    def current(self) -> Self:
        """Rows that no correction has replaced."""
        return self.filter(superseded_by=None)


class Entry(models.Model):
    """One entry: about whom, by whom, and both times: when it happened and when it was written."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT)
    establishment = models.CharField(max_length=3)
    happened_at = models.DateTimeField()
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=80)
    written_by_name = models.CharField(max_length=120)
    corrects = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    superseded_by = models.UUIDField(null=True)

    objects = EntryQuerySet.as_manager()
    law = laws.append_only(seen_by=PATIENT, corrected=True)

    class Meta:
        abstract = True


class Encounter(Entry):
    """A contact with the person or about them: what was done and what is planned. The evidence that closes tasks."""

    kind = models.CharField(max_length=40)
    done = models.TextField(max_length=4000)
    plan = models.TextField(max_length=4000, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(name="encounters_of", fields=["patient", "happened_at"])]
        constraints: ClassVar = [
            models.CheckConstraint(name="an_encounter_says_what_was_done", condition=~Q(done="")),
        ]


class AllergyIntolerance(Entry):
    """Whether allergies were asked, and what was said. No row at all means nobody has asked."""

    class Said(models.TextChoices):
        PRESENT = "present", "Allergy"
        NONE_KNOWN = "none-known", "No known allergies"
        UNABLE = "unable", "Could not be asked"

    said = models.CharField(max_length=12, choices=Said.choices)
    substance = models.CharField(max_length=400, blank=True)
    source = models.UUIDField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(name="allergies_of", fields=["patient", "happened_at"])]


class Warning(Entry):
    """One line that police, escort, court, family or the last prison wrote about a danger. Read and signed one by one."""

    class Source(models.TextChoices):
        POLICE = "police", "Police"
        ESCORT = "escort", "Escort"
        COURT = "court", "Court"
        FAMILY = "family", "Family"
        PRISON = "prison", "Last prison"

    source = models.CharField(max_length=10, choices=Source.choices)
    words = models.CharField(max_length=400)

    class Meta:
        indexes: ClassVar = [models.Index(name="warnings_of", fields=["patient", "happened_at"])]
        constraints: ClassVar = [models.CheckConstraint(name="a_warning_says_something", condition=~Q(words=""))]


class WarningRead(Entry):
    """Somebody read a warning and signed for it."""

    warning = models.ForeignKey(Warning, on_delete=models.PROTECT)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="read_once_by_each", fields=["warning", "written_by"]),
        ]


class Observation(Entry):
    """One measurement: what, how much, in which unit, and the answers it was taken from."""

    code = models.CharField(max_length=40)
    value = models.CharField(max_length=40)
    unit = models.CharField(max_length=20, blank=True)
    source = models.UUIDField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(name="observations_of", fields=["patient", "code", "happened_at"])]
