"""Forms of the chart: a man without a booking, an NHS number. They keep what was typed and say what to do."""

from __future__ import annotations

from typing import Any

from django import forms

from throughcare.core import clock
from throughcare.core.days import DAYS
from throughcare.core.forms import PlainForm
from throughcare.core.identifiers import BadIdentifier, NHSNumber

SEXES = (("Male", "Male"), ("Female", "Female"), ("", "Not known"))


class UnbookedForm(PlainForm):
    """Somebody without a booking: a name is enough."""

    family_name = forms.CharField(
        max_length=80, error_messages={"required": "Enter a family name. If he gives none, write Unknown.",
                                       "max_length": "Shorten the family name to 80 letters."},
    )  # fmt: skip
    given_names = forms.CharField(max_length=120, required=False)
    date_of_birth = forms.DateField(
        required=False, error_messages={"invalid": "Enter the date of birth as day, month and year, such as 14/5/2001."},
        input_formats=DAYS,
    )  # fmt: skip

    sex = forms.ChoiceField(choices=SEXES, required=False)

    def clean_date_of_birth(self) -> Any:
        """Nobody is born tomorrow, or before anybody now alive."""
        born = self.cleaned_data["date_of_birth"]
        if born and not 0 <= clock.age(born, clock.now()) <= 120:
            raise forms.ValidationError("Check the year of birth.")
        return born


class NHSNumberForm(PlainForm):
    """An NHS number."""

    nhs_number = forms.CharField(error_messages={"required": "Enter the NHS number, or go back."})

    def clean_nhs_number(self) -> str:
        """Modulus 11, with the sentence that says what to do."""
        try:
            return NHSNumber(self.cleaned_data["nhs_number"])
        except BadIdentifier as error:
            raise forms.ValidationError(str(error)) from error
