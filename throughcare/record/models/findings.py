"""What was found and measured: Condition, AllergyIntolerance, Observation."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from throughcare.core import laws
from throughcare.patients.models.written import Entry


class Condition(Entry):
    """A problem of the person: what, since when, how sure, and whether it is still there."""

    class Status(models.TextChoices):
        ACTIVE = "active", "Now"
        RECURRENCE = "recurrence", "Back again"
        REMISSION = "remission", "In remission"
        RESOLVED = "resolved", "Over"

    class Sure(models.TextChoices):
        CONFIRMED = "confirmed", "Confirmed"
        PROVISIONAL = "provisional", "Thought likely"
        REPORTED = "unconfirmed", "As the person says"
        REFUTED = "refuted", "Shown not to be so"

    code = models.CharField(max_length=40, blank=True)
    words = models.CharField(max_length=200)
    status = models.CharField(max_length=12, choices=Status.choices)
    verification = models.CharField(max_length=12, choices=Sure.choices)
    onset = models.CharField(max_length=40, blank=True)  # as it was said: 2019, "as a child"
    source = models.UUIDField(null=True)

    law = laws.entry(words=("words", "onset"), code="verification", codes=("code",))

    class Meta:
        indexes: ClassVar = [models.Index(name="conditions_of", fields=["patient", "happened_at"])]
        constraints: ClassVar = [models.CheckConstraint(name="a_condition_has_words", condition=~Q(words=""))]


class AllergyIntolerance(Entry):
    """Whether allergies were asked, and what was said. No row at all means nobody has asked."""

    class Said(models.TextChoices):
        PRESENT = "present", "Allergy"
        NONE_KNOWN = "none-known", "No known allergies"
        UNABLE = "unable", "Could not be asked"

    class Criticality(models.TextChoices):
        HIGH = "high", "Could kill"
        LOW = "low", "Unpleasant, not dangerous"
        UNKNOWN = "unable-to-assess", "Not known"

    said = models.CharField(max_length=12, choices=Said.choices)
    substance = models.CharField(max_length=400, blank=True)
    reaction = models.CharField(max_length=200, blank=True)
    criticality = models.CharField(max_length=16, choices=Criticality.choices, blank=True)
    source = models.UUIDField(null=True)

    law = laws.entry(words=("substance", "reaction"), code="said")

    class Meta:
        indexes: ClassVar = [models.Index(name="allergies_of", fields=["patient", "happened_at"])]


class Observation(Entry):
    """One measurement: what, how much, in which unit, and the answers it was taken from."""

    code = models.CharField(max_length=40)
    value = models.CharField(max_length=40)
    unit = models.CharField(max_length=20, blank=True)
    source = models.UUIDField(null=True)

    law = laws.entry(words=("value",), code="code", excused={"unit": "a unit of measurement"})

    class Meta:
        indexes: ClassVar = [models.Index(name="observations_of", fields=["patient", "code", "happened_at"])]
