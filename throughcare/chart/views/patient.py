"""The patient's page, and what is written from it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from throughcare.access.acting import Actor
from throughcare.access.sight import Request, shows
from throughcare.chart import danger, people, prison_says, timeline, today, together
from throughcare.chart.digest import findings
from throughcare.chart.forms import NHSNumberForm
from throughcare.chart.versions import can_write
from throughcare.core import clock
from throughcare.core.kinds import kinds as all_kinds
from throughcare.custody import queries as custody
from throughcare.observations import gaps
from throughcare.pathways import queries as pathways
from throughcare.patients import actions as patient_actions
from throughcare.patients import queries as patients
from throughcare.record import actions as record
from throughcare.record.forms import EncounterForm
from throughcare.record.kinds import Kind, kinds, kinds_for
from throughcare.record.lines import rows_of
from throughcare.screening import queries as screens


@shows("patient")
@require_safe
def patient_page(request: Request, patient: UUID) -> HttpResponseBase:
    """The person: what is due, what could kill, what happened."""
    opened = patients.opened(request, patient)
    said = danger.said_of(opened.linked)
    request.banner = people.banner(opened, said)
    theirs = pathways.due_for_patients(opened.linked).values()
    due = sorted((task for tasks in theirs for task in tasks), key=lambda task: task.due_at)
    lines = together.by_visit([today.line(task, request.actor) for task in due if task.begun])
    found, recent = findings(opened.linked, said), timeline.latest(opened)
    behind = rows_of([*found.lines, *recent])  # of both, in one statement
    return render(request, "chart/patient.jinja", {
        "patient": opened, "due": lines, "gaps": gaps.said_of(opened.id),
        "later": [today.name_of(task) for task in due if not task.begun],
        "digest": found.digest(behind), "entries": timeline.shown(opened, recent, behind),
        "stays": len(timeline.stays(custody.stays_of(opened.prisoners))),
        "writes": [kind for kind in all_kinds().values() if can_write(kind, request.actor)],
        "prison": prison_says.at_a_glance(opened.prison_alerts),
        "screen": screens.latest_row(opened.id, request.actor.establishment),
        "kinds": kinds_for(request.actor.role.id if request.actor.role else ""),
    })  # fmt: skip


@shows("patient", may="record_encounter")
@require_http_methods(["GET", "POST"])
def new_encounter(request: Request, patient: UUID) -> HttpResponseBase:
    """Write a contact: the evidence that ends a task."""
    opened = patients.opened(request, patient)
    kind = kinds().get(request.GET.get("kind", ""))
    if kind is None:
        return redirect("patient", patient=opened.id)
    form = EncounterForm(request.POST if request.method == "POST" else None, initial={"kind": kind.id})
    if form.is_valid() and _recorded(form, opened.id, kind, request.actor):
        return redirect("patient", patient=opened.id)
    shown = {"patient": opened, "form": form, "kind": kind, "refused": record.can_record(request.actor, kind.id).why}
    return render(request, "chart/encounter.jinja", shown, status=422 if form.errors else 200)


@shows("patient", may="record_encounter")
@require_http_methods(["GET", "POST"])
def nhs_number(request: Request, patient: UUID) -> HttpResponseBase:
    """Add the NHS number."""
    opened = patients.opened(request, patient)
    form = NHSNumberForm(request.POST or None)
    if form.is_valid():
        form.act(
            patient_actions.add_nhs_number, beside="nhs_number", patient=opened, typed=form.cleaned_data["nhs_number"],
            at=clock.now(), by=request.actor,
        )  # fmt: skip
        if form.is_valid():
            return redirect("patient", patient=opened.id)
    return render(request, "chart/nhs_number.jinja", {"patient": opened, "form": form}, status=422 if form.errors else 200)


def _recorded(form: EncounterForm, patient: UUID, kind: Kind, by: Actor) -> bool:
    return bool(form.act(record.record_encounter, beside="done", patient=patient, kind=kind.id, **form.cleaned_data, by=by))
