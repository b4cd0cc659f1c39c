"""Vaccinations, samples, what they came to and who was told, as entries."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from throughcare.core.kinds import Kind, Writing
from throughcare.record import actions
from throughcare.record.forms_prevention import CommunicationForm, ImmunizationForm, ReportForm, SpecimenForm
from throughcare.record.models import Communication, DiagnosticReport, Immunization, Specimen
from throughcare.record.models.prevention import IN_ERROR
from throughcare.record.panels import methods, outcomes, panel_title, panels
from throughcare.record.vaccines import reasons, sites, vaccine_title


def _locked(row: Any) -> str:
    mistaken = "This entry was withdrawn as a mistake. Write a new one if it did happen."
    return mistaken if row.status == IN_ERROR else ""


def _mistaken(row: Any) -> str:
    return "Withdrawn as a mistake. " if row.status == IN_ERROR else ""


def _vaccinated(row: Immunization) -> str:
    words = "not given" if row.status == Immunization.Status.NOT_DONE else "given"
    return f"{_mistaken(row)}{vaccine_title(row.vaccine)} vaccine, dose {row.dose}: {words}"


def _dose(row: Immunization) -> Iterator[tuple[str, str]]:
    yield "Why", reasons().get(row.reason, row.reason)
    yield "Given", "" if row.primary_source else "Elsewhere, as a paper or the person says"
    yield "Product", row.product
    yield "Batch", row.lot_number
    yield "Where", sites().get(row.site, row.site)
    yield "Words", row.words


def _sample(row: Specimen) -> Iterator[tuple[str, str]]:
    yield "How", methods().get(row.method, row.method)
    yield "Agreed", Specimen.Agreed(row.agreed).label if row.agreed in Specimen.Agreed.values else row.agreed
    yield "Number", row.accession
    yield "Words", row.words


def _result(row: DiagnosticReport) -> Iterator[tuple[str, str]]:
    named = panels()[row.panel].titles() if row.panel in panels() else {}
    for test, code in row.results.items():
        yield named.get(test, test), outcomes().get(str(code), str(code))
    yield "How sure", DiagnosticReport.Status(row.status).label
    yield "Words", row.words


def _informed(row: Communication) -> str:
    words = "Not told this time" if row.status == Communication.Status.NOT_DONE else "Told"
    return f"{_mistaken(row)}{words}: {panel_title(row.panel).lower()}"


KINDS = (
    Kind(
        Immunization, "Vaccination", "Vaccinations", _vaccinated, _dose,
        writing=Writing(
            "record_immunization", ImmunizationForm, actions.record_immunization, new="Record a vaccination",
            page="immunizations/new/", evidence="record.ImmunizationGiven", asks=("vaccine",), locked=_locked, beside="dose",
        ),
    ),
    Kind(
        Specimen, "Sample", "Samples", lambda row: f"{_mistaken(row)}Sample: {panel_title(row.panel).lower()}", _sample,
        writing=Writing(
            "record_specimen", SpecimenForm, actions.record_specimen, new="Record a sample", page="specimens/new/",
            evidence="record.SpecimenTaken", asks=("panel",), locked=_locked, beside="method",
        ),
    ),
    Kind(
        DiagnosticReport, "Result", "Results", lambda row: f"{_mistaken(row)}Result: {panel_title(row.panel).lower()}", _result,
        writing=Writing(
            "record_result", ReportForm, actions.record_result, new="Record a result", page="results/new/", locked=_locked,
            beside="status",
        ),
    ),
    Kind(
        Communication, "Told a result", "Results told", _informed, lambda row: (("Words", row.words),),
        writing=Writing(
            "record_result", CommunicationForm, actions.tell_result, new="Told the person", page="results/told/",
            evidence="record.ResultGiven", locked=_locked, beside="status",
        ),
    ),
)  # fmt: skip
