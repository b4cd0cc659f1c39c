"""What may harm the person or did: Flag and Incident."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from throughcare.core import laws
from throughcare.patients.models.written import Entry


class Flag(Entry):
    """Something everybody who meets the person must know, in a few words, until it is ended by a row that corrects it."""

    kind = models.CharField(max_length=40)
    words = models.CharField(max_length=200)
    ended = models.BooleanField(default=False)
    source = models.UUIDField(null=True)

    law = laws.entry(words=("words",), code="kind")

    class Meta:
        indexes: ClassVar = [models.Index(name="flags_of", fields=["patient", "kind"])]
        constraints: ClassVar = [models.CheckConstraint(name="a_flag_says_something", condition=~Q(words=""))]


class Incident(Entry):
    """Something went wrong or nearly did: overdose, self-harm, fall, seizure, a dose given twice."""

    class Harm(models.TextChoices):
        NONE = "none", "No harm"
        LOW = "low", "Low harm"
        MODERATE = "moderate", "Moderate harm"
        SEVERE = "severe", "Severe harm"
        FATAL = "fatal", "Fatal"

    kind = models.CharField(max_length=40)
    harm = models.CharField(max_length=10, choices=Harm.choices)
    words = models.TextField(max_length=4000)
    done = models.TextField(max_length=4000, blank=True)

    law = laws.entry(words=("words",), plans=("done",), code="kind")

    class Meta:
        indexes: ClassVar = [models.Index(name="incidents_of", fields=["patient", "happened_at"])]
        constraints: ClassVar = [models.CheckConstraint(name="an_incident_says_what_happened", condition=~Q(words=""))]
