"""Clocks: what starts one, when it is due, what finishes it. Every moment is an argument."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from throughcare.core.clock import aware
from throughcare.core.rulebook import IDENTITY, RulebookError, shaped
from throughcare.pathways.rules.calendar import Calendar

OnLeaving = Literal["cancel", "keep", "travel"]
Standing = Literal["due", "warn", "late"]

ROLES = frozenset(
    {"reception_nurse", "nurse_in_charge", "prescriber", "pharmacy_technician", "mental_health_nurse"}
    | {"substance_misuse_keyworker", "administrator", "head_of_healthcare"}
)

# The facts that are recorded today, with the fields each keeps. A running clock may name no others.
FACTS: Mapping[str, frozenset[str]] = {
    "patients.PatientArrived": frozenset({"patient", "establishment", "kind"}),
    "patients.PatientLeft": frozenset({"kind"}),
    "patients.SamePersonInTwoPlaces": frozenset(),
    "patients.MergeProposed": frozenset({"kind"}),
    "patients.MergeTurnedDown": frozenset(),
    "patients.RecordsMerged": frozenset(),
    "patients.RecordsUnmerged": frozenset(),
    "screening.AlertRaised": frozenset({"patient", "alert"}),
    "screening.CoreDone": frozenset(),
    "screening.ScreenSigned": frozenset(),
    "screening.ObservedOnly": frozenset(),
    "screening.StopSatisfied": frozenset({"alert"}),
    "screening.QuestionsNotAsked": frozenset(),
    "record.EncounterRecorded": frozenset({"patient", "kind"}),
}

_AT: Mapping[str, Callable[[Calendar, datetime], datetime]] = {
    "same_evening": Calendar.same_evening,
    "lock_up": Calendar.lock_up_or_noon,
    "next_noon": Calendar.next_noon,
}


@dataclass(frozen=True)
class On:
    """A fact by name; `where` says which values of its kept fields count (one, or any of several)."""

    fact: str
    where: Mapping[str, Any] | None = None

    def matches(self, fact: str, kept: Mapping[str, Any]) -> bool:
        """Whether a recorded fact is this one."""
        return fact == self.fact and all(kept.get(key) in _several(value) for key, value in (self.where or {}).items())


@dataclass(frozen=True)
class Window:
    """A length of time: elapsed minutes or hours, local days, working days, or a moment of the prison day. Exactly one."""

    minutes: int | None = None
    hours: int | None = None
    days: int | None = None
    working_days: int | None = None
    at: str = ""

    def after(self, anchor: datetime, calendar: Calendar) -> datetime:
        """The end of the window that begins at `anchor`."""
        if self.at:
            return _AT[self.at](calendar, anchor)
        if self.working_days is not None:
            return calendar.office_close(anchor, self.working_days)
        if self.days is not None:
            return calendar.end_of_day(anchor, self.days)
        return anchor + timedelta(hours=self.hours or 0, minutes=self.minutes or 0)


@dataclass(frozen=True)
class Clock:
    """One deadline. `waits` marks a clock whose facts are not recorded yet: it never starts."""

    id: str
    title: str
    stage: str
    starts_on: tuple[On, ...]
    due: Window
    owner_role: str
    done_by: tuple[On, ...]
    escalate: str
    on_leaving: OnLeaving
    basis: str
    source: str
    warn_after: Window | None = None
    to_confirm: str = ""
    waits: bool = False


@dataclass(frozen=True)
class Times:
    """When a started clock warns and when it is due, in UTC."""

    warn_at: datetime
    due_at: datetime


def started_by(clocks: Iterable[Clock], fact: str, kept: Mapping[str, Any]) -> tuple[Clock, ...]:
    """The clocks a fact starts."""
    return tuple(clock for clock in clocks if not clock.waits and any(one.matches(fact, kept) for one in clock.starts_on))


def finished_by(clocks: Iterable[Clock], fact: str, kept: Mapping[str, Any]) -> tuple[Clock, ...]:
    """The clocks a fact finishes."""
    return tuple(clock for clock in clocks if not clock.waits and any(one.matches(fact, kept) for one in clock.done_by))


def due_at(clock: Clock, anchor: datetime, calendar: Calendar) -> datetime:
    """When the clock is due if it started at `anchor`, in UTC. A later start is never due sooner."""
    return clock.due.after(aware(anchor), calendar).astimezone(UTC)


def warn_at(clock: Clock, anchor: datetime, calendar: Calendar) -> datetime:
    """When the clock begins to warn, in UTC: never after it is due."""
    due = due_at(clock, anchor, calendar)
    return due if clock.warn_after is None else min(due, clock.warn_after.after(aware(anchor), calendar).astimezone(UTC))


def times(clock: Clock, anchor: datetime, calendar: Calendar) -> Times:
    """Both moments of a started clock."""
    return Times(warn_at(clock, anchor, calendar), due_at(clock, anchor, calendar))


def standing(times: Times, now: datetime) -> Standing:
    """How a started clock stands: due, warning from `warn_at`, late after `due_at`."""
    if now > times.due_at:
        return "late"
    return "warn" if now >= times.warn_at else "due"


def waiting(clocks: Iterable[Clock]) -> int:
    """How many clocks wait for facts that are not recorded yet. A ratchet: it may only go down."""
    return sum(1 for clock in clocks if clock.waits)


def problems(clocks: Iterable[Clock]) -> list[str]:
    """A sentence for each clock that cannot run as written."""
    clocks = tuple(clocks)
    twice = [id for id, count in Counter(clock.id for clock in clocks).items() if count > 1]
    return [f"the clock {id} is there twice." for id in twice] + [wrong for clock in clocks for wrong in _wrongs(clock)]


def build(data: dict[str, Any]) -> tuple[Clock, ...]:
    """The register of clocks from its parsed file."""
    if unknown := sorted(set(data) - {*IDENTITY, "clocks"}):
        raise RulebookError(f"the key {unknown[0]!r} is not known. Check the spelling.")
    return tuple(_clock(row) for row in data.get("clocks", ()))


def _clock(row: Mapping[str, Any]) -> Clock:
    where = f"clocks, {row.get('id', 'one without an id')}"
    facts = {key: tuple(shaped(On, part, f"{where}, {key}") for part in row.get(key, ())) for key in ("starts_on", "done_by")}
    warn = _window(row["warn_after"], where) if "warn_after" in row else None
    return shaped(Clock, row, where, due=_window(row.get("due", {}), where), warn_after=warn, **facts)


def _window(row: Mapping[str, Any], where: str) -> Window:
    if len(row) != 1 or row.get("at", "same_evening") not in _AT:
        raise RulebookError(f"{where}: a window is one of minutes, hours, days, working_days or at ({', '.join(_AT)}).")
    return shaped(Window, row, where)


def _wrongs(clock: Clock) -> list[str]:
    roles, facts = (clock.owner_role, clock.escalate), (*clock.starts_on, *clock.done_by)
    wrong = [f"{clock.id} is owed by the unknown role {role}." for role in roles if role not in ROLES]
    if not clock.starts_on or not clock.done_by:
        wrong.append(f"{clock.id} never starts or never ends.")
    if clock.on_leaving not in ("cancel", "keep", "travel"):
        wrong.append(f"{clock.id} does not say what happens when the person leaves.")
    strays = [] if clock.waits else [one.fact for one in facts if not _kept(one)]
    return wrong + [f"{clock.id} runs on {fact}, or on a field of it, which is not recorded." for fact in strays]


def _kept(one: On) -> bool:
    return one.fact in FACTS and set(one.where or {}) <= FACTS[one.fact]


def _several(value: Any) -> list[Any] | tuple[Any, ...]:
    return value if isinstance(value, list | tuple) else [value]
