"""Everything that is due in a prison, whoever owes it, as boards count it and as a number opens to its people.

Three statements however many people: open tasks, their people, who is on which pathway. A board that only counts reads
no more of the people than whom the reader may see.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from throughcare.access.acting import Actor
from throughcare.access.roles import roles, title
from throughcare.chart import today
from throughcare.core import clock
from throughcare.core.shown import uk_datetime
from throughcare.pathways import register, rules
from throughcare.pathways.models import Task
from throughcare.pathways.rules import Times
from throughcare.patients import queries as patients
from throughcare.patients.models import Patient
from throughcare.patients.opened import PlacedPatient

UNTAKEN = "nobody"
# What a board of numbers reads of a task.
COUNTED = (
    "patient_id", "pathway", "clock", "clock_version", "owner_role", "warn_at", "due_at", "paused_since", "claimed_by",
    "claimed_by_name",
)  # fmt: skip


@dataclass(frozen=True)
class Bucket:
    """A stretch of time in which things fall due: overdue, or between two lengths of time from now."""

    code: str
    words: str
    after: timedelta | None
    until: timedelta


BUCKETS = (
    Bucket("overdue", "Late already", None, timedelta(0)),
    Bucket("12h", "Within 12 hours", timedelta(0), timedelta(hours=12)),
    Bucket("24h", "12 to 24 hours", timedelta(hours=12), timedelta(hours=24)),
    Bucket("48h", "24 to 48 hours", timedelta(hours=24), timedelta(hours=48)),
    Bucket("72h", "48 to 72 hours", timedelta(hours=48), timedelta(hours=72)),
)


@dataclass(frozen=True)
class Counted:
    """One open task, as a number counts it."""

    task: Task

    @property
    def state(self) -> str:
        """paused, late, warn or due."""
        if self.task.paused_since:
            return "paused"
        return rules.standing(Times(self.task.warn_at or self.task.due_at, self.task.due_at), clock.now())

    @property
    def bucket(self) -> str:
        """The stretch of the forecast it falls in; blank when it is paused or later than that."""
        if self.task.paused_since:
            return ""
        left = self.task.due_at - clock.now()
        found = (one for one in BUCKETS if (one.after is None or left > one.after) and left <= one.until)
        return next((one.code for one in found), "")

    @property
    def holder(self) -> str:
        """Who has taken it, as the caseload names them."""
        return self.task.claimed_by or UNTAKEN


@dataclass(frozen=True)
class Due(Counted):
    """One open task with its person, as a list shows it."""

    person: PlacedPatient
    claimable: bool = False

    @property
    def why(self) -> str:
        """Why it stands as it does, in one sentence."""
        if self.task.paused_since:
            return f"The clock stands still since {uk_datetime(self.task.paused_since)}: not here."
        if self.task.note:
            return self.task.note
        away = "Out of the prison now. " if self.person.place and self.person.place.out else ""
        return away + (f"{self.task.claimed_by_name} has taken it." if self.task.claimed_by else "Nobody has taken it.")

    @property
    def line(self) -> dict[str, Any]:
        """As the task card takes it."""
        return today.line(self.task) | {"detail": self.why, "claimable": self.claimable}


@dataclass(frozen=True)
class Asked:
    """Which part of what is due is asked for; a blank asks for all."""

    pathway: str = ""
    step: str = ""
    role: str = ""
    holder: str = ""
    bucket: str = ""
    state: str = ""

    def wants(self, one: Due) -> bool:
        """Whether a task belongs to it."""
        told = (
            (self.pathway, one.task.pathway), (self.step, one.task.clock), (self.role, one.task.owner_role),
            (self.holder, one.holder), (self.bucket, one.bucket), (self.state, one.state),
        )  # fmt: skip
        return all(not asked or asked == found for asked, found in told)

    @property
    def words(self) -> str:
        """What was asked for, as the heading of the list."""
        step = _title_of(self.step) if self.step else ""
        bucket = next((one.words for one in BUCKETS if one.code == self.bucket), "")
        state = {"late": "Late", "warn": "Due soon", "due": "Not yet due", "paused": "Standing still"}.get(self.state, "")
        taken = "Not taken by anybody" if self.holder == UNTAKEN else ""
        parts = [step, bucket, state, taken, title(self.role) if self.role in roles() else ""]
        return "; ".join(part for part in parts if part) or "Everything that is due"


def everything(actor: Actor, *, pathway: str = "") -> list[Due]:
    """What is due in the actor's prison, the earliest first; two statements."""
    tasks = list(_open(actor, pathway=pathway))
    people = people_of((task.patient_id for task in tasks), actor)
    here = (task for task in tasks if task.patient_id in people)
    return [Due(task, people[task.patient_id], today.claimable(task, actor)) for task in here]


def counted(actor: Actor) -> list[Counted]:
    """The same tasks, the earliest first, with no more of each than is counted; two statements."""
    tasks = list(_open(actor).only(*COUNTED))
    seen = Patient.objects.seen_by(actor).filter(id__in={task.patient_id for task in tasks})
    here = set(seen.values_list("id", flat=True))
    return [Counted(task) for task in tasks if task.patient_id in here]


def people_of(keys: Iterable[UUID], actor: Actor) -> dict[UUID, PlacedPatient]:
    """The people behind some keys, whom the actor may see; one statement."""
    rows = patients.with_custody(Patient.objects.seen_by(actor).filter(id__in=set(keys)))
    return {row.id: PlacedPatient.of(row) for row in rows}


def by_person(told: Iterable[Due]) -> Iterator[tuple[PlacedPatient, list[Due]]]:
    """The people of a list with what is due for each, in the order in which the first of each is due."""
    found: dict[UUID, list[Due]] = {}
    for one in told:
        found.setdefault(one.task.patient_id, []).append(one)
    for rows in found.values():
        yield rows[0].person, rows


def _open(actor: Actor, *, pathway: str = "") -> QuerySet[Task]:
    rows = Task.objects.begun().filter(establishment=actor.establishment, **({"pathway": pathway} if pathway else {}))
    return rows.order_by("due_at")


def _title_of(step: str) -> str:
    found = next((one for one in register.steps(clock.prison_day(clock.now())) if one.id == step), None)
    return found.title if found else ""
