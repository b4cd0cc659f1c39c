"""Forms of vaccinations and tests: a dose, a sample, what it came to, and the person being told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms

from throughcare.core.forms import typed
from throughcare.record.actions import NameTheResults
from throughcare.record.forms import AT, EntryForm, chosen
from throughcare.record.models import Communication, DiagnosticReport, Immunization, Specimen
from throughcare.record.models.prevention import IN_ERROR
from throughcare.record.panels import methods, outcomes, panels
from throughcare.record.vaccines import most_doses, reasons, sites, vaccines

Looks = dict[str, dict[str, Any]]


def titles(table: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The choices of a table of the rulebook."""
    return [(row.id, row.title) for row in table.values()]


class StandingForm(EntryForm):
    """A form whose entry has a status. Only what is on the record can turn out to be a mistake."""

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial or {})
        status: Any = self.fields["status"]
        if not self.initial.get("status"):
            status.choices = [(code, words) for code, words in status.choices if code != IN_ERROR]


class ImmunizationForm(StandingForm):
    """A dose of a vaccine. `known` says which doses are on the record already."""

    known = ""
    vaccine = chosen(titles(vaccines()), "Choose the vaccine.")
    dose = forms.IntegerField(
        min_value=1, max_value=most_doses(),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"), "Say which dose it is: 1 for the first, 2 for the second."
        ),
    )  # fmt: skip
    status = chosen(Immunization.Status.choices, "Say whether it was given.")
    primary_source = forms.ChoiceField(
        choices=(("True", "Here, by us"), ("False", "Elsewhere: a paper or the person says so")), required=False
    )
    product = typed(120)
    lot_number = typed(40)
    site = forms.ChoiceField(choices=[("", "Not known"), *sites().items()], required=False)
    reason = forms.ChoiceField(choices=[("", "It was given"), *reasons().items()], required=False)
    words = typed(400)
    again = forms.MultipleChoiceField(
        choices=[("yes", "This dose is on the record, and was given a second time")], required=False
    )
    asks: ClassVar[Looks] = {
        "vaccine": {"kind": "select", "text": "Which vaccine?"},
        "dose": {"kind": "number", "text": "Which dose of it?", "inputmode": "numeric"},
        "status": {"kind": "radios", "text": "Was it given?"},
        "reason": {"kind": "select", "text": "If not given, why?"},
        "primary_source": {"kind": "radios", "text": "Where was it given?"},
        "product": {"kind": "text", "text": "Product"},
        "lot_number": {"kind": "text", "text": "Batch number", "width": 20},
        "site": {"kind": "select", "text": "Where on the body?"},
        "words": {"kind": "text", "text": "Anything else"},
        "again": {"kind": "checkboxes", "text": "Only if it is on the record already"},
    }

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        held = dict(initial or {})
        given = {"primary_source": str(held.get("primary_source", True)), "again": ["yes"] if held.get("again") else []}
        super().__init__(data, initial=held | given)

    def clean(self) -> dict[str, Any]:
        """A dose that was not given says why."""
        said = super().clean()
        said["primary_source"], said["again"] = said.get("primary_source") != "False", "yes" in said.get("again", ())
        if said.get("status") == Immunization.Status.NOT_DONE and not said.get("reason"):
            self.add_error("reason", "Say why the dose was not given.")
        return said

    def _item(self, name: str, look: dict[str, Any]) -> dict[str, Any]:
        return super()._item(name, {**look, "hint": self.known} if name == "dose" and self.known else look)


class SpecimenForm(StandingForm):
    """A sample."""

    panel = chosen(titles(panels()), "Choose what the sample is for.")
    method = chosen(methods().items(), "Choose how the sample was taken.")
    agreed = chosen(Specimen.Agreed.choices, "Say whether the person agreed to these tests.")
    status = forms.ChoiceField(choices=Specimen.Status.choices, required=False)
    accession = typed(40)
    words = typed(400)
    asks: ClassVar[Looks] = {
        "panel": {"kind": "radios", "text": "What is it for?"},
        "method": {"kind": "radios", "text": "How was it taken?"},
        "agreed": {"kind": "radios", "text": "Did the person agree?"},
        "accession": {"kind": "text", "text": "Number of the laboratory or the kit", "width": 20},
        "words": {"kind": "text", "text": "Anything else"},
    }

    def clean(self) -> dict[str, Any]:
        """Each panel is taken in its own ways."""
        said = super().clean()
        said["status"] = said.get("status") or Specimen.Status.AVAILABLE
        panel = panels().get(said.get("panel", ""))
        if panel and said.get("method") and said["method"] not in panel.methods:
            ways = ", ".join(methods()[way].lower() for way in panel.methods)
            self.add_error("method", f"For this, choose one of: {ways}.")
        return said

    @property
    def items(self) -> list[dict[str, Any]]:
        """With the status only where the entry stands already."""
        status = {"status": {"kind": "radios", "text": "Does the entry stand?"}} if self.initial.get("status") else {}
        return [self._item(name, look) for name, look in {**self.asks, **status, "at": AT}.items()]


class ReportForm(StandingForm):
    """What the tests of one panel came to; `initial` names the panel."""

    status = chosen(DiagnosticReport.Status.choices, "Say whether the report is final.")
    words = typed(400)
    asks: ClassVar[Looks] = {
        "status": {"kind": "radios", "text": "Is it final?"},
        "words": {
            "kind": "text",
            "text": "What the laboratory says",
            "hint": "For example, the cut-off, or that it was confirmed",
        },
    }

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        self.panel = panels().get(self.initial.get("panel", ""))
        for test, came_to in dict(self.initial.get("results") or {}).items():
            self.initial[f"result_{test}"] = came_to
        for test in self.panel.tests if self.panel else ():
            self.fields[f"result_{test.id}"] = forms.ChoiceField(choices=list(outcomes().items()), required=False)

    @property
    def items(self) -> list[dict[str, Any]]:
        """Each test of the panel first."""
        tests = {f"result_{test.id}": {"kind": "radios", "text": test.title} for test in (self.panel.tests if self.panel else ())}
        return [
            self._item(name, look) for name, look in {**tests, **self.asks, "at": {**AT, "text": "When it was reported"}}.items()
        ]

    def clean(self) -> dict[str, Any]:
        """At least one of the tests came to something."""
        said = super().clean()
        tests = [test.id for test in self.panel.tests] if self.panel else []
        results = {test: said.pop(f"result_{test}", "") for test in tests}
        said["results"], said["panel"] = {test: one for test, one in results.items() if one}, self.initial.get("panel", "")
        if not said["results"]:
            self.add_error(f"result_{tests[0]}" if tests else "status", NameTheResults.message)
        return said


class CommunicationForm(StandingForm):
    """How the person was told."""

    status = chosen(Communication.Status.choices, "Say whether the person was told.")
    words = typed(1000, "Write what was said and understood, or why the person was not told.")
    asks: ClassVar[Looks] = {
        "status": {"kind": "radios", "text": "Was the person told?"},
        "words": {
            "kind": "textarea", "text": "What was said and understood?", "lines": 4,
            "hint": "And who could hear it, what happens next, or why it was not done",
        },
    }  # fmt: skip
