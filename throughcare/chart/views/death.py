"""A death in custody, written by whoever confirmed it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from throughcare.access.sight import Request, shows
from throughcare.core.forms import HappenedField, PlainForm
from throughcare.patients import actions
from throughcare.patients import queries as patients


class DeathForm(PlainForm):
    """When death was confirmed."""

    at = HappenedField()


@shows("patient", may="record_death")
@require_http_methods(["GET", "POST"])
def record_death(request: Request, patient: UUID) -> HttpResponseBase:
    """The record stays open to this prison; what is written from now on is an addendum."""
    opened = patients.opened(request, patient)
    form = DeathForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        form.act(actions.record_death, beside="at", patient=opened.id, died_at=form.cleaned_data["at"], by=request.actor)
        if form.is_valid():
            return redirect("patient", patient=opened.id)
    told = {"form": form, "patient": opened}
    return render(request, "chart/death.jinja", told, status=422 if form.errors else 200)
