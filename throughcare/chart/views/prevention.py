"""Vaccinations and tests: a dose, a sample, what it came to, and the person being told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from throughcare.access.sight import Request, shows
from throughcare.chart import people
from throughcare.core.shown import uk_date
from throughcare.patients import queries as patients
from throughcare.patients.opened import OpenedPatient
from throughcare.record import actions as record
from throughcare.record import queries
from throughcare.record.forms_prevention import CommunicationForm, ImmunizationForm, ReportForm, SpecimenForm, StandingForm
from throughcare.record.panels import outcomes, panel_title, panels
from throughcare.record.rules.courses import next_dose
from throughcare.record.samples import Sample, panel_of, samples_of
from throughcare.record.vaccines import vaccines


@shows("patient", may="record_immunization")
@require_http_methods(["GET", "POST"])
def new_immunization(request: Request, patient: UUID) -> HttpResponseBase:
    """Write a dose given, here or elsewhere, or not given."""
    opened = patients.opened(request, patient)
    given = queries.doses_given(opened.linked)
    form = ImmunizationForm(_typed(request), initial=_which_dose(request.GET, given))
    form.known = _known(given)
    if form.is_valid():
        form.act(record.record_immunization, beside="dose", patient=opened.id, **form.cleaned_data, by=request.actor)
    return _done_or_form(request, opened, form, "Record a vaccination")


@shows("patient", may="record_specimen")
@require_http_methods(["GET", "POST"])
def new_specimen(request: Request, patient: UUID) -> HttpResponseBase:
    """Write that a sample was taken."""
    opened = patients.opened(request, patient)
    form = SpecimenForm(_typed(request), initial={"panel": request.GET.get("panel", "")})
    if form.is_valid():
        form.act(record.record_specimen, beside="method", patient=opened.id, **form.cleaned_data, by=request.actor)
    return _done_or_form(request, opened, form, "Record a sample")


@shows("patient")
@require_safe
def results(request: Request, patient: UUID) -> HttpResponseBase:
    """Every sample: what it came to, and whether the person was told."""
    opened = patients.opened(request, patient)
    request.banner = people.banner(opened)
    return render(request, "chart/results.jinja", {
        "patient": opened, "samples": samples_of(opened.linked), "panels": panels(), "panel_of": panel_of,
        "panel_title": panel_title, "outcomes": outcomes(), "may": {
            word: bool(request.actor.may(word)) for word in ("record_specimen", "record_result")
        },
    })  # fmt: skip


@shows("patient", may="record_result")
@require_http_methods(["GET", "POST"])
def new_result(request: Request, patient: UUID) -> HttpResponseBase:
    """Write what a sample came to (`?specimen=`), or a report from elsewhere (`?panel=`); without either, choose one."""
    opened = patients.opened(request, patient)
    samples = samples_of(opened.linked)
    sample = _asked_for(request.GET.get("specimen", ""), samples)
    panel = panel_of(sample) if sample else request.GET.get("panel", "")
    if panel not in panels():
        waiting = [one for one in samples if one.specimen and one.waits]
        return redirect(_one_of([_result_page(opened, one) for one in waiting], opened))
    form = ReportForm(_typed(request), initial={"panel": panel})
    if form.is_valid():
        form.act(
            record.record_result, beside="at", patient=opened.id, specimen=sample.specimen if sample else None,
            **form.cleaned_data, by=request.actor,
        )  # fmt: skip
    return _done_or_form(request, opened, form, f"Record a result: {panel_title(panel).lower()}", "results")


@shows("patient", may="record_result")
@require_safe
def to_tell(request: Request, patient: UUID) -> HttpResponseBase:
    """To the one result that waits to be told; to the one sample that waits for its result; else to all of them."""
    opened = patients.opened(request, patient)
    request.saw([opened.id])
    samples = samples_of(opened.linked)
    untold = [_told_page(opened, report.row.id) for one in samples for report in one.untold]
    waiting = [_result_page(opened, one) for one in samples if one.specimen and not one.reports]
    return redirect(_one_of(untold or waiting, opened))


@shows("patient", may="record_result")
@require_http_methods(["GET", "POST"])
def told(request: Request, patient: UUID, report: UUID) -> HttpResponseBase:
    """Write how the person was told a result."""
    opened = patients.opened(request, patient)
    rows = [one.row for sample in samples_of(opened.linked) for one in sample.reports if one.row.id == report]
    if not rows:
        raise Http404
    form = CommunicationForm(_typed(request))
    if form.is_valid():
        form.act(record.tell_result, beside="at", report=rows[0], **form.cleaned_data, by=request.actor)
    return _done_or_form(request, opened, form, f"Told the person: {panel_title(rows[0].panel).lower()}", "results")


def _typed(request: Request) -> Any:
    return request.POST if request.method == "POST" else None


def _done_or_form(
    request: Request, opened: OpenedPatient, form: StandingForm, title: str, to: str = "patient"
) -> HttpResponseBase:
    if form.is_bound and not form.errors:
        return redirect(to, patient=opened.id)
    request.banner = people.banner(opened)
    shown = {"patient": opened, "form": form, "title": title}
    return render(request, "chart/entry_form.jinja", shown, status=422 if form.errors else 200)


def _which_dose(asked: Mapping[str, str], given: Mapping[str, Any]) -> dict[str, Any]:
    """The vaccine that was asked for, and the dose that comes next: a course is never begun again."""
    vaccine = vaccines().get(asked.get("vaccine", ""))
    follows = next_dose(vaccine.course_days, given.get(vaccine.id, {})) if vaccine else None
    return {"vaccine": vaccine.id if vaccine else "", "dose": follows.dose if follows else ""}


def _known(given: Mapping[str, Any]) -> str:
    """The doses on the record, in a line, and what follows them."""
    return " ".join(
        _course(vaccine.title, vaccine.course_days, given[code]) for code, vaccine in vaccines().items() if code in given
    )


def _course(title: str, days: tuple[int, ...], doses: Mapping[int, Any]) -> str:
    said = ", ".join(f"dose {number} on {uk_date(day)}" for number, day in sorted(doses.items()))
    follows = next_dose(days, doses)
    if follows is None:
        return f"{title}: {said}; the course is complete."
    return f"{title}: {said}; next is dose {follows.dose}" + (f", due {uk_date(follows.due_on)}." if follows.due_on else ".")


def _asked_for(key: str, samples: list[Sample]) -> Sample | None:
    return next((one for one in samples if one.specimen and str(one.specimen.id) == key), None)


def _one_of(pages: list[str], opened: OpenedPatient) -> str:
    return pages[0] if len(pages) == 1 else reverse("results", args=[opened.id])


def _result_page(opened: OpenedPatient, sample: Sample) -> str:
    assert sample.specimen
    return f"{reverse('new-result', args=[opened.id])}?specimen={sample.specimen.id}"


def _told_page(opened: OpenedPatient, report: UUID) -> str:
    return reverse("result-told", args=[opened.id, report])
