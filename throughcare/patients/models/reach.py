"""Who may see whom: Reach, the Bar that beats it, and the BreakGlass that is reviewed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from throughcare.core import ids, laws
from throughcare.core.expressions import DatabaseNow
from throughcare.core.lawkeeping import SCOPES
from throughcare.core.laws import PATIENT
from throughcare.core.rulebook import Book, whole


@dataclass(frozen=True)
class Lengths:
    """For how long a prison reaches a patient's record."""

    left_days: int
    inbound_hours: int
    break_glass_minutes: int
    over_bar_minutes: int


BOOK = Book(Path(__file__).parents[1] / "rulebook", whole(Lengths), only=("reach",))
_LASTS = BOOK.current()  # read once, at the start
AFTER_LEAVING = timedelta(days=_LASTS.left_days)
WHILE_INBOUND = timedelta(hours=_LASTS.inbound_hours)
BREAK_GLASS = timedelta(minutes=_LASTS.break_glass_minutes)
OVER_BAR = timedelta(minutes=_LASTS.over_bar_minutes)

ME = "(select current_setting('app.user', true))"
AUDITOR = f"'audit:' || establishment = any({SCOPES})"
# The auditor of the prison that holds the patient reads too what somebody elsewhere did.
HOLDER = f"""exists (select 1 from patients_reach r where r.patient_id = TABLE.patient_id
            and replace(r.scope, 'establishment:', 'audit:') = any({SCOPES}) and (r.until is null or r.until > core_now()))"""


class ReachQuerySet(models.QuerySet["Reach"]):
    """Live rows."""

    def live(self) -> Self:
        """Rows that still hold, by the database's own clock, which row security uses too."""
        return self.filter(Q(until=None) | Q(until__gt=DatabaseNow()))


class Reach(models.Model):
    """Who may see a patient, why, and until when. Kept by the actions that follow custody facts (L9)."""

    class Kind(models.TextChoices):
        HERE = "here", "here now"
        INBOUND = "inbound", "expected here"
        LEFT = "left", "left, read only"
        REFERRAL = "referral", "referred here"
        BREAK_GLASS = "break_glass", "opened in an emergency"

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT)
    scope = models.CharField(max_length=60)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True)
    writes = models.BooleanField(default=True)
    over_bar = models.BooleanField(default=False)  # only an emergency that named the bar

    objects = ReachQuerySet.as_manager()
    law = laws.reach(PATIENT, newcomers="patients_is_known")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(name="one_reach_a_scope", fields=["patient", "scope"])]
        indexes: ClassVar = [models.Index(name="reach_by_scope", fields=["scope", "patient"])]


class BarQuerySet(models.QuerySet["Bar"]):
    """Bars that hold."""

    def live(self) -> Self:
        """Neither lifted nor over, by the database's own clock."""
        return self.filter(Q(until=None) | Q(until__gt=DatabaseNow()), superseded_by=None, lifted=False)


class Bar(models.Model):
    """Somebody of the staff may not see this patient, whatever their role: a bar beats every grant (T3).

    Declared by the person (a relative, a neighbour, an old school friend) or set by somebody for the patient, until a
    moment or without an end. Lifting one is a row that corrects it, the only one that may: the auditor of that
    establishment writes it, and nobody for themselves (the trigger of migration 0013 holds both rows together).
    """

    class Kind(models.TextChoices):
        DECLARED = "declared", "they know each other outside"
        EXCLUDED = "excluded", "kept out for the patient"

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT)
    barred = models.CharField(max_length=80)
    barred_name = models.CharField(max_length=120)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    why = models.CharField(max_length=400)
    establishment = models.CharField(max_length=3)
    until = models.DateTimeField(null=True)
    lifted = models.BooleanField(default=False)
    happened_at = models.DateTimeField()
    written_at = models.DateTimeField()
    written_by = models.CharField(max_length=80)
    corrects = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    superseded_by = models.UUIDField(null=True)

    objects = BarQuerySet.as_manager()
    law = laws.append_only(
        own=f"barred = {ME} or written_by = {ME} or {AUDITOR} or {HOLDER.replace('TABLE', 'patients_bar')}",
        written=f"written_by = {ME} and (not lifted or ({AUDITOR} and barred <> {ME}))",
        corrected=True,
    )

    class Meta:
        indexes: ClassVar = [models.Index(name="bars_of", fields=["barred", "patient"])]
        constraints: ClassVar = [
            models.CheckConstraint(name="a_bar_says_why", condition=~Q(why="")),
            models.CheckConstraint(
                name="only_a_lift_corrects",
                condition=Q(corrects=None, lifted=False) | Q(corrects__isnull=False, lifted=True),
            ),
        ]


class BreakGlass(models.Model):
    """Somebody opened a record that was closed to them, in an emergency, with a reason, for minutes. Written by a function
    of the database together with the reach it opens, so that neither exists without the other."""

    class Reason(models.TextChoices):
        LIFE_AT_RISK = "life_at_risk", "Life or limb at risk now"
        CALLED = "called", "Called to this person on the wing"
        INBOUND = "inbound", "Arriving here, no booking yet"
        ADVICE = "advice", "Asked for advice by those who care for them"

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    patient = models.ForeignKey("patients.Patient", on_delete=models.PROTECT)
    actor = models.CharField(max_length=80)
    actor_name = models.CharField(max_length=120)
    role = models.CharField(max_length=40)
    establishment = models.CharField(max_length=3)
    reason = models.CharField(max_length=20, choices=Reason.choices)
    words = models.CharField(max_length=400)
    over_bar = models.BooleanField()
    at = models.DateTimeField()
    until = models.DateTimeField()

    law = laws.by_function(own=f"actor = {ME} or {AUDITOR} or {HOLDER.replace('TABLE', 'patients_breakglass')}")

    class Meta:
        indexes: ClassVar = [models.Index(name="broken_for", fields=["establishment", "at"])]
        constraints: ClassVar = [models.CheckConstraint(name="breaking_glass_says_why", condition=~Q(words=""))]


class GlassReview(models.Model):
    """Somebody who was not the one looked at why glass was broken, and said whether it was right."""

    class Verdict(models.TextChoices):
        RIGHT = "right", "Right: it was needed"
        ASK = "ask", "To be asked about"
        WRONG = "wrong", "Wrong: it goes further"

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    glass = models.OneToOneField(BreakGlass, on_delete=models.PROTECT)
    establishment = models.CharField(max_length=3)
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    words = models.CharField(max_length=400, blank=True)
    at = models.DateTimeField()
    written_by = models.CharField(max_length=80)
    written_by_name = models.CharField(max_length=120)

    law = laws.append_only(own=f"{AUDITOR} or written_by = {ME}", written=f"written_by = {ME}")
