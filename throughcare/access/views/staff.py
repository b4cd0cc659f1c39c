"""Who works here: letting somebody in with two people, and ending it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from throughcare.access import actions, queries, rules
from throughcare.access.forms import ShiftForm, shift_roles
from throughcare.access.models import Invitation, Membership
from throughcare.access.sight import Request, shows
from throughcare.core import clock
from throughcare.core.refusals import Refused


@shows("establishment", may="confirm_staff")
@require_http_methods(["GET", "POST"])
def staff(request: Request, code: str) -> HttpResponseBase:
    """Invitations that wait for a second person, who works here, and a form for one shift."""
    request.saw([])
    form = ShiftForm(request.POST or None)
    if form.is_valid() and _invited(request, form):
        return redirect("staff", code=code)
    return _page(request, code, form=form, status=422 if form.errors else 200)


@shows("establishment", may="confirm_staff")
@require_POST
def confirm(request: Request, code: str, invitation: UUID) -> HttpResponseBase:
    """The second person. The code is in this one answer and nowhere else."""
    request.saw([])
    found = get_object_or_404(Invitation.objects.select_related("user"), id=invitation, establishment=code)
    shown = actions.confirm_invitation(invitation=found, by=request.actor, at=clock.now())
    minutes = rules.numbers(clock.prison_day(clock.now())).invitation.code_minutes
    return render(request, "access/code.jinja", {"code": code, "shown": shown, "invitation": found, "minutes": minutes})


@shows("establishment", may="invite_staff")
@require_POST
def cancel(request: Request, code: str, invitation: UUID) -> HttpResponseBase:
    """Take an invitation back."""
    request.saw([])
    found = get_object_or_404(Invitation, id=invitation, establishment=code)
    actions.cancel_invitation(invitation=found, by=request.actor, at=clock.now())
    return redirect("staff", code=code)


@shows("establishment", may="invite_staff")
@require_POST
def end(request: Request, code: str, membership: UUID) -> HttpResponseBase:
    """End a role now; the person's next press of anything is refused."""
    request.saw([])
    found = get_object_or_404(Membership, id=membership, establishment=code)
    actions.end_now(membership=found, by=request.actor, at=clock.now())
    return redirect("staff", code=code)


@shows("establishment", may="invite_staff")
@require_POST
def let_back_in(request: Request, code: str, membership: UUID) -> HttpResponseBase:
    """Ask for a one-time code for somebody who lost their way in."""
    request.saw([])
    found = get_object_or_404(Membership.objects.select_related("user"), id=membership, establishment=code)
    actions.invite_back_in(membership=found, by=request.actor, at=clock.now())
    return redirect("staff", code=code)


def _invited(request: Request, form: ShiftForm) -> bool:
    given = form.cleaned_data
    try:
        actions.invite_for_shift(
            name=given["name"], role=given["role"], organisation=given["organisation"], until_at=given["until"],
            username=given["username"], by=request.actor, at=clock.now(),
        )  # fmt: skip
    except Refused as refusal:
        form.add_error(None, str(refusal))
    return form.is_valid()


def _page(request: Request, code: str, **more: Any) -> HttpResponseBase:
    status = more.pop("status")
    may = {name: bool(request.actor.may(name)) for name in ("invite_staff", "confirm_staff")}
    shown = {
        "code": code, "may": may, "waiting": queries.waiting(code), "people": queries.people(code), "roles": shift_roles(),
        "me": request.actor.user_id, **more,
    }  # fmt: skip
    return render(request, "access/staff.jinja", shown, status=status)
