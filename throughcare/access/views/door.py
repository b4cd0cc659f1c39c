"""At the door: signing in by password, passkey, PIN or demo card; choosing the role; signing out and switching user."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.account.views import LoginView
from allauth.mfa.webauthn.internal.auth import STATE_SESSION_KEY
from allauth.mfa.webauthn.views import LoginWebAuthnView
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.views.decorators.http import require_http_methods, require_POST
from django.views.generic.edit import FormView

from throughcare.access import browsers, provider, signing_in, workstation
from throughcare.access.own import library, own
from throughcare.access.sight import Request, shows
from throughcare.core.refusals import Refused

Context = dict[str, Any]


class Password(LoginView):
    """The user name and the password, on our page, with the other ways in beside them."""

    template_name = "access/sign_in.jinja"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Whoever signs in takes the place of whoever was there."""
        if request.method == "POST":
            signing_in.sign_out(request)
        return FormView.dispatch(self, request, *args, **kwargs)

    def get_success_url(self) -> str:
        """The choice of the role, and then where one wanted to go."""
        return _role_page(self.request)

    def get_context_data(self, **kwargs: Any) -> Context:
        """The ways in."""
        return {**super().get_context_data(**kwargs), **ways_in(self.request)}


class Passkey(LoginWebAuthnView):
    """A passkey alone: it is both factors, and nobody's failures make it wait."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Whoever signs in takes the place of whoever was there; the question the key answers stays."""
        if request.method == "POST" and request.user.is_authenticated:
            asked = request.session.get(STATE_SESSION_KEY)
            signing_in.sign_out(request)
            request.session[STATE_SESSION_KEY] = asked
        return FormView.dispatch(self, request, *args, **kwargs)

    def form_invalid(self, form: Any) -> HttpResponse:
        """Back to the door, with a sentence."""
        said = {"error": "This passkey is not known here. Use another way in, or ask for a one-time code."}
        return render(self.request, "access/sign_in.jinja", {**ways_in(self.request), "form": None, **said}, status=422)


@shows("public")
@require_http_methods(["GET", "POST"])
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """Every way in."""
    if request.method == "POST" and "card" in request.POST:
        signing_in.sign_in_by_card(request, request.POST["card"])
        return redirect(back(request))
    return _password(request)


@shows("public")
@require_POST
def by_pin(request: HttpRequest) -> HttpResponseBase:
    """Somebody who is known on this browser, by PIN."""
    try:
        workstation.sign_in_by_pin(request, _key(request.POST.get("person", "")), request.POST.get("pin", ""))
    except Refused as refusal:
        said = {"pin_error": str(refusal), "chosen": request.POST.get("person", ""), "form": None}
        return render(request, "access/sign_in.jinja", {**ways_in(request), **said}, status=422)
    return redirect(back(request) if "membership" in request.session else _role_page(request))


@own
@require_http_methods(["GET", "POST"])
def role(request: Request) -> HttpResponseBase:
    """As what, and where: one establishment is active in a session. With one role there is nothing to choose."""
    assert request.user.is_authenticated
    if signing_in.membership_of(request):
        return redirect(back(request))
    if signing_in.needs_second_factor(request, request.user):
        return redirect("mfa_index")
    held = signing_in.memberships_of(request.user)
    wanted = request.POST.get("membership", "")
    chosen = next((one for one in held if len(held) == 1 or str(one.id) == wanted), None)
    if chosen is None:
        return render(request, "access/role.jinja", {"held": held, "next": back(request, ""), "name": request.user.name})
    signing_in.start(request, chosen)
    return redirect(back(request))


@shows("public")
@require_POST
def sign_out(request: HttpRequest) -> HttpResponseBase:
    """Ends the session, and the hours in which a PIN is enough on this browser: the shift is over."""
    browsers.forget(request)
    signing_in.sign_out(request)
    return redirect("sign-in")


@shows("public")
@require_http_methods(["GET", "HEAD", "POST"])
def switch(request: HttpRequest) -> HttpResponseBase:
    """One person makes way for another: the screen is clear, and whoever is known here comes back by PIN.

    An address that was typed or kept signs nobody out: it leads to a page whose head offers the switch.
    """
    if request.method != "POST":
        return redirect("/")
    signing_in.sign_out(request)
    return redirect("sign-in")


def ways_in(request: HttpRequest) -> Context:
    """What the sign-in page offers here."""
    return {
        "cards": signing_in.cards(), "next": back(request, ""), "people": browsers.people_here(request), "chosen": "",
        "pin_error": "", "error": "", "provider": settings.OIDC["name"] if settings.OIDC["server"] else "",
        "provider_id": provider.ID,
    }  # fmt: skip


def back(request: HttpRequest, otherwise: str = "/") -> str:
    """Where the person was going, if that is an address of ours."""
    wanted = request.POST.get("next", "") or request.GET.get("next", "")
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure())
    return wanted if wanted and safe else otherwise


def _role_page(request: HttpRequest) -> str:
    wanted = back(request, "")
    return reverse("sign-in-role") + (f"?{urlencode({'next': wanted})}" if wanted else "")


def _key(typed: str) -> UUID:
    """A person's key; one that nobody has, when it is not a key at all."""
    try:
        return UUID(typed)
    except ValueError:
        return UUID(int=0)


_password = library(Password.as_view())
passkey = shows("public")(library(Passkey.as_view()))
