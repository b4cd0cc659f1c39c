"""The record: its timeline, what could kill, its entries and their versions, and what is written to it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from throughcare.access.sight import Request, shows
from throughcare.chart import danger, entries, people, timeline
from throughcare.chart.digest import digest
from throughcare.chart.entries import SORTS
from throughcare.chart.forms_record import EndFlagForm, EntryForm
from throughcare.chart.forms_when import day_after
from throughcare.chart.timeline import Filters
from throughcare.chart.wording import LABELS
from throughcare.core import clock
from throughcare.core.refusals import require
from throughcare.custody import queries as custody
from throughcare.patients import queries as patients
from throughcare.record import actions as record


@shows("patient")
@require_safe
def timeline_page(request: Request, patient: UUID) -> HttpResponseBase:
    """Everything, latest first, a page at a time."""
    opened = patients.opened(request, patient)
    request.banner = people.banner(opened)
    stays = timeline.stays(custody.stays_of(opened.prisoners))
    filters = _filters(request.GET, stays)
    page = timeline.timeline(opened, filters, _after(request.GET.get("after", "")))
    query = request.GET.copy()
    query["after"] = page.next
    return render(request, "chart/timeline.jinja", {
        "patient": opened, "page": page, "filters": filters, "stays": stays, "labels": LABELS, "asked": request.GET.dict(),
        "next": "?" + query.urlencode() if page.next else "", "sorts": SORTS,
    })  # fmt: skip


@shows("patient")
@require_safe
def dangers_page(request: Request, patient: UUID) -> HttpResponseBase:
    """What could kill, whole: every place, what is to be read, and what was set aside."""
    opened = patients.opened(request, patient)
    request.banner = people.banner(opened)
    stays = timeline.stays(custody.stays_of(opened.prisoners))
    found = digest(opened.linked, danger.said_of(opened.linked))
    return render(request, "chart/digest.jinja", {"patient": opened, "digest": found, "stays": len(stays)})


@shows("patient")
@require_safe
def entry(request: Request, patient: UUID, kind: str, entry: UUID) -> HttpResponseBase:
    """One entry with every version of it."""
    opened = patients.opened(request, patient)
    row = entries.found(opened, kind, entry)
    request.banner = people.banner(opened)
    versions = entries.versions(row)
    return render(request, "chart/entry.jinja", {
        "patient": opened, "kind": kind, "sort": SORTS[kind], "lines": [entries.line(kind, one) for one in versions],
        "latest": versions[0], "may_correct": entries.can_correct(versions[0], kind, request.actor), "opened": row,
    })  # fmt: skip


@shows("patient", may="record_condition")
@require_http_methods(["GET", "POST"])
def new_condition(request: Request, patient: UUID) -> HttpResponseBase:
    """Add a problem."""
    return _write(request, patients.opened(request, patient), "condition", "Add a problem")


@shows("patient", may="ask_allergies")
@require_http_methods(["GET", "POST"])
def new_allergy(request: Request, patient: UUID) -> HttpResponseBase:
    """Ask about allergies."""
    return _write(request, patients.opened(request, patient), "allergy", "Ask about allergies")


@shows("patient", may="raise_flag")
@require_http_methods(["GET", "POST"])
def new_flag(request: Request, patient: UUID) -> HttpResponseBase:
    """Put up a flag."""
    return _write(request, patients.opened(request, patient), "flag", "Put up a flag")


@shows("patient", may="record_incident")
@require_http_methods(["GET", "POST"])
def new_incident(request: Request, patient: UUID) -> HttpResponseBase:
    """Write what went wrong."""
    return _write(request, patients.opened(request, patient), "incident", "Record an incident")


@shows("patient")
@require_http_methods(["GET", "POST"])
def correct(request: Request, patient: UUID, kind: str, entry: UUID) -> HttpResponseBase:
    """Put right the latest version of an entry; the earlier one stays, one tap away."""
    opened = patients.opened(request, patient)
    row = entries.found(opened, kind, entry)
    require(entries.can_correct(row, kind, request.actor))
    if row.superseded_by and request.method != "POST":  # what was typed meanwhile is refused by the action, and kept
        return redirect("entry", patient=opened.id, kind=kind, entry=row.superseded_by)
    return _write(request, opened, kind, f"Correct: {SORTS[kind].title.lower()}", row)


@shows("patient", may="raise_flag")
@require_http_methods(["GET", "POST"])
def end_flag(request: Request, patient: UUID, entry: UUID) -> HttpResponseBase:
    """Take a flag down, with a reason."""
    opened = patients.opened(request, patient)
    flag = entries.found(opened, "flag", entry)
    form = EndFlagForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and form.act(record.end_flag, beside="why", flag=flag, **form.cleaned_data, by=request.actor):
        return redirect("patient", patient=opened.id)
    return _form(request, opened, form, f"End the flag: {flag.words}")


def _write(request: Request, opened: Any, kind: str, title: str, corrects: Any = None) -> HttpResponseBase:
    sort = SORTS[kind]
    assert sort.form and sort.write
    typed = {**entries.as_typed(kind, corrects), "at": _local(corrects.happened_at)} if corrects else {}
    form = sort.form(request.POST if request.method == "POST" else None, initial=typed)
    if form.is_valid():
        given = dict(form.cleaned_data) | ({"kind": corrects.kind} if corrects and kind == "encounter" else {})
        given |= {"patient": corrects.patient_id, "corrects": corrects} if corrects else {"patient": opened.id}
        if form.act(sort.write, beside=sort.fields[0], **given, by=request.actor):
            return redirect("patient", patient=opened.id)
    return _form(request, opened, form, title)


def _form(request: Request, opened: Any, form: EntryForm, title: str) -> HttpResponseBase:
    request.banner = people.banner(opened)
    shown = {"patient": opened, "form": form, "title": title}
    return render(request, "chart/entry_form.jinja", shown, status=422 if form.errors else 200)


def _filters(asked: Any, stays: list[timeline.Stay]) -> Filters:
    chosen = asked.get("stay", "")
    until = _day(asked.get("until", ""))
    return Filters(
        kind=asked.get("kind", "") if asked.get("kind") in LABELS else "", author=asked.get("author", "")[:120].strip(),
        since=_day(asked.get("since", "")), until=day_after(until) if until else None, corrected="corrected" in asked,
        stay=stays[int(chosen)] if chosen.isdecimal() and len(chosen) < 4 and int(chosen) < len(stays) else None,
    )  # fmt: skip


def _day(typed: str) -> datetime | None:
    try:
        return clock.aware(datetime.fromisoformat(typed[:10]).replace(tzinfo=clock.LONDON)) if typed else None
    except (ValueError, OverflowError):
        return None  # half a date filters nothing; the field keeps what was typed


def _after(key: str) -> tuple[datetime, UUID] | None:
    moment, _, row = key.partition("_")
    try:
        return clock.aware(datetime.fromisoformat(moment)), UUID(row)
    except (ValueError, OverflowError):  # no calendar has the moment
        return None


def _local(moment: datetime) -> str:
    return clock.local(moment).strftime("%Y-%m-%dT%H:%M:%S")
