"""Reads of the custody mirror, shaped for one screen each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from throughcare.custody.models import BedStay, ExpectedArrival, Movement


@dataclass(frozen=True)
class Place:
    """Where a prisoner is: prison code and the prison's own path, and whether he is out at court or the like."""

    establishment: str
    location: str
    since: datetime
    out: bool = False


def places_of(prisoners: Iterable[UUID]) -> dict[UUID, Place]:
    """The present place of each prisoner who has one."""
    rows = BedStay.objects.open().filter(prisoner__in=list(prisoners))
    return {row.prisoner_id: Place(row.establishment_id, row.location, row.since, row.out) for row in rows}


def expected_at(establishment: str, since: datetime) -> list[ExpectedArrival]:
    """Who is on the list of a prison from a moment on, soonest first."""
    rows = ExpectedArrival.objects.filter(establishment=establishment, due_at__gte=since)
    return list(rows.select_related("prisoner").order_by("due_at"))


def stays_of(prisoners: Iterable[UUID]) -> list[BedStay]:
    """Every stay we believe in, latest first."""
    rows = BedStay.objects.current().filter(prisoner__in=list(prisoners))
    return list(rows.select_related("establishment").order_by("-since"))


def movements_of(prisoners: Iterable[UUID]) -> list[Movement]:
    """Every movement told to us, latest first."""
    rows = Movement.objects.filter(prisoner__in=list(prisoners))
    return list(rows.select_related("establishment").order_by("-happened_at"))
