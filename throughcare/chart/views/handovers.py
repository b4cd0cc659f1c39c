"""Pages that go with somebody on the way: police, court and escort write and read theirs; the prison reads all of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from throughcare.access.sight import Request, shows
from throughcare.chart import forms_handover as forms
from throughcare.core import clock
from throughcare.patients import queries as patients
from throughcare.patients.models import Patient
from throughcare.patients.opened import PlacedPatient
from throughcare.record import handover
from throughcare.record.actions import TooLong
from throughcare.record.handover import NothingToHandOver, Traveller
from throughcare.record.handover import lines as lines_of
from throughcare.record.handover_book import Kind, Unwritable

BOTH = ("care", "handover")
STABLE = "interpreter"  # the one thing known for good that a page may start with


@shows("establishment", scopes=BOTH)
@require_safe
def handovers(request: Request, code: str) -> HttpResponseBase:
    """For those on the way: who is expected and their own pages. For the prison: every page of the last day."""
    outside = handover.kind_of(request.actor)
    people = handover.expected(request.actor) if outside else []
    rows = handover.shown_to(request.actor)
    request.saw([*(one.id for one in people), *(row.patient_id for row in rows)])
    return render(request, "chart/handovers.jinja", {"outside": outside, "people": people, "rows": rows, "code": code})


@shows("establishment", scopes=BOTH)
@require_safe
def page(request: Request, code: str, handover: UUID) -> HttpResponseBase:
    """One page, to read and to print."""
    row = _row(request, handover)
    request.saw([row.patient_id])
    return render(request, "chart/handover.jinja", {"row": row, "lines": lines_of(row), "code": code})


@shows("establishment", may="write_handover", scopes=("handover",))
@require_http_methods(["GET", "POST"])
def write_in(request: Request, code: str, person: UUID) -> HttpResponseBase:
    """Police, court or escort write about somebody who is expected."""
    kind = handover.kind_of(request.actor)
    who = next((one for one in handover.expected(request.actor) if one.id == person), None)
    if who is None or kind is None:
        raise Http404
    return _write(request, who, kind, handover.write_in)


@shows("establishment", may="make_handover")
@require_http_methods(["GET", "POST"])
def write_out(request: Request, code: str, person: UUID) -> HttpResponseBase:
    """A nurse writes what those who take somebody along must know; she confirms each line."""
    row = patients.with_custody(Patient.objects.seen_by(request.actor)).filter(id=person).first()
    if row is None:
        raise Http404
    found = PlacedPatient.of(row)
    kind = handover.today().kind(request.POST.get("kind") or request.GET.get("kind") or "escort")
    if kind is None:
        raise Http404
    who = Traveller(found.id, found.family_name, found.given_names, found.date_of_birth, next(iter(found.numbers), ""))
    known = {"communication": [STABLE]} if found.interpreter is not None else {}
    return _write(request, who, kind, lambda **said: handover.write_out(kind=kind.code, **said), known)


def _write(request: Request, who: Traveller, kind: Kind, act: Any, known: dict[str, Any] | None = None) -> HttpResponseBase:
    request.saw([who.id])
    fields, errors = handover.today().fields_of(kind.code), {}
    values = forms.read(fields, request.POST) if request.method == "POST" else known or {}
    keep_safe = _plain(request.POST)
    if request.method == "POST":
        try:
            made = act(person=who, content=values, keep_safe=keep_safe, at=clock.now(), by=request.actor)
            return redirect("handover", code=request.actor.establishment, handover=made.id)
        except Unwritable as wrong:
            errors = {wrong.field: str(wrong)}
        except (NothingToHandOver, TooLong) as refusal:
            errors = {"keep_safe": str(refusal)}
    shown = {
        "who": who, "kind": kind, "items": forms.items(fields, values, errors), "errors": errors, "keep_safe": keep_safe,
        "code": request.actor.establishment, "outside": handover.kind_of(request.actor),
    }  # fmt: skip
    return render(request, "chart/handover_form.jinja", shown, status=422 if errors else 200)


def _row(request: Request, key: UUID) -> Any:
    found = next((one for one in handover.shown_to(request.actor) if one.id == key), None)
    if found is None:
        raise Http404
    return found


def _plain(posted: QueryDict) -> str:
    return "".join(c for c in posted.get("keep_safe", "") if c.isprintable() or c.isspace())
