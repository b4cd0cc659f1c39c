"""Makes the stored tasks and enrolments stand as the plan says: what is new, done, cancelled, re-timed, re-owned, reopened."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from throughcare.audit.facts import Fact, keep_all
from throughcare.core import clock, ids
from throughcare.core.writing import insert
from throughcare.pathways import facts
from throughcare.pathways.actions.pairing import Changes, differing, paired, save
from throughcare.pathways.models import ClockStart, Enrolment, Task
from throughcare.pathways.rules import Item, Plan, Start, Stay

LATER = "A later message changed what happened."
JOINED = "The records were joined: what is due stands on the other one."
AGAIN = "/again"  # a start that was first told without a task, and has one now
OPEN, CANCELLED = Task.Status.OPEN, Task.Status.CANCELLED

HOW_IT_ENDED = ("anchor", "evidence", "ended_at", "ended_by", "cancelled_because")

Tasks = dict[tuple[str, str], Task]  # by step and anchor


@dataclass
class Occasion:
    """What set the telling off: the facts that are left behind carry its author and moment."""

    by: str
    at: datetime
    patient: UUID
    establishment: str
    facts: list[Fact] = field(default_factory=list)

    @classmethod
    def of(cls, fact: Fact) -> Self:
        """The occasion of a fact about a person."""
        assert fact.patient
        return cls(fact.by, fact.at, fact.patient, fact.establishment)

    def keep(self, kind: Callable[..., Fact], **said: Any) -> None:
        """Note a fact, kept when everything is written."""
        shared = {"by": self.by, "at": self.at, "patient": self.patient, "establishment": self.establishment}
        self.facts.append(kind(**shared, **said))


def write(plan: Plan, people: Sequence[UUID], occasion: Occasion) -> None:
    """Write what differs between the plan and what is stored about every record of one person, the survivor first."""
    tasks, new = _tasks(plan.items, people, occasion)
    _starts(plan.starts, people, tasks, new, occasion)
    _enrolments(plan.stays, people, occasion)
    if occasion.facts:
        keep_all(occasion.facts)


# Tasks


def _tasks(items: Iterable[Item], people: Sequence[UUID], occasion: Occasion) -> tuple[Tasks, Tasks]:
    """Tasks as the plan says; returns all of them by what started them, and those that are new."""
    rows = sorted(Task.objects.filter(patient__in=people), key=lambda row: row.patient_id == people[0])
    pairs, strays = paired(items, rows, "clock")
    changes: Changes = [(row, _set_aside(row, people[0], occasion)) for row in strays if row.status == OPEN]  # done stays done
    changes += [(row, _never_was(row, occasion)) for row in strays if row.status == CANCELLED and not _is_aside(row)]
    kept: Tasks = {}
    new: Tasks = {}
    for item, row in pairs:
        if _stays(row, item.status == "open", people[0]):
            changes.append((row, _brought_up(row, item, occasion)))
            kept[item.key, item.anchor] = row
        else:
            changes += [(row, _set_aside(row, people[0], occasion))] if row and row.status == OPEN else []
            new[item.key, item.anchor] = _new(item, people[0], occasion)
    _travelled(changes, occasion)
    save(Task, changes, lambda row: row.status == OPEN)
    insert(list(new.values()))
    return kept | new, new


def _stays(row: Any, is_open: bool, survivor: UUID) -> bool:
    """Whether a row serves: what is open stands on the survivor, what has ended stands where it ended."""
    return row is not None and (not is_open or row.patient_id == survivor)


def _new(item: Item, patient: UUID, occasion: Occasion) -> Task:
    step = item.step
    row = Task(
        id=ids.new(), patient_id=patient, clock=step.id, clock_version=str(step.version),
        owner_role=step.owner_role, competence=step.competence, tier=step.tier, visit=step.visit, **_columns(item),
    )  # fmt: skip
    _ended(row, item, occasion)
    return row


def _brought_up(row: Task, item: Item, occasion: Occasion) -> dict[str, Any]:
    """What has to change in a row. Of what has ended, and ends in the same way, only how it ended."""
    columns = _columns(item)
    if item.status != "open" and item.status == row.status:
        columns = {name: columns[name] for name in HOW_IT_ENDED}
    changes = differing(row, columns)
    if item.status != "open" and {"status", "evidence"} & set(changes):
        _ended(row, item, occasion)
    else:
        for change in _replanned(changes):
            occasion.keep(facts.TaskReplanned, task=row.id, clock=row.clock, change=change)
    return changes


def _set_aside(row: Task, survivor: UUID, occasion: Occasion) -> dict[str, Any]:
    """A task that is no more in the plan is cancelled, saying why."""
    because = LATER if row.patient_id == survivor else JOINED
    occasion.keep(facts.TaskCancelled, task=row.id, clock=row.clock, because=because)
    return {
        "status": CANCELLED, "ended_at": clock.now(), "ended_by": occasion.by, "cancelled_because": because,
        "paused_since": None,
    }  # fmt: skip


def _is_aside(row: Task) -> bool:
    return row.cancelled_because in (LATER, JOINED)


def _never_was(row: Task, occasion: Occasion) -> dict[str, Any]:
    """What was cancelled for a reason, and now turns out never to have begun: the reason it had stays in the row's history."""
    occasion.keep(facts.TaskReplanned, task=row.id, clock=row.clock, change="cancelled_because")
    return {"cancelled_because": LATER}


def _columns(item: Item) -> dict[str, Any]:
    """How a task stands."""
    claim = item.claim
    return {
        "pathway": item.step.pathway, "anchor": item.anchor, "establishment": item.establishment, "why": item.why,
        "anchored_at": item.anchored_at, "warn_at": item.warn_at, "due_at": item.due_at, "paused_since": item.paused_since,
        "ladder": [{"at": at.isoformat(), "to": to} for at, to in item.ladder], "note": item.note[:400],
        "noted": UUID(item.noted) if item.noted else None, "claimed_by": claim.by if claim else "",
        "claimed_by_name": claim.name if claim else "", "claimed_at": claim.at if claim else None, "status": item.status,
        "evidence": UUID(item.evidence) if item.evidence else None, "ended_at": item.ended_at, "ended_by": item.ended_by,
        "cancelled_because": item.because,
    }  # fmt: skip


def _replanned(changes: Mapping[str, Any]) -> list[str]:
    """What became of a task that goes on, in words."""
    pauses = "paused_since" in changes
    told = {
        "reopened": "status" in changes, "noted": bool(changes.get("noted")), "paused": bool(changes.get("paused_since")),
        "resumed": pauses and changes["paused_since"] is None, "retimed": "due_at" in changes and not pauses,
    }  # fmt: skip
    return [change for change, is_so in told.items() if is_so]


def _ended(row: Task, item: Item, occasion: Occasion) -> None:
    """A task ended; what a person ended has left a fact already."""
    if item.status == "done":
        occasion.keep(facts.TaskDone, task=row.id, clock=row.clock, evidence=UUID(item.evidence))
    elif item.status == "cancelled" and not item.by_a_person:
        occasion.keep(facts.TaskCancelled, task=row.id, clock=row.clock, because=item.because)


def _travelled(changes: Changes, occasion: Occasion) -> None:
    if moved := tuple(str(row.id) for row, said in changes if "establishment" in said):
        occasion.keep(facts.TasksTravelled, tasks=moved)


# Starts


def _starts(starts: Iterable[Start], people: Sequence[UUID], tasks: Tasks, new: Tasks, occasion: Occasion) -> None:
    """Every start once, with its task or the reason for none (L11). A start is never changed: one that has a task after all
    is written again under an anchor of its own."""
    kept = set(ClockStart.objects.filter(patient__in=people).values_list("patient", "clock", "anchor"))
    known = {start[1:] for start in kept}
    made = []
    for start in starts:
        key = start.step.id, start.anchor
        if key in new or key not in known:
            made.append(_start(start, _free(people[0], *key, kept), people[0], tasks.get(key)))
    for row in made:
        occasion.keep(facts.ClockStarted, clock=row.clock, task=row.task_id)
    insert(made)


def _start(start: Start, anchor: str, patient: UUID, task: Task | None) -> ClockStart:
    return ClockStart(
        id=ids.new(), patient_id=patient, clock=start.step.id, clock_version=str(start.step.version), anchor=anchor,
        started_at=start.at, task=task, no_task_because="" if task else start.because,
    )  # fmt: skip


def _free(patient: UUID, clock_id: str, anchor: str, kept: set[tuple[UUID, str, str]]) -> str:
    while (patient, clock_id, anchor) in kept:
        anchor += AGAIN
    return anchor


# Enrolments


def _enrolments(stays: Iterable[Stay], people: Sequence[UUID], occasion: Occasion) -> None:
    """Who is on which pathway, as the plan says."""
    rows = sorted(Enrolment.objects.filter(patient__in=people), key=lambda row: row.patient_id == people[0])
    pairs, strays = paired(stays, rows, "pathway")
    changes: Changes = [(row, _taken_off(row, people[0], occasion)) for row in strays if row.left_at is None]
    new = []
    for stay, row in pairs:
        if _stays(row, stay.left_at is None, people[0]):
            changes.append((row, _moved_on(row, stay, occasion)))
        else:
            changes += [(row, _taken_off(row, people[0], occasion))] if row and row.left_at is None else []
            new.append(_entered(stay, people[0], occasion))
    save(Enrolment, changes, lambda row: row.left_at is None)
    insert(new)


def _entered(stay: Stay, patient: UUID, occasion: Occasion) -> Enrolment:
    row = Enrolment(
        id=ids.new(), patient_id=patient, pathway=stay.pathway.id, version=str(stay.pathway.version), **_stands(stay)
    )  # fmt: skip
    occasion.keep(facts.PathwayEntered, enrolment=row.id, pathway=row.pathway)
    if stay.left_at:
        occasion.keep(facts.PathwayLeft, enrolment=row.id, pathway=row.pathway, because=stay.because)
    return row


def _moved_on(row: Enrolment, stay: Stay, occasion: Occasion) -> dict[str, Any]:
    changes = differing(row, _stands(stay))
    if changes.get("left_at"):
        occasion.keep(facts.PathwayLeft, enrolment=row.id, pathway=row.pathway, because=stay.because)
    return changes


def _taken_off(row: Enrolment, survivor: UUID, occasion: Occasion) -> dict[str, Any]:
    because = LATER if row.patient_id == survivor else JOINED
    occasion.keep(facts.PathwayLeft, enrolment=row.id, pathway=row.pathway, because=because)
    return {"left_at": clock.now(), "left_because": because}


def _stands(stay: Stay) -> dict[str, Any]:
    return {
        "anchor": stay.anchor, "establishment": stay.establishment, "entered_at": stay.entered_at, "left_at": stay.left_at,
        "left_because": stay.because, "stage": stay.stage,
    }  # fmt: skip
