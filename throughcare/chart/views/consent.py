"""Agreement and telling: asked, answered, taken back; what was told to whom, and why."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from throughcare.access.queries import names_of
from throughcare.access.sight import Request, shows
from throughcare.chart import consent as shown
from throughcare.chart.forms_consent import TESTS, AnswerForm, CapacityForm, TellForm
from throughcare.core import clock
from throughcare.patients import actions, consent
from throughcare.patients import queries as patients
from throughcare.patients.models import Capacity, Consent, Disclosure, DisclosureRequest
from throughcare.patients.opened import OpenedPatient


@shows("patient", may="ask_consent")
@require_http_methods(["GET", "POST"])
def consents(request: Request, patient: UUID) -> HttpResponseBase:
    """How every purpose stands; ?purpose= opens the question, and the answer is posted here."""
    opened = patients.opened(request, patient)
    form = AnswerForm(request.POST or None)
    if form.is_valid() and _answered(form, request, opened):
        return redirect("consents", patient=opened.id)
    return _consents(request, opened, form)


@shows("patient", may="ask_consent")
@require_POST
def withdrawal(request: Request, patient: UUID, consent: UUID) -> HttpResponseBase:
    """They took it back: nothing leaves on it any more."""
    opened = patients.opened(request, patient)
    row = Consent.objects.filter(id=consent, patient__in=opened.linked).first()
    if row is None:
        raise Http404
    actions.withdraw(granted=row, how=request.POST.get("how", ""), at=clock.now(), by=request.actor)
    return redirect("consents", patient=opened.id)


@shows("patient", may="ask_consent")
@require_http_methods(["GET", "POST"])
def capacity(request: Request, patient: UUID) -> HttpResponseBase:
    """Whether the person can decide one thing now."""
    opened = patients.opened(request, patient)
    form = CapacityForm(request.POST or None)
    if form.is_valid() and _assessed(form, request, opened):
        return redirect("consents", patient=opened.id)
    told = {"patient": opened, "form": form, "tests": TESTS}
    return render(request, "chart/capacity.jinja", told, status=422 if form.errors else 200)


@shows("patient", may="disclose")
@require_http_methods(["GET", "POST"])
def disclosures(request: Request, patient: UUID) -> HttpResponseBase:
    """What was told; ?document= opens a letter to write, and it leaves only on a ground."""
    opened = patients.opened(request, patient)
    form = TellForm(request.POST or None)
    if form.is_valid() and (where := _told(form, request, opened)):
        return where
    return _disclosures(request, opened, form)


@shows("patient", may="disclose")
@require_safe
def disclosure(request: Request, patient: UUID, disclosure: UUID) -> HttpResponseBase:
    """One letter as it left. Once agreement is taken back it cannot be opened or printed again."""
    opened = patients.opened(request, patient)
    row = Disclosure.objects.filter(id=disclosure, patient__in=opened.linked).select_related("consent").first()
    if row is None or not shown.fields_of(row.document):
        raise Http404
    letter = shown.reopened(opened, row, clock.now())
    return render(request, "chart/disclosure_letter.jinja", {"patient": opened, "letter": letter, "row": row})


@shows("patient", may="approve_disclosure")
@require_POST
def answer(request: Request, patient: UUID, asked: UUID) -> HttpResponseBase:
    """A second person lets it be told, or not."""
    opened = patients.opened(request, patient)
    row = DisclosureRequest.objects.filter(id=asked, patient__in=opened.linked).first()
    if row is None:
        raise Http404
    if request.POST.get("answer") == "yes":
        content = shown.letter(opened, row.document, row.recipient, row.fields).text
        actions.approve_disclosure(request=row, at=clock.now(), by=request.actor, content=content)
    else:
        actions.decline_disclosure(request=row, why=request.POST.get("why", ""), at=clock.now(), by=request.actor)
    return redirect("disclosures", patient=opened.id)


def _answered(form: AnswerForm, request: Request, patient: OpenedPatient) -> bool:
    data = form.cleaned_data
    basis = Capacity.objects.filter(id=data["capacity"], patient=patient.id).first() if data["capacity"] else None
    try:
        actions.record_consent(
            patient=patient.id, purpose=data["purpose"], recipient=data["recipient"], status=data["status"], how=data["how"],
            capacity=basis, at=clock.now(), by=request.actor,
        )  # fmt: skip
    except (actions.NotAsked, actions.NotAssessed) as refusal:
        form.add_error("status", str(refusal))
    return form.is_valid()


def _assessed(form: CapacityForm, request: Request, patient: OpenedPatient) -> bool:
    data = form.cleaned_data
    try:
        actions.assess_capacity(
            patient=patient.id, decision=data["decision"], tests=form.tests, reasons=data["reasons"],
            ask_again_at=data["ask_again"], best_interests=data["best_interests"], at=clock.now(), by=request.actor,
        )  # fmt: skip
    except actions.NotAssessed as refusal:
        form.add_error("reasons", str(refusal))
    return form.is_valid()


def _told(form: TellForm, request: Request, patient: OpenedPatient) -> HttpResponseBase | None:
    """Where to go next; None when it was refused and the form says why."""
    data, fields = form.cleaned_data, request.POST.getlist("fields")
    common = {
        "patient": patient.id, "document": data["document"], "recipient": data["recipient"], "basis": data["basis"],
        "fields": fields, "at": clock.now(), "by": request.actor,
    }  # fmt: skip
    ground = consent.today().basis(data["basis"])
    try:
        if ground and ground.argued:
            actions.ask_to_disclose(**common, why=data["why"], told_person=data["told_person"])
            return redirect("disclosures", patient=patient.id)
        content = shown.letter(patient, data["document"], data["recipient"].strip(), fields).text
        row = actions.disclose(**common, content=content)
        return redirect("disclosure", patient=patient.id, disclosure=row.id)
    except (actions.NoBasis, actions.NotOnTheList, actions.NeedsSecondPerson) as refusal:
        form.add_error("basis", str(refusal))
    return None


def _consents(request: Request, patient: OpenedPatient, form: AnswerForm) -> HttpResponseBase:
    book = consent.today()
    asked = book.purpose(request.POST.get("purpose", "") or request.GET.get("purpose", ""))
    history = consent.history(patient.id)
    told = {
        "patient": patient, "form": form, "lines": consent.lines(patient.id, clock.now()), "asked": asked, "history": history,
        "titles": {purpose.code: purpose.title for purpose in book.purposes}, "statuses": Consent.Status.choices,
        "hows": Consent.How.choices, "capacities": consent.capacities(patient.id), "names": _names(history),
        "refused": actions.can_ask(request.actor, asked).why if asked else "", "again": clock.now(),
    }  # fmt: skip
    return render(request, "chart/consents.jinja", told, status=422 if form.errors else 200)


def _disclosures(request: Request, patient: OpenedPatient, form: TellForm) -> HttpResponseBase:
    book, rows, waiting = consent.today(), consent.told(patient.id), consent.asked(patient.id)
    paper = book.paper(request.POST.get("document", "") or request.GET.get("document", ""))
    chosen = paper if paper and paper.letter else None
    purpose = book.purpose(chosen.purpose) if chosen else None
    told = {
        "patient": patient, "form": form, "rows": rows, "waiting": waiting, "letters": book.letters, "paper": chosen,
        "fields": shown.fields_of(chosen.code) if chosen else [], "bases": shown.bases_of(chosen.code) if chosen else [],
        "ticked": request.POST.getlist("fields"), "recipient": purpose.recipient if purpose else "",
        "titles": {one.code: one.title for one in book.documents}, "names": _names(rows),
        "may_answer": {one.id: bool(actions.can_approve(request.actor, one.basis, one.written_by)) for one in waiting},
        "open": {row.id for row in rows if shown.fields_of(row.document) and consent.still_stands(row, clock.now())},
    }  # fmt: skip
    return render(request, "chart/disclosures.jinja", told, status=422 if form.errors else 200)


def _names(rows: Any) -> dict[str, str]:
    """Who wrote and who approved, by key; the system's own names stay as they are."""
    keys = {key for row in rows for key in (row.written_by, getattr(row, "approved_by", "")) if key}
    return {key: key for key in keys} | names_of(keys)
