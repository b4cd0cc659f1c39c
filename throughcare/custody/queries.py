"""Reads of the custody mirror, shaped for one screen each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Subquery
from django.db.models.functions import JSONObject

from throughcare.custody.models import BedStay, ExpectedArrival, Movement
from throughcare.custody.rules import RECEPTION


@dataclass(frozen=True)
class Place:
    """Where a prisoner is: prison code and the prison's own path, and whether he is out at court or the like."""

    establishment: str
    location: str
    out: bool = False

    @property
    def words(self) -> str:
        """As people say it: B-2-014, Reception, or B-2-014 (out)."""
        where = "Reception" if self.location == RECEPTION else self.location.removeprefix(f"{self.establishment}-")
        return f"{where} (out)" if self.out else where


def place(**prisoner: Any) -> Subquery:
    """The present place of a prisoner found by `prisoner` lookups, for a larger query; read it with `Place(**told)`."""
    told = JSONObject(establishment="establishment_id", location="location", out="out")
    return Subquery(BedStay.objects.open().filter(**prisoner).order_by("-since").values(told=told)[:1])


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
