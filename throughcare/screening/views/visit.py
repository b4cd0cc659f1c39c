"""One visit, whatever it asks: its page, its answers one by one, its steps, what was done about its stops, its paper."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from throughcare.access.sight import Request, shows
from throughcare.core import clock
from throughcare.core.refusals import NotAllowed, Refused
from throughcare.core.shown import uk_time
from throughcare.instruments import rules as asking
from throughcare.instruments.actions import AnsweredMeanwhile
from throughcare.instruments.rules import BadAnswer
from throughcare.patients.queries import opened_by
from throughcare.screening import actions, carried, forms, outcomes, present, slips
from throughcare.screening.actions.opening import A_VISIT
from throughcare.screening.models import Screen, Step
from throughcare.screening.standing import Standing, books_of, standing
from throughcare.screening.views.page import Here, first_gap, found, page, save_form


@shows("patient")
@require_http_methods(["GET", "POST"])
def visit(request: Request, patient: UUID, screen: UUID | None = None) -> HttpResponseBase:
    """A visit; without a key the first night of the latest arrival. A POST without script saves the whole form."""
    row, here = found(request, patient, screen)
    errors = save_form(request, row) if request.method == "POST" else {}
    if request.method == "POST" and not errors:
        return redirect(here.page)
    return page(request, row, here, errors)


@shows("patient")
@require_POST
def answers(request: Request, patient: UUID, screen: UUID | None = None) -> HttpResponseBase:
    """One answer, sent as it is given: 200 with what changed, 409 with both answers, 422 with the sentence."""
    row, here = found(request, patient, screen)
    if request.POST.get("item", "").startswith(forms.CARRY):
        return _carried(request, row)
    asked = forms.item_of(books_of(row), request.POST.get("item", ""))
    if asked is None:
        return JsonResponse({"error": actions.NoSuchQuestion.message}, status=422)
    ref, item = asked
    try:
        given, seen = {ref: forms.one_answer(item, request.POST)}, {ref: _seen(request.POST.get("seen", ""))}
        now = actions.answer_all(screen=row, given=given, seen=seen, at=forms.device_time(request.POST), by=request.actor)
    except AnsweredMeanwhile as clash:
        return JsonResponse(_both(item, clash, forms.one_answer(item, request.POST)), status=409)
    except (BadAnswer, actions.AlreadySigned, actions.BegunElsewhere, actions.NoSuchQuestion) as bad:
        return JsonResponse({"error": str(bad)}, status=422)
    written = now.row(ref)
    return JsonResponse({"seq": written.seq, "saved_at": uk_time(written.written_at), **_changed(request, now, here)})


@shows("patient")
@require_POST
def steps(request: Request, patient: UUID, screen: UUID | None = None) -> HttpResponseBase:
    """The visit goes on: core_done, signed, supervised. What is on the form is saved first."""
    row, here = found(request, patient, screen)
    if errors := save_form(request, row):
        return page(request, row, here, errors)
    step = request.POST.get("step", "")
    try:
        _take(request, row, step)
    except NotAllowed:
        raise
    except Refused as refusal:
        return page(request, row, here, {first_gap(row, refusal): str(refusal)})
    return redirect("patient", patient=here.patient) if step == Step.Kind.SUPERVISED else redirect(here.page)


@shows("patient")
@require_POST
def stop(request: Request, patient: UUID, alert: str, screen: UUID | None = None) -> HttpResponseBase:
    """What was done about a stop."""
    (row, here), data = found(request, patient, screen), request.POST
    try:
        actions.act_on_stop(
            screen=row, alert=alert, action=data.get("action", ""), told=data.get("told", ""),
            told_at=forms.moment(data.get("told_at", "")), plan=data.get("plan", ""), at=clock.now(), by=request.actor,
        )  # fmt: skip
    except NotAllowed:
        raise
    except Refused as refusal:
        return page(request, row, here, {f"stop-{alert}": str(refusal)}, typed={alert: data.dict()})
    return redirect(here.page)


@shows("patient")
@require_safe
def screen_answers(request: Request, patient: UUID, screen: UUID) -> HttpResponseBase:
    """Every answer of one visit, with who wrote it and both times, its scores and what was carried over: read or printed."""
    row, here = found(request, patient, screen)
    now = standing(row)
    shown = {
        "standing": now, "patient": opened_by(request), "sections": slips.answer_sections(now), "outcomes": outcomes.of(now),
        "carried": carried.lines(now), "here": here, "how": outcomes.how(now),
    }  # fmt: skip
    return render(request, "screening/answers.jinja", shown)


_STEPS: dict[str, Callable[..., Step | None]] = {
    Step.Kind.CORE_DONE: actions.save_core, Step.Kind.SIGNED: actions.sign, Step.Kind.SUPERVISED: actions.supervise,
}  # fmt: skip


def _take(request: Request, screen: Screen, step: str) -> None:
    """One step; a form that was asked says when and how at its signature."""
    if step not in _STEPS:
        return
    more: dict[str, Any] = {}
    at: datetime | None = clock.now()
    if step == Step.Kind.SIGNED and screen.arrival == A_VISIT:
        more, at = {"how": forms.how(request.POST)}, forms.moment(request.POST.get("when", ""))
    if at is None:
        raise actions.InTheFuture()
    _STEPS[step](screen=screen, at=at, by=request.actor, **more)


def _carried(request: Request, screen: Screen) -> JsonResponse:
    """One line of the carry-over, saved as it is said."""
    line = next(iter(forms.carried(request.POST)), None)
    if line is None:
        return JsonResponse({"seq": 0, "saved_at": uk_time(clock.now())})
    alert, state, why = line
    try:
        said = actions.carry(
            screen=screen, alert=alert, state=state, why=why, at=forms.device_time(request.POST), by=request.actor
        )
    except NotAllowed:
        raise
    except Refused as refusal:
        return JsonResponse({"error": str(refusal)}, status=422)
    return JsonResponse({"seq": 1, "saved_at": uk_time(said.written_at)})


def _changed(request: Request, now: Standing, here: Here) -> dict[str, Any]:
    """The parts of the page that an answer may change; drawn without the page around them."""
    shown = {"standing": now, "here": here, "typed": {}, "csrf_token": get_token(request)}
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
