"""Contacts and what came with the person: EpisodeOfCare, Encounter, Warning and who read it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from throughcare.core import laws
from throughcare.patients.models.written import Entry


class EpisodeOfCare(Entry):
    """One stay under one service: opened when somebody is taken on, closed by the row that corrects it."""

    class Status(models.TextChoices):
        ACTIVE = "active", "Under care"
        ON_HOLD = "onhold", "Waiting: elsewhere for now"
        FINISHED = "finished", "Ended"

    service = models.CharField(max_length=40)
    status = models.CharField(max_length=10, choices=Status.choices)
    why = models.CharField(max_length=200, blank=True)

    law = laws.entry(words=("why",), code="status", codes=("service",))

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_current_episode_a_service", fields=["patient", "service", "establishment"],
                condition=Q(superseded_by=None) & ~Q(status="finished"),
            ),
        ]  # fmt: skip


class Encounter(Entry):
    """A contact with the person or about them: what was done and what is planned. The evidence that closes tasks."""

    kind = models.CharField(max_length=40)
    done = models.TextField(max_length=4000)
    plan = models.TextField(max_length=4000, blank=True)

    law = laws.entry(words=("done",), plans=("plan",), code="kind")

    class Meta:
        indexes: ClassVar = [models.Index(name="encounters_of", fields=["patient", "happened_at"])]
        constraints: ClassVar = [
            models.CheckConstraint(name="an_encounter_says_what_was_done", condition=~Q(done="")),
        ]


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

    law = laws.entry(words=("words",), code="source")

    class Meta:
        indexes: ClassVar = [models.Index(name="warnings_of", fields=["patient", "happened_at"])]
        constraints: ClassVar = [models.CheckConstraint(name="a_warning_says_something", condition=~Q(words=""))]


class WarningRead(Entry):
    """Somebody read a warning and signed for it."""

    warning = models.ForeignKey(Warning, on_delete=models.PROTECT)

    law = laws.entry(line=False, why="a signature, shown under its warning")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="read_once_by_each", fields=["warning", "written_by"]),
        ]
