"""What only the first night has: warnings from outside, the observed-only path, advice for officers, slips."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from throughcare.access.sight import Request, shows
from throughcare.core import clock
from throughcare.core.refusals import Refused
from throughcare.patients.queries import opened_by
from throughcare.record import actions as record
from throughcare.screening import actions, present, rules, slips
from throughcare.screening.models import Screen
from throughcare.screening.standing import Standing, standing
from throughcare.screening.views.page import found, page, save_form, seen_map


@shows("patient", may="screen")
@require_POST
def warnings(request: Request, patient: UUID) -> HttpResponseBase:
    """Write a warning from outside, or sign for one: `signed` names it."""
    (screen, here), data = found(request, patient, None), request.POST
    try:
        if chosen := next((one for one in standing(screen).warnings or () if str(one.id) == data.get("signed")), None):
            record.sign_warning(warning=chosen, at=clock.now(), by=request.actor)
        else:
            record.write_warning(
                patient=patient, source=data.get("source", ""), words=data.get("words", ""), at=clock.now(), by=request.actor
            )
    except Refused as refusal:
        return page(request, screen, here, {"words": str(refusal)})
    return redirect("first-night", patient=patient)


@shows("patient", may="screen")
@require_http_methods(["GET", "POST"])
def observed(request: Request, patient: UUID) -> HttpResponseBase:
    """He refuses, is drunk or violent: what can be seen."""
    screen, here = found(request, patient, None)
    errors = save_form(request, screen) if request.method == "POST" else {}
    if request.method == "POST" and not errors:
        try:
            actions.observe_only(screen=screen, why=request.POST.get("why", ""), at=clock.now(), by=request.actor)
            return redirect("arrivals", code=request.actor.establishment)
        except Refused as refusal:
            errors = {"observed": str(refusal)}
    now = standing(screen)
    items = present.observed(now, rules.observed_only(now.definition, now.books))
    shown = {"standing": now, "items": items, "errors": errors, "why": request.POST.get("why", ""), "patient": now.patient,
             "seen": seen_map(now), "here": here}  # fmt: skip
    return render(request, "screening/observed.jinja", shown, status=422 if errors else 200)


@shows("patient", may="screen")
@require_http_methods(["GET", "POST"])
def advice(request: Request, patient: UUID) -> HttpResponseBase:
    """The closed list for officers; saved, it goes straight to print."""
    screen, _ = found(request, patient, None)
    now = standing(screen)
    errors = {}
    if request.method == "POST":
        try:
            actions.advise(screen=screen, codes=_codes(request, now), at=clock.now(), by=request.actor)
            return redirect("officer-slip", patient=patient)
        except Refused as refusal:
            errors = {"codes": str(refusal)}
    shown = {"standing": now, "lines": slips.advice_lines(now, request.POST.getlist("codes") or None), "errors": errors}
    return render(request, "screening/advice.jinja", {**shown, "patient": now.patient}, status=422 if errors else 200)


@shows("patient", may="screen", writes=True)
@require_safe
def officer_slip(request: Request, patient: UUID) -> HttpResponseBase:
    """The officers' slip: the closed list and nothing else, printed with its disclosure kept."""
    screen, _ = found(request, patient, None)
    return _slip(request, screen, slips.for_officers(standing(screen), opened_by(request)), "officer")


@shows("patient", may="screen", writes=True)
@require_safe
def tomorrow_slip(request: Request, patient: UUID) -> HttpResponseBase:
    """What happens tomorrow, for the man himself."""
    screen, _ = found(request, patient, None)
    return _slip(request, screen, slips.for_the_man(standing(screen), opened_by(request)), "tomorrow")


def _codes(request: Request, now: Standing) -> list[str]:
    """What was ticked; or, by one tap from the screen, what was advised before or what the answers suggest now."""
    if "as_it_stands" not in request.POST:
        return request.POST.getlist("codes")
    return [line["value"] for line in slips.advice_lines(now, None) if line["checked"]]


def _slip(request: Request, screen: Screen, slip: slips.Slip, kind: str) -> HttpResponseBase:
    actions.print_slip(screen=screen, slip=kind, fields=slip.fields, basis=slip.basis, at=clock.now(), by=request.actor)
    return render(request, "screening/slip.jinja", {"slip": slip, "patient": opened_by(request), "kind": kind})
