"""Forms of referrals: ask, answer, tell, and whether the person came. They keep what was typed and say what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms

from throughcare.core import clock
from throughcare.core.forms import HappenedField, PlainForm, typed
from throughcare.core.refusals import Refused
from throughcare.pathways import referring
from throughcare.pathways.actions import referral_refusals as no
from throughcare.pathways.actions.referrals import MOST, MOST_INSTEAD
from throughcare.pathways.actions.replies import MOST_REPLY, MOST_WORDS
from throughcare.pathways.models import PatientReply, Service, ServiceRequest

FIRST_DRAFT = "A first draft from what the services answered. Change what does not fit"


class ReferForm(PlainForm):
    """One screen with three ticks: to whom, how urgent, why. Everything that is missing is said at once."""

    services = forms.MultipleChoiceField(
        choices=Service.choices, error_messages=dict.fromkeys(("required", "invalid_choice"), no.NoService.message)
    )
    urgency = forms.ChoiceField(
        choices=ServiceRequest.Urgency.choices,
        error_messages=dict.fromkeys(("required", "invalid_choice"), no.NoUrgency.message),
    )
    reason = typed(MOST, no.NoReason.message)
    requisition = forms.UUIDField(error_messages={"required": "Open this form again.", "invalid": "Open this form again."})
    asks: ClassVar[dict[str, dict[str, Any]]] = {
        "services": {"kind": "checkboxes", "text": "Which services?", "hint": "One, two or all three: it is one decision"},
        "urgency": {"kind": "radios", "text": "How soon must they answer?"},
        "reason": {"kind": "textarea", "text": "Why?", "hint": "All three services can read this", "lines": 5},
    }
    beside: ClassVar[Mapping[type[Refused], str]] = {no.NoUrgency: "urgency", no.NoReason: "reason"}


class AnswerForm(PlainForm):
    """What the service answers. The manager, who decides after two services, is not offered to pass it on."""

    decision = forms.ChoiceField(
        choices=[("accept", "Accept"), ("redirect", "Pass on to another service"), ("decline", "Decline")], required=False,
        error_messages={"invalid_choice": no.NoDecision.message},
    )  # fmt: skip
    tier = forms.TypedChoiceField(
        required=False, coerce=int, empty_value=None, error_messages={"invalid_choice": no.NoTier.message}
    )
    to_service = forms.ChoiceField(
        choices=Service.choices, required=False, error_messages={"invalid_choice": no.NoOtherService.message}
    )
    instead = typed(MOST_INSTEAD)
    reason = typed(MOST)
    asks: ClassVar[dict[str, dict[str, Any]]] = {
        "decision": {"kind": "radios", "text": "What does the service answer?", "inline": False},
        "tier": {"kind": "radios", "text": "If you accept: in which tier?"},
        "to_service": {"kind": "radios", "text": "If you pass it on: to which service?", "inline": False},
        "instead": {
            "kind": "text",
            "text": "If you decline: what is done instead?",
            "hint": "The person is told this, in plain words",
        },
        "reason": {
            "kind": "textarea",
            "text": "Why?",
            "hint": "Needed to pass it on. For colleagues, not for the person",
            "lines": 3,
        },
    }
    beside: ClassVar[Mapping[type[Refused], str]] = {
        no.NoTier: "tier", no.TierBeyondYou: "tier", no.NoOtherService: "to_service", no.AlreadyAsked: "to_service",
        no.NoInstead: "instead", no.NoReason: "reason",
    }  # fmt: skip

    def __init__(self, *args: Any, request: ServiceRequest, **more: Any) -> None:
        super().__init__(*args, **more)
        tiers = referring.on(clock.prison_day(clock.now())).tiers
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

    words = typed(MOST_REPLY)
    how = forms.ChoiceField(choices=PatientReply.How.choices, required=False, error_messages={"invalid_choice": no.NoWay.message})
    asks: ClassVar[dict[str, dict[str, Any]]] = {
        "words": {"kind": "textarea", "text": "The words", "hint": FIRST_DRAFT, "lines": 8},
        "how": {"kind": "radios", "text": "How is the person told?", "inline": False},
    }  # fmt: skip
    beside: ClassVar[Mapping[type[Refused], str]] = {no.NoWay: "how"}


class AttendanceForm(PlainForm):
    """Whether the person came, and if not, why."""

    attended = forms.ChoiceField(
        choices=[("yes", "Came"), ("no", "Did not come")],
        error_messages={"required": "Choose whether the person came.", "invalid_choice": "Choose whether the person came."},
    )
    why = forms.ChoiceField(required=False, error_messages={"invalid_choice": no.NoSuchReason.message})
    words = typed(MOST_WORDS)
    at = HappenedField()
    asks: ClassVar[dict[str, dict[str, Any]]] = {
        "attended": {"kind": "radios", "text": "Did the person come?"},
        "why": {
            "kind": "select",
            "text": "If not, why?",
            "hint": "The prison’s side is counted apart from the person’s own choice",
        },
        "words": {"kind": "text", "text": "Anything to add"},
        "at": {"kind": "datetime", "text": "When it was", "hint": "Leave blank if it is now"},
    }
    beside: ClassVar[Mapping[type[Refused], str]] = {no.NoSuchReason: "why", no.BeforeAsked: "at"}

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        sides = {"regime": "Prison or us", "person": "Own choice", "health": "Unwell"}
        rows = referring.reasons_on(clock.prison_day(clock.now()))
        self.fields["why"].choices = [(one.code, f"{sides[one.side]}: {one.title}") for one in rows]  # type: ignore[attr-defined]

    def clean_attended(self) -> bool:
        """Yes is True."""
        return str(self.cleaned_data["attended"]) == "yes"
