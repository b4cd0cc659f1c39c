"""What becomes of what is due, and what people do about it.

`anchor` names the start that a task came from: the same however often the plan is told again.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from throughcare.audit.facts import Fact, carried


@dataclass(frozen=True, kw_only=True)
class ClockStarted(Fact):
    """A clock started; it has a task, or the reason why none was needed."""

    clock: str
    task: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class TaskDone(Fact):
    """A task was done: this fact is the evidence."""

    task: UUID
    clock: str
    evidence: UUID


@dataclass(frozen=True, kw_only=True)
class TaskCancelled(Fact):
    """A task is no longer needed, and why. `reason`: the code that a person gave; blank when the plan says so itself."""

    task: UUID
    clock: str
    because: str
    anchor: str = ""
    reason: str = ""
    words: str = carried(default="")


@dataclass(frozen=True, kw_only=True)
class TasksTravelled(Fact):
    """Open tasks of somebody who moved are owed by the prison that received them."""

    tasks: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TaskReplanned(Fact):
    """The plan was told again, and a task stands otherwise: retimed, paused, resumed, reopened or noted."""

    task: UUID
    clock: str
    change: str


@dataclass(frozen=True, kw_only=True)
class TaskClaimed(Fact):
    """Somebody said that they will do a task."""

    task: UUID
    clock: str
    anchor: str


@dataclass(frozen=True, kw_only=True)
class TaskReleased(Fact):
    """Somebody gave a task back to the role that owes it."""

    task: UUID
    clock: str
    anchor: str


@dataclass(frozen=True, kw_only=True)
class TaskCovered(Fact):
    """Somebody took over what a colleague had claimed, with a reason."""

    task: UUID
    clock: str
    anchor: str
    why: str = carried(default="")


@dataclass(frozen=True, kw_only=True)
class EvidenceAccepted(Fact):
    """Somebody with the competence accepted what a colleague without it had done."""

    task: UUID
    clock: str
    anchor: str
    evidence: UUID


@dataclass(frozen=True, kw_only=True)
class PathwayEntered(Fact):
    """Somebody is on a pathway from now on."""

    enrolment: UUID
    pathway: str


@dataclass(frozen=True, kw_only=True)
class PathwayLeft(Fact):
    """Somebody is on a pathway no more, and why."""

    enrolment: UUID
    pathway: str
    because: str
