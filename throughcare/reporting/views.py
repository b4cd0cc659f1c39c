"""Inspection packs: ask, approve, watch, take away."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from throughcare.access.sight import Request, shows
from throughcare.core import clock
from throughcare.core.refusals import Refused
from throughcare.core.shown import options
from throughcare.patients import seeing
from throughcare.patients.models import Patient
from throughcare.reporting import about, actions, gaps, keys, queries
from throughcare.reporting.forms import PackForm
from throughcare.reporting.models import PackRequest


@shows("audit", may="make_pack")
@require_safe
def packs(request: Request, code: str) -> HttpResponseBase:
    """Every pack that was asked for here."""
    lines = queries.lines(code)
    request.saw(line.asked.patient_id for line in lines)
    return render(request, "reporting/packs.jinja", {"lines": lines, "code": code})


@shows("audit", may="make_pack")
@require_http_methods(["GET", "POST"])
def ask(request: Request, code: str, patient: UUID) -> HttpResponseBase:
    """Ask for a pack about one person."""
    whom = _person(request, patient)
    request.saw([whom.id])
    form = PackForm(request.POST or None)
    if form.is_valid() and (asked := _asked(form, whom.id, request)):
        return redirect("pack", code=code, pack=asked.id)
    return render(request, "reporting/ask.jinja", {
        "form": form, "whom": whom, "code": code, "bases": options(PackRequest.Basis.choices),
    }, status=422 if form.errors else 200)  # fmt: skip


@shows("audit", may="make_pack")
@require_safe
def pack(request: Request, code: str, pack: UUID) -> HttpResponseBase:
    """How one pack stands, and the bundle once it is ready."""
    line = queries.one(code, pack)
    request.saw([line.asked.patient_id])
    return render(request, "reporting/pack.jinja", {
        "line": line, "code": code, "made": queries.pack_of(line.asked), "fingerprint": _fingerprint(),
    })  # fmt: skip


@shows("audit", may="make_pack")
@require_POST
def again(request: Request, code: str, pack: UUID) -> HttpResponseBase:
    """Try once more after a failure."""
    line = queries.one(code, pack)
    request.saw([line.asked.patient_id])
    actions.build_again(asked=line.asked, at=clock.now(), by=request.actor)
    return redirect("pack", code=code, pack=pack)


@shows("audit", may="make_pack", writes=True)
@require_safe
def file(request: Request, code: str, pack: UUID) -> HttpResponseBase:
    """The bundle itself: kept as a look and as a fact each time."""
    line = queries.one(code, pack)
    request.saw([line.asked.patient_id])
    made = actions.take_away(asked=line.asked, at=clock.now(), by=request.actor)
    return HttpResponse(bytes(made.content), content_type="application/zip", headers={
        "Content-Disposition": f'attachment; filename="inspection-pack-{line.asked.id}.zip"',
        "Cache-Control": "no-store, private", "X-Content-Type-Options": "nosniff",
    })  # fmt: skip


@shows("establishment", may="approve_pack")
@require_safe
def approvals(request: Request, code: str) -> HttpResponseBase:
    """What waits for a second person."""
    lines = queries.waiting(code)
    request.saw(line.asked.patient_id for line in lines)
    return render(request, "reporting/approvals.jinja", {"lines": lines, "code": code})


@shows("establishment", may="approve_pack")
@require_http_methods(["GET", "POST"])
def approval(request: Request, code: str, pack: UUID) -> HttpResponseBase:
    """What is going to be disclosed, to whom and why: allow it, or say no."""
    line = queries.one(code, pack)
    request.saw([line.asked.patient_id])
    error = ""
    if request.method == "POST":
        error = _answered(request, line.asked)
        if not error:
            return redirect("pack-approvals", code=code)
    told = [table for table in about.tables() if table.name in line.asked.tables]
    return render(request, "reporting/approval.jinja", {
        "line": line, "code": code, "tables": gaps.disclosed(told), "error": error, "why": request.POST.get("why", ""),
    }, status=422 if error else 200)  # fmt: skip


def _asked(form: PackForm, patient: UUID, request: Request) -> PackRequest | None:
    try:
        return actions.ask_for_pack(patient=patient, **form.asked, at=clock.now(), by=request.actor)
    except actions.NoBasis as refusal:
        form.add_error("basis", str(refusal))
    return None


def _answered(request: Request, asked: PackRequest) -> str:
    """Blank once it was answered; the sentence to show where a no has no reason."""
    act: Any = {"at": clock.now(), "by": request.actor, "asked": asked}
    if request.POST.get("answer") == "approve":
        actions.approve_pack(**act)
        return ""
    try:
        actions.decline_pack(why=request.POST.get("why", ""), **act)
    except actions.NoBasis:
        return "Say in a few words why the pack is not to be made."
    return ""


def _person(request: Request, patient: UUID) -> Patient:
    found: Patient | None = seeing.nameable(request.actor).filter(id=patient).first()
    if found is None:
        raise Http404
    return found


def _fingerprint() -> str:
    try:
        return keys.spoken(keys.fingerprint(keys.public_key(keys.signing_key())))
    except Refused as refusal:
        return str(refusal)
