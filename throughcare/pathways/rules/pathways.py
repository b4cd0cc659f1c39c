"""Pathways and their steps: what starts a step, when it is due, what finishes it. Every moment is an argument."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import Any, Literal

from throughcare.core.clock import aware, on, prison_day
from throughcare.pathways.rules.calendar import Calendar
from throughcare.pathways.rules.windows import On, Window, any_matches

OnLeaving = Literal["cancel", "keep", "travel", "resume"]  # resume: as travel, and goes on when somebody comes back
Standing = Literal["due", "warn", "late"]


@dataclass(frozen=True)
class Stage:
    """A part of a pathway, by local days from entry; the day of entry is day 0. Without `to_day` it lasts to the end."""

    id: str
    title: str
    from_day: int
    to_day: int | None = None


@dataclass(frozen=True)
class Rung:
    """Who else sees a step that is late, and how long after it was due."""

    to: str
    after: Window


@dataclass(frozen=True)
class Step:
    """One deadline, owed by one role. `waits_for` names the module that will record its facts: until then it never starts.

    It starts on facts, or at the moment another step was done (`after`). `competence`: who does it must hold it.
    `pauses`: the absences (court, hospital) during which its clock stands still. `visit`: steps done in one slot.
    `counts_from`: the field of its facts with the day it counts from, instead of from when they happened; the latest word
    counts, and a day taken away ends it. It stands in nobody's list before the day of `opens`, counted from that day, else before
    the day itself; however late the day is known, it is due no sooner than `at_least` after.
    `done_holds`: what was done so recently is not begun anew. `needs`: what the prison must have on its site.
    """

    id: str
    title: str
    stage: str
    due: Window
    owner_role: str
    done_by: tuple[On, ...]
    on_leaving: OnLeaving
    basis: str
    source: str
    pathway: str
    version: int
    starts_on: tuple[On, ...] = ()
    after: tuple[str, ...] = ()
    warn_after: Window | None = None
    competence: str = ""
    tier: int = 1
    pauses: tuple[str, ...] = ()
    escalate: tuple[Rung, ...] = ()
    visit: str = ""
    to_confirm: str = ""
    waits_for: str = ""
    counts_from: str = ""
    opens: Window | None = None
    at_least: Window | None = None
    done_holds: Window | None = None
    needs: str = ""

    @property
    def waits(self) -> bool:
        """Whether its facts are not recorded yet."""
        return bool(self.waits_for)

    @cached_property
    def facts(self) -> frozenset[str]:
        """The names of the facts that finish it."""
        return frozenset(one.fact for one in self.done_by)

    def is_done_by(self, fact: str, told: Mapping[str, Any]) -> bool:
        """Whether a recorded fact is the evidence."""
        return fact in self.facts and any_matches(self.done_by, fact, told)


@dataclass(frozen=True)
class Pathway:
    """What happens to somebody from a fact that enters them to one that ends it, as stages and steps."""

    id: str
    version: int
    title: str
    about: str
    services: tuple[str, ...]
    enters_on: tuple[On, ...]
    leaves_on: tuple[On, ...]
    stages: tuple[Stage, ...]
    steps: tuple[Step, ...]

    def stage_on(self, day: int) -> Stage | None:
        """The stage of a day since entry; the latest that has begun and has not ended."""
        begun = [one for one in self.stages if one.from_day <= day and (one.to_day is None or day <= one.to_day)]
        return begun[-1] if begun else None


@dataclass(frozen=True)
class Times:
    """When a started step warns and when it is due, in UTC; `opens_at` where that is not the moment at which it started."""

    warn_at: datetime
    due_at: datetime
    opens_at: datetime | None = None


class Register:
    """All steps of all pathways in force on a day, found by the facts that start them."""

    def __init__(self, pathways: Iterable[Pathway]) -> None:
        self.pathways = tuple(pathways)
        self.steps = tuple(step for pathway in self.pathways for step in pathway.steps)
        self._entering: dict[str, list[Pathway]] = {}
        self._starting: dict[str, list[Step]] = {}
        self._after: dict[str, list[Step]] = {}
        for pathway in self.pathways:
            for fact in dict.fromkeys(one.fact for one in pathway.enters_on):
                self._entering.setdefault(fact, []).append(pathway)
        for step in (one for one in self.steps if not one.waits):
            for fact in dict.fromkeys(one.fact for one in step.starts_on):
                self._starting.setdefault(fact, []).append(step)
            for done in step.after:
                self._after.setdefault(done, []).append(step)

    def started_by(self, fact: str, told: Mapping[str, Any]) -> tuple[Step, ...]:
        """The steps a fact starts."""
        return tuple(step for step in self._starting.get(fact, ()) if any_matches(step.starts_on, fact, told))

    def after(self, done: str) -> tuple[Step, ...]:
        """The steps that start when a step was done."""
        return tuple(self._after.get(done, ()))

    def entered_by(self, fact: str, told: Mapping[str, Any]) -> tuple[Pathway, ...]:
        """The pathways a fact enters somebody on."""
        return tuple(one for one in self._entering.get(fact, ()) if any_matches(one.enters_on, fact, told))


class Definitions:
    """Every version of every pathway; `on(day)` is what is in force then."""

    def __init__(self, dated: Iterable[tuple[date, Pathway]]) -> None:
        self._dated = sorted(dated, key=lambda pair: (pair[1].id, pair[1].version))
        self._registers: dict[date, Register] = {}

    def on(self, day: date) -> Register:
        """The register of a day: of each pathway the highest version that applies."""
        if day not in self._registers:
            newest = {pathway.id: pathway for since, pathway in self._dated if since <= day}
            self._registers[day] = Register(newest.values())
        return self._registers[day]

    def __iter__(self) -> Any:
        return iter(pathway for _, pathway in self._dated)


def day_told(step: Step, told: Mapping[str, Any]) -> date | None:
    """The day a step counts from, as a fact tells it; None where it tells none."""
    said = told.get(step.counts_from)
    return date.fromisoformat(said) if said else None


def due_at(step: Step, anchor: datetime, calendar: Calendar) -> datetime:
    """When the step is due if it started at `anchor`, in UTC. A later start is never due sooner."""
    return step.due.after(aware(anchor), calendar).astimezone(UTC)


def times_from(step: Step, day: date, known_at: datetime, calendar: Calendar) -> Times:
    """Both moments of a step that counts from a day, known since `known_at`: a day known late leaves `at_least` to do it in."""
    known_at, midnight = aware(known_at), on(day, time())
    first = prison_day(step.opens.after(midnight, calendar)) if step.opens else day
    soonest = step.at_least.after(known_at, calendar).astimezone(UTC) if step.at_least else known_at
    found = times(step, midnight, calendar)
    return Times(max(found.warn_at, known_at), max(found.due_at, soonest), max(on(first, time()), known_at))


def warn_at(step: Step, anchor: datetime, calendar: Calendar) -> datetime:
    """When the step begins to warn, in UTC: never after it is due."""
    due = due_at(step, anchor, calendar)
    return due if step.warn_after is None else min(due, step.warn_after.after(aware(anchor), calendar).astimezone(UTC))


def times(step: Step, anchor: datetime, calendar: Calendar) -> Times:
    """Both moments of a started step."""
    return Times(warn_at(step, anchor, calendar), due_at(step, anchor, calendar))


def standing(times: Times, now: datetime) -> Standing:
    """How a started step stands: due, warning from `warn_at`, late after `due_at`."""
    if now > times.due_at:
        return "late"
    return "warn" if now >= times.warn_at else "due"


def waiting(steps: Iterable[Step]) -> int:
    """How many steps wait for facts that are not recorded yet. A ratchet: it may only go down."""
    return sum(1 for step in steps if step.waits)
