"""Forms of the record: a problem, allergies, a flag, an incident, a paper. Each says how its questions are shown."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django import forms

from throughcare.core import clock
from throughcare.core.days import DAYS
from throughcare.core.forms import EntryForm, PlainForm, choice, text, typed
from throughcare.record.actions.documents import AT_MOST, NotAPaper, TooLarge
from throughcare.record.dangers import FLAG_WORDS, document_kinds, flag_kinds, incident_kinds
from throughcare.record.kinds import kinds
from throughcare.record.models import AllergyIntolerance, Condition, Incident
from throughcare.record.rules import papers

LONG = 4000  # characters of a note
UP_TO = f"At most {FLAG_WORDS} characters"


class ConditionForm(EntryForm):
    """A problem and how it stands."""

    words = text("Problem", 200, "Write the problem in a few words.")
    status = choice("How does it stand?", Condition.Status.choices, "Choose how the problem stands.")
    verification = choice("How sure is it?", Condition.Sure.choices, "Choose how sure it is.")
    onset = text("Since when", 40, hint="As it was said: 2019, as a child", width=20)


class AllergyForm(EntryForm):
    """What was said when allergies were asked."""

    said = choice(
        "Is there any allergy?",
        (("present", "Yes, there is one"), ("none-known", "None known"), ("unable", "Could not be asked")),
        "Choose what was answered. If the person could not answer, choose “Could not be asked”.",
    )
    substance = text("To what", 400, hint="One at a time. If not known, write Unknown")
    reaction = text("What happened", 200, hint="For example, rash, lips swelled, could not breathe")
    criticality = choice("How bad can it be?", AllergyIntolerance.Criticality.choices)

    def clean_substance(self) -> str:
        """An allergy is to something."""
        given = str(self.cleaned_data["substance"])
        if self.cleaned_data.get("said") == AllergyIntolerance.Said.PRESENT and not given:
            raise forms.ValidationError("Write what the person is allergic to. If they do not know, write Unknown.")
        return given


class FlagForm(EntryForm):
    """What everybody who meets the person must know."""

    kind = choice("What is it about?", flag_kinds().items(), "Choose what the flag is about.", kind="select")
    words = text(
        "What everybody must know", FLAG_WORDS, "Write what everybody must know.", hint=f"At most {FLAG_WORDS} characters"
    )


class EndFlagForm(EntryForm):
    """Why a flag ends."""

    why = text("Why does it end?", 70, "Write why the flag ends: who decided, and what has changed.")


class IncidentForm(EntryForm):
    """What went wrong."""

    kind = choice("What kind of incident?", incident_kinds().items(), "Choose what kind of incident it was.", kind="select")
    words = text("What happened?", LONG, "Write what happened.", lines=5)
    harm = choice("Harm", Incident.Harm.choices, "Choose the harm.")
    done = text("What was done about it?", LONG, lines=3)


class ContactForm(EntryForm):
    """What was done in a contact, and the plan: in the words in which its kind asks."""

    done = text("What was done", LONG, "Write what was done before you save.", lines=5)
    plan = text("Plan", LONG, lines=3)

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial or {})
        self.contact = kinds().get(self.initial.get("kind", ""))

    @property
    def looks(self) -> dict[str, dict[str, Any]]:
        """A kind without a plan does not ask for one, unless one is written already."""
        looks = super().looks
        if self.contact is None:
            return looks
        asks = {"done": self.contact.ask, "plan": self.contact.plan or (self.initial.get("plan", "") and "Plan")}
        said = {name: {**look, "text": asks.get(name, look["text"])} for name, look in looks.items()}
        return {name: look for name, look in said.items() if look["text"]}


class DocumentForm(PlainForm):
    """A paper: its file, its words, or both."""

    kind = choice("Kind", document_kinds().items(), "Choose what the paper is.", kind="select")
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
