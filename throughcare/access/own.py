"""Views of one's own account. They show no record, so they open before a role is chosen; they never open a locked session."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.reauthentication import suspend_request
from allauth.core.exceptions import ImmediateHttpResponse, ReauthenticationRequired
from django.core.exceptions import PermissionDenied
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from throughcare.access import locking, signing_in
from throughcare.access.acting import Actor
from throughcare.access.sight import Request, View, shows

NO_WAY = "To change how you sign in, sign in with your password or a passkey first. In the demo there is nothing to change."


def own(view: View) -> View:
    """Only for who is signed in, and only while the session is not locked."""

    @shows("public")
    @wraps(view)
    def opened(request: Request, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect("sign-in")
        if locking.is_locked(request):
            return redirect(f"{reverse('locked')}?next={request.path}")
        locking.note(request)
        _name(request)
        return view(request, **kwargs)

    return opened


def library(view: View) -> View:
    """A view of django-allauth: read or sent, nothing else. What it raises for its middleware is answered here."""

    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def answered(request: Request, **kwargs: Any) -> HttpResponseBase:
        try:
            return _rendered(view(request, **kwargs))
        except ReauthenticationRequired:
            return _prove_again(request)
        except ImmediateHttpResponse as ready:
            return ready.response
        except PermissionDenied:
            return _prove_again(request)

    return answered


def _name(request: Request) -> None:
    """The header names the person, when they have a role."""
    if held := signing_in.membership_of(request):
        request.membership, request.actor = held, Actor.of(held)


def _prove_again(request: Request) -> HttpResponseBase:
    methods = get_adapter(request).get_reauthentication_methods(request.user)
    if not methods:
        return render(request, "core/refused.jinja", {"status": 403, "words": NO_WAY}, status=403)
    return suspend_request(request, methods[0]["url"])


def _rendered(response: HttpResponseBase) -> HttpResponseBase:
    """A page of theirs is rendered late, by which time a failure would be nobody's; a form with errors answers 422."""
    render_now: Callable[[], Any] | None = getattr(response, "render", None)
    if render_now:
        render_now()
        form = (getattr(response, "context_data", None) or {}).get("form")
        if form is not None and form.is_bound and form.errors:
            response.status_code = 422
    return response
