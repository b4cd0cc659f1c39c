"""Observations are planned, ended, explained when not taken; what stays a gap is found once, however often somebody looks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from throughcare.access.acting import Actor, acting
from throughcare.audit.facts import keep
from throughcare.core import clock, ids
from throughcare.core.refusals import Refused, require
from throughcare.core.writing import all_or_nothing
from throughcare.observations import facts, queries
from throughcare.observations.models import ObservationGap, ObservationMissed, ObservationPlan, ObservationPlanEnded
from throughcare.observations.rules import observation_plans, runs
from throughcare.patients.facts import PatientDied, PatientLeft
from throughcare.patients.linked import everything_of, in_turn
from throughcare.patients.models import Reach
from throughcare.record.actions.entry import entry, fact, fitting

MOST = 400  # characters of a reason
GOES = frozenset({"released", "died"})  # nobody here takes a set of his any more


class ObservationNeedsReason(Refused):
    """A plan starts, or ends, for a reason."""

    message = "Choose a plan, and say in a few words why."


class AlreadyPlanned(Refused):
    """The same observations are planned already."""

    message = "“{title}” is planned already, since {since}. End it first, or let it run."


class AlreadyEnded(Refused):
    """The plan was ended by somebody else in the meantime."""

    message = "This plan has ended already. Reload the page to see by whom."


class NoSuchSet(Refused):
    """A reason for a set that the plan does not expect, that is still to come, or that was taken."""

    message = "Only a set that was not taken needs a reason. Reload the page: it may have been taken meanwhile."


@all_or_nothing
def plan_observations(*, patient: UUID, plan: str, why: str, at: datetime, by: Actor) -> ObservationPlan:
    """Expect sets of observations from `at` on. Raises ObservationNeedsReason, TooLong, InTheFuture or
    AlreadyPlanned, changing nothing."""
    require(by.may("plan_observations"))
    rules = observation_plans().on("observation-plans", clock.prison_day(clock.now()))
    if plan not in {one.id for one in rules.value.plans} or not why.strip():
        raise ObservationNeedsReason()
    in_turn(patient)
    for one in queries.watches(patient):
        if one.plan.plan == plan and not one.is_over:
            raise AlreadyPlanned(title=one.rule.title, since=f"{clock.local(one.plan.happened_at):%-d %B at %H:%M}")
    made: ObservationPlan = ObservationPlan.objects.create(
        **entry(patient, at, by), plan=plan, version=rules.version, why=fitting(why, MOST)
    )
    keep(facts.ObservationsPlanned(**fact(patient, at, by), of=made.id, plan=plan))
    return made


@all_or_nothing
def end_plan(*, plan: ObservationPlan, why: str, at: datetime, by: Actor) -> ObservationPlanEnded:
    """Expect nothing more. Raises ObservationNeedsReason, TooLong or AlreadyEnded."""
    require(by.may("plan_observations"))
    if not why.strip():
        raise ObservationNeedsReason()
    return _end(plan, fitting(why, MOST), entry(plan.patient_id, at, by), fact(plan.patient_id, at, by))


@all_or_nothing
def say_missed(
    *, plan: ObservationPlan, day: date, slot: str, reason: str, words: str, at: datetime, by: Actor
) -> ObservationMissed:
    """Say why a set was not taken. Raises NoSuchSet, ObservationNeedsReason or TooLong; the first word about a set stands."""
    require(by.may("screen"))
    watched = queries.watches(plan.patient_id, only=[plan.id])[0]
    if reason not in {one.code for one in queries.book_of(plan).reasons}:
        raise ObservationNeedsReason()
    if not any(one.expected.key == (day, slot) and one.state in ("gap", "due") for one in watched.sets):
        raise NoSuchSet()
    try:
        with transaction.atomic():
            said: ObservationMissed = ObservationMissed.objects.create(
                **entry(plan.patient_id, at, by), of=plan, day=day, slot=slot, reason=reason, words=fitting(words, MOST)
            )
    except IntegrityError:
        raise NoSuchSet()
    keep(facts.ObservationsMissed(**fact(plan.patient_id, at, by), of=plan.id, plan=plan.plan, reason=reason))
    return said


def follow_departure(gone: PatientLeft | PatientDied) -> None:
    """Somebody is free or has died: nobody here takes a set of his any more. Who moves on, or comes back, is still watched."""
    if gone.patient is None or getattr(gone, "kind", "died") not in GOES:
        return
    shared: dict[str, Any] = {"by": gone.by, "at": gone.at, "patient": gone.patient, "establishment": gone.establishment}
    row = {"establishment": gone.establishment, "happened_at": gone.at, "written_at": clock.now(), "written_by": gone.by,
           "written_by_name": "Throughcare"}  # fmt: skip
    for one in queries.watches(gone.patient):
        if one.until is None and not one.is_over:
            _end(one.plan, "He is not here any more.", {**row, "id": ids.new(), "patient_id": one.plan.patient_id}, shared)


def find_gaps(establishment: str) -> int:
    """Write each slot of a prison's people that closed without a set, once; returns how many were new.

    Late and repeated runs find the same: a gap is found from what stands, never from when somebody looked.
    """
    with acting(Actor.system("observations", establishments=(establishment,))) as system:
        return sum(_gaps_of(plan, establishment, system) for plan in _live(establishment))


def _live(establishment: str) -> Iterable[UUID]:
    here = Reach.objects.live().filter(scope=f"establishment:{establishment}", kind="here").values("patient_id")
    longest = max(one.days for entry in observation_plans() for one in entry.value.plans)
    rows = ObservationPlan.objects.filter(patient__in=here, happened_at__gte=clock.now() - timedelta(days=longest + 1))
    return list(rows.values_list("patient_id", flat=True).distinct())


def _gaps_of(patient: UUID, establishment: str, by: Actor) -> int:
    """The new gaps of one person, in a transaction of their own."""
    with transaction.atomic():
        known = set(ObservationGap.objects.filter(patient__one_of=everything_of(patient)).values_list("of", "day", "slot"))
        return sum(
            _gap(watched, key, run, establishment, by)
            for watched in queries.watches(patient)
            for key, run in _new_gaps(watched, known)
        )


def _new_gaps(watched: queries.Watch, known: set[tuple[Any, ...]]) -> list[tuple[tuple[date, str], int]]:
    gaps = {one.expected.key for one in watched.sets if one.state == "gap"}
    counted = runs(watched.sets).items()
    return [(key, run) for key, run in counted if key in gaps and (watched.plan.id, *key) not in known]


def _gap(watched: queries.Watch, key: tuple[date, str], run: int, establishment: str, by: Actor) -> int:
    at = next(one.expected.closes for one in watched.sets if one.expected.key == key)
    row = entry(watched.plan.patient_id, at, by) | {"establishment": establishment}
    ObservationGap.objects.create(**row, of=watched.plan, day=key[0], slot=key[1], run=run)
    shared = fact(watched.plan.patient_id, at, by) | {"establishment": establishment}
    keep(facts.ObservationGapFound(
        **shared, of=watched.plan.id, plan=watched.rule.id, run=run, alerts=run >= watched.rule.gaps_alert
    ))  # fmt: skip
    return 1


def _end(plan: ObservationPlan, why: str, row: dict[str, Any], shared: dict[str, Any]) -> ObservationPlanEnded:
    try:
        with transaction.atomic():
            ended: ObservationPlanEnded = ObservationPlanEnded.objects.create(**row, of=plan, why=why)
    except IntegrityError:
        raise AlreadyEnded()
    keep(facts.ObservationsEnded(**shared, of=plan.id, plan=plan.plan))
    return ended
