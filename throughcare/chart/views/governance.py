"""Breaking glass, declaring that one knows somebody, and the information governance lead's desk."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from throughcare.access.models import Membership, User
from throughcare.access.sight import Request, shows
from throughcare.chart import governance
from throughcare.chart.forms_seeing import BarForm, GlassForm, KnowForm, LiftForm, LooksForm, ReviewForm
from throughcare.core import clock
from throughcare.core.shown import options
from throughcare.patients import actions, seeing
from throughcare.patients import queries as patients
from throughcare.patients.linked import linked
from throughcare.patients.models import Bar, BreakGlass, GlassReview, Patient

LAST_DAYS = 28


@shows("patient", may="break_glass", writes=True)
@require_http_methods(["GET", "POST"])
def break_glass(request: Request, patient: UUID) -> HttpResponseBase:
    """Open a record in an emergency. The page says nothing about the person, not even whether there is one."""
    form = GlassForm(request.POST or None)
    request.saw([])
    if form.is_valid():
        try:
            actions.break_glass(patient=patient, **form.cleaned_data, at=clock.now(), by=request.actor)
            request.saw([patient])
            request.purpose = seeing.BROKEN
            return redirect("patient", patient=patient)
        except (actions.GlassNeedsReason, actions.BarredFromThisPerson) as refusal:
            form.add_error("words", str(refusal))
    return render(request, "chart/break_glass.jinja", {"form": form, "key": patient}, status=422 if form.errors else 200)


@shows("patient")
@require_http_methods(["GET", "POST"])
def know_them(request: Request, patient: UUID) -> HttpResponseBase:
    """I know this person outside: the record closes to me."""
    opened = patients.opened(request, patient)
    form = KnowForm(request.POST or None)
    if form.is_valid():
        actions.declare_relationship(patient=opened.id, why=form.cleaned_data["why"], at=clock.now(), by=request.actor)
        request.patient = None
        return render(request, "chart/closed_to_you.jinja", {"name": opened.spoken_name})
    return render(request, "chart/know_them.jinja", {"form": form, "patient": opened}, status=422 if form.errors else 200)


@shows("audit", may="review_glass")
@require_safe
def desk(request: Request, code: str) -> HttpResponseBase:
    """Emergency looks to review, bars that hold, and what was reviewed."""
    return _desk(request, code)


def _desk(request: Request, code: str, form: ReviewForm | None = None, about: UUID | None = None) -> HttpResponseBase:
    """The desk; with `form`, as it was sent `about` one look and could not be taken."""
    queue, bars, done = list(seeing.queue()), list(seeing.live_bars()), list(seeing.reviewed())
    request.saw(row.patient_id for row in (*queue, *bars, *done))
    return render(request, "chart/governance.jinja", {
        "queue": [(glass, governance.opened_under(glass)) for glass in queue], "bars": bars, "done": done, "code": code,
        "verdicts": options(GlassReview.Verdict.choices), "verdict_words": dict(GlassReview.Verdict.choices),
        "role_title": governance.role_title, "stopped": governance.stopped(clock.now() - timedelta(days=LAST_DAYS)),
        "form": form, "about": about,
    }, status=422 if form else 200)  # fmt: skip


@shows("audit", may="review_glass")
@require_POST
def review(request: Request, code: str, glass: UUID) -> HttpResponseBase:
    """Right, to be asked about, or wrong."""
    row = get_object_or_404(BreakGlass, id=glass)
    request.saw([row.patient_id])
    form = ReviewForm(request.POST)
    if not form.is_valid():
        return _desk(request, code, form, row.id)
    actions.review_glass(glass=row, **form.cleaned_data, at=clock.now(), by=request.actor)
    return redirect("governance", code=code)


@shows("audit", may="see_looks")
@require_http_methods(["GET", "POST"])
def who_looked(request: Request, code: str, patient: UUID) -> HttpResponseBase:
    """Who looked at one person's record, who wrote in it, and why they could; and whom the record is closed to."""
    whom = governance.person(request.actor, patient)
    request.saw([whom.id])
    form = BarForm(request.POST or None, staff=_staff(code))
    if form.is_valid() and _excluded(form, whom.id, request):
        return redirect("who-looked", code=code, patient=whom.id)
    return _who_looked(request, code, whom, form)


def _who_looked(
    request: Request, code: str, whom: Patient, form: BarForm, lifting: LiftForm | None = None, held: UUID | None = None
) -> HttpResponseBase:
    """The page; with `lifting`, as it was sent to end the bar `held` and could not be taken."""
    between = LooksForm(request.GET or None)
    now = clock.now()
    since, until = between.moments(now - timedelta(days=LAST_DAYS), now)
    return render(request, "chart/who_looked.jinja", {
        "whom": whom, "looks": governance.looks(linked(whom.id), since, until), "since": since, "until": until,
        "bars": seeing.bars_of(whom.id), "form": form, "between": between, "code": code,
        "lifting": lifting, "held": held,
    }, status=422 if form.errors or lifting else 200)  # fmt: skip


@shows("audit", may="exclude_staff")
@require_POST
def lift(request: Request, code: str, bar: UUID) -> HttpResponseBase:
    """End a bar."""
    held = get_object_or_404(Bar.objects.live(), id=bar)
    request.saw([held.patient_id])
    form = LiftForm(request.POST)
    if form.is_valid():
        actions.lift_bar(bar=held, why=form.cleaned_data["why"], at=clock.now(), by=request.actor)
        return redirect("who-looked", code=code, patient=held.patient_id)
    whom = governance.person(request.actor, held.patient_id)
    return _who_looked(request, code, whom, BarForm(staff=_staff(code)), form, held.id)


@shows("establishment", may="see_people", scopes=("oversight", "audit"))
@require_safe
def people(request: Request, code: str) -> HttpResponseBase:
    """Who is here, by name and place and nothing else."""
    typed = request.GET.get("q", "")[:80]
    found = seeing.nameable(request.actor)
    rows = list(patients.with_custody(found.named(typed) if typed else found).order_by("family_key", "given_key"))
    request.saw(row.id for row in rows)
    shown = [(row, patients.place_of(row)) for row in rows]
    may_look = bool(request.actor.may("see_looks"))
    return render(request, "chart/people.jinja", {"people": shown, "typed": typed, "code": code, "may_look": may_look})


def _staff(code: str) -> list[User]:
    today = clock.prison_day(clock.now())
    held = Membership.objects.on(today).filter(establishment=code).select_related("user").order_by("user__name")
    return list({row.user_id: row.user for row in held}.values())


def _excluded(form: BarForm, patient: UUID, request: Request) -> bool:
    given = {**form.cleaned_data, "until": None, "at": clock.now(), "by": request.actor}
    return bool(form.act(actions.exclude, beside="why", patient=patient, **given))
