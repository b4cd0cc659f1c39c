"""Who is on which pathway, on which day and in which stage of it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count

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


def enrolments_here(establishment: str, *, pathway: str = "") -> list[OnPathway]:
    """Who is on a pathway at a prison now, longest first; one statement."""
    rows = Enrolment.objects.filter(establishment=establishment, left_at=None, **({"pathway": pathway} if pathway else {}))
    return [_standing(row) for row in rows.order_by("entered_at", "id")]


def many_here(establishment: str) -> dict[str, int]:
    """How many are on each pathway at a prison now; one statement."""
    rows = Enrolment.objects.filter(establishment=establishment, left_at=None)
    return dict(rows.values_list("pathway").annotate(Count("id")))


def _standing(row: Enrolment) -> OnPathway:
    pathway = register.pathway(row.pathway, row.version)
    day = stay_day(row.entered_at, clock.now())
    return OnPathway(row, pathway, day, pathway.stage_on(day))
