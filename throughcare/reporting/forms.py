"""Forms about packs. They keep what was typed and say what to do."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms

from throughcare.core import clock
from throughcare.reporting.models import PackRequest

DAYS = ["%Y-%m-%d", "%d/%m/%Y", "%d %m %Y", "%d %B %Y"]
WRONG_DAY = {"required": "Enter a day such as 3/5/2026.", "invalid": "Enter a day such as 3/5/2026."}


class PackForm(forms.Form):
    """On which ground, for whom, why, and between which days, both included."""

    basis = forms.ChoiceField(
        choices=PackRequest.Basis.choices,
        error_messages={"required": "No pack leaves without a basis. Choose the ground on which it is disclosed."},
    )
    recipient = forms.CharField(max_length=120, error_messages={"required": "Say who receives it: a name and an office."})
    purpose = forms.CharField(
        max_length=1000, error_messages={"required": "Say what it is for, such as the number of the order."}
    )
    told_person = forms.CharField(
        max_length=400, error_messages={"required": "Say whether the person was told, and if not, why not."}
    )
    since = forms.DateField(input_formats=DAYS, error_messages=WRONG_DAY)
    until = forms.DateField(input_formats=DAYS, error_messages=WRONG_DAY)

    def clean(self) -> dict[str, Any]:
        """Characters that cannot be stored go; days become the moments between them, in prison time."""
        for name, value in self.cleaned_data.items():
            if isinstance(value, str):
                self.cleaned_data[name] = "".join(c for c in value if c in "\n\t" or c.isprintable())
        first, last = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        if first and last and last < first:
            self.add_error("until", "The last day is before the first. Change one of them.")
        if last == date.max:
            self.add_error("until", "No day comes after that one. Give today, or a day before.")
        return self.cleaned_data

    @property
    def asked(self) -> dict[str, Any]:
        """What the action takes."""
        first, last = self.cleaned_data["since"], self.cleaned_data["until"]
        start = datetime.combine(first, time(), clock.LONDON)
        return self.cleaned_data | {"since": start, "until": datetime.combine(last + timedelta(days=1), time(), clock.LONDON)}

    @property
    def summary(self) -> list[dict[str, str]]:
        """Errors as the error summary takes them."""
        return [{"text": str(text), "href": f"#{name}"} for name, texts in self.errors.items() for text in texts]
