"""Vaccinations and tests: Immunization, Specimen, DiagnosticReport, and the Communication by which the person is told."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q

from throughcare.core import laws
from throughcare.patients.models.written import Entry

IN_ERROR = "entered-in-error"


class Detailed(Entry):
    """An entry with more to it than a line says: `DETAILS` are the fields that stand under it."""

    DETAILS: ClassVar[tuple[str, ...]] = ()

    @property
    def details(self) -> dict[str, Any]:
        """Those fields by name."""
        return {name: getattr(self, name) for name in self.DETAILS}

    class Meta:
        abstract = True


class Immunization(Detailed):
    """One dose of a vaccine: given, or not given and why. What was given elsewhere counts too, once it is written here."""

    class Status(models.TextChoices):
        COMPLETED = "completed", "Given"
        NOT_DONE = "not-done", "Not given"
        IN_ERROR = IN_ERROR, "Written by mistake: it did not happen, or it was somebody else"

    status = models.CharField(max_length=16, choices=Status.choices)
    vaccine = models.CharField(max_length=40)
    dose = models.PositiveSmallIntegerField()
    product = models.CharField(max_length=120, blank=True)
    lot_number = models.CharField(max_length=40, blank=True)
    site = models.CharField(max_length=10, blank=True)
    primary_source = models.BooleanField(default=True)  # False: given elsewhere, as a paper or the person says
    reason = models.CharField(max_length=20, blank=True)
    words = models.CharField(max_length=400, blank=True)
    again = models.BooleanField(default=False)  # the writer knew that this dose was on the record, and it was given all the same

    law = laws.entry(
        words=("product", "words"), code="status", codes=("vaccine", "site", "reason"), excused={"lot_number": "a batch number"}
    )

    DETAILS = ("reason", "primary_source", "product", "lot_number", "site", "words")

    class Meta:
        indexes: ClassVar = [models.Index(name="immunizations_of", fields=["patient", "vaccine", "dose"])]
        constraints: ClassVar = [
            models.CheckConstraint(name="a_dose_has_a_number", condition=Q(dose__gte=1) & ~Q(vaccine="")),
            models.CheckConstraint(name="not_vaccinated_says_why", condition=~Q(status="not-done") | ~Q(reason="")),
            models.UniqueConstraint(
                name="a_dose_once", fields=["patient", "vaccine", "dose"],
                condition=Q(superseded_by=None, status="completed", again=False),
            ),
        ]  # fmt: skip


class Specimen(Detailed):
    """A sample that was taken, for one panel of tests."""

    class Status(models.TextChoices):
        AVAILABLE = "available", "Taken"
        IN_ERROR = IN_ERROR, "Written by mistake: it was not taken, or it was somebody else"

    class Agreed(models.TextChoices):
        YES = "active", "Agreed to these tests"
        BEST_INTERESTS = "best-interests", "Could not decide: taken in their best interests"

    status = models.CharField(max_length=16, choices=Status.choices)
    panel = models.CharField(max_length=40)
    method = models.CharField(max_length=40)
    agreed = models.CharField(max_length=16, choices=Agreed.choices)
    accession = models.CharField(max_length=40, blank=True)  # the laboratory's or the kit's number
    words = models.CharField(max_length=400, blank=True)

    law = laws.entry(
        words=("words",), code="status", codes=("panel", "method"), excused={"accession": "a number of the laboratory"}
    )

    DETAILS = ("agreed", "accession", "words")

    class Meta:
        indexes: ClassVar = [models.Index(name="specimens_of", fields=["patient", "happened_at"])]
        constraints: ClassVar = [models.CheckConstraint(name="a_specimen_is_for_a_panel", condition=~Q(panel=""))]


class DiagnosticReport(Entry):
    """What the tests of a sample came to. It never changes anything by itself. Without a sample it came from elsewhere."""

    class Status(models.TextChoices):
        FINAL = "final", "Final"
        PRELIMINARY = "preliminary", "First reading: to be confirmed"
        IN_ERROR = IN_ERROR, "Written by mistake: it is not theirs"

    status = models.CharField(max_length=16, choices=Status.choices)
    specimen = models.ForeignKey(Specimen, null=True, on_delete=models.PROTECT)
    panel = models.CharField(max_length=40)
    results = models.JSONField()  # test -> what it came to
    words = models.CharField(max_length=400, blank=True)

    law = laws.entry(words=("results", "words"), code="status", codes=("panel",))

    class Meta:
        indexes: ClassVar = [models.Index(name="reports_of", fields=["patient", "happened_at"])]
        constraints: ClassVar = [models.CheckConstraint(name="a_report_has_results", condition=~Q(results={}))]


class Communication(Entry):
    """The person was told a result, or it was tried: when, by whom and in which words."""

    class Status(models.TextChoices):
        COMPLETED = "completed", "Told, and understood"
        NOT_DONE = "not-done", "Not told this time"
        IN_ERROR = IN_ERROR, "Written by mistake: it did not happen, or it was somebody else"

    status = models.CharField(max_length=16, choices=Status.choices)
    report = models.ForeignKey(DiagnosticReport, null=True, on_delete=models.PROTECT)
    panel = models.CharField(max_length=40)
    words = models.CharField(max_length=1000)

    law = laws.entry(words=("words",), code="status", codes=("panel",))

    class Meta:
        indexes: ClassVar = [models.Index(name="communications_of", fields=["patient", "happened_at"])]
        constraints: ClassVar = [models.CheckConstraint(name="telling_says_how", condition=~Q(words=""))]
