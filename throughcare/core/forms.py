"""What forms do alike: keep what was typed, say what to do, and show their questions and their moments in one way."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, ClassVar, TypeVar

from django import forms

from throughcare.core import clock
from throughcare.core.refusals import NotAllowed, Refused

FUTURE = "The time is in the future. Give the time at which it happened."


class PlainForm(forms.Form):
    """A form whose errors are links for the summary, and whose text is free of characters that cannot be stored.

    A field says itself how its question looks (`text`, `choice`, `shown`). `beside` says at which question the sentence of a
    refusal stands.
    """

    beside: ClassVar[Mapping[type[Refused], str]] = {}

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
        return [self._item(name, look) for name, look in self.looks.items()]

    @property
    def looks(self) -> dict[str, dict[str, Any]]:
        """How each question looks, in the order of the form."""
        return {name: field.look for name, field in self.fields.items() if hasattr(field, "look")}

    def act(self, action: Callable[..., Any], *, beside: str = "", **given: Any) -> Any:
        """What the action made; None when it refused, and then its sentence stands beside a field.

        Raises NotAllowed, which is a page of its own and never a red field.
        """
        try:
            return action(**given)
        except NotAllowed:
            raise
        except Refused as refusal:
            self.add_error(beside or self.beside.get(type(refusal), next(iter(self.looks))), str(refusal))
            return None

    def _item(self, name: str, look: dict[str, Any]) -> dict[str, Any]:
        options = [{"value": value, "text": str(text)} for value, text in getattr(self.fields[name], "choices", ())]
        value = self[name].value()
        typed_in = "" if value is None else value
        return {"id": name, "error": self.errors.get(name, [""])[0], "value": typed_in, "options": options, **look}


class MomentField(forms.CharField):
    """A local date and time as browsers send them, such as 2026-03-03T20:41; None when left blank."""

    def clean(self, value: Any) -> datetime | None:
        """The moment in UTC. Raises ValidationError for what is not a date and a time."""
        typed_in = super().clean(value)
        try:
            return clock.aware(datetime.fromisoformat(typed_in).replace(tzinfo=clock.LONDON)) if typed_in else None
        except (ValueError, OverflowError) as error:
            raise forms.ValidationError("Enter the time as a date and a time.") from error


class HappenedField(MomentField):
    """When something happened: now when left blank, and never later than now."""

    look: ClassVar[dict[str, Any]] = {"kind": "datetime", "text": "When it happened", "hint": "Leave blank if it is now"}

    def __init__(self) -> None:
        super().__init__(required=False)

    def clean(self, value: Any) -> datetime:
        """The moment in UTC. Raises ValidationError for the future: the record is of what happened."""
        now = clock.now()
        moment = super().clean(value) or now
        if moment > now:
            raise forms.ValidationError(FUTURE)
        return moment


class EntryForm(PlainForm):
    """A form of one entry of the record: its own questions, and at the end when it happened."""

    at = HappenedField()

    @property
    def looks(self) -> dict[str, dict[str, Any]]:
        """The questions in their order, when it happened last."""
        looks = super().looks
        return {**{name: look for name, look in looks.items() if name != "at"}, "at": looks["at"]}

    @property
    def items(self) -> list[dict[str, Any]]:
        """The questions as the field macros take them, with what was typed and what is wrong with it."""
        return self.questions


def text(label: str, most: int, missing: str = "", *, hint: str = "", lines: int = 0, width: int = 0) -> forms.CharField:
    """A question answered in words, at most so many characters; `missing` is said when it must not be left blank.

    lines: more than one makes a box of that height; width: of a short answer, in characters.
    """
    return shown(typed(most, missing), "textarea" if lines else "text", label, hint=hint, lines=lines, width=width)


def choice(label: str, choices: Any, missing: str = "", *, hint: str = "", kind: str = "radios") -> forms.ChoiceField:
    """A question with a short list of answers, as radios or as a `select`; optional where nothing is said to be missing."""
    said = {"required": missing, "invalid_choice": missing or "Choose one of the list."}
    return shown(forms.ChoiceField(choices=list(choices), required=bool(missing), error_messages=said), kind, label, hint=hint)


F = TypeVar("F", bound=forms.Field)


def shown(field: F, kind: str, label: str, **look: Any) -> F:
    """A field that says how its question looks: the kind of control and the label, and what of `look` is not blank."""
    field.look = {"kind": kind, "text": label, **{name: value for name, value in look.items() if value is False or value}}  # type: ignore[attr-defined]
    return field


def typed(most: int, missing: str = "") -> forms.CharField:
    """Words of a person, at most so many characters; required when `missing` says what to do."""
    said = {"max_length": f"This is longer than {most} characters. Shorten it: nothing was lost.", "required": missing}
    return forms.CharField(max_length=most, required=bool(missing), error_messages=said)
