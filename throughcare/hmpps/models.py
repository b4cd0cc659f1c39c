"""Messages from the prison service: each one once, and what became of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from throughcare.core import ids, laws
from throughcare.core.lawkeeping import SCOPES

MINE = f"establishment = '' or 'establishment:' || establishment = any({SCOPES}) or '{laws.SYSTEM}' = any({SCOPES})"


class FeedMessage(models.Model):
    """One message as it came. Taken, repeated, or parked with the reason for an administrator to see."""

    class Status(models.TextChoices):
        TAKEN = "taken", "Taken"
        PARKED = "parked", "Parked"

    id = models.UUIDField(primary_key=True, default=ids.new, editable=False)
    message_id = models.CharField(max_length=80)
    content_hash = models.CharField(max_length=64)
    event_type = models.CharField(max_length=80, blank=True)
    establishment = models.CharField(max_length=3, blank=True)
    body = models.TextField()
    received_at = models.DateTimeField()
    status = models.CharField(max_length=8, choices=Status.choices)
    reason = models.CharField(max_length=400, blank=True)

    law = laws.append_only(own=MINE)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="a_message_once", fields=["message_id", "content_hash", "status"]),
            models.CheckConstraint(name="parked_with_a_reason", condition=Q(status="parked") ^ Q(reason="")),
        ]

    def __str__(self) -> str:
        return self.message_id
