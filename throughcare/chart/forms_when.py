"""Days and moments as people type them and browsers send them: one place for every form of the chart."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms

from throughcare.core import clock

DAYS = ["%Y-%m-%d", "%d/%m/%Y", "%d %m %Y", "%d %B %Y", "%d.%m.%Y"]
FUTURE = "The time is in the future. Give the time at which it happened."


class MomentField(forms.CharField):
    """A local date and time, such as 2026-03-03T20:41; None when left blank."""

    def clean(self, value: Any) -> datetime | None:
        """The moment in UTC. Raises ValidationError for what is not a date and a time."""
        typed = super().clean(value)
        try:
            return clock.aware(datetime.fromisoformat(typed).replace(tzinfo=clock.LONDON)) if typed else None
        except ValueError as error:
            raise forms.ValidationError("Enter the time as a date and a time.") from error


class HappenedField(MomentField):
    """When something happened: now when left blank, and never later than now."""

    def __init__(self) -> None:
        super().__init__(required=False)

    def clean(self, value: Any) -> datetime:
        """The moment in UTC. Raises ValidationError for the future: the record is of what happened."""
        now = clock.now()
        moment = super().clean(value) or now
        if moment > now:
            raise forms.ValidationError(FUTURE)
        return moment
