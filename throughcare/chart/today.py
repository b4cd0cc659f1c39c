"""Today: what my role owes, grouped by person, overdue first, one click to the thing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from throughcare.access.acting import Actor
from throughcare.access.roles import title
from throughcare.chart import danger, together
from throughcare.core import clock
from throughcare.core.addresses import of_person
from throughcare.core.kinds import kinds
from throughcare.core.shown import duration, uk_datetime
from throughcare.custody.queries import Place
from throughcare.pathways import queries as pathways
from throughcare.pathways import register, rules
from throughcare.pathways.models import Task
from throughcare.pathways.rules import Times
from throughcare.patients import queries as patients
from throughcare.patients.models import Patient
from throughcare.patients.opened import PlacedPatient
from throughcare.record.kinds import kinds as contact_kinds
from throughcare.screening import rules as screening

STATES = {"late": "late", "warn": "soon", "due": "due"}
SCREENING = frozenset({"first_stage_screen", "screen_rest", "ask_again"})
PAGES = {"merge_answer": "identity/"}  # where a task is done that no entry ends


@dataclass(frozen=True)
class EvidencePage:
    """Where an entry is written, under the person's address, and which words of the step its form takes over."""

    path: str
    asks: tuple[str, ...] = ()


@dataclass(frozen=True)
class Visit:
    """One person and all that is due for them from this role."""

    patient: PlacedPatient
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
            "name": self.patient.name, "href": of_person(self.patient.id), "place": self.place,
            "facts": age + (self.numbers[0] if self.numbers else "no prison number yet"), "flags": self.flags,
        }  # fmt: skip

    @property
    def lines(self) -> list[dict[str, Any]]:
        """As the task card takes them: what one visit closes stands under one heading."""
        return together.by_visit(self.tasks)


def visits(actor: Actor) -> list[Visit]:
    """What the actor's role owes here, and what has gone up to it by now, the earliest due first; four statements."""
    assert actor.role
    return grouped(pathways.due_for_role(actor.establishment, actor.role.id, actor=actor.id), actor)


def grouped(tasks: list[Task], actor: Actor) -> list[Visit]:
    """Tasks by person, in the order in which the first of each is due."""
    people = {row.id: row for row in _people({task.patient_id for task in tasks}, actor)}
    risks = danger.risks_of(people)
    found: dict[UUID, Visit] = {}
    for task in tasks:
        if row := people.get(task.patient_id):
            visit = found.setdefault(row.id, _visit(row, risks.get(row.id, ()), task))
            visit.tasks.append(line(task, actor))
    return list(found.values())


def line(task: Task, actor: Actor | None = None) -> dict[str, Any]:
    """One task as the card shows it, where its evidence is written, and whether `actor` may say: I will do it."""
    rule = register.step_of(task.clock, task.clock_version)
    stands = rules.standing(Times(task.warn_at or task.due_at, task.due_at), clock.now())
    late = stands == "late"
    words = f"late by {duration(clock.now() - task.due_at)}" if late else f"due in {duration(task.due_at - clock.now())}"
    standing = {"text": words, "state": STATES[stands], "due_at": f"due {uk_datetime(task.due_at)}"}
    if task.paused_since:
        standing = {"text": "stands still: not here", "state": "waiting", "due_at": ""}
    return {
        "text": rule.title, "href": evidence_page(task), "owner": title(task.owner_role), "detail": _held(task),
        "clock": standing, "page": of_person(task.patient_id, f"tasks/{task.id}/"), "visit": task.visit,
        "claimable": actor is not None and claimable(task, actor),
    }  # fmt: skip


def name_of(task: Task) -> str:
    """What is to be done, in the words of its step."""
    return register.step_of(task.clock, task.clock_version).title


def claimable(task: Task, actor: Actor) -> bool:
    """Whether one tap takes it: nobody has it, and it is owed by the actor's role or has come up to it."""
    role = actor.role.id if actor.role else ""
    free = task.status == Task.Status.OPEN and not task.claimed_by
    return free and bool(actor.may("claim_task")) and role in pathways.roles_of(task, clock.now())


def _held(task: Task) -> str:
    """Who has it in hand, and what stands in its way."""
    taken = f"{task.claimed_by_name} will do it." if task.claimed_by else ""
    return " ".join(part for part in (taken, task.note) if part)


def evidence_page(task: Task) -> str:
    """Where the thing is done that ends this task: the screen, or the entry its clock asks for."""
    base = of_person(task.patient_id)
    if task.clock in SCREENING:
        return f"{base}first-night/"
    if task.pathway == "referrals":
        return f"{base}referrals/"
    if (form := form_asked_for(task)) is not None:
        return base + ("first-night/" if form == screening.FIRST_NIGHT else f"visits/?form={form}" if form else "visits/")
    if page := _entry_asked_for(task):
        return base + page
    kind = evidence_kind(task)
    return f"{base}encounters/new/?kind={kind}" if kind else base + PAGES.get(task.clock, "")


def _entry_asked_for(task: Task) -> str:
    """The form of the entry whose fact ends this task, filled in as far as the step says; blank when there is none."""
    pages = evidence_pages()
    for on in register.step_of(task.clock, task.clock_version).done_by:
        if page := pages.get(on.fact):
            asked = {key: _several(value)[0] for key, value in (on.where or {}).items() if key in page.asks}
            return page.path + (f"?{urlencode(asked)}" if asked else "")
    return ""


@cache
def evidence_pages() -> dict[str, EvidencePage]:
    """Where the entry is written that leaves a fact, by the fact's name, as each kind of entry says of itself."""
    written = [(kind, kind.writing) for kind in kinds().values() if kind.writing and kind.writing.evidence]
    return {how.evidence: EvidencePage(how.page or f"entries/{kind.id}/new/", how.asks) for kind, how in written}


def form_asked_for(task: Task) -> str | None:
    """The visit whose signature ends this task; blank when any of several forms does, None when none does."""
    for on in register.step_of(task.clock, task.clock_version).done_by:
        asked = on.where or {}
        if on.fact == "screening.FormSigned" and (forms := _several(asked.get("instrument", ()))):
            return screening.for_instrument(forms[0], clock.prison_day(clock.now())) if len(forms) == 1 else ""
        if on.fact == "screening.ScreenSigned" and (visits := _several(asked.get("definition", ()))):
            return visits[0]
    return None


def evidence_kind(task: Task) -> str:
    """The kind of entry by which the task's owner ends it, or blank when no entry does."""
    rule = register.step_of(task.clock, task.clock_version)
    asked = [kind for on in rule.done_by for kind in _several((on.where or {}).get("kind", ()))]
    return next((kind for kind in asked if kind in contact_kinds() and task.owner_role in contact_kinds()[kind].roles), "")


def _people(keys: Iterable[UUID], actor: Actor) -> list[PlacedPatient]:
    rows = patients.with_custody(Patient.objects.seen_by(actor).filter(id__in=list(keys)))
    return [PlacedPatient.of(row) for row in rows]


def _visit(row: PlacedPatient, risks: Iterable[danger.Risk], first: Task) -> Visit:
    return Visit(
        patient=row, place=short_place(row.place), numbers=row.numbers, tasks=[], first_due=first.due_at,
        flags=[{"strength": "urgent", "text": risk.text} for risk in list(risks)[:3]],
    )  # fmt: skip


def short_place(place: Place | None) -> str:
    """A cell as people say it: B-2-014, Reception, or nothing yet."""
    return place.words if place else "No place yet"


def _several(value: Any) -> list[str]:
    return list(value) if isinstance(value, list | tuple) else [value]
