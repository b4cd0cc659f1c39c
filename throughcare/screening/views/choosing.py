"""The page where a form is chosen: by name and domain, recently asked first, with what was asked before."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from throughcare.access.sight import Request, shows
from throughcare.core import clock
from throughcare.core.refusals import NotAllowed, Refused
from throughcare.patients import queries as patients
from throughcare.screening import actions, choosing


@shows("patient")
@require_http_methods(["GET", "POST"])
def visits(request: Request, patient: UUID) -> HttpResponseBase:
    """Choose a form (`?form=` names one that a task asks for); a POST begins it, or goes on with one begun here lately."""
    opened = patients.opened(request, patient)
    wanted = request.POST.get("form", "") or request.GET.get("form", "")
    refused = ""
    if request.method == "POST":
        try:
            made = actions.open_visit(patient=opened.id, definition=wanted, at=clock.now(), by=request.actor)
            return redirect("visit", patient=opened.id, screen=made.id)
        except NotAllowed:
            raise
        except Refused as refusal:
            refused = str(refusal)
    shown = choosing.page(opened, request.actor, wanted)
    if request.method == "GET" and shown.wanted and shown.wanted.begun:
        return redirect("visit", patient=opened.id, screen=shown.wanted.begun)
    return render(
        request, "screening/visits.jinja", {"patient": opened, "page": shown, "refused": refused}, status=422 if refused else 200
    )
