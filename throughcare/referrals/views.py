"""Referrals in the browser: the three ticks, a service's inbox, its answer, the one reply, and whether the person came."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from throughcare.access.sight import Request, shows
from throughcare.core import clock, ids
from throughcare.core.forms import PlainForm
from throughcare.pathways import queries as pathways
from throughcare.patients import queries as patients
from throughcare.patients.opened import OpenedPatient
from throughcare.referrals import actions, present, queries, rules
from throughcare.referrals.actions.requests import can_answer
from throughcare.referrals.forms import AttendanceForm, ReferForm, ReferralAnswerForm, ReplyForm
from throughcare.referrals.models import Service, ServiceRequest

MANAGER, EVERY = "manager", "all"


@shows("establishment")
@require_safe
def inbox(request: Request, code: str) -> HttpResponseBase:
    """What waits for an answer here: of one's own services, of one that was chosen, of all, or with the manager."""
    chosen = _chosen(request)
    services = _services(request, chosen)
    rows = queries.inbox(request.actor, services, for_manager=chosen == MANAGER)
    request.saw(row.patient_id for row in rows)
    return render(request, "referrals/inbox.jinja", {
        "lines": [present.line(row) for row in rows], "chosen": chosen, "code": code, "tabs": _tabs(request, chosen),
        "came": queries.came(request.actor, clock.now()), "reasons": present.reason_titles(), "place_of": patients.place_of,
    })  # fmt: skip


@shows("patient")
@require_safe
def referrals(request: Request, patient: UUID) -> HttpResponseBase:
    """Every referral of one person, for all three services to read."""
    opened = patients.opened(request, patient)
    found = present.decisions(queries.requests_of(opened.id), queries.replies_of(opened.id))
    shown = {"patient": opened, "decisions": found, "reasons": present.reason_titles(), "actor": request.actor}
    return render(request, "referrals/referrals.jinja", shown)


@shows("patient", may="refer")
@require_http_methods(["GET", "POST"])
def new_referral(request: Request, patient: UUID) -> HttpResponseBase:
    """One screen, three ticks. `?alert=` says which alert it began with."""
    opened = patients.opened(request, patient)
    alert = request.GET.get("alert", "")[:60]
    alert = alert if present.alert_words(alert) else ""
    begins = {**present.offered(alert), "requisition": ids.new()}
    form = ReferForm(request.POST if request.method == "POST" else None, initial=begins)
    if form.is_valid() and form.act(
        actions.refer, patient=opened.id, from_alert=alert, at=clock.now(), by=request.actor, **form.cleaned_data
    ):
        return redirect("referrals", patient=opened.id)
    return render(request, "referrals/refer.jinja", {
        "patient": opened, "form": form, "alert": alert, "alert_words": present.alert_words(alert),
        "open": [present.line(row) for row in queries.open_of(opened.id)], "begins": begins,
    }, status=422 if form.errors else 200)  # fmt: skip


@shows("patient")
@require_safe
def referral(request: Request, patient: UUID, referral: UUID) -> HttpResponseBase:
    """One referral: why, what is known, and the answer, given or to give."""
    opened = patients.opened(request, patient)
    return _page(request, opened, referral)


@shows("patient", may="answer_referral")
@require_POST
def answer(request: Request, patient: UUID, referral: UUID) -> HttpResponseBase:
    """The service answers: accept, pass on or decline."""
    opened = patients.opened(request, patient)
    row = _row(opened.id, referral)
    form = ReferralAnswerForm(request.POST, request=row)
    if form.is_valid() and form.act(actions.answer_referral, request=row, at=clock.now(), by=request.actor, **form.cleaned_data):
        return redirect("referral", patient=opened.id, referral=row.id)
    return _page(request, opened, referral, answer_form=form)


@shows("patient", may="record_encounter")
@require_POST
def attendances(request: Request, patient: UUID, referral: UUID) -> HttpResponseBase:
    """The person came, or did not."""
    opened = patients.opened(request, patient)
    row = _row(opened.id, referral)
    form = AttendanceForm(request.POST)
    if form.is_valid():
        given = {**form.cleaned_data, "reason": form.cleaned_data["why"]}
        given.pop("why")
        if form.act(actions.record_attendance, request=row, by=request.actor, **given):
            return redirect("referral", patient=opened.id, referral=row.id)
    return _page(request, opened, referral, attendance_form=form)


@shows("patient", may="reply_to_patient")
@require_http_methods(["GET", "POST"])
def reply(request: Request, patient: UUID, requisition: UUID) -> HttpResponseBase:
    """The one plain reply, written once every service has answered."""
    opened = patients.opened(request, patient)
    decision = _decision(opened.id, requisition)
    begins = {"words": present.suggested_reply(present.first_name(opened), decision)}
    form = ReplyForm(request.POST if request.method == "POST" else None, initial=begins)
    if form.is_valid() and form.act(
        actions.reply_to_patient,
        patient=opened.id,
        requisition=requisition,
        at=clock.now(),
        by=request.actor,
        **form.cleaned_data,
    ):
        return redirect("referrals", patient=opened.id)
    shown = {"patient": opened, "form": form, "decision": decision}
    return render(request, "referrals/reply.jinja", shown, status=422 if form.errors else 200)


@shows("patient", may="reply_to_patient", writes=True)
@require_safe
def reply_slip(request: Request, patient: UUID, requisition: UUID) -> HttpResponseBase:
    """The reply on paper: first name only, and nothing that shames or could be traded."""
    opened = patients.opened(request, patient)
    decision = _decision(opened.id, requisition)
    if decision.reply is None:
        raise Http404
    actions.print_reply(reply=decision.reply, at=clock.now(), by=request.actor)
    shown = {"patient": opened, "reply": decision.reply, "first": present.first_name(opened)}
    return render(request, "referrals/reply_slip.jinja", shown)


def _page(
    request: Request, opened: OpenedPatient, key: UUID, *, answer_form: PlainForm | None = None,
    attendance_form: PlainForm | None = None,
) -> HttpResponseBase:  # fmt: skip
    rows = queries.requests_of(opened.id)
    row = next((one for one in rows if one.id == key), None)
    if row is None:
        raise Http404
    found = present.decisions(rows, queries.replies_of(opened.id))
    verdict = can_answer(row, request.actor, queries.takers(request.actor.establishment))
    decision = next(one for one in found if one.requisition == row.requisition)
    errors = any(form and form.errors for form in (answer_form, attendance_form))
    return render(request, "referrals/referral.jinja", {
        "patient": opened, "line": present.line(row), "decision": decision,
        "earlier": len(found) - 1, "open_tasks": sum(map(len, pathways.due_for_patients(opened.linked).values())),
        "may_answer": bool(verdict) and bool(request.actor.may("answer_referral")), "refused": verdict.why,
        "answer_form": answer_form or ReferralAnswerForm(None, request=row),
        "attendance_form": attendance_form or AttendanceForm(),
        "alert_words": present.alert_words(row.from_alert), "reasons": present.reason_titles(), "actor": request.actor,
    }, status=422 if errors else 200)  # fmt: skip


def _row(patient: UUID, key: UUID) -> ServiceRequest:
    found = next((one for one in queries.requests_of(patient) if one.id == key), None)
    if found is None:
        raise Http404
    return found


def _decision(patient: UUID, requisition: UUID) -> present.Decision:
    """A decision to refer this person, whatever record it was written under."""
    found = present.decisions(queries.requests_of(patient), queries.replies_of(patient))
    chosen = next((one for one in found if one.requisition == requisition), None)
    if chosen is None:
        raise Http404
    return chosen


def _chosen(request: Request) -> str:
    """Which list: the one asked for, else that of the role."""
    asked = request.GET.get("service", "")
    if asked in (*Service.values, MANAGER, EVERY):
        return asked
    ours = rules.on(clock.prison_day(clock.now()))
    role = request.actor.role.id if request.actor.role else ""
    return MANAGER if role == ours.manager.role else "mine" if ours.answered_by(role) else EVERY


def _services(request: Request, chosen: str) -> tuple[str, ...] | None:
    if chosen in Service.values:
        return (chosen,)
    ours = rules.on(clock.prison_day(clock.now()))
    return ours.answered_by(request.actor.role.id) if chosen == "mine" and request.actor.role else None


def _tabs(request: Request, chosen: str) -> list[dict[str, Any]]:
    """The lists there are, each with how many wait on it."""
    waiting = queries.waiting_by_service(request.actor)
    tabs = [(str(code), str(text), waiting.get((str(code), False), 0)) for code, text in Service.choices]
    with_manager = sum(count for (_, manager), count in waiting.items() if manager)
    tabs += [(MANAGER, "With the manager", with_manager), (EVERY, "All services", sum(count for _, _, count in tabs))]
    mine = _services(request, chosen) if chosen == "mine" else ()
    return [
        {"text": text, "count": count, "href": f"?service={key}", "current": key == chosen or key in (mine or ())}
        for key, text, count in tabs
    ]
