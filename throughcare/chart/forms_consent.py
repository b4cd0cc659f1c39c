"""Forms about agreement and telling. They keep what was typed and say what to do."""

from __future__ import annotations

from typing import Any

from django import forms

from throughcare.core.forms import MomentField, PlainForm
from throughcare.patients.models import Consent

TESTS = {
    "understands": "Understands what it is about", "retains": "Keeps it in mind long enough to decide",
    "weighs": "Weighs it up", "communicates": "Tells you the decision, in any way",
}  # fmt: skip
YES_NO = {"yes": True, "no": False}


class AnswerForm(PlainForm):
    """What somebody said about one purpose."""

    purpose = forms.CharField(max_length=40)
    recipient = forms.CharField(max_length=120, required=False)
    status = forms.ChoiceField(
        choices=[choice for choice in Consent.Status.choices if choice[0] != "withdrawn"],
        error_messages={"required": "Choose what was answered.", "invalid_choice": "Choose what was answered."},
    )  # fmt: skip
    how = forms.ChoiceField(choices=Consent.How.choices, error_messages={"required": "Choose how it was answered."})
    capacity = forms.UUIDField(required=False)


class CapacityForm(PlainForm):
    """Whether somebody can decide one thing now: four questions, what was seen, and when to ask again."""

    decision = forms.CharField(max_length=200, error_messages={"required": "Write which decision it is about."})
    reasons = forms.CharField(max_length=1000, error_messages={"required": "Write what you saw and heard."})
    best_interests = forms.CharField(max_length=1000, required=False)
    ask_again = MomentField(required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for test in TESTS:
            said = {"required": "Answer this question.", "invalid_choice": "Answer yes or no."}
            self.fields[test] = forms.ChoiceField(choices=[("yes", "Yes"), ("no", "No")], error_messages=said)

    @property
    def tests(self) -> dict[str, bool | None]:
        """The four answers."""
        return {test: YES_NO.get(self.cleaned_data[test]) for test in TESTS}


class TellForm(PlainForm):
    """What is told to whom, on which ground; without agreement, why and whether the person was told."""

    document = forms.CharField(max_length=40)
    recipient = forms.CharField(max_length=120, error_messages={"required": "Write who is told."})
    basis = forms.CharField(max_length=16, error_messages={"required": "Choose why this may be told."})
    why = forms.CharField(max_length=1000, required=False)
    told_person = forms.CharField(max_length=400, required=False)
