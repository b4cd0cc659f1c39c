"""Forms of referrals: ask, answer, tell, and whether the person came. They keep what was typed and say what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, ClassVar

from django import forms

from throughcare.core import clock
from throughcare.core.refusals import NotAllowed, Refused
from throughcare.pathways import referring
from throughcare.pathways.actions import referral_refusals as no
from throughcare.pathways.actions.referrals import MOST, MOST_INSTEAD
from throughcare.pathways.actions.replies import MOST_REPLY, MOST_WORDS
from throughcare.pathways.models import PatientReply, Service, ServiceRequest
from throughcare.record.actions import InTheFuture

FIRST_DRAFT = "A first draft from what the services answered. Change what does not fit"
Beside = Mapping[type[Refused], str]


def typed(most: int, missing: str = "") -> forms.CharField:
    """Words of a person, at most so many characters; required when `missing` says what to do."""
    said = {"max_length": f"This is longer than {most} characters. Shorten it: nothing was lost.", "required": missing}
    return forms.CharField(max_length=most, required=bool(missing), error_messages=said)


class ReferralFormBase(forms.Form):
    """A form of one question after another: `asks` says how each looks, `beside` where the sentence of a refusal stands."""

    asks: ClassVar[dict[str, dict[str, Any]]] = {}
    beside: ClassVar[Beside] = {}

    def clean(self) -> dict[str, Any]:
        """Control characters other than line ends cannot be stored or read."""
        for name, value in self.cleaned_data.items():
            if isinstance(value, str):
                self.cleaned_data[name] = "".join(c for c in value if c in "\n\t" or c.isprintable())
        return self.cleaned_data

    @property
    def summary(self) -> list[dict[str, str]]:
        """Errors as the error summary takes them."""
        return [{"text": str(text), "href": f"#{name}"} for name, texts in self.errors.items() for text in texts]

    @property
    def questions(self) -> list[dict[str, Any]]:
        """The questions as the field macros take them, with what was typed and what is wrong with it."""
        return [self._item(name, look) for name, look in self.asks.items() if name in self.fields]

    def act(self, action: Callable[..., Any], **given: Any) -> Any:
        """What the action made; None when it refused, and then its sentence stands beside its question.

        Raises NotAllowed, which is a page of its own and never a red field.
        """
        try:
            return action(**given)
        except NotAllowed:
            raise
        except Refused as refusal:
            self.add_error(self.beside.get(type(refusal), next(iter(self.asks))), str(refusal))
            return None

    def _item(self, name: str, look: dict[str, Any]) -> dict[str, Any]:
        options = [{"value": value, "text": str(text)} for value, text in getattr(self.fields[name], "choices", ()) if value]
        value = self[name].value()
        typed_in = "" if value is None else value
        return {"id": name, "error": self.errors.get(name, [""])[0], "value": typed_in, "options": options, **look}


class ReferForm(ReferralFormBase):
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
    beside: ClassVar[Beside] = {no.NoUrgency: "urgency", no.NoReason: "reason"}


class AnswerForm(ReferralFormBase):
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
    beside: ClassVar[Beside] = {
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


class ReplyForm(ReferralFormBase):
    """What the person is told, and how."""

    words = typed(MOST_REPLY)
    how = forms.ChoiceField(choices=PatientReply.How.choices, required=False, error_messages={"invalid_choice": no.NoWay.message})
    asks: ClassVar[dict[str, dict[str, Any]]] = {
        "words": {"kind": "textarea", "text": "The words", "hint": FIRST_DRAFT, "lines": 8},
        "how": {"kind": "radios", "text": "How is the person told?", "inline": False},
    }  # fmt: skip
    beside: ClassVar[Beside] = {no.NoWay: "how"}


class AttendanceForm(ReferralFormBase):
    """Whether the person came, and if not, why."""

    attended = forms.ChoiceField(
        choices=[("yes", "Came"), ("no", "Did not come")],
        error_messages={"required": "Choose whether the person came.", "invalid_choice": "Choose whether the person came."},
    )
    why = forms.ChoiceField(required=False, error_messages={"invalid_choice": no.NoSuchReason.message})
    words = typed(MOST_WORDS)
    at = forms.CharField(required=False)
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
    beside: ClassVar[Beside] = {no.NoSuchReason: "why", InTheFuture: "at"}

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        sides = {"regime": "Prison or us", "person": "Own choice", "health": "Unwell"}
        rows = referring.reasons_on(clock.prison_day(clock.now()))
        self.fields["why"].choices = [("", ""), *((one.code, f"{sides[one.side]}: {one.title}") for one in rows)]  # type: ignore[attr-defined]

    def clean_attended(self) -> bool:
        """Yes is True."""
        return str(self.cleaned_data["attended"]) == "yes"

    def clean_at(self) -> datetime:
        """The moment in UTC; now when left blank. The action refuses the future."""
        typed = self.cleaned_data["at"].strip()
        try:
            return clock.aware(datetime.fromisoformat(typed).replace(tzinfo=clock.LONDON)) if typed else clock.now()
        except (ValueError, OverflowError) as error:
            raise forms.ValidationError("Enter the time as a date and a time.") from error
