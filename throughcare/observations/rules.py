"""Sets of observations that were planned: when each is expected, whether it was taken, and where a gap stays.

A set is expected in a slot of the local day. One that nobody took is a gap, never a blank. Every moment is an argument.
Source: observations in stabilisation, the clinical dossier 3.4 (S6, GK).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from throughcare.core.clock import local, on
from throughcare.core.rulebook import IDENTITY, Book, Rulebook, RulebookError, shaped
from throughcare.instruments import rules as instruments

RULEBOOK = Path(__file__).parent / "rulebook"

State = Literal["to_come", "due", "part", "taken", "excused", "not_taken", "gap"]
MISSED: frozenset[State] = frozenset({"gap", "not_taken"})
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Slot:
    """A stretch of the local day in which one set is to be taken."""

    id: str
    title: str
    opens: time
    closes: time


@dataclass(frozen=True)
class PlanRule:
    """A plan of observations: which instruments, in which slots, for how many days of 24 hours from its start."""

    id: str
    title: str
    for_whom: str
    instruments: tuple[str, ...]
    slots: tuple[Slot, ...]
    days: int
    gaps_alert: int
    source: str
    to_confirm: str = ""


@dataclass(frozen=True)
class Excuse:
    """Why a set was not taken. One that excuses, such as a day at court, makes no gap."""

    code: str
    words: str
    excuses: bool = False


@dataclass(frozen=True)
class ObservationBook:
    """The plans there are, and the reasons why a set was not taken."""

    plans: tuple[PlanRule, ...]
    reasons: tuple[Excuse, ...]

    def plan(self, id: str) -> PlanRule:
        """The plan with this id; raises KeyError when there is none."""
        return {one.id: one for one in self.plans}[id]

    def reason(self, code: str) -> Excuse:
        """The reason with this code; raises KeyError when there is none."""
        return {one.code: one for one in self.reasons}[code]


@dataclass(frozen=True)
class Expected:
    """One set that is to be taken between two moments."""

    day: date
    slot: Slot
    opens: datetime
    closes: datetime

    @property
    def key(self) -> tuple[date, str]:
        return self.day, self.slot.id


@dataclass(frozen=True)
class Taken:
    """One instrument scored at a moment."""

    instrument: str
    at: datetime


@dataclass(frozen=True)
class SetStanding:
    """How one expected set stands: what was taken of it, what is missing, and the reason if one was given."""

    expected: Expected
    state: State
    taken: tuple[Taken, ...] = ()
    missing: tuple[str, ...] = ()
    reason: str = ""


def observation_plans() -> Rulebook[ObservationBook]:
    """Every version of the plans of observations; raises RulebookError when one cannot be kept as written."""
    return OBSERVATION_BOOK.all()


def _checked(loaded: Rulebook[ObservationBook]) -> Rulebook[ObservationBook]:
    for entry in loaded:
        if found := observing_problems(entry.value, instruments.book().ids()):
            raise RulebookError(f"{entry.file}: {found[0]}")
    return loaded


def expected(rule: PlanRule, since: datetime, until: datetime | None = None) -> tuple[Expected, ...]:
    """The sets of a plan that began at `since` and was ended at `until`: those that still open while it lasts.

    Days are 24 hours from the start. A slot already closing at the start is left out; one that is open counts.
    """
    ends = since + rule.days * _ONE_DAY
    ends = min(ends, until) if until else ends
    sets = sorted(_slots(rule, local(since).date(), local(ends).date()), key=lambda one: one.opens)
    return tuple(one for one in sets if one.closes > since and one.opens < ends)


def standings(
    sets: Sequence[Expected], wanted: Sequence[str], taken: Iterable[Taken], said: Mapping[tuple[date, str], Excuse],
    now: datetime,
) -> tuple[SetStanding, ...]:  # fmt: skip
    """How every set stands at `now`. What was taken late counts for the set before it, until the next one opens."""
    found = sorted(taken, key=lambda one: one.at)
    nexts = [one.opens for one in sets[1:]]
    bounds = zip(sets, [*nexts, None], strict=True)
    return tuple(_standing(one, wanted, _within(found, one, following), said.get(one.key), now) for one, following in bounds)


def runs(stands: Iterable[SetStanding]) -> dict[tuple[date, str], int]:
    """For each gap, how many sets in a row were not taken up to it. An excused set neither counts nor breaks the row."""
    found: dict[tuple[date, str], int] = {}
    length = 0
    for one in stands:
        if one.state in MISSED:
            length += 1
            found[one.expected.key] = length
        elif one.state in ("taken", "part"):
            length = 0
    return found


def build_observing(data: dict[str, Any]) -> ObservationBook:
    """The plans from their parsed file."""
    if unknown := sorted(set(data) - {*IDENTITY, "plans", "reasons"}):
        raise RulebookError(f"the key {unknown[0]!r} is not known. Check the spelling.")
    plans = tuple(_plan(row) for row in data.get("plans", ()))
    return ObservationBook(plans, tuple(shaped(Excuse, row, "reasons") for row in data.get("reasons", ())))


def observing_problems(book: ObservationBook, known_instruments: Iterable[str]) -> list[str]:
    """A sentence for each plan that cannot be kept as written."""
    known = set(known_instruments)
    twice = [id for id, count in Counter(one.id for one in book.plans).items() if count > 1]
    wrong = [f"the plan {id} is there twice." for id in twice]
    for plan in book.plans:
        wrong += [f"{plan.id} names the instrument {id}, which does not exist." for id in plan.instruments if id not in known]
        wrong += _slot_problems(plan)
    return wrong


def _slot_problems(plan: PlanRule) -> list[str]:
    if not plan.slots or not plan.instruments or plan.days < 1 or plan.gaps_alert < 1:
        return [f"{plan.id} needs an instrument, a slot, a day or more, and after how many gaps it alerts."]
    backwards = [slot.id for slot in plan.slots if slot.opens >= slot.closes]
    ordered = sorted(plan.slots, key=lambda slot: slot.opens)
    crossing = [right.id for left, right in pairwise(ordered) if right.opens < left.closes]
    return [f"{plan.id}: the slot {id} closes before it opens." for id in backwards] + [
        f"{plan.id}: the slot {id} opens before the one before it closes." for id in crossing
    ]


def _slots(rule: PlanRule, first: date, last: date) -> Iterator[Expected]:
    for number in range((last - first).days + 1):
        day = first + number * _ONE_DAY
        yield from (Expected(day, slot, on(day, slot.opens), on(day, slot.closes)) for slot in rule.slots)


def _within(taken: Sequence[Taken], one: Expected, following: datetime | None) -> tuple[Taken, ...]:
    end = following or one.closes + (one.closes - one.opens)
    return tuple(row for row in taken if one.opens <= row.at < end)


def _standing(
    one: Expected, wanted: Sequence[str], taken: tuple[Taken, ...], reason: Excuse | None, now: datetime
) -> SetStanding:
    missing = tuple(id for id in wanted if id not in {row.instrument for row in taken})
    words = reason.words if reason else ""
    return SetStanding(one, _state(one, taken, missing, reason, now), taken, missing, words)


def _state(one: Expected, taken: tuple[Taken, ...], missing: tuple[str, ...], reason: Excuse | None, now: datetime) -> State:
    if taken:
        return "part" if missing else "taken"
    if reason is not None:
        return "excused" if reason.excuses else "not_taken"
    if now < one.opens:
        return "to_come"
    return "due" if now <= one.closes else "gap"


def _plan(row: Mapping[str, Any]) -> PlanRule:
    where = f"plans, {row.get('id', 'one without an id')}"
    return shaped(PlanRule, row, where, slots=tuple(_slot(part, where) for part in row.get("slots", ())))


def _slot(row: Mapping[str, Any], where: str) -> Slot:
    try:
        times = {key: time.fromisoformat(str(row[key])) for key in ("opens", "closes") if key in row}
    except ValueError:
        raise RulebookError(f"{where}: a slot opens and closes at a time such as 08:00.")
    return shaped(Slot, row, f"{where}, slots", **times)


OBSERVATION_BOOK = Book(RULEBOOK, build_observing, only=("observation-plans",), checked=_checked)
