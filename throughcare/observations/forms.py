"""Forms of planned observations."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms

from throughcare.core import clock
from throughcare.core.forms import EntryForm, PlainForm, shown, text, typed
from throughcare.observations import queries

GONE = dict.fromkeys(("required", "invalid", "max_length"), "This set is not on the page any more. Reload it and try again.")


class PlanForm(EntryForm):
    """Which observations are planned, and why."""

    plan = shown(
        forms.ChoiceField(error_messages=dict.fromkeys(("required", "invalid_choice"), "Choose what is to be observed.")),
        "radios", "What is to be observed?", inline=False,
    )  # fmt: skip
    why = text("Why", 400, "Say in a few words why.", hint="Such as: heroin until this morning, COWS 9")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plans = queries.book(clock.prison_day(clock.now())).plans
        self.fields["plan"].choices = [(one.id, one.title) for one in plans]  # type: ignore[attr-defined]


class EndPlanForm(PlainForm):
    """Why nothing more is expected."""

    why = typed(400, "Say in a few words why the plan ends.")


class MissedForm(PlainForm):
    """Why one set was not taken."""

    day = forms.DateField(error_messages=GONE)
    slot = forms.CharField(max_length=20, error_messages=GONE)
    reason = forms.CharField(max_length=40, error_messages={"required": "Choose why the set was not taken."})
    words = typed(400)

    def key(self) -> tuple[date, str]:
        """The set that is meant."""
        return self.cleaned_data["day"], self.cleaned_data["slot"]
