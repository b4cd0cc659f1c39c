"""Who somebody is: the page, what is added to it, and the photo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from throughcare.access.acting import Actor
from throughcare.access.sight import Request, shows
from throughcare.chart import forms_identity as forms
from throughcare.chart import identity as page
from throughcare.core import clock
from throughcare.core.identifiers import BadIdentifier
from throughcare.core.refusals import NotAllowed, Refused
from throughcare.patients import actions, identity
from throughcare.patients import queries as patients
from throughcare.patients.models import Characteristic, Contact, Identifier, Name, Need, Photo
from throughcare.patients.opened import OpenedPatient

Act = Callable[..., object]


@dataclass(frozen=True)
class Noun:
    """One kind of thing that is added: its form, its table, what it is called, where a refusal is shown, and the action."""

    form: type[forms.IdentityForm]
    model: Any
    title: str
    field: str
    act: Act


def _characteristic(*, said: str, corrects: UUID | None, **what: Any) -> object:
    kind, _, code = said.partition(":")
    return actions.record_characteristic(kind=kind, code=code, **what)


def _need(*, by: Actor, corrects: UUID | None, **what: Any) -> object:
    return actions.record_need(by=by.id, **what)


def _photo(*, photo: Any, corrects: UUID | None, **what: Any) -> object:
    return actions.take_photo(upload=photo.read(), **what)


NOUNS = {
    "names": Noun(forms.NameForm, Name, "a name", "family_name", actions.add_name),
    "numbers": Noun(forms.NumberForm, Identifier, "a number", "typed", actions.add_identifier),
    "characteristics": Noun(forms.CharacteristicForm, Characteristic, "what he says of himself", "said", _characteristic),
    "needs": Noun(forms.NeedForm, Need, "what he needs", "code", _need),
    "contacts": Noun(forms.ContactForm, Contact, "somebody who matters", "name", actions.write_contact),
    "photo": Noun(forms.PhotoForm, Photo, "a photo", "photo", _photo),
}  # fmt: skip


@shows("patient")
@require_safe
def who(request: Request, patient: UUID) -> HttpResponseBase:
    """Who he is: names, numbers, needs, what he says of himself, people who matter, each with source and both times."""
    opened = patients.opened(request, patient)
    return render(request, "chart/identity.jinja", {
        "patient": opened, "parts": page.parts(opened), "proposals": page.waiting(opened), "merges": page.merges(opened),
        "may": {name: bool(request.actor.may(name)) for name in ("record_identity", "merge_patients")}, "me": request.actor.id,
    })  # fmt: skip


@shows("patient", may="record_identity")
@require_http_methods(["GET", "POST"])
def write(request: Request, patient: UUID, noun: str) -> HttpResponseBase:
    """Add one thing, or set one right; what was typed is kept when it cannot be taken."""
    opened, kind = patients.opened(request, patient), NOUNS[noun]
    form = kind.form(request.POST or None, request.FILES or None, initial=_initial(request, opened, kind))
    if form.is_valid() and _written(form, kind, opened, request.actor):
        return redirect("identity", patient=opened.id)
    shown = {"patient": opened, "form": form, "kind": kind, "noun": noun}
    return render(request, "chart/identity_form.jinja", shown, status=422 if form.errors else 200)


@shows("patient")
@require_safe
def photo(request: Request, patient: UUID) -> HttpResponseBase:
    """The photo itself: always a JPEG of our own drawing, never kept by the browser."""
    patients.reached(request, patient)
    found = identity.photo_of(patient)
    if found is None:
        raise Http404
    return HttpResponse(bytes(found.image), content_type="image/jpeg", headers={
        "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Content-Disposition": 'inline; filename="photo.jpg"',
    })  # fmt: skip


def _written(form: forms.IdentityForm, kind: Noun, patient: OpenedPatient, by: Actor) -> bool:
    """Whether the action took it; a refusal stands beside the field, but "not allowed" is a page."""
    row = _row(kind, patient, form.cleaned_data["corrects"])
    try:
        kind.act(patient=row.patient_id if row else patient.id, at=clock.now(), by=by, **form.cleaned_data)
    except NotAllowed:
        raise
    except (Refused, BadIdentifier) as refusal:
        form.add_error(kind.field, str(refusal))
    return form.is_valid()


def _initial(request: Request, patient: OpenedPatient, kind: Noun) -> dict[str, Any]:
    """What stands in the form: the row to set right, or nothing."""
    row = _row(kind, patient, request.GET.get("row"))
    if row is None:
        return {}
    told = {name: getattr(row, name) for name in kind.form.base_fields if hasattr(row, name)}
    more = {"typed": getattr(row, "value", ""), "said": f"{getattr(row, 'kind', '')}:{getattr(row, 'code', '')}"}
    return told | more | {"corrects": row.id}


def _row(kind: Noun, patient: OpenedPatient, key: Any) -> Any:
    """The current row of that key under any of his records, or None."""
    try:
        wanted = UUID(str(key))
    except ValueError:
        return None
    return kind.model.objects.filter(id=wanted, patient__in=patient.linked, superseded_by=None).first()
