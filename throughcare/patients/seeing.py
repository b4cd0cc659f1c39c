"""Reads about who may see whom: emergency looks and their reviews, bars, and whether this look is one."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from throughcare.access.acting import Actor
from throughcare.patients.linked import everything_of
from throughcare.patients.models import Bar, BreakGlass, Patient, Reach
from throughcare.patients.reasons import BROKEN

__all__ = ["BROKEN", "bars_of", "is_barred", "live_bars", "nameable", "open_until", "queue", "reviewed", "under_glass"]


def under_glass(actor: Actor) -> Any:
    """For a query of patients: whether this actor sees them only because glass was broken."""
    live = Reach.objects.live().filter(patient=OuterRef("id"), scope__in=actor.scopes)
    return Exists(live.filter(over_bar=True)) | ~Exists(live.exclude(kind=Reach.Kind.BREAK_GLASS))


def open_until(patient: UUID) -> datetime | None:
    """When the emergency for which I opened this record ends; row security shows me my own reach only."""
    rows = Reach.objects.live().filter(patient__one_of=everything_of(patient), kind=Reach.Kind.BREAK_GLASS)
    until: datetime | None = rows.order_by("-until").values_list("until", flat=True).first()
    return until


def queue() -> QuerySet[Any]:
    """Emergency looks that nobody has reviewed, past a bar first, then the oldest. Row security says whose queue it is."""
    return BreakGlass.objects.filter(glassreview=None).order_by("-over_bar", "at").annotate(**_named())


def reviewed(limit: int = 50) -> QuerySet[Any]:
    """The latest reviews."""
    done = BreakGlass.objects.exclude(glassreview=None).order_by("-glassreview__at").annotate(**_named())
    return done.annotate(
        verdict=F("glassreview__verdict"), said=F("glassreview__words"), reviewer=F("glassreview__written_by_name")
    )[:limit]


def bars_of(patient: UUID) -> QuerySet[Bar]:
    """Every bar there is or was, the latest first; lifted ones are rows too."""
    return Bar.objects.filter(patient=patient).order_by("-written_at")


def live_bars() -> QuerySet[Any]:
    """Bars that hold now, with whom they protect."""
    return Bar.objects.live().order_by("-written_at").annotate(**_named())


def is_barred(patient: UUID, actor: Actor) -> bool:
    """Whether a bar keeps this actor out."""
    return bool(Bar.objects.live().filter(patient=patient, barred=actor.id).exists())


def nameable(actor: Actor) -> Any:
    """The people whose names this actor may read without opening a record: those here, for oversight and audit."""
    places = [scope.replace("names:", "establishment:") for scope in actor.scopes if scope.startswith("names:")]
    return Patient.objects.filter(id__in=Reach.objects.live().filter(scope__in=places).values("patient_id"))


def _named() -> dict[str, Subquery]:
    """Names by a question of their own, not a join: somebody held elsewhere stays in the queue, without a name."""
    whose = Patient.objects.filter(id=OuterRef("patient"))
    return {name: Subquery(whose.values(column)[:1]) for name, column in (("family", "family_name"), ("given", "given_names"))}
