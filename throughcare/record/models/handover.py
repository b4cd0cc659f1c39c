"""The page that goes with somebody on the way: Handover."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from throughcare.core import laws
from throughcare.core.lawkeeping import SCOPES
from throughcare.patients.models.written import Entry

ME = "(select current_setting('app.user', true))"
OURS = f"'handover:' || establishment = any({SCOPES})"


class Handover(Entry):
    """What police, court or escort tell the prison, or the prison tells them: fields of a closed list, and one line.

    Says whom it is about in its own words, because those on the way see no record to look it up in.
    """

    class Direction(models.TextChoices):
        IN = "in", "To the prison"
        OUT = "out", "From the prison"

    class Kind(models.TextChoices):
        POLICE = "police", "Police custody"
        LIAISON = "liaison", "Liaison and diversion"
        ESCORT = "escort", "Escort"
        COURT = "court", "Court"

    direction = models.CharField(max_length=6, choices=Direction.choices)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    name = models.CharField(max_length=200)
    date_of_birth = models.DateField(null=True)
    prison_number = models.CharField(max_length=40, blank=True)
    content = models.JSONField()
    keep_safe = models.CharField(max_length=400, blank=True)  # the one line of free text
    shown_until = models.DateTimeField()  # to those on the way; the prison keeps it

    # A handover role holds no reach: it reads what it wrote itself and what is made for the way, while that lasts,
    # and writes about somebody who is expected at its prison.
    law = laws.entry(
        words=("content", "keep_safe"), code="direction", codes=("kind",),
        excused={"name": "a name", "prison_number": "a number"},
        also=f"{OURS} and shown_until > now() and (direction = 'out' or written_by = {ME})",
        also_written=f"{OURS} and direction = 'in' and written_by = {ME} and record_may_hand_over(patient_id, establishment)",
    )  # fmt: skip

    class Meta:
        indexes: ClassVar = [models.Index(name="handovers_at", fields=["establishment", "written_at"])]
        constraints: ClassVar = [models.CheckConstraint(name="a_handover_names_somebody", condition=~Q(name=""))]
