"""The boards of a prison: who is on which pathway and on which day, what will be late in 72 hours, whose caseload is whose.

Every number is counted from the same tasks that its list of people shows.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from throughcare.access.acting import Actor
from throughcare.access.roles import title
from throughcare.chart import due, today
from throughcare.chart.due import BUCKETS, UNTAKEN, Counted, Due
from throughcare.core import clock
from throughcare.pathways import queries as pathways
from throughcare.pathways import register
from throughcare.pathways.queries import OnPathway
from throughcare.pathways.rules import Pathway
from throughcare.patients.opened import PlacedPatient

WORST_FIRST = ("late", "warn", "paused", "due")


@dataclass(frozen=True)
class Number:
    """A count, and the address of the people behind it; a nought opens nothing."""

    count: int
    href: str


@dataclass(frozen=True)
class PathwayRow:
    """One pathway on the overview."""

    pathway: Pathway
    on_it: int
    numbers: tuple[Number, ...]  # late, due soon, standing still


@dataclass(frozen=True)
class PersonOn:
    """One person on a pathway: the day, the stage, and what is due, the worst first."""

    person: PlacedPatient
    day: int
    stage: str
    due: tuple[Due, ...]

    @property
    def place(self) -> str:
        return today.short_place(self.person.place)

    @property
    def worst(self) -> str:
        """late, warn, paused or due; "calm" when nothing is due."""
        return self.due[0].state if self.due else "calm"


@dataclass(frozen=True)
class ForecastRow:
    """One step of the forecast: how many fall due in each stretch of time."""

    step: str
    title: str
    owner: str
    numbers: tuple[Number, ...]


@dataclass(frozen=True)
class Caseload:
    """Somebody's people, or what nobody of a role has taken."""

    name: str
    people: Number
    tasks: int
    late: int


def overview(actor: Actor) -> list[PathwayRow]:
    """Every pathway with how many are on it and how they stand; three statements."""
    told = due.counted(actor)
    on_it = pathways.many_here(actor.establishment)
    found = [_pathway_row(actor, one, on_it.get(one.id, 0), told) for one in register.on(clock.prison_day(clock.now())).pathways]
    return [row for row in found if row.on_it or any(number.count for number in row.numbers)]


def on_pathway(actor: Actor, pathway: Pathway) -> list[PersonOn]:
    """Who is on one pathway, the latest steps first, then the longest on it; three statements."""
    told: dict[UUID, list[Due]] = {}
    for one in due.everything(actor, pathway=pathway.id):
        told.setdefault(one.task.patient_id, []).append(one)
    stays = {one.row.patient_id: one for one in pathways.enrolments_here(actor.establishment, pathway=pathway.id)}
    people = due.people_of({*told, *stays}, actor)
    rows = [_on(person, stays.get(key), told.get(key, ()), pathway) for key, person in people.items()]
    return sorted(rows, key=lambda row: ([*WORST_FIRST, "calm"].index(row.worst), -row.day))


def forecast(actor: Actor) -> list[ForecastRow]:
    """What falls due in the next 72 hours, by step: the one with most late or soonest first; two statements."""
    counted: dict[str, Counter[str]] = {}
    sample: dict[str, Counted] = {}
    for one in due.counted(actor):
        if one.bucket:
            counted.setdefault(one.task.clock, Counter())[one.bucket] += 1
            sample.setdefault(one.task.clock, one)
    rows = [_forecast_row(actor, step, sample[step], counts) for step, counts in counted.items()]
    return sorted(rows, key=lambda row: [-number.count for number in row.numbers])


def caseloads(actor: Actor) -> tuple[list[Caseload], list[Caseload]]:
    """What each of the staff has taken, and what nobody of each role has; two statements."""
    told = due.counted(actor)
    taken, untaken = _grouped(told, taken=True), _grouped(told, taken=False)
    mine = [_caseload(actor, rows, rows[0].task.claimed_by_name, holder=holder) for holder, rows in taken.items()]
    nobodys = [_caseload(actor, rows, title(role), holder=UNTAKEN, role=role) for role, rows in untaken.items()]
    return sorted(mine, key=lambda one: one.name), sorted(nobodys, key=lambda one: (-one.late, one.name))


def shown(told: Iterable[Any]) -> set[UUID]:
    """Whom a board shows, for the trace."""
    return {one.person.id for one in told}


def due_href(actor: Actor, **asked: str) -> str:
    """The address of the people behind a number."""
    return f"/establishments/{actor.establishment}/due/?{urlencode(asked)}"


def _pathway_row(actor: Actor, pathway: Pathway, on_it: int, told: Sequence[Counted]) -> PathwayRow:
    states = Counter(one.state for one in told if one.task.pathway == pathway.id)
    numbers = tuple(
        Number(states[state], due_href(actor, pathway=pathway.id, state=state)) for state in ("late", "warn", "paused")
    )
    return PathwayRow(pathway, on_it, numbers)


def _on(person: PlacedPatient, stay: OnPathway | None, told: Sequence[Due], pathway: Pathway) -> PersonOn:
    day = stay.day if stay else clock.stay_day(told[0].task.anchored_at, clock.now())
    stage = stay.stage if stay else pathway.stage_on(day)
    ordered = sorted(told, key=lambda one: (WORST_FIRST.index(one.state), one.task.due_at))
    return PersonOn(person, day, stage.title if stage else "", tuple(ordered))


def _forecast_row(actor: Actor, step: str, sample: Counted, counts: Counter[str]) -> ForecastRow:
    numbers = tuple(Number(counts[one.code], due_href(actor, step=step, bucket=one.code)) for one in BUCKETS)
    return ForecastRow(step, register.step_of(step, sample.task.clock_version).title, title(sample.task.owner_role), numbers)


def _grouped(told: Iterable[Counted], *, taken: bool) -> dict[str, list[Counted]]:
    found: dict[str, list[Counted]] = {}
    for one in told:
        if bool(one.task.claimed_by) is taken:
            found.setdefault(one.task.claimed_by if taken else one.task.owner_role, []).append(one)
    return found


def _caseload(actor: Actor, rows: Sequence[Counted], name: str, **asked: str) -> Caseload:
    people = len({one.task.patient_id for one in rows})
    return Caseload(name, Number(people, due_href(actor, **asked)), len(rows), sum(one.state == "late" for one in rows))
