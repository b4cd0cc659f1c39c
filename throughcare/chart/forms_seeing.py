"""Forms about who may see whom."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django import forms

from throughcare.access.models import User
from throughcare.core import clock
from throughcare.core.days import DAYS, day_after
from throughcare.core.forms import PlainForm
from throughcare.patients.models import BreakGlass, GlassReview

MOST = 400  # characters of a reason
SHORTEN = f"Shorten this to {MOST} characters: nothing was lost."


class GlassForm(PlainForm):
    """Why a closed record is opened."""

    reason = forms.ChoiceField(choices=BreakGlass.Reason.choices, error_messages={"required": "Choose a reason."})
    words = forms.CharField(
        max_length=MOST, error_messages={"required": "Say in a few words what is happening.", "max_length": SHORTEN}
    )


class KnowForm(PlainForm):
    """How one knows the person."""

    why = forms.CharField(
        max_length=MOST, error_messages={"required": "Say in a few words how you know each other.", "max_length": SHORTEN}
    )


class ReviewForm(PlainForm):
    """What the reviewer says."""

    verdict = forms.ChoiceField(choices=GlassReview.Verdict.choices, error_messages={
        "required": "Choose whether it was right.", "invalid_choice": "Choose whether it was right.",
    })  # fmt: skip
    words = forms.CharField(max_length=MOST, required=False, error_messages={"max_length": SHORTEN})


class BarForm(PlainForm):
    """Whom the record is closed to, and why."""

    user = forms.ChoiceField(error_messages={"required": "Choose who."})
    why = forms.CharField(max_length=MOST, error_messages={"required": "Say in a few words why.", "max_length": SHORTEN})

    def __init__(self, *args: Any, staff: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.staff = {str(one.id): one for one in staff}
        self.fields["user"].choices = [("", "Choose"), *((key, one.name) for key, one in self.staff.items())]  # type: ignore[attr-defined]

    def clean_user(self) -> User:
        """The member of staff whom the list named."""
        return self.staff[self.cleaned_data["user"]]


class LiftForm(PlainForm):
    """Why a bar ends."""

    why = forms.CharField(max_length=MOST, error_messages={"required": "Say in a few words why it ends.", "max_length": SHORTEN})


class LooksForm(PlainForm):
    """Between which days."""

    since = forms.DateField(required=False, input_formats=DAYS, error_messages={"invalid": "Enter a day such as 3/5/2026."})
    until = forms.DateField(required=False, input_formats=DAYS, error_messages={"invalid": "Enter a day such as 3/5/2026."})

    def moments(self, since: datetime, until: datetime) -> tuple[datetime, datetime]:
        """The two moments asked for, whole days in prison time; those given where a day is missing or makes no sense."""
        if not self.is_valid():
            return since, until
        first, last = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        start = datetime.combine(first, time(), clock.LONDON) if first else since
        end = day_after(datetime.combine(last, time(), clock.LONDON)) if last else None
        return start, end or until
