"""Where django-allauth asks the house: who may try, what is said, what is kept, how secrets are stored."""

from __future__ import annotations

import base64
import hashlib
import time
from functools import cache
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from cryptography.fernet import Fernet
from django.conf import settings
from django.contrib.auth import authenticate
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from throughcare.access import actions, lockout, signing_in
from throughcare.access.acting import Actor, acting
from throughcare.access.models import User
from throughcare.core import clock

WRONG = "The user name or the password is not right. Check both and try again."
WRONG_CODE = "That code is not right, or it was used before. Wait for the next one and type that."
NOBODY = "This organisation's sign-in worked, but nobody here has that user name. Ask your administrator to take you on."
ENDED = "This account is closed. Ask the nurse in charge or your administrator."


class AccountAdapter(DefaultAccountAdapter):
    """No open sign-up, no e-mail; waits of our own; every change of a proof leaves a fact."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": WRONG,
        "incorrect_password": "That password is not right.",
        "enter_current_password": "That is not the present password.",
        "incorrect_code": WRONG_CODE,
        "account_inactive": ENDED,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Two people take somebody on; nobody signs up."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> User | None:
        """Check a password, unless this browser or network has to wait. A closed account looks like a wrong password."""
        try:
            tried = lockout.password(request, credentials.get("username", ""))
        except lockout.TooManyTries as wait:
            raise ValidationError(str(wait), code="too_many_tries") from wait
        user = authenticate(request, **credentials)
        if user is not None:
            tried.was_right()
        return user if isinstance(user, User) else None

    def is_reauthentication_required(self, *, app: str, **more: Any) -> bool:
        """A proof older than some minutes has to be given again before proofs are changed; signing in is one."""
        records = get_authentication_records(context.request, context.request.user)
        return not records or time.time() - records[-1]["at"] > settings.ACCOUNT_REAUTHENTICATION_TIMEOUT

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """After the proofs comes the choice of the role."""
        return reverse("sign-in-role")

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        """A closed account with a good passkey."""
        return render(request, "core/refused.jinja", {"status": 403, "words": ENDED}, status=403)

    def add_message(self, *args: Any, **more: Any) -> None:
        """Pages say what happened themselves."""

    def send_notification_mail(self, template_prefix: str, user: Any, *args: Any, **more: Any) -> None:
        """In place of an e-mail, a fact: `mfa/email/totp_activated` is kept as totp_activated."""
        with acting(Actor(str(user.pk), user.name, purpose="sign-in")):
            actions.note_proof(user=user, what=template_prefix.rpartition("/")[2], at=clock.now())


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets are stored encrypted; the last second factor stays."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": WRONG_CODE,
        "cannot_delete_authenticator": "This is your only second factor. Set up another one first.",
    }

    def get_totp_issuer(self) -> str:
        """What the app calls us."""
        return "Throughcare"

    def _get_site_name(self) -> str:
        return "Throughcare"

    def encrypt(self, text: str) -> str:
        """With a key made from the house's secret, so that a copy of the database alone opens nothing."""
        return _cipher(settings.SECRET_KEY).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises InvalidToken when the house's secret was changed: then people set up their factors anew."""
        return _cipher(settings.SECRET_KEY).decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Nobody is left with a password alone."""
        others = Authenticator.objects.filter(user=authenticator.user_id, type__in=signing_in.STRONG).exclude(pk=authenticator.pk)
        return others.exists() or signing_in.is_demo()


class ProviderAdapter(DefaultSocialAccountAdapter):
    """The organisation's own sign-in, where one is configured: it says who somebody is, and never takes anybody on."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        """Nobody signs up."""
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Whoever comes for the first time is the person of that user name here, or nobody."""
        if sociallogin.is_existing:
            return
        data = sociallogin.account.extra_data
        said = {**data.get("id_token", {}), **data.get("userinfo", {})}
        username = str(said.get(settings.OIDC_CLAIM, "")).casefold()
        person = User.objects.filter(username=username, is_active=True).first() if username else None
        if person is None:
            raise ImmediateHttpResponse(render(request, "core/refused.jinja", {"status": 403, "words": NOBODY}, status=403))
        sociallogin.connect(request, person)


@cache
def _cipher(secret: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(f"access.second_factor:{secret}".encode()).digest()))
