"""Reads of visits, shaped for the arrivals board, the patient's page and the page where a form is chosen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import JSONObject

from throughcare.instruments.models import QuestionnaireResponse, Score
from throughcare.patients.linked import everything_of
from throughcare.screening import rules
from throughcare.screening.models import AlertChange, Screen, Step, StopAction
from throughcare.screening.standing import ASSISTANT, state_of


@dataclass(frozen=True)
class Row:
    """One screen as a board needs it."""

    screen: Screen
    state: str
    core_done_at: datetime | None
    core_done_by: str | None
    open_stops: int


def current_of(patient: UUID, establishment: str) -> Screen | None:
    """The screen of the latest arrival here."""
    return _arrivals(patient, establishment).select_related("patient").order_by("-arrived_at").first()


def visit_of(patient: UUID, screen: UUID) -> Screen | None:
    """One visit of a person, whichever of the joined records it was written to; with it, in the same read, the person's
    first nights, of which it may take one up (`standing` looks for them there first)."""
    mine = Screen.objects.filter(patient__one_of=everything_of(patient)).select_related("patient")
    rows: list[Any] = list(mine.filter(Q(id=screen) | Q(definition=rules.FIRST_NIGHT)).order_by("-arrived_at"))
    found = next((row for row in rows if row.id == screen), None)
    if found:
        found.first_nights = [row for row in rows if row.definition == rules.FIRST_NIGHT]
    return found


def begun(patient: UUID, establishment: str, definition: str, since: datetime) -> Screen | None:
    """A visit of this kind that somebody opened here since a moment and nobody has signed."""
    rows = Screen.objects.filter(
        ~Exists(_steps().filter(kind=Step.Kind.SIGNED)), patient__one_of=everything_of(patient), establishment=establishment,
        definition=definition, opened_at__gte=since,
    )  # fmt: skip
    return rows.select_related("patient").order_by("-opened_at").first()


def wanted_at(establishment: str, since: datetime) -> QuerySet[Screen]:
    """Screens of arrivals since a moment, and earlier ones that nobody signed, with where they stand: one statement."""
    mine = Screen.objects.filter(establishment=establishment, definition=rules.FIRST_NIGHT)
    recent = mine.filter(Q(arrived_at__gte=since) | ~Exists(_steps().filter(kind=Step.Kind.SIGNED)))
    return _with_standing(recent).order_by("arrived_at")


def _with_standing(screens: QuerySet[Screen]) -> QuerySet[Any]:
    """Adds to each screen its steps, its stops and what was done about them."""
    stops = AlertChange.objects.filter(screen=OuterRef("id"), severity="stop").order_by("written_at")
    return screens.select_related("patient").annotate(
        kinds=ArraySubquery(_steps().values("kind")),
        by_assistant=Exists(_steps().filter(detail=ASSISTANT)),
        core_done_at=Subquery(_core().values("happened_at")[:1]),
        core_done_by=Subquery(_core().values("written_by_name")[:1]),
        answered=Exists(QuestionnaireResponse.objects.filter(occasion=OuterRef("id"))),
        stops=ArraySubquery(stops.values(told=JSONObject(alert="alert", raised="raised"))),
        met=ArraySubquery(StopAction.objects.standing().filter(screen=OuterRef("id")).values("alert")),
    )


def row(screen: Any) -> Row:
    """Where an annotated screen stands."""
    stands = {one["alert"]: one["raised"] for one in screen.stops}
    open_stops = sum(1 for alert, raised in stands.items() if raised and alert not in screen.met)
    return Row(screen, _state(screen), screen.core_done_at, screen.core_done_by, open_stops)


def latest_row(patient: UUID, establishment: str) -> Row | None:
    """Where the screen of the latest arrival here stands, in one statement."""
    found = _with_standing(_arrivals(patient, establishment)).order_by("-arrived_at").first()
    return row(found) if found else None


def screens_of(patient: UUID) -> list[Screen]:
    """Every screen of a person, from every stay that can be seen, latest first."""
    return list(Screen.objects.filter(patient__one_of=everything_of(patient)).order_by("-arrived_at"))


def _arrivals(patient: UUID, establishment: str) -> QuerySet[Screen]:
    return Screen.objects.filter(
        patient__one_of=everything_of(patient), establishment=establishment, definition=rules.FIRST_NIGHT
    )


def _steps() -> QuerySet[Step]:
    return Step.objects.filter(screen=OuterRef("id"))


def _core() -> QuerySet[Step]:
    return _steps().filter(kind=Step.Kind.CORE_DONE)


def _state(screen: Any) -> str:
    return state_of(set(screen.kinds), screen.by_assistant, screen.answered)


@dataclass(frozen=True)
class Visited:
    """One visit of the past with its totals, the latest of each instrument."""

    screen: Screen
    signed_at: datetime | None
    signed_by: str
    scores: tuple[Score, ...]


MOST = 60  # visits listed on one page; the timeline holds every one


def asked_of(patients: Iterable[UUID]) -> list[Visited]:
    """What a person was asked, from every stay that can be seen, latest first, with scores; two statements."""
    signed = _steps().filter(kind=Step.Kind.SIGNED)
    screens = Screen.objects.filter(patient__in=list(patients)).annotate(
        signed_at=Subquery(signed.values("happened_at")[:1]), signed_by=Subquery(signed.values("written_by_name")[:1])
    )
    rows: list[Any] = list(screens.order_by("-opened_at")[:MOST])
    scores: dict[UUID, dict[str, Score]] = {}
    taken = Score.objects.filter(response__occasion__in=[row.id for row in rows]).select_related("response")
    for score in taken.order_by("written_at"):
        scores.setdefault(score.response.occasion, {})[score.instrument] = score
    return [Visited(row, row.signed_at, row.signed_by or "", tuple(scores.get(row.id, {}).values())) for row in rows]
