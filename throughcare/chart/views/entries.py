"""The pages of any kind of entry: all of them, one with its versions, a new one, a correction. Each works from the Kind alone."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from throughcare.access.sight import Request, shows
from throughcare.chart import timeline
from throughcare.chart.entry import entry_of
from throughcare.chart.versions import can_correct, can_write, kind_or_404, row_or_404, typed_again, versions
from throughcare.core import clock
from throughcare.core.addresses import of_person
from throughcare.core.forms import EntryForm
from throughcare.core.kinds import Kind
from throughcare.core.refusals import require
from throughcare.patients import queries as patients
from throughcare.patients.opened import OpenedPatient
from throughcare.record import actions as record
from throughcare.record.forms import EndFlagForm


@shows("patient")
@require_safe
def entries(request: Request, patient: UUID, kind: str) -> HttpResponseBase:
    """Every entry of one kind, a page at a time, and the way to write another."""
    opened, chosen = patients.opened(request, patient), kind_or_404(kind)
    page = timeline.timeline(opened, timeline.Filters(kind=kind), timeline.after(request.GET.get("after", "")))
    return render(request, "chart/entries.jinja", {
        "patient": opened, "kind": chosen, "page": page, "may_write": can_write(chosen, request.actor),
        "next": f"?after={page.next}" if page.next else "",
    })  # fmt: skip


@shows("patient")
@require_safe
def entry(request: Request, patient: UUID, kind: str, entry: UUID) -> HttpResponseBase:
    """One entry with every version of it."""
    opened, chosen = patients.opened(request, patient), kind_or_404(kind)
    found = versions(opened, chosen, entry)
    _, latest = found[0]
    return render(request, "chart/entry.jinja", {
        "patient": opened, "kind": chosen, "lines": [entry_of(line, row, opened.id) for line, row in found],
        "may_correct": can_correct(chosen, latest, request.actor), "latest": latest,
    })  # fmt: skip


@shows("patient")
@require_http_methods(["GET", "POST"])
def new(request: Request, patient: UUID, kind: str) -> HttpResponseBase:
    """Write an entry of this kind; a kind that has a page of its own for that is written there."""
    opened, chosen = patients.opened(request, patient), kind_or_404(kind)
    if chosen.writing is None or not chosen.writing.new:
        raise Http404
    require(request.actor.may(chosen.writing.may))
    if chosen.writing.page:
        return redirect(of_person(opened.id, chosen.writing.page))
    return _write(request, opened, chosen, chosen.writing.new)


@shows("patient")
@require_http_methods(["GET", "POST"])
def correct(request: Request, patient: UUID, kind: str, entry: UUID) -> HttpResponseBase:
    """Put right the latest version of an entry; the earlier one stays, one tap away."""
    opened, chosen = patients.opened(request, patient), kind_or_404(kind)
    row = row_or_404(opened, chosen, entry)
    require(can_correct(chosen, row, request.actor))
    if row.superseded_by and request.method != "POST":  # what was typed meanwhile is refused by the action, and kept
        return redirect("correct-entry", patient=opened.id, kind=kind, entry=row.superseded_by)
    return _write(request, opened, chosen, f"Correct: {chosen.label.lower()}", row)


@shows("patient", may="raise_flag")
@require_http_methods(["GET", "POST"])
def end_flag(request: Request, patient: UUID, entry: UUID) -> HttpResponseBase:
    """Take a flag down, with a reason."""
    opened = patients.opened(request, patient)
    flag = row_or_404(opened, kind_or_404("flag"), entry)
    form = EndFlagForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and form.act(record.end_flag, beside="why", flag=flag, **form.cleaned_data, by=request.actor):
        return redirect("patient", patient=opened.id)
    return form_page(request, opened, form, f"End the flag: {flag.words}")


def _write(request: Request, opened: OpenedPatient, kind: Kind, title: str, corrects: Any = None) -> HttpResponseBase:
    writing = kind.writing
    assert writing and writing.action
    asked = {name: request.GET[name] for name in writing.asks if name in request.GET}
    typed = {**typed_again(corrects), "at": _local(corrects.happened_at)} if corrects else asked
    form = writing.form(request.POST if request.method == "POST" else None, initial=typed)
    if form.is_valid():
        given = dict(form.cleaned_data) | {name: getattr(corrects, name) for name in writing.fixed if corrects}
        given |= {"patient": corrects.patient_id, "corrects": corrects} if corrects else {"patient": opened.id}
        if form.act(writing.action, beside=writing.beside, **given, by=request.actor):
            return redirect("patient", patient=opened.id)
    return form_page(request, opened, form, title)


def form_page(request: Request, opened: OpenedPatient, form: EntryForm, title: str) -> HttpResponseBase:
    """The form of one entry, with what was typed and what is wrong with it."""
    shown = {"patient": opened, "form": form, "title": title}
    return render(request, "chart/entry_form.jinja", shown, status=422 if form.errors else 200)


def _local(moment: Any) -> str:
    return clock.local(moment).strftime("%Y-%m-%dT%H:%M:%S")
