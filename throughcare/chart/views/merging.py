"""Two records, one person: compare, propose, and a second person answers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from throughcare.access.sight import Request, shows
from throughcare.chart import identity as page
from throughcare.chart import search
from throughcare.chart.forms_identity import WhyForm
from throughcare.core import clock
from throughcare.core.refusals import NotAllowed, Refused
from throughcare.patients import actions
from throughcare.patients import queries as patients
from throughcare.patients.linked import merges_into
from throughcare.patients.models import MergeProposal
from throughcare.patients.opened import NamedPatient, OpenedPatient, PlacedPatient


@shows("patient", may="merge_patients")
@require_http_methods(["GET", "POST"])
def propose(request: Request, patient: UUID) -> HttpResponseBase:
    """Which other record is this man? Choose one, compare the two, say why."""
    opened = patients.opened(request, patient)
    other = _other(request, request.POST.get("with") or request.GET.get("with", ""))
    form = WhyForm(request.POST or None)
    if other and form.is_valid() and _proposed(form, opened.id, other.id, request):
        return redirect("identity", patient=opened.id)
    return render(request, "chart/merge.jinja", {
        "patient": opened, "other": other, "form": form, **(_side_by_side(opened, other) if other else _choice(request, opened)),
    }, status=422 if form.errors else 200)  # fmt: skip


@shows("patient", may="merge_patients")
@require_http_methods(["GET", "POST"])
def answer(request: Request, patient: UUID, proposal: UUID) -> HttpResponseBase:
    """The second person looks at both records, and says yes or no."""
    opened = patients.opened(request, patient)
    asked = MergeProposal.objects.filter(id=proposal, patient__in=opened.linked, superseded_by=None, answer="").first()
    asked = asked or MergeProposal.objects.filter(id=proposal, survivor__in=opened.linked, superseded_by=None, answer="").first()
    if asked is None:
        raise Http404
    refused = ""
    if request.method == "POST":
        refused = _answered(asked, request)
        if not refused:
            return redirect("identity", patient=asked.survivor_id)
    gone, kept = (_other(request, str(key)) for key in (asked.patient_id, asked.survivor_id))
    if gone is None or kept is None:
        raise Http404
    return render(request, "chart/merge_answer.jinja", {
        "patient": opened, "asked": asked, "other": kept, "refused": refused, "own": asked.proposed_by == request.actor.id,
        "since": [row for merge in _merge_of(asked) for row in actions.written_since(merge)], **_side_by_side(gone, kept),
    }, status=422 if refused else 200)  # fmt: skip


@shows("patient", may="merge_patients")
@require_http_methods(["GET", "POST"])
def undo(request: Request, patient: UUID, merge: UUID) -> HttpResponseBase:
    """Propose that two joined records are two people after all; what was written since is listed."""
    opened = patients.opened(request, patient)
    standing = next((one for one in merges_into(opened.id) if one.id == merge), None)
    if standing is None:
        raise Http404
    form = WhyForm(request.POST or None)
    if form.is_valid():
        try:
            actions.propose_unmerge(merge=standing, why=form.cleaned_data["why"], at=clock.now(), by=request.actor)
            return redirect("identity", patient=opened.id)
        except NotAllowed:
            raise
        except Refused as refusal:
            form.add_error("why", str(refusal))
    shown = {"patient": opened, "merge": standing, "form": form, "since": actions.written_since(standing)}
    return render(request, "chart/unmerge.jinja", shown, status=422 if form.errors else 200)


def _proposed(form: WhyForm, patient: UUID, survivor: UUID, request: Request) -> bool:
    try:
        actions.propose_merge(patient=patient, survivor=survivor, why=form.cleaned_data["why"], at=clock.now(), by=request.actor)
    except NotAllowed:
        raise
    except Refused as refusal:
        form.add_error("why", str(refusal))
    return form.is_valid()


def _answered(asked: MergeProposal, request: Request) -> str:
    """Carry out what was pressed; the sentence when it was refused."""
    yes = actions.merge if asked.kind == MergeProposal.Kind.MERGE else actions.unmerge
    act: Any = {"yes": yes, "no": actions.turn_down}.get(request.POST.get("answer", ""))
    if act is None:
        return "Choose yes or no."
    try:
        act(proposal=asked, at=clock.now(), by=request.actor)
    except NotAllowed:
        raise
    except Refused as refusal:
        return str(refusal)
    return ""


def _merge_of(asked: MergeProposal) -> list[Any]:
    return [one for one in merges_into(asked.survivor_id) if one.patient_id == asked.patient_id]


def _other(request: Request, key: str) -> NamedPatient | None:
    """A second record on the same page, said to the trace too; None without a key or out of reach."""
    try:
        found = page.record_of(UUID(key), request.actor)
    except ValueError:
        return None
    if found:
        request.saw([found.id])
    return found


def _side_by_side(one: NamedPatient, other: NamedPatient) -> dict[str, Any]:
    return {"compared": page.compared(one, other), "conflicts": page.conflicts(one, other), "candidates": [], "typed": ""}


def _choice(request: Request, patient: OpenedPatient) -> dict[str, Any]:
    """Whom it may be: those with a similar name, or whom the reader searched for."""
    typed = request.GET.get("q", "")[:120]
    found: list[tuple[PlacedPatient, str]]
    if typed:
        found = [(one.patient, one.why or "found") for one in search.search(typed, request.actor)]
        found = [(row, why) for row, why in found if row.id not in patient.linked]
    else:
        found = [*page.candidates(patient, request.actor)]
    request.saw(row.id for row, _ in found)
    return {"compared": [], "conflicts": [], "candidates": found, "typed": typed}
