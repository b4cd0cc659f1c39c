"""Looking for somebody across the estate, from reception."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from throughcare.access.sight import Request, shows
from throughcare.chart.forms_identity import EstateForm
from throughcare.core import clock
from throughcare.core.refusals import NotAllowed, Refused
from throughcare.patients import actions, estate
from throughcare.patients.models import Patient


@shows("establishment", may="estate_search", writes=True)
@require_http_methods(["GET", "POST"])
def estate_search(request: Request, code: str) -> HttpResponseBase:
    """Who, anywhere, is this? Five at most, masked; a POST, because what is typed must not stay in an address."""
    request.saw([])
    if claimed := request.POST.get("claim"):
        return _claimed(request, claimed)
    form = EstateForm(request.POST or None)
    hits = _found(form, request) if form.is_valid() else None
    mine = _in_sight(hits or [], request)
    shown = {"form": form, "hits": hits, "code": code, "mine": mine, "at_most": estate.AT_MOST}
    return render(request, "chart/estate_search.jinja", shown, status=422 if form.errors else 200)


def _found(form: EstateForm, request: Request) -> list[estate.Hit] | None:
    asked = form.cleaned_data
    try:
        found = estate.search(
            by=request.actor, family=asked["family_name"], given=asked["given_names"], born=asked["date_of_birth"],
            number=asked["number"],
        )  # fmt: skip
    except NotAllowed:
        raise
    except Refused as refusal:
        form.add_error("number" if asked["number"] else "family_name", str(refusal))
        return None
    request.saw(hit.patient for hit in found)
    return found


def _in_sight(hits: list[estate.Hit], request: Request) -> set[UUID]:
    """Whom the reader may open anyway."""
    keys = [hit.patient for hit in hits]
    return set(Patient.objects.seen_by(request.actor).filter(id__in=keys).values_list("id", flat=True)) if keys else set()


def _claimed(request: Request, key: str) -> HttpResponseBase:
    """The one who was found stands here."""
    try:
        patient = UUID(key)
    except ValueError as error:
        raise actions.NotFoundByYou() from error
    found = actions.claim_known(patient=patient, at=clock.now(), by=request.actor)
    request.saw([found.id])
    return redirect("patient", patient=found.id)
