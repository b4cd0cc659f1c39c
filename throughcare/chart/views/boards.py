"""Lists of people: where one lands, the arrivals board, Today, search."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from throughcare.access.sight import Request, shows
from throughcare.chart import arrivals as board
from throughcare.chart import search, today, unsigned
from throughcare.chart.forms import UnbookedForm
from throughcare.core import clock
from throughcare.custody.models import Prisoner
from throughcare.patients import actions as patient_actions
from throughcare.patients import queries as patients

LANDS = {
    "arrivals": "/establishments/{code}/arrivals/", "today": "/today/", "governance": "/establishments/{code}/governance/",
    "people": "/establishments/{code}/people/", "handovers": "/establishments/{code}/handovers/",
}  # fmt: skip


@shows("staff")
@require_safe
def home(request: Request) -> HttpResponseBase:
    """Where a role lands."""
    role = request.actor.role
    return redirect(LANDS[role.lands_on if role else "today"].format(code=request.actor.establishment))


@shows("establishment")
@require_safe
def arrivals(request: Request, code: str) -> HttpResponseBase:
    """The arrivals board."""
    shown = board.board(request.actor)
    request.saw(shown.patients)
    may = {name: bool(request.actor.may(name)) for name in ("receive_unbooked", "match_person", "send_van")}
    shown_with = {"board": shown, "may": may, "code": code, "unsigned": unsigned.at_arrivals()}
    return render(request, "chart/arrivals.jinja", shown_with)


@shows("establishment", may="receive_unbooked")
@require_http_methods(["GET", "POST"])
def unbooked(request: Request, code: str) -> HttpResponseBase:
    """Somebody stands in reception without a booking: a name, and the screen opens."""
    form = UnbookedForm(request.POST or None, initial={"sex": request.membership.establishment.gender.capitalize()})
    if form.is_valid():
        try:
            made = patient_actions.receive_unbooked(**form.cleaned_data, arrived_at=clock.now(), by=request.actor)
            request.saw([made.id])
            return redirect("first-night", patient=made.id)
        except patient_actions.AlreadyHere as here:
            form.add_error("family_name", str(here))
    request.saw([])
    return render(request, "chart/unbooked.jinja", {"form": form, "code": code}, status=422 if form.errors else 200)


@shows("establishment", may="match_person")
@require_POST
def match(request: Request, code: str, prisoner: UUID) -> HttpResponseBase:
    """Whose booking is it: a provisional man's, or somebody new's."""
    booking = get_object_or_404(Prisoner, id=prisoner)
    if chosen := request.POST.get("patient"):
        patient = patients.opened(request, _key(chosen))
        patient_actions.match_booking(patient=patient, prisoner=booking, at=clock.now(), by=request.actor)
    else:
        made = patient_actions.make_from_booking(prisoner=booking, at=clock.now(), by=request.actor)
        request.saw([made.id])
    return redirect("arrivals", code=code)


@shows("establishment")
@require_safe
def today_page(request: Request) -> HttpResponseBase:
    """What my role owes."""
    due = today.visits(request.actor)
    request.saw(visit.patient.id for visit in due)
    late = sum(1 for visit in due for task in visit.tasks if task["clock"]["state"] == "late")
    shown = {"visits": due, "late": late, "code": request.actor.establishment, "unsigned": unsigned.on_today(request.actor)}
    return render(request, "chart/today.jinja", shown)


@shows("establishment")
@require_safe
def search_page(request: Request) -> HttpResponseBase:
    """Search; one hit is still a list, because nobody is picked by a machine."""
    typed = request.GET.get("q", "")[:120]
    found = search.search(typed, request.actor)
    request.saw(one.patient.id for one in found)
    return render(request, "chart/search.jinja", {"typed": typed, "found": found, "at_most": search.AT_MOST})


def _key(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError as error:
        raise Http404 from error
