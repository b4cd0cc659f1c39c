"""Clocks start, tasks get done by evidence, are cancelled with a reason, or travel with the person.

Nobody calls these from a screen: they follow facts, and the rulebook says which.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from throughcare.audit.facts import Fact, keep
from throughcare.core import clock, ids
from throughcare.pathways import facts, register, rules
from throughcare.pathways.models import ClockStart, Task
from throughcare.pathways.rules import Clock


@transaction.atomic
def follow(fact: Fact) -> None:
    """Let one fact finish, cancel, move and start what the rulebook says. Facts of our own set nothing off."""
    if fact.patient is None or fact.name().startswith("pathways."):
        return
    name, told = fact.name(), fact.told()
    clocks = register.clocks(clock.prison_day(clock.now()))
    for ended in rules.finished_by(clocks, name, told):
        finish(clock_id=ended.id, fact=fact)
    if name == "patients.PatientLeft":
        leave(fact=fact)
    if name == "patients.PatientArrived":
        travel(fact=fact)
    if name == "screening.AlertStoodDown":
        stand_down(fact=fact, clocks=clocks)
    for begun in rules.started_by(clocks, name, told):
        start(due=begun, fact=fact)


def start(*, due: Clock, fact: Fact) -> ClockStart | None:
    """Start a clock once for its anchor: one task, or the reason why none is needed (L11)."""
    assert fact.patient
    _one_at_a_time(fact.patient)
    anchor = _anchor(fact)
    if ClockStart.objects.filter(patient=fact.patient, clock=due.id, anchor=anchor).exists():
        return None
    standing = Task.objects.open().filter(patient=fact.patient, clock=due.id).first()
    version = register.version(clock.prison_day(clock.now()))
    task = None if standing else _make(due, version, fact)
    started = ClockStart.objects.create(
        id=ids.new(), patient_id=fact.patient, clock=due.id, clock_version=version, anchor=anchor,
        started_at=fact.at, task=task, no_task_because="" if task else "The task is already open for another reason.",
    )  # fmt: skip
    keep(facts.ClockStarted(**_shared(fact), clock=due.id, task=task.id if task else None))
    return started


def finish(*, clock_id: str, fact: Fact) -> None:
    """The evidence is here: the open task of this clock is done."""
    for task in Task.objects.open().filter(patient=fact.patient, clock=clock_id, anchored_at__lte=fact.at):
        _end(task, Task.Status.DONE, fact, evidence=fact.id)
        keep(facts.TaskDone(**_shared(fact), task=task.id, clock=clock_id, evidence=fact.id))


def cancel(*, task: Task, because: str, fact: Fact) -> None:
    """A task is no longer needed; the reason stays with it."""
    _end(task, Task.Status.CANCELLED, fact, cancelled_because=because)
    keep(facts.TaskCancelled(**_shared(fact), task=task.id, clock=task.clock, because=because))


def leave(*, fact: Fact) -> None:
    """Somebody went out: tasks that make no sense elsewhere end, the rest are kept or travel."""
    kind = fact.told()["kind"]
    if kind == "court":
        return  # he is still ours, and comes back
    for task in Task.objects.open().filter(patient=fact.patient):
        rule = register.clock_of(task.clock, task.clock_version).on_leaving
        if rule == "cancel" or (rule == "travel" and kind != "transfer"):
            cancel(task=task, because=f"Left: {kind}.", fact=fact)


def travel(*, fact: Fact) -> None:
    """Somebody came in: what is open for them is owed here now."""
    tasks = Task.objects.open().filter(patient=fact.patient).exclude(establishment=fact.establishment)
    moved = tuple(str(key) for key in tasks.values_list("id", flat=True))
    if moved:
        tasks.update(establishment=fact.establishment)
        keep(facts.TasksTravelled(**_shared(fact), tasks=moved))


def stand_down(*, fact: Fact, clocks: Sequence[Clock]) -> None:
    """An answer was changed and its alert stood down: its task ends, unless another alert still asks for it."""
    begun_by = partial(rules.started_by, clocks, "screening.AlertRaised")
    still = {due.id for alert in fact.told()["still"] for due in begun_by({"alert": alert})}
    for due in begun_by({"alert": fact.told()["alert"]}):
        if due.id not in still:
            for task in Task.objects.open().filter(patient=fact.patient, clock=due.id):
                cancel(task=task, because="The answer that started it was changed.", fact=fact)


def _make(due: Clock, version: str, fact: Fact) -> Task:
    assert fact.patient
    found = register.times(due, fact.at)
    return Task.objects.create(
        id=ids.new(), patient_id=fact.patient, establishment=fact.establishment, clock=due.id,
        clock_version=version, owner_role=due.owner_role,
        why=str(fact.told().get("alert", "")), anchored_at=fact.at, warn_at=found.warn_at, due_at=found.due_at,
    )  # fmt: skip


def _end(task: Task, status: str, fact: Fact, **more: Any) -> None:
    Task.objects.filter(id=task.id).update(status=status, ended_at=clock.now(), ended_by=fact.by, **more)


def _one_at_a_time(patient: UUID) -> None:
    """Two facts at once about one person take turns, so that neither starts the same clock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 1))", [str(patient)])


def _anchor(fact: Fact) -> str:
    """What the clock counts from, the same however often the fact is replayed."""
    said = json.dumps([fact.name(), fact.at.isoformat(), fact.told()], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def _shared(fact: Fact) -> dict[str, Any]:
    return {"by": fact.by, "at": fact.at, "patient": fact.patient, "establishment": fact.establishment}
