"""Today: what my role owes, grouped by person, overdue first, one click to the thing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from throughcare.access.acting import Actor
from throughcare.access.roles import title
from throughcare.chart import danger
from throughcare.core import clock
from throughcare.core.shown import duration, uk_datetime
from throughcare.custody.queries import Place
from throughcare.pathways import register, rules
from throughcare.pathways.models import Task
from throughcare.pathways.rules import Times
from throughcare.patients import queries as patients
from throughcare.patients.models import Patient
from throughcare.record.kinds import kinds

STATES = {"late": "late", "warn": "soon", "due": "due"}
SCREENING = frozenset({"first_stage_screen", "screen_rest", "ask_again"})
PAGES = {"merge_answer": "identity/"}  # where a task is done that no entry ends


@dataclass(frozen=True)
class Visit:
    """One person and all that is due for them from this role."""

    patient: Patient
    place: str
    numbers: tuple[str, ...]
    tasks: list[dict[str, Any]]
    flags: list[dict[str, str]]
    first_due: datetime

    @property
    def person(self) -> dict[str, Any]:
        """As the task card takes it."""
        born = self.patient.date_of_birth
        age = f"{clock.age(born, clock.now())}, " if born else ""
        return {
            "name": self.patient.name, "href": f"/patients/{self.patient.id}/", "place": self.place,
            "facts": age + (self.numbers[0] if self.numbers else "no prison number yet"), "flags": self.flags,
        }  # fmt: skip


def visits(actor: Actor) -> list[Visit]:
    """What the actor's role owes here, the earliest due first; four statements however many people."""
    assert actor.role
    due = Task.objects.open().filter(establishment=actor.establishment, owner_role=actor.role.id)
    return grouped(list(due.order_by("due_at")), actor)


def grouped(tasks: list[Task], actor: Actor) -> list[Visit]:
    """Tasks by person, in the order in which the first of each is due."""
    people = {row.id: row for row in _people({task.patient_id for task in tasks}, actor)}
    risks = danger.risks_of(people)
    found: dict[UUID, Visit] = {}
    for task in tasks:
        if row := people.get(task.patient_id):
            visit = found.setdefault(row.id, _visit(row, risks.get(row.id, ()), task))
            visit.tasks.append(line(task))
    return list(found.values())


def line(task: Task) -> dict[str, Any]:
    """One task as the card shows it, and where its evidence is written."""
    rule = register.clock_of(task.clock, task.clock_version)
    stands = rules.standing(Times(task.warn_at or task.due_at, task.due_at), clock.now())
    late = stands == "late"
    words = f"late by {duration(clock.now() - task.due_at)}" if late else f"due in {duration(task.due_at - clock.now())}"
    return {
        "text": rule.title, "href": evidence_page(task), "owner": title(task.owner_role), "detail": "",
        "clock": {"text": words, "state": STATES[stands], "due_at": f"due {uk_datetime(task.due_at)}"},
    }  # fmt: skip


def evidence_page(task: Task) -> str:
    """Where the thing is done that ends this task: the screen, or the entry its clock asks for."""
    base = f"/patients/{task.patient_id}/"
    if task.clock in SCREENING:
        return f"{base}first-night/"
    kind = evidence_kind(task)
    return f"{base}encounters/new/?kind={kind}" if kind else base + PAGES.get(task.clock, "")


def evidence_kind(task: Task) -> str:
    """The kind of entry by which the task's owner ends it, or blank when no entry does."""
    rule = register.clock_of(task.clock, task.clock_version)
    asked = [kind for on in rule.done_by for kind in _several((on.where or {}).get("kind", ()))]
    return next((kind for kind in asked if kind in kinds() and task.owner_role in kinds()[kind].roles), "")


def _people(keys: Iterable[UUID], actor: Actor) -> Iterable[Any]:
    return patients.with_custody(Patient.objects.seen_by(actor).filter(id__in=list(keys)))


def _visit(row: Any, risks: Iterable[danger.Risk], first: Task) -> Visit:
    return Visit(
        patient=row, place=short_place(patients.place_of(row)), numbers=tuple(row.numbers), tasks=[], first_due=first.due_at,
        flags=[{"strength": "urgent", "text": risk.text} for risk in list(risks)[:3]],
    )  # fmt: skip


def short_place(place: Place | None) -> str:
    """A cell as people say it: B-2-014, Reception, or nothing yet."""
    return place.words if place else "No place yet"


def _several(value: Any) -> list[str]:
    return list(value) if isinstance(value, list | tuple) else [value]
