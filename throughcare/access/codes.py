"""Forms for what proves somebody: as django-allauth checks them, with our waits, and each code once."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm as TheirChangePasswordForm
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from django.core.exceptions import ValidationError

from throughcare.access import lockout, once
from throughcare.access.adapters import WRONG_CODE


class _Once:
    """Counts the try, lets the library check the code, and refuses one that was used in any process."""

    def clean_code(self) -> str:
        """The code, or a ValidationError with what to do."""
        try:
            tried = lockout.code(self.user)  # type: ignore[attr-defined]
        except lockout.TooManyTries as wait:
            raise ValidationError(str(wait), code="too_many_tries") from wait
        code: str = super().clean_code()  # type: ignore[misc]
        if not once.use(self.user, code):  # type: ignore[attr-defined]
            raise ValidationError(WRONG_CODE, code="used")
        tried.was_right()
        return code


class CodeForm(_Once, AuthenticateForm):
    """The code after the password, from the app or the list of recovery codes."""


class CodeAgainForm(_Once, ReauthenticateForm):
    """A code before proofs are changed."""


class FirstCodeForm(_Once, ActivateTOTPForm):
    """The first code of a new app."""


class ChangePasswordForm(TheirChangePasswordForm):
    """A new password. A wrong present one counts like a wrong one at the door, so that nobody guesses it here."""

    def clean_oldpassword(self) -> str:
        """The present password, or a ValidationError with what to do."""
        typed: str = self.cleaned_data["oldpassword"]
        if not get_adapter().reauthenticate(self.user, typed):
            raise get_adapter().validation_error("enter_current_password")
        return typed
