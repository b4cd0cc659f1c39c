"""What people type to sign in, to let somebody in, and to choose a PIN. Errors say what to do; what was typed stays."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from throughcare.access import rules
from throughcare.access.roles import roles
from throughcare.core import clock


class _Plain(forms.Form):
    """A form whose errors are links for the summary."""

    @property
    def summary(self) -> list[dict[str, str]]:
        """Errors as the error summary takes them; one of the whole form leads to its first field."""
        first = next(iter(self.fields))
        return [
            {"text": str(text), "href": f"#{first if name == '__all__' else name}"}
            for name, texts in self.errors.items() for text in texts
        ]  # fmt: skip


class ShiftForm(_Plain):
    """Somebody for one shift."""

    name = forms.CharField(max_length=120, error_messages={"required": "Enter the name as it is on the identity card."})
    role = forms.ChoiceField(error_messages={"required": "Choose a role.", "invalid_choice": "Choose a role of the list."})
    organisation = forms.CharField(max_length=120, error_messages={"required": "Enter the agency or trust that employs them."})
    until = forms.CharField(error_messages={"required": "Enter when the shift ends."})
    username = forms.CharField(max_length=60, required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["role"].choices = [("", "Choose"), *shift_roles()]  # type: ignore[attr-defined]

    def clean_until(self) -> datetime:
        """The end of the shift, in local time."""
        try:
            wall = datetime.fromisoformat(self.cleaned_data["until"])
        except ValueError as error:
            raise ValidationError("Enter the end of the shift as a date and a time.") from error
        return clock.aware(wall.replace(tzinfo=clock.LONDON))


class CodeForm(_Plain):
    """A one-time code."""

    code = forms.CharField(max_length=40, error_messages={"required": "Enter the code you were given."})


class FirstSignInForm(_Plain):
    """What somebody new, or somebody who lost everything, signs in with from now on."""

    username = forms.RegexField(
        r"^[A-Za-z0-9.@_-]+$", max_length=60,
        error_messages={"required": "Enter a user name.", "invalid": "Use letters, digits, full stops and hyphens only."},
    )  # fmt: skip
    password = forms.CharField(strip=False, max_length=200, error_messages={"required": "Enter a password."})
    again = forms.CharField(strip=False, max_length=200, error_messages={"required": "Enter the password a second time."})
    pin = forms.CharField(max_length=20, required=False)

    def clean(self) -> dict[str, Any]:
        """The same password twice."""
        if {"password", "again"} <= self.cleaned_data.keys() and self.cleaned_data["password"] != self.cleaned_data["again"]:
            self.add_error("again", "The two passwords differ. Enter the same one twice.")
        return self.cleaned_data


class PinForm(_Plain):
    """A PIN, twice."""

    pin = forms.CharField(max_length=20, error_messages={"required": "Enter a PIN."})
    again = forms.CharField(max_length=20, error_messages={"required": "Enter the PIN a second time."})

    def clean(self) -> dict[str, Any]:
        """The same PIN twice, and one that is not too easy."""
        pin, again = self.cleaned_data.get("pin", ""), self.cleaned_data.get("again", "")
        if pin and (why := rules.weak_pin(pin, rules.numbers(clock.prison_day(clock.now())).pin)):
            self.add_error("pin", why)
        elif pin and again and pin != again:
            self.add_error("again", "The two PINs differ. Enter the same one twice.")
        return self.cleaned_data


def shift_roles() -> list[tuple[str, str]]:
    """Code and title of every role that may be given for a shift."""
    return [(code, roles()[code].title) for code in rules.numbers(clock.prison_day(clock.now())).invitation.roles]
