"""Healthcare's person: Patient, and who their prisoners are."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q

from throughcare.access.acting import Actor
from throughcare.core import ids, laws
from throughcare.core.identifiers import NHSNumber, sort_key
from throughcare.core.laws import PATIENT
from throughcare.custody.models import Prisoner
from throughcare.patients.models.reach import Bar, Reach
from throughcare.patients.rules import listed_name, spoken_name


class PatientQuerySet(models.QuerySet["Patient"]):
    """Reads begin from the reader."""

    def seen_by(self, actor: Actor) -> Self:
        """The patients this actor has a reason to see (L9); row security says the same without being asked."""
        live = Reach.objects.live().filter(patient=OuterRef("id"), scope__in=actor.scopes)
        barred = Bar.objects.live().filter(patient=OuterRef("id"), barred=actor.id)
        return self.filter(Exists(live.filter(over_bar=True)) | (Exists(live) & ~Exists(barred)))

    def named(self, typed: str) -> Self:
        """Whose family or given name starts with what was typed, in either order, accents and case aside."""
        chosen = self
        for word in sort_key(typed).split():
            upto = word + "\U0010ffff"
            chosen = chosen.filter(Q(family_key__gte=word, family_key__lt=upto) | Q(given_key__gte=word, given_key__lt=upto))
        return chosen


class Patient(models.Model):
    """A person in healthcare's eyes. Provisional while nothing proves who they are: care starts all the same."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    family_name = models.CharField(max_length=80)
    given_names = models.CharField(max_length=120)
    family_key = models.CharField(max_length=80, db_index=True)
    given_key = models.CharField(max_length=120, db_index=True)
    date_of_birth = models.DateField(null=True)
    sex = models.CharField(max_length=20, blank=True)
    nhs_number = models.CharField(max_length=10, null=True, unique=True)
    provisional = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    died_at = models.DateTimeField(null=True)  # from then on what is written is an addendum, and says so

    objects: ClassVar[Any] = PatientQuerySet.as_manager()
    law = laws.mutable(
        seen_by=PATIENT, key="id", feed=True, names=True, no_line="the person themselves: the banner of every page"
    )

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the search keys in step with the names."""
        self.family_key, self.given_key = sort_key(self.family_name)[:80], sort_key(self.given_names)[:120]
        super().save(*args, **kwargs)

    @property
    def name(self) -> str:
        """FAMILY, Given: as lists in the NHS write it."""
        return listed_name(self.family_name, self.given_names)

    @property
    def spoken_name(self) -> str:
        """Given Family: as people say it."""
        return spoken_name(self.family_name, self.given_names)

    @property
    def nhs(self) -> str:
        """The NHS number in three groups, or blank."""
        return NHSNumber(self.nhs_number).spaced if self.nhs_number else ""


class Match(models.Model):
    """This patient is that prisoner: an act with an author, undone by a row that corrects it."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT)
    prisoner = models.ForeignKey(Prisoner, on_delete=models.PROTECT)
    basis = models.CharField(max_length=40)
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    corrects = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    superseded_by = models.UUIDField(null=True)

    law = laws.append_only(
        seen_by=PATIENT, corrected=True, feed=True, names=True, no_line="which booking is whose: on the page of names and numbers"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_patient_a_prisoner", fields=["prisoner"], condition=Q(superseded_by=None)),
        ]
