"""Somebody asks for a pack, somebody else approves it, the worker builds it: PackRequest, PackStep, Pack."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from throughcare.core import ids, laws
from throughcare.core.lawkeeping import SCOPES

ME = "(select current_setting('app.user', true))"
JOB = "system:inspection pack"
AUDITOR = f"'audit:' || establishment = any({SCOPES})"
CARER = f"'establishment:' || establishment = any({SCOPES})"

# Whoever answers is a person who gives care there and did not ask; what the job says is said by the job.
ANSWERS = f"""{CARER} and written_by not like 'system:%' and exists (select 1 from reporting_packrequest q
             where q.id = reporting_packstep.request_id and q.establishment = reporting_packstep.establishment
             and q.asked_by <> {ME})"""
WORKS = f"written_by like '{JOB}%' and {AUDITOR}"
# No bundle without an approval by somebody who did not ask for it (T5, T25).
APPROVED = """exists (select 1 from reporting_packrequest q join reporting_packstep s on s.request_id = q.id
              where q.id = reporting_pack.request_id and q.establishment = reporting_pack.establishment
              and s.kind = 'approved' and s.written_by <> q.asked_by)"""


class PackRequest(models.Model):
    """Everything about one person between two moments was asked for: on which basis, for whom, and why."""

    class Basis(models.TextChoices):
        COURT_ORDER = "court_order", "A court or a coroner ordered it"
        SUBJECT_ACCESS = "subject_access", "The person asked for their own record"
        SAFEGUARDING = "safeguarding", "Safeguarding"
        SERIOUS_HARM = "serious_harm", "Serious harm to somebody"

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT)
    establishment = models.CharField(max_length=3)
    basis = models.CharField(max_length=16, choices=Basis.choices)
    purpose = models.CharField(max_length=1000)
    recipient = models.CharField(max_length=120)
    told_person = models.CharField(max_length=400)
    since = models.DateTimeField()
    until = models.DateTimeField()
    tables = ArrayField(models.CharField(max_length=60))
    asked_by = models.CharField(max_length=80)
    asked_by_name = models.CharField(max_length=120)
    asked_at = models.DateTimeField()

    law = laws.append_only(own=f"{AUDITOR} or {CARER}", written=f"asked_by = {ME} and {AUDITOR}")

    class Meta:
        indexes: ClassVar = [models.Index(name="packs_of", fields=["establishment", "asked_at"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="a_pack_has_basis_and_recipient",
                condition=~Q(basis="") & ~Q(purpose="") & ~Q(recipient="") & ~Q(told_person=""),
            ),
            models.CheckConstraint(name="a_pack_ends_after_it_starts", condition=Q(until__gt=F("since"))),
        ]


class PackStep(models.Model):
    """How a request went on: approved or declined by a second person, building, ready, or failed and why."""

    class Kind(models.TextChoices):
        APPROVED = "approved", "Approved"
        DECLINED = "declined", "Declined"
        BUILDING = "building", "Being built"
        READY = "ready", "Ready"
        FAILED = "failed", "Could not be built"

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    request = models.ForeignKey(PackRequest, on_delete=models.PROTECT)
    establishment = models.CharField(max_length=3)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    why = models.CharField(max_length=1000, blank=True)
    disclosure = models.UUIDField(null=True)
    at = models.DateTimeField()
    written_by = models.CharField(max_length=200)
    written_by_name = models.CharField(max_length=120)

    law = laws.append_only(
        own=f"{AUDITOR} or {CARER}",
        written=f"""written_by = {ME} and ((kind in ('approved', 'declined') and {ANSWERS})
                    or (kind not in ('approved', 'declined') and {WORKS}))""",
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_answer_a_pack", fields=["request"], condition=Q(kind__in=["approved", "declined"])),
            models.UniqueConstraint(name="ready_once", fields=["request"], condition=Q(kind="ready")),
            models.CheckConstraint(name="a_no_and_a_failure_say_why", condition=~Q(kind__in=["declined", "failed"]) | ~Q(why="")),
        ]


class Pack(models.Model):
    """The bundle itself, as it was signed. Only the auditor of that prison reads it, and each reading leaves a trace."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    request = models.OneToOneField(PackRequest, on_delete=models.PROTECT)
    establishment = models.CharField(max_length=3)
    content = models.BinaryField()
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    made_at = models.DateTimeField()
    made_by = models.CharField(max_length=200)
    seconds = models.PositiveIntegerField()

    law = laws.append_only(own=AUDITOR, written=f"made_by = {ME} and made_by like '{JOB}%' and {AUDITOR} and {APPROVED}")
