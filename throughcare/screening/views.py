"""The first-night screen in the browser, and the slips it prints."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from throughcare.access.sight import Request, shows
from throughcare.core import clock
from throughcare.core.refusals import Refused
from throughcare.core.shown import uk_time
from throughcare.instruments import rules as asking
from throughcare.instruments.actions import AnsweredMeanwhile
from throughcare.instruments.rules import BadAnswer
from throughcare.patients import queries as patients
from throughcare.record import actions as record
from throughcare.record.models import Warning
from throughcare.screening import actions, forms, present, queries, rules, slips
from throughcare.screening.models import Screen, Step
from throughcare.screening.standing import Standing, standing, unread


@shows("patient")
@require_http_methods(["GET", "POST"])
def first_night(request: Request, patient: UUID) -> HttpResponseBase:
    """The screen of the latest arrival. A POST without script saves the whole form."""
    screen = _screen(request, patient)
    errors = _save_form(request, screen) if request.method == "POST" else {}
    if request.method == "POST" and not errors:
        return redirect("first-night", patient=patient)
    return _page(request, screen, errors)


@shows("patient", may="screen")
@require_POST
def answers(request: Request, patient: UUID) -> HttpResponseBase:
    """One answer, sent as it is given: 200 with what changed, 409 with both answers, 422 with the sentence."""
    screen = _screen(request, patient)
    found = forms.item_of(unread(screen), request.POST.get("item", ""))
    if found is None:
        return JsonResponse({"error": actions.NoSuchQuestion.message}, status=422)
    ref, item = found
    try:
        given, seen = {ref: forms.one_answer(item, request.POST)}, {ref: _seen(request.POST.get("seen", ""))}
        now = actions.answer_all(screen=screen, given=given, seen=seen, at=forms.device_time(request.POST), by=request.actor)
    except AnsweredMeanwhile as clash:
        return JsonResponse(_both(item, clash, forms.one_answer(item, request.POST)), status=409)
    except (BadAnswer, actions.AlreadySigned) as bad:
        return JsonResponse({"error": str(bad)}, status=422)
    written = now.row(ref)
    return JsonResponse({"seq": written.seq, "saved_at": uk_time(written.written_at), **_changed(request, now)})


@shows("patient", may="screen")
@require_POST
def steps(request: Request, patient: UUID) -> HttpResponseBase:
    """The screen goes on: core_done, signed, supervised. What is on the form is saved first."""
    screen = _screen(request, patient)
    if errors := _save_form(request, screen):
        return _page(request, screen, errors)
    step = request.POST.get("step", "")
    try:
        if step in _STEPS:
            _STEPS[step](screen=screen, at=clock.now(), by=request.actor)
    except Refused as refusal:
        return _page(request, screen, {_first_gap(screen, refusal): str(refusal)})
    return redirect("patient" if step == Step.Kind.SUPERVISED else "first-night", patient=patient)


_STEPS: dict[str, Callable[..., Step | None]] = {
    Step.Kind.CORE_DONE: actions.save_core, Step.Kind.SIGNED: actions.sign, Step.Kind.SUPERVISED: actions.supervise,
}  # fmt: skip


@shows("patient", may="screen")
@require_POST
def stop(request: Request, patient: UUID, alert: str) -> HttpResponseBase:
    """What was done about a stop."""
    screen, data = _screen(request, patient), request.POST
    try:
        actions.act_on_stop(
            screen=screen, alert=alert, action=data.get("action", ""), told=data.get("told", ""),
            told_at=forms.moment(data.get("told_at", "")), plan=data.get("plan", "")[:2000], at=clock.now(), by=request.actor,
        )  # fmt: skip
    except Refused as refusal:
        return _page(request, screen, {f"stop-{alert}": str(refusal)}, typed={alert: data.dict()})
    return redirect("first-night", patient=patient)


@shows("patient", may="screen")
@require_POST
def warnings(request: Request, patient: UUID) -> HttpResponseBase:
    """Write a warning from outside, or sign for one: `signed` names it."""
    screen, data = _screen(request, patient), request.POST
    try:
        if chosen := next((one for one in standing(screen).warnings if str(one.id) == data.get("signed")), None):
            record.sign_warning(warning=chosen, at=clock.now(), by=request.actor)
        else:
            record.write_warning(
                patient=patient, source=data.get("source", ""), words=data.get("words", ""), at=clock.now(), by=request.actor
            )
    except Refused as refusal:
        return _page(request, screen, {"words": str(refusal)})
    return redirect("first-night", patient=patient)


@shows("patient", may="screen")
@require_http_methods(["GET", "POST"])
def observed(request: Request, patient: UUID) -> HttpResponseBase:
    """He refuses, is drunk or violent: what can be seen."""
    screen = _screen(request, patient)
    errors = _save_form(request, screen) if request.method == "POST" else {}
    if request.method == "POST" and not errors:
        try:
            actions.observe_only(screen=screen, why=request.POST.get("why", ""), at=clock.now(), by=request.actor)
            return redirect("arrivals", code=request.actor.establishment)
        except Refused as refusal:
            errors = {"observed": str(refusal)}
    now = standing(screen)
    items = present.observed(now, rules.observed_only(now.definition, now.books))
    shown = {"standing": now, "items": items, "errors": errors, "why": request.POST.get("why", ""), "patient": now.patient,
             "seen": _seen_map(now)}  # fmt: skip
    return render(request, "screening/observed.jinja", shown, status=422 if errors else 200)


@shows("patient", may="screen")
@require_http_methods(["GET", "POST"])
def advice(request: Request, patient: UUID) -> HttpResponseBase:
    """The closed list for officers; saved, it goes straight to print."""
    screen = _screen(request, patient)
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
    screen = _screen(request, patient)
    return _slip(request, screen, slips.for_officers(standing(screen), request.patient), "officer")


@shows("patient", may="screen", writes=True)
@require_safe
def tomorrow_slip(request: Request, patient: UUID) -> HttpResponseBase:
    """What happens tomorrow, for the man himself."""
    screen = _screen(request, patient)
    return _slip(request, screen, slips.for_the_man(standing(screen), request.patient), "tomorrow")


@shows("patient")
@require_safe
def screen_answers(request: Request, patient: UUID, screen: UUID) -> HttpResponseBase:
    """Every answer of one screen, with who wrote it and both times: where a warning was written."""
    opened = patients.opened(request, patient)
    row = Screen.objects.filter(patient=opened.id, id=screen).select_related("patient").first()
    if row is None:
        raise Http404
    now = standing(row)
    return render(request, "screening/answers.jinja", {"standing": now, "patient": opened, "lines": slips.answer_lines(now)})


def _codes(request: Request, now: Standing) -> list[str]:
    """What was ticked; or, by one tap from the screen, what was advised before or what the answers suggest now."""
    if "as_it_stands" not in request.POST:
        return request.POST.getlist("codes")
    return [line["value"] for line in slips.advice_lines(now, None) if line["checked"]]


def _screen(request: Request, patient: UUID) -> Screen:
    opened = patients.opened(request, patient)
    screen = queries.current_of(opened.id, request.actor.establishment)
    if screen is None:
        raise Http404
    return screen


def _first_gap(screen: Screen, refusal: Refused) -> str:
    """Where the error leads: the first question still to ask, or the top of the page."""
    now = standing(screen)
    gaps = {actions.CoreNotDone: now.core_left, actions.RestNotAsked: now.rest_left}.get(type(refusal), ())
    return gaps[0].item.id if gaps else "first-night"


def _save_form(request: Request, screen: Screen) -> dict[str, str]:
    """Save what the form holds; returns the sentence for each item that could not be."""
    now = standing(screen)
    if now.step(Step.Kind.SIGNED):
        return {}
    given, wrong = forms.whole_form(now, request.POST)
    seen = forms.seen_map(request.POST, now)
    for ref, value in given.items():
        try:
            actions.answer(screen=screen, ref=ref, value=value, seen=seen.get(ref, 0), at=clock.now(), by=request.actor)
        except Refused as refusal:
            wrong[ref.partition(":")[2]] = str(refusal)
    return wrong


def _page(request: Request, screen: Screen, errors: dict[str, str], typed: dict[str, Any] | None = None) -> HttpResponseBase:
    now = standing(screen, with_history=True)
    shown: dict[str, Any] = {
        "standing": now, "patient": now.patient, "core": present.groups(now, "core"), "rest": present.groups(now, "rest"),
        "errors": errors, "typed": typed or {}, "seen": _seen_map(now), "may_sign": bool(request.actor.may("sign_screen")),
        "may_screen": bool(request.actor.may("screen")), "sources": Warning.Source.choices,
    }  # fmt: skip
    slips.put_errors(shown["core"] + shown["rest"], errors, request.POST)
    return render(request, "screening/first_night.jinja", shown, status=422 if errors else 200)


def _changed(request: Request, now: Standing) -> dict[str, Any]:
    """The parts of the page that an answer may change; drawn without the page around them."""
    shown = {"standing": now, "typed": {}, "csrf_token": get_token(request)}
    html = {part: render_to_string(f"screening/{part}.jinja", shown) for part in ("alerts", "progress")}
    return {"html": html, "shown": present.visibility(now)}


def _both(item: asking.Item, clash: AnsweredMeanwhile, mine: Any) -> dict[str, Any]:
    theirs = clash.theirs
    return {
        "theirs": {
            "label": asking.words(item, theirs.value), "by": theirs.written_by_name, "at": uk_time(theirs.written_at),
            "value": present.names(item, theirs.value),
        },
        "yours": {"label": asking.words(item, mine)}, "seq": theirs.seq,
    }  # fmt: skip


def _seen(typed: str) -> int:
    return int(typed) if typed.isdigit() and len(typed) < 10 else 0


def _seen_map(now: Standing) -> dict[str, int]:
    return {item: row.seq for rows in now.rows.values() for item, row in rows.items()}


def _slip(request: Request, screen: Screen, slip: slips.Slip, kind: str) -> HttpResponseBase:
    actions.print_slip(screen=screen, slip=kind, fields=slip.fields, basis=slip.basis, at=clock.now(), by=request.actor)
    return render(request, "screening/slip.jinja", {"slip": slip, "patient": request.patient, "kind": kind})
