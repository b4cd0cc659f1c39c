"""What becomes of what is due."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from throughcare.audit.facts import Fact


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
    """A task is no longer needed, and why."""

    task: UUID
    clock: str
    because: str


@dataclass(frozen=True, kw_only=True)
class TasksTravelled(Fact):
    """Open tasks of somebody who moved are owed by the prison that received them."""

    tasks: tuple[str, ...]
