"""One thing that is due: why, until when, who has taken it, what a person does about it; and all that was due once."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_safe

from throughcare.access import queries as access
from throughcare.access.acting import Actor
from throughcare.access.roles import title
from throughcare.access.sight import Request, shows
from throughcare.chart import people, today
from throughcare.chart.forms_tasks import TaskForm
from throughcare.core import clock
from throughcare.core.addresses import of_person
from throughcare.core.refusals import NotAllowed, Refused
from throughcare.pathways import register
from throughcare.pathways.actions import tasks as actions
from throughcare.pathways.models import Task
from throughcare.patients import queries as patients
from throughcare.patients.opened import OpenedPatient

AT_MOST = 200  # a list that nobody reads to its end
ENDS: dict[str, tuple[str, str]] = {"done": ("Done", "green"), "cancelled": ("Not needed", "grey")}


@shows("patient")
@require_http_methods(["GET", "POST"])
def task(request: Request, patient: UUID, task: UUID) -> HttpResponseBase:
    """A task; a POST with `do` says that one will do it, gives it back, covers, cancels or accepts."""
    opened = patients.opened(request, patient)
    row = _row(opened, task)
    if request.method != "POST":
        return _page(request, opened, row)
    problem = _problem(row, TaskForm(request.POST), request.actor)
    if not problem:
        return HttpResponseRedirect(_asked_back(request) or of_person(opened.id, f"tasks/{row.id}/"))
    return _page(request, opened, _row(opened, task), problem)  # read again: a colleague may have been faster


@shows("patient")
@require_safe
def ended(request: Request, patient: UUID) -> HttpResponseBase:
    """What was due for somebody and is not any more: done, or not needed and why; the latest first."""
    opened = patients.opened(request, patient)
    request.banner = people.banner(opened)
    found = Task.objects.exclude(status=Task.Status.OPEN).filter(patient__in=opened.linked)
    rows = list(found.order_by("-ended_at")[: AT_MOST + 1])
    names = access.names_of(row.ended_by for row in rows)
    told = [_told(row, names) for row in rows[:AT_MOST]]
    return render(request, "chart/ended.jinja", {"patient": opened, "ended": told, "more": len(rows) > AT_MOST})


def _row(opened: OpenedPatient, task: UUID) -> Task:
    """The task of this person; of anybody else there is none."""
    row: Task | None = Task.objects.filter(patient__in=opened.linked, id=task).first()
    if row is None:
        raise Http404
    return row


def _problem(row: Task, form: TaskForm, by: Actor) -> str:
    """What was asked for is done; or the sentence that says what to do instead. Not being allowed is a page of its own."""
    if not form.is_valid():
        return form.summary[0]["text"]
    try:
        return "" if _acted(row, form.cleaned_data, by) else "Choose what to do. Nothing was changed."
    except NotAllowed:
        raise
    except Refused as refusal:
        return str(refusal)


def _acted(row: Task, said: dict[str, str], by: Actor) -> Task | None:
    given: dict[str, Any] = {"task": row.id, "at": clock.now(), "by": by}
    match said["do"]:
        case "claim":
            return actions.claim(**given)
        case "give_back":
            return actions.give_back(**given)
        case "cover":
            return actions.cover(**given, why=said["why"])
        case "cancel":
            return actions.cancel(**given, reason=said["reason"], words=said["words"])
        case "accept":
            return actions.accept(**given)
        case _:
            return None


def _asked_back(request: Request) -> str:
    """Where the press came from, when that is a page of ours; else a blank."""
    asked = request.POST.get("next", "")
    ours = asked.startswith("/") and url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    return asked if ours else ""


def _page(request: Request, opened: OpenedPatient, row: Task, problem: str = "") -> HttpResponseBase:
    request.banner = people.banner(opened)
    shown = {
        "patient": opened, "task": row, "step": register.step_of(row.clock, row.clock_version),
        "line": today.line(row, request.actor),
        "ladder": [{"to": title(rung["to"]), "at": datetime.fromisoformat(rung["at"])} for rung in row.ladder],
        "may": {name: bool(request.actor.may(name)) for name in ("claim_task", "cover_task", "cancel_task")},
        "mine": row.claimed_by == request.actor.id, "reasons": actions.reasons(), "typed": request.POST.dict(),
        "ended_by": access.names_of([row.ended_by]).get(row.ended_by, "Throughcare"), "problem": problem,
        "back": _asked_back(request),
    }  # fmt: skip
    return render(request, "chart/task.jinja", shown, status=422 if problem else 200)


def _told(row: Task, names: dict[str, str]) -> dict[str, Any]:
    """One task as the list of what was due shows it."""
    late = row.status == Task.Status.DONE and row.ended_at is not None and row.ended_at > row.due_at
    return {
        "text": register.step_of(row.clock, row.clock_version).title, "href": of_person(row.patient_id, f"tasks/{row.id}/"),
        "look": ENDS[row.status], "by": names.get(row.ended_by, "Throughcare"), "at": row.ended_at,
        "why": row.cancelled_because, "late_by": row.ended_at - row.due_at if late and row.ended_at else None,
    }  # fmt: skip
