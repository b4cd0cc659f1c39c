"""Who is on which pathway, on which day and in which stage of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from throughcare.core import clock
from throughcare.core.clock import stay_day
from throughcare.pathways import register
from throughcare.pathways.models import Enrolment
from throughcare.pathways.rules import Pathway, Stage


@dataclass(frozen=True)
class OnPathway:
    """Somebody on a pathway: `day` counts local days from entry, the day of entry being 0; it never stands still."""

    row: Enrolment
    pathway: Pathway
    day: int
    stage: Stage | None

    @property
    def is_over(self) -> bool:
        return self.row.left_at is not None


def enrolments_here(establishment: str, *, pathway: str = "") -> list[OnPathway]:
    """Who is on a pathway at a prison now, longest first; one statement, with the patients."""
    rows = Enrolment.objects.filter(establishment=establishment, left_at=None, **({"pathway": pathway} if pathway else {}))
    return [_standing(row, clock.now()) for row in rows.select_related("patient").order_by("entered_at", "id")]


def enrolments_of(patients: Iterable[UUID]) -> list[OnPathway]:
    """Every pathway that somebody is or was on, under any of these records; what goes on first, then the latest."""
    rows = Enrolment.objects.filter(patient__in=list(patients)).order_by("-entered_at")
    found = [_standing(row, row.left_at or clock.now()) for row in rows]
    return sorted(found, key=lambda one: one.is_over)


def _standing(row: Enrolment, moment: datetime) -> OnPathway:
    pathway = register.pathway(row.pathway, row.version)
    day = stay_day(row.entered_at, moment)
    return OnPathway(row, pathway, day, pathway.stage_on(day))
