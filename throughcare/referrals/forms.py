"""Forms of referrals: ask, answer, tell, and whether the person came. They keep what was typed and say what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms

from throughcare.core import clock
from throughcare.core.forms import HappenedField, PlainForm, choice, shown, text
from throughcare.core.refusals import Refused
from throughcare.referrals import rules
from throughcare.referrals.actions import refusals as no
from throughcare.referrals.actions.replies import MOST_REPLY, MOST_WORDS
from throughcare.referrals.actions.requests import MOST, MOST_INSTEAD
from throughcare.referrals.models import PatientReply, Service, ServiceRequest

FIRST_DRAFT = "A first draft from what the services answered. Change what does not fit"


class ReferForm(PlainForm):
    """One screen with three ticks: to whom, how urgent, why. Everything that is missing is said at once."""

    services = shown(
        forms.MultipleChoiceField(
            choices=Service.choices, error_messages=dict.fromkeys(("required", "invalid_choice"), no.NoService.message)
        ),
        "checkboxes", "Which services?", hint="One, two or all three: it is one decision",
    )  # fmt: skip
    urgency = choice("How soon must they answer?", ServiceRequest.Urgency.choices, no.NoUrgency.message)
    reason = text("Why?", MOST, no.NoReason.message, hint="All three services can read this", lines=5)
    requisition = forms.UUIDField(error_messages={"required": "Open this form again.", "invalid": "Open this form again."})
    beside: ClassVar[Mapping[type[Refused], str]] = {no.NoUrgency: "urgency", no.NoReason: "reason"}


class ReferralAnswerForm(PlainForm):
    """What the service answers. The manager, who decides after two services, is not offered to pass it on."""

    decision = shown(
        forms.ChoiceField(
            choices=[("accept", "Accept"), ("redirect", "Pass on to another service"), ("decline", "Decline")], required=False,
            error_messages={"invalid_choice": no.NoDecision.message},
        ),
        "radios", "What does the service answer?", inline=False,
    )  # fmt: skip
    tier = shown(
        forms.TypedChoiceField(
            required=False, coerce=int, empty_value=None, error_messages={"invalid_choice": no.NoTier.message}
        ),
        "radios", "If you accept: in which tier?",
    )  # fmt: skip
    to_service = shown(
        forms.ChoiceField(choices=Service.choices, required=False, error_messages={"invalid_choice": no.NoOtherService.message}),
        "radios", "If you pass it on: to which service?", inline=False,
    )  # fmt: skip
    instead = text("If you decline: what is done instead?", MOST_INSTEAD, hint="The person is told this, in plain words")
    reason = text("Why?", MOST, hint="Needed to pass it on. For colleagues, not for the person", lines=3)
    beside: ClassVar[Mapping[type[Refused], str]] = {
        no.NoTier: "tier", no.TierBeyondYou: "tier", no.NoOtherService: "to_service", no.AlreadyAsked: "to_service",
        no.NoInstead: "instead", no.NoReason: "reason",
    }  # fmt: skip

    def __init__(self, *args: Any, request: ServiceRequest, **more: Any) -> None:
        super().__init__(*args, **more)
        tiers = rules.on(clock.prison_day(clock.now())).tiers
        self.fields["tier"].choices = [(str(one.number), one.title) for one in tiers]  # type: ignore[attr-defined]
        others = [choice for choice in Service.choices if choice[0] != request.service]
        self.fields["to_service"].choices = others  # type: ignore[attr-defined]
        if request.is_for_manager:
            del self.fields["to_service"]
            kinds = [one for one in self.fields["decision"].choices if one[0] != "redirect"]  # type: ignore[attr-defined]
            self.fields["decision"].choices = kinds  # type: ignore[attr-defined]
            self.fields["decision"].error_messages["invalid_choice"] = no.NotPassedOnAgain.message.format(
                service=request.get_service_display().lower()
            )


class ReplyForm(PlainForm):
    """What the person is told, and how."""

    words = text("The words", MOST_REPLY, hint=FIRST_DRAFT, lines=8)
    how = shown(
        forms.ChoiceField(choices=PatientReply.How.choices, required=False, error_messages={"invalid_choice": no.NoWay.message}),
        "radios", "How is the person told?", inline=False,
    )  # fmt: skip
    beside: ClassVar[Mapping[type[Refused], str]] = {no.NoWay: "how"}


class AttendanceForm(PlainForm):
    """Whether the person came, and if not, why."""

    attended = choice("Did the person come?", [("yes", "Came"), ("no", "Did not come")], "Choose whether the person came.")
    why = shown(
        forms.ChoiceField(required=False, error_messages={"invalid_choice": no.NoSuchReason.message}),
        "select", "If not, why?", hint="The prison’s side is counted apart from the person’s own choice",
    )  # fmt: skip
    words = text("Anything to add", MOST_WORDS)
    at = shown(HappenedField(), "datetime", "When it was", hint="Leave blank if it is now")
    beside: ClassVar[Mapping[type[Refused], str]] = {no.NoSuchReason: "why", no.BeforeAsked: "at"}

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        sides = {"regime": "Prison or us", "person": "Own choice", "health": "Unwell"}
        rows = rules.reasons_on(clock.prison_day(clock.now()))
        self.fields["why"].choices = [(one.code, f"{sides[one.side]}: {one.title}") for one in rows]  # type: ignore[attr-defined]

    def clean_attended(self) -> bool:
        """Yes is True."""
        return str(self.cleaned_data["attended"]) == "yes"
