"""The first sign-in: a one-time code, then what one signs in with from now on."""

from __future__ import annotations

import re

from allauth.account.internal.flows.login import record_authentication
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from throughcare.access import actions, rules, signing_in
from throughcare.access.acting import Actor, acting
from throughcare.access.actions import CodeUnknown, NameTaken, WeakPin
from throughcare.access.forms import CodeForm, FirstSignInForm
from throughcare.access.models import Invitation, User
from throughcare.access.sight import shows
from throughcare.core import clock

HELD = "invitation"  # whose code was right, between the two pages; the code itself is kept nowhere


@shows("public")
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponseBase:
    """The code that two colleagues gave."""
    form = CodeForm(request.POST or None)
    if form.is_valid():
        try:
            found = actions.usable(form.cleaned_data["code"], clock.now())
        except CodeUnknown as refusal:
            form.add_error("code", str(refusal))
        else:
            signing_in.sign_out(request)
            request.session[HELD] = str(found.id)
            return redirect("first-sign-in")
    return render(request, "access/one_time_code.jinja", {"form": form}, status=422 if form.errors else 200)


@shows("public")
@require_http_methods(["GET", "POST"])
def first_sign_in(request: HttpRequest) -> HttpResponseBase:
    """User name, password and PIN; then the person is in."""
    held = request.session.get(HELD)
    invitation = Invitation.objects.usable(clock.now()).filter(id=held).select_related("user").first() if held else None
    if invitation is None:
        return redirect("one-time-code")
    data = request.POST.copy() if request.POST else None
    if data is not None and invitation.user:
        data["username"] = invitation.user.username
    form = FirstSignInForm(
        data, initial={"username": invitation.user.username if invitation.user else _suggested(invitation.name)}
    )
    if form.is_valid() and (user := _used(form, invitation)):
        return _enters(request, user, vouched=bool(form.cleaned_data["pin"]))
    pin = rules.numbers(clock.prison_day(clock.now())).pin
    shown = {"form": form, "invitation": invitation, "pin": pin}
    return render(request, "access/first_sign_in.jinja", shown, status=422 if form.errors else 200)


def _used(form: FirstSignInForm, invitation: Invitation) -> User | None:
    """The person, or None with what is wrong beside its field."""
    given = {name: form.cleaned_data[name] for name in ("username", "password", "pin")}
    try:
        with acting(Actor(str(invitation.confirmed_by_id), "", purpose="sign-in")):
            return actions.use_code(invitation=invitation, at=clock.now(), **given)
    except ValidationError as error:
        form.add_error("password", error)
    except WeakPin as error:
        form.add_error("pin", str(error))
    except (NameTaken, CodeUnknown) as error:
        form.add_error("username", str(error))
    return None


def _enters(request: HttpRequest, user: User, *, vouched: bool) -> HttpResponseBase:
    """With a PIN the session opens at once, because two people stood for it; without one a second factor comes first."""
    signing_in.enter(request, user, how="code")
    request.session[signing_in.VOUCHED] = vouched
    record_authentication(request, user, method="code")
    return redirect("sign-in-role")


def _suggested(name: str) -> str:
    """A user name made of a name: "Dr Grace O'Neill" gives grace.oneill."""
    words = [
        re.sub(r"[^a-z]", "", word)
        for word in name.casefold().split()
        if word.rstrip(".").casefold() not in ("dr", "mr", "ms", "mrs")
    ]
    return ".".join(word for word in words if word)[:60]
