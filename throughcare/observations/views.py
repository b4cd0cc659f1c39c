"""Planned observations of a person: what is expected, what was taken, and the red gaps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from throughcare.access.sight import Request, shows
from throughcare.core import clock
from throughcare.core.addresses import of_person
from throughcare.core.refusals import NotAllowed, Refused
from throughcare.instruments import rules as instruments
from throughcare.observations import actions, queries
from throughcare.observations.forms import EndPlanForm, MissedForm, PlanForm
from throughcare.observations.models import ObservationPlan
from throughcare.patients import queries as patients
from throughcare.patients.opened import OpenedPatient

# How a set looks: label and colour are one row of one table.
LOOKS = {
    "to_come": ("To come", "white"), "due": ("Due now", "orange"), "part": ("Part taken", "orange"), "taken": ("Taken", "green"),
    "excused": ("Away", "grey"), "not_taken": ("Not taken", "red"), "gap": ("Gap", "red"),
}  # fmt: skip


@shows("patient")
@require_http_methods(["GET", "POST"])
def observations(request: Request, patient: UUID) -> HttpResponseBase:
    """Every plan with its sets; a POST plans observations."""
    opened = patients.opened(request, patient)
    form = PlanForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        form.act(
            actions.plan_observations, beside="plan", patient=opened.id, plan=form.cleaned_data["plan"],
            why=form.cleaned_data["why"], at=form.cleaned_data["at"], by=request.actor,
        )  # fmt: skip
        if form.is_valid():
            return redirect("observations", patient=opened.id)
    return _page(request, opened, form)


@shows("patient", may="plan_observations")
@require_POST
def end(request: Request, patient: UUID, plan: UUID) -> HttpResponseBase:
    """Nothing more is expected under a plan."""
    opened, row = _plan(request, patient, plan)
    form = EndPlanForm(request.POST)
    problem = "" if form.is_valid() else form.summary[0]["text"]
    if not problem:
        problem = _refusal(actions.end_plan, plan=row, why=form.cleaned_data["why"], at=clock.now(), by=request.actor)
    return _after(request, opened, row, problem)


@shows("patient", may="screen")
@require_POST
def missed(request: Request, patient: UUID, plan: UUID) -> HttpResponseBase:
    """Why a set was not taken."""
    opened, row = _plan(request, patient, plan)
    form = MissedForm(request.POST)
    problem = "" if form.is_valid() else form.summary[0]["text"]
    if not problem:
        day, slot = form.key()
        problem = _refusal(
            actions.say_missed, plan=row, day=day, slot=slot, reason=form.cleaned_data["reason"],
            words=form.cleaned_data["words"], at=clock.now(), by=request.actor,
        )  # fmt: skip
    return _after(request, opened, row, problem)


def _after(request: Request, opened: OpenedPatient, row: ObservationPlan, problem: str) -> HttpResponseBase:
    """Back to the plans; or the page with what was typed about this plan, and what to do instead."""
    if not problem:
        return redirect("observations", patient=opened.id)
    return _page(request, opened, PlanForm(), problem, request.POST.dict() | {"about": str(row.id)})


def _page(request: Request, opened: OpenedPatient, form: PlanForm, problem: str = "", typed: Any = None) -> HttpResponseBase:
    may = {name: bool(request.actor.may(name)) for name in ("plan_observations", "screen")}
    watches = queries.watches(opened.id)
    shown = {
        "patient": opened, "address": of_person(opened.id),
        "watches": watches, "names": _names(watches), "form": form, "may": may, "looks": LOOKS,
        "problem": problem, "typed": typed or {}, "reasons": queries.book(clock.prison_day(clock.now())).reasons,
    }  # fmt: skip
    return render(request, "observations/observations.jinja", shown, status=422 if form.errors or problem else 200)


def _names(watches: Iterable[queries.Watch]) -> dict[str, str]:
    """What each instrument is called on a chart."""
    book, day = instruments.book(), clock.prison_day(clock.now())
    return {id: book.known(id, day).value.short_title for one in watches for id in one.rule.instruments}


def _plan(request: Request, patient: UUID, plan: UUID) -> tuple[OpenedPatient, ObservationPlan]:
    opened = patients.opened(request, patient)
    row = ObservationPlan.objects.filter(patient__in=opened.linked, id=plan).first()
    if row is None:
        raise Http404
    return opened, row


def _refusal(action: Any, **given: Any) -> str:
    """The sentence of a refusal, or nothing; not being allowed is a page of its own."""
    try:
        action(**given)
    except NotAllowed:
        raise
    except Refused as refusal:
        return str(refusal)
    return ""
