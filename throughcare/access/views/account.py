"""One's own account: second factors, passkeys, recovery codes, password and PIN. django-allauth's views in our frame."""

from __future__ import annotations

from typing import Any

from allauth.account import views as account
from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from throughcare.access import actions, rules, signing_in
from throughcare.access.acting import Actor, acting
from throughcare.access.adapters import SecondFactorAdapter
from throughcare.access.codes import ChangePasswordForm
from throughcare.access.forms import PinForm
from throughcare.access.models import SigningPin
from throughcare.access.own import library, own
from throughcare.access.sight import Request, shows
from throughcare.core import clock

NO_PASSWORD = "You have no password here. Ask for a one-time code if you need one."


class Account(mfa.IndexView):
    """What one signs in with."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The PIN too, and whether a second factor must come first."""
        user = self.request.user
        pin = SigningPin.objects.filter(user=user.pk, is_withdrawn=False).first()
        must = signing_in.needs_second_factor(self.request, user)
        return {**super().get_context_data(**kwargs), "pin": pin, "must": must, "username": user.get_username()}


class ChangePassword(account.PasswordChangeView):
    """A new password, after a fresh proof; every other session of the person ends."""

    success_url = "/account/"
    form_class = ChangePasswordForm

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Whoever comes in by card or by the organisation's sign-in has no password here."""
        if not request.user.has_usable_password():
            return render(request, "core/refused.jinja", {"status": 409, "words": NO_PASSWORD}, status=409)
        _prove(request)
        return super().dispatch(request, *args, **kwargs)


class RemovePasskey(webauthn.RemoveWebAuthnView):
    """A passkey goes, unless it is the only second factor."""

    def form_valid(self, form: Any) -> HttpResponse:
        """Removed, or a sentence."""
        if get_adapter().can_delete_authenticator(self.get_object()):
            return super().form_valid(form)
        words = SecondFactorAdapter.error_messages["cannot_delete_authenticator"]
        return render(self.request, "core/refused.jinja", {"status": 409, "words": words}, status=409)


@own
@require_http_methods(["GET", "POST"])
def pin(request: Request) -> HttpResponseBase:
    """Choose a PIN; whoever came in by PIN alone proves themselves first."""
    return _pin(request)


@library
def _pin(request: Request) -> HttpResponseBase:
    if request.session.get(signing_in.HOW) != "card":
        _prove(request)
    form = PinForm(request.POST or None)
    if form.is_valid():
        user = request.user
        with acting(Actor(str(user.pk), user.name, purpose="sign-in")):  # type: ignore[union-attr]
            actions.choose_pin(user=user, pin=form.cleaned_data["pin"], at=clock.now())  # type: ignore[arg-type]
        return redirect("mfa_index")
    length = rules.numbers(clock.prison_day(clock.now())).pin
    return render(request, "access/pin.jinja", {"form": form, "pin": length}, status=422 if form.errors else 200)


def _prove(request: Request) -> None:
    """Raises ReauthenticationRequired unless the person gave a proof within the last minutes."""
    raise_if_reauthentication_required(request, app="allauth.account")


index = own(library(Account.as_view()))
change_password = own(library(ChangePassword.as_view()))
prove_by_password = own(library(account.reauthenticate))
prove_by_code = own(library(mfa.reauthenticate))
prove_by_passkey = own(library(webauthn.reauthenticate_webauthn))
activate_totp = own(library(totp.activate_totp))
deactivate_totp = own(library(totp.deactivate_totp))
recovery_codes = own(library(recovery.view_recovery_codes))
new_recovery_codes = own(library(recovery.generate_recovery_codes))
passkeys = own(library(webauthn.list_webauthn))
add_passkey = own(library(webauthn.add_webauthn))
remove_passkey = own(library(RemovePasskey.as_view()))

second_factor = shows("public")(library(mfa.authenticate))  # between password and session: django-allauth knows whose
