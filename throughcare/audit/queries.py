"""Who looked, as pages ask it: one statement, and row security decides which rows come back. And the newest seal."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import QuerySet

from throughcare.audit.models import Access, Seal


def looks_at(patients: Sequence[UUID], since: datetime, until: datetime) -> QuerySet[Access]:
    """Every response that showed one of these records from `since` until before `until`, the latest first."""
    # The day is the partition: without it every month ever kept would be opened. It is kept in UTC, like the moment.
    days = {"day__gte": since.astimezone(UTC).date(), "day__lte": until.astimezone(UTC).date()}
    return Access.objects.filter(patients__overlap=list(patients), at__gte=since, at__lt=until, **days).order_by("-at")


def head() -> Seal | None:
    """The newest seal."""
    return Seal.objects.order_by("-number").first()
