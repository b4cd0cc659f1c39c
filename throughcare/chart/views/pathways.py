"""The boards of what is due: pathways, the forecast of 72 hours, caseloads, and the people behind each number."""

from __future__ import annotations

from django.http import Http404, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from throughcare.access.sight import Request, shows
from throughcare.chart import due
from throughcare.chart import pathway_boards as boards
from throughcare.core import clock
from throughcare.pathways import register


@shows("establishment")
@require_safe
def overview(request: Request, code: str) -> HttpResponseBase:
    """Every pathway that somebody here is on."""
    request.saw([])  # numbers only: whoever opens one sees, and is seen to see, the people
    return render(request, "chart/pathways.jinja", {"rows": boards.overview(request.actor), "code": code})


@shows("establishment")
@require_safe
def pathway(request: Request, code: str, pathway: str) -> HttpResponseBase:
    """Who is on one pathway, on which day, what is late and why."""
    found = next((one for one in register.on(clock.prison_day(clock.now())).pathways if one.id == pathway), None)
    if found is None:
        raise Http404
    rows = boards.on_pathway(request.actor, found)
    request.saw(boards.shown(rows))
    return render(request, "chart/pathway.jinja", {"rows": rows, "pathway": found, "code": code})


@shows("establishment")
@require_safe
def forecast(request: Request, code: str) -> HttpResponseBase:
    """What will be late in the next 72 hours unless somebody does it."""
    request.saw([])
    shown = {"rows": boards.forecast(request.actor), "buckets": due.BUCKETS, "code": code}
    return render(request, "chart/forecast.jinja", shown)


@shows("establishment")
@require_safe
def caseloads(request: Request, code: str) -> HttpResponseBase:
    """Who has taken what, and what nobody has."""
    request.saw([])
    taken, untaken = boards.caseloads(request.actor)
    return render(request, "chart/caseloads.jinja", {"taken": taken, "untaken": untaken, "code": code})


@shows("establishment")
@require_safe
def due_list(request: Request, code: str) -> HttpResponseBase:
    """The people behind a number."""
    asked = due.Asked(**{name: request.GET.get(name, "")[:80] for name in due.Asked.__dataclass_fields__})
    told = [one for one in due.everything(request.actor) if asked.wants(one)]
    request.saw({one.task.patient_id for one in told})
    people = [(person, person.place, rows) for person, rows in due.by_person(told)]
    return render(request, "chart/due.jinja", {"people": people, "asked": asked, "count": len(told), "code": code})
