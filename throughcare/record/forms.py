"""Forms of the record: a problem, allergies, a flag, an incident, a paper. Each says how its questions are shown."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any, ClassVar

from django import forms

from throughcare.core import clock
from throughcare.core.days import DAYS
from throughcare.core.forms import HappenedField, PlainForm, typed
from throughcare.record.actions.documents import AT_MOST, NotAPaper, TooLarge
from throughcare.record.dangers import FLAG_WORDS, document_kinds, flag_kinds, incident_kinds
from throughcare.record.models import AllergyIntolerance, Condition, Incident
from throughcare.record.rules import papers

LONG = 4000  # characters of a note
AT = {"kind": "datetime", "text": "When it happened", "hint": "Leave blank if it is now"}


class EntryForm(PlainForm):
    """A form of one entry: `asks` says how each question looks; `at` is when it happened, blank for now."""

    at = HappenedField()

    @property
    def items(self) -> list[dict[str, Any]]:
        """The questions as the field macros take them, with what was typed and what is wrong with it."""
        return [self._item(name, look) for name, look in {**self.asks, "at": AT}.items()]


def chosen(choices: Any, missing: str) -> forms.ChoiceField:
    """One of a short list."""
    return forms.ChoiceField(choices=list(choices), error_messages={"required": missing, "invalid_choice": missing})


class ConditionForm(EntryForm):
    """A problem and how it stands."""

    words = typed(200, "Write the problem in a few words.")
    status = chosen(Condition.Status.choices, "Choose how the problem stands.")
    verification = chosen(Condition.Sure.choices, "Choose how sure it is.")
    onset = typed(40)
    asks: ClassVar[dict[str, dict[str, Any]]] = {
        "words": {"kind": "text", "text": "Problem"},
        "status": {"kind": "radios", "text": "How does it stand?"},
        "verification": {"kind": "radios", "text": "How sure is it?"},
        "onset": {"kind": "text", "text": "Since when", "hint": "As it was said: 2019, as a child", "width": 20},
    }


class AllergyForm(EntryForm):
    """What was said when allergies were asked."""

    said = chosen(
        (("present", "Yes, there is one"), ("none-known", "None known"), ("unable", "Could not be asked")),
        "Choose what was answered. If the person could not answer, choose “Could not be asked”.",
    )
    substance = typed(400)
    reaction = typed(200)
    criticality = forms.ChoiceField(choices=AllergyIntolerance.Criticality.choices, required=False)
    asks: ClassVar[dict[str, dict[str, Any]]] = {
        "said": {"kind": "radios", "text": "Is there any allergy?"},
        "substance": {"kind": "text", "text": "To what", "hint": "One at a time. If not known, write Unknown"},
        "reaction": {"kind": "text", "text": "What happened", "hint": "For example, rash, lips swelled, could not breathe"},
        "criticality": {"kind": "radios", "text": "How bad can it be?"},
    }

    def clean_substance(self) -> str:
        """An allergy is to something."""
        given = str(self.cleaned_data["substance"])
        if self.cleaned_data.get("said") == AllergyIntolerance.Said.PRESENT and not given:
            raise forms.ValidationError("Write what the person is allergic to. If they do not know, write Unknown.")
        return given


class FlagForm(EntryForm):
    """What everybody who meets the person must know."""

    kind = chosen(flag_kinds().items(), "Choose what the flag is about.")
    words = typed(FLAG_WORDS, "Write what everybody must know.")
    asks: ClassVar[dict[str, dict[str, Any]]] = {
        "kind": {"kind": "select", "text": "What is it about?"},
        "words": {"kind": "text", "text": "What everybody must know", "hint": f"At most {FLAG_WORDS} characters"},
    }


class EndFlagForm(EntryForm):
    """Why a flag ends."""

    why = typed(70, "Write why the flag ends: who decided, and what has changed.")
    asks: ClassVar[dict[str, dict[str, Any]]] = {"why": {"kind": "text", "text": "Why does it end?"}}


class IncidentForm(EntryForm):
    """What went wrong."""

    kind = chosen(incident_kinds().items(), "Choose what kind of incident it was.")
    words = typed(LONG, "Write what happened.")
    harm = chosen(Incident.Harm.choices, "Choose the harm.")
    done = typed(LONG)
    asks: ClassVar[dict[str, dict[str, Any]]] = {
        "kind": {"kind": "select", "text": "What kind of incident?"},
        "words": {"kind": "textarea", "text": "What happened?", "lines": 5},
        "harm": {"kind": "radios", "text": "Harm"},
        "done": {"kind": "textarea", "text": "What was done about it?", "lines": 3},
    }


class ContactForm(EntryForm):
    """What was done in a contact, and the plan."""

    done = typed(LONG, "Write what was done before you save.")
    plan = typed(LONG)
    asks: ClassVar[dict[str, dict[str, Any]]] = {
        "done": {"kind": "textarea", "text": "What was done", "lines": 6},
        "plan": {"kind": "textarea", "text": "Plan", "lines": 3},
    }


class DocumentForm(PlainForm):
    """A paper: its file, its words, or both."""

    kind = chosen(document_kinds().items(), "Choose what the paper is.")
    title = typed(200, "Give the paper a title.")
    origin = typed(120)
    dated = forms.DateField(
        required=False, input_formats=DAYS,
        error_messages={"invalid": "Enter the date of the paper as day, month and year, such as 14/5/2019."},
    )  # fmt: skip
    words = forms.CharField(required=False)
    file = forms.FileField(required=False, allow_empty_file=False, error_messages={"empty": "The file is empty. Choose another."})

    def clean_dated(self) -> datetime:
        """The paper's own date, from its first minute; blank is now."""
        day: date | None = self.cleaned_data["dated"]
        if day is None:
            return clock.now()
        if day > clock.prison_day(clock.now()):
            raise forms.ValidationError("The date is in the future. Give the date on the paper.")
        return clock.aware(datetime.combine(day, time(), clock.LONDON))

    def clean_file(self) -> bytes:
        """The bytes, looked at before they are kept: the name of a file proves nothing."""
        sent = self.cleaned_data["file"]
        if sent is None:
            return b""
        if sent.size > AT_MOST:
            raise forms.ValidationError(TooLarge.message)
        content: bytes = sent.read()
        if papers.media_type(content) is None:
            raise forms.ValidationError(NotAPaper.message)
        return content

    def clean(self) -> dict[str, Any]:
        """Something must be in it; form feeds between pages stay."""
        said = "".join(c for c in self.cleaned_data.get("words", "") if c in "\n\t\f" or c.isprintable())
        super().clean()
        self.cleaned_data["words"] = said
        if not said.strip() and not self.cleaned_data.get("file") and "file" not in self.errors:
            self.add_error("file", "Choose a file, or type or paste the words of the paper.")
        return self.cleaned_data


class PageForm(PlainForm):
    """The words of one page, put right; or of further pages."""

    words = forms.CharField(error_messages={"required": "Type or paste the words of the page."})
