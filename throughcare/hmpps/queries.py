"""How the feed stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q

from throughcare.hmpps.models import FeedMessage


@dataclass(frozen=True)
class Lag:
    """When the last message came, and how many were taken and parked."""

    last_at: datetime | None
    taken: int
    parked: int


def parked(establishment: str) -> list[FeedMessage]:
    """Messages that could not be taken: those of this prison and those that name none of ours, latest first."""
    rows = FeedMessage.objects.filter(status=FeedMessage.Status.PARKED)
    return list(rows.filter(establishment__in=["", establishment]).order_by("-received_at")[:200])


def lag() -> Lag:
    """How far the feed has come."""
    found = FeedMessage.objects.aggregate(
        last_at=Max("received_at"), taken=Count("id", filter=Q(status="taken")), parked=Count("id", filter=Q(status="parked"))
    )
    return Lag(**found)
