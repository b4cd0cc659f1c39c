"""The plans of observations that are in force, and how the sets of one plan stand. Reads; decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from throughcare.core import clock
from throughcare.instruments.models import Score
from throughcare.observations.models import ObservationMissed, ObservationPlan
from throughcare.observations.rules import (
    Excuse,
    ObservationBook,
    PlanRule,
    SetStanding,
    Taken,
    expected,
    observation_plans,
    standings,
)
from throughcare.patients.linked import everything_of


@dataclass(frozen=True)
class Watch:
    """One plan with every set that it expects, and how each stands."""

    plan: ObservationPlan
    rule: PlanRule
    until: datetime | None
    sets: tuple[SetStanding, ...]

    @property
    def is_over(self) -> bool:
        """Whether nothing more is expected: it was ended, or its last slot has closed."""
        ended = self.until is not None and self.until <= clock.now()
        return ended or not self.sets or self.sets[-1].expected.closes < clock.now()

    @property
    def now_due(self) -> SetStanding | None:
        """The set that is open now and not complete."""
        moment = clock.now()
        opened = (one for one in self.sets if one.expected.opens <= moment <= one.expected.closes)
        return next((one for one in opened if one.state in ("due", "part")), None)


def book(day: date) -> ObservationBook:
    """The plans and reasons that apply on a day."""
    return observation_plans().on("observation-plans", day).value


def book_of(plan: ObservationPlan) -> ObservationBook:
    """The version a plan was made with; old versions stay."""
    return observation_plans().version("observation-plans", plan.version).value


def watches(patient: UUID, *, only: Iterable[UUID] | None = None) -> list[Watch]:
    """Every plan of a person, the latest first, in one statement however many plans and sets."""
    rows = ObservationPlan.objects.filter(patient__one_of=everything_of(patient)).select_related("observationplanended")
    plans = (rows if only is None else rows.filter(id__in=list(only))).annotate(scored=_scored(patient), said=_said())
    return [watch(plan, _taken(plan.scored), _reasons(plan, plan.said)) for plan in plans.order_by("-happened_at")]


def watch(plan: ObservationPlan, taken: Iterable[Taken], said: Mapping[tuple[date, str], Excuse]) -> Watch:
    """How one plan stands, given what was scored and what was said about sets not taken."""
    rule = book_of(plan).plan(plan.plan)
    until = ended_at(plan)
    sets = expected(rule, plan.happened_at, until)
    return Watch(plan, rule, until, standings(sets, rule.instruments, taken, said, clock.now()))


def ended_at(plan: ObservationPlan) -> datetime | None:
    """When somebody ended the plan, or None. Read the plan with its end."""
    end = getattr(plan, "observationplanended", None)
    return end.happened_at if end else None


def _scored(patient: UUID) -> ArraySubquery:
    """For a query of plans: what was scored since each began."""
    rows = Score.objects.filter(patient__one_of=everything_of(patient), happened_at__gte=OuterRef("happened_at"))
    return ArraySubquery(rows.values(told=JSONObject(instrument="instrument", at="happened_at")))


def _said() -> ArraySubquery:
    """For a query of plans: the sets of each that were not taken, and the code of the reason."""
    rows = ObservationMissed.objects.filter(of=OuterRef("id"))
    return ArraySubquery(rows.values(told=JSONObject(day="day", slot="slot", reason="reason")))


def _taken(scored: Iterable[Mapping[str, str]]) -> list[Taken]:
    return [Taken(row["instrument"], datetime.fromisoformat(row["at"])) for row in scored]


def _reasons(plan: ObservationPlan, said: Iterable[Mapping[str, str]]) -> dict[tuple[date, str], Excuse]:
    reasons = book_of(plan)
    return {(date.fromisoformat(row["day"]), row["slot"]): reasons.reason(row["reason"]) for row in said}
