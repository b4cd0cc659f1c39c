"""Messages from the prison service: each one once, and what became of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from throughcare.core import ids, laws
from throughcare.core.lawkeeping import SCOPES

MINE = f"establishment = '' or 'establishment:' || establishment = any({SCOPES}) or '{laws.SYSTEM}' = any({SCOPES})"


class FeedMessage(models.Model):
    """One message as it came: taken, parked with the reason for an administrator to see, or not taken because it is nothing
    to health care; of those only the type is kept, not what they said."""

    class Status(models.TextChoices):
        TAKEN = "taken", "Taken"
        PARKED = "parked", "Parked"
        NOT_TAKEN = "not taken", "Not taken"

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    message_id = models.CharField(max_length=80)
    content_hash = models.CharField(max_length=64)
    event_type = models.CharField(max_length=80, blank=True)
    establishment = models.CharField(max_length=3, blank=True)
    body = models.TextField(blank=True)
    received_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status.choices)
    reason = models.CharField(max_length=400, blank=True)

    law = laws.append_only(own=MINE)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="a_message_once", fields=["message_id", "content_hash", "status"]),
            models.CheckConstraint(name="not_taken_with_a_reason", condition=Q(status="taken") ^ ~Q(reason="")),
            models.CheckConstraint(name="what_is_nothing_to_us_is_not_kept", condition=~Q(status="not taken") | Q(body="")),
        ]
        indexes: ClassVar = [
            models.Index(name="message_by_content", fields=["content_hash"]),
            models.Index(name="message_by_status", fields=["status", "received_at"]),
        ]

    def __str__(self) -> str:
        return self.message_id


class RollCheck(models.Model):
    """One comparison of a prison's roll with our list: when, how many are on each, how many differ."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    establishment = models.CharField(max_length=3)
    at = models.DateTimeField()
    on_roll = models.PositiveIntegerField()
    here = models.PositiveIntegerField()
    differences = models.PositiveIntegerField()

    law = laws.append_only(own=MINE)

    class Meta:
        indexes: ClassVar = [models.Index(name="roll_checks_of", fields=["establishment", "-at"])]


class RollDifference(models.Model):
    """One person whom the prison's roll and our list do not agree on. Nothing clinical: where, and which number."""

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    check_row = models.ForeignKey(RollCheck, null=True, on_delete=models.PROTECT)  # None: raised by a message, not at night
    establishment = models.CharField(max_length=3)
    kind = models.CharField(max_length=20)
    prison_number = models.CharField(max_length=7, blank=True)
    name = models.CharField(max_length=200)
    patient = models.UUIDField(null=True)
    ours = models.CharField(max_length=120)
    theirs = models.CharField(max_length=120)
    happened_at = models.DateTimeField()  # of a departure: when the prison says it was
    departure = models.CharField(max_length=12, blank=True)  # of a departure: what kind it was
    found_at = models.DateTimeField()

    law = laws.append_only(own=MINE)

    class Meta:
        indexes: ClassVar = [models.Index(name="differences_of", fields=["establishment", "-found_at"])]


class RollAnswer(models.Model):
    """A person looked, and said whether somebody is here."""

    class Says(models.TextChoices):
        HERE = "here", "They are here"
        LEFT = "left", "They have left"
        SEEN = "seen", "Looked at"

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    difference = models.OneToOneField(RollDifference, on_delete=models.PROTECT)
    establishment = models.CharField(max_length=3)
    says = models.CharField(max_length=4, choices=Says.choices)
    at = models.DateTimeField()
    written_by = models.CharField(max_length=80)
    written_by_name = models.CharField(max_length=120)

    law = laws.append_only(own=MINE)
