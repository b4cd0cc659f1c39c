"""Forms of vaccinations and tests: a dose, a sample, what it came to, and the person being told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from throughcare.core.forms import EntryForm, HappenedField, choice, shown, text
from throughcare.record.actions import NameTheResults
from throughcare.record.models import Communication, DiagnosticReport, Immunization, Specimen
from throughcare.record.models.prevention import IN_ERROR
from throughcare.record.panels import methods, outcomes, panels
from throughcare.record.vaccines import most_doses, reasons, sites, vaccines


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
    vaccine = choice("Which vaccine?", titles(vaccines()), "Choose the vaccine.", kind="select")
    dose = shown(
        forms.IntegerField(
            min_value=1, max_value=most_doses(),
            error_messages=dict.fromkeys(
                ("required", "invalid", "min_value", "max_value"), "Say which dose it is: 1 for the first, 2 for the second."
            ),
        ),
        "number", "Which dose of it?", inputmode="numeric",
    )  # fmt: skip
    status = choice("Was it given?", Immunization.Status.choices, "Say whether it was given.")
    reason = choice("If not given, why?", [("", "It was given"), *reasons().items()], kind="select")
    primary_source = choice(
        "Where was it given?", (("True", "Here, by us"), ("False", "Elsewhere: a paper or the person says so"))
    )
    product = text("Product", 120)
    lot_number = text("Batch number", 40, width=20)
    site = choice("Where on the body?", [("", "Not known"), *sites().items()], kind="select")
    words = text("Anything else", 400)
    again = shown(
        forms.MultipleChoiceField(choices=[("yes", "This dose is on the record, and was given a second time")], required=False),
        "checkboxes", "Only if it is on the record already",
    )  # fmt: skip

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

    panel = choice("What is it for?", titles(panels()), "Choose what the sample is for.")
    method = choice("How was it taken?", methods().items(), "Choose how the sample was taken.")
    agreed = choice("Did the person agree?", Specimen.Agreed.choices, "Say whether the person agreed to these tests.")
    accession = text("Number of the laboratory or the kit", 40, width=20)
    words = text("Anything else", 400)
    status = choice("Does the entry stand?", Specimen.Status.choices)

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
    def looks(self) -> dict[str, dict[str, Any]]:
        """With the status only where the entry stands already."""
        return {name: look for name, look in super().looks.items() if name != "status" or self.initial.get("status")}


class ReportForm(StandingForm):
    """What the tests of one panel came to; `initial` names the panel."""

    status = choice("Is it final?", DiagnosticReport.Status.choices, "Say whether the report is final.")
    words = text("What the laboratory says", 400, hint="For example, the cut-off, or that it was confirmed")
    at = shown(HappenedField(), "datetime", "When it was reported", hint="Leave blank if it is now")

    def __init__(self, data: Any = None, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(data, initial=initial)
        self.panel = panels().get(self.initial.get("panel", ""))
        for test, came_to in dict(self.initial.get("results") or {}).items():
            self.initial[f"result_{test}"] = came_to
        for test in self.panel.tests if self.panel else ():
            self.fields[f"result_{test.id}"] = choice(test.title, outcomes().items())

    @property
    def looks(self) -> dict[str, dict[str, Any]]:
        """Each test of the panel first."""
        looks = super().looks
        return dict(sorted(looks.items(), key=lambda pair: not pair[0].startswith("result_")))

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

    status = choice("Was the person told?", Communication.Status.choices, "Say whether the person was told.")
    words = text(
        "What was said and understood?", 1000, "Write what was said and understood, or why the person was not told.", lines=4,
        hint="And who could hear it, what happens next, or why it was not done",
    )  # fmt: skip
