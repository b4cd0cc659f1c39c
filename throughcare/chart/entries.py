"""The kinds of entry that can be written and put right from the chart: each with its form, its action and who may."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404

from throughcare.access.acting import Actor
from throughcare.chart.forms_prevention import CommunicationForm, ImmunizationForm, ReportForm, SpecimenForm
from throughcare.chart.forms_record import (
    AllergyForm,
    ConditionForm,
    CorrectEncounterForm,
    EntryForm,
    FlagForm,
    IncidentForm,
)
from throughcare.chart.timeline import Line
from throughcare.core.refusals import Verdict, deny
from throughcare.record import actions as record
from throughcare.record.models import (
    AllergyIntolerance,
    Communication,
    Condition,
    DiagnosticReport,
    Encounter,
    Flag,
    Immunization,
    Incident,
    Specimen,
    Warning,
)
from throughcare.record.models.prevention import IN_ERROR


@dataclass(frozen=True)
class Sort:
    """One kind of entry."""

    title: str
    model: Any
    columns: tuple[str, ...]  # its own fields, as the timeline knows them
    may: str = ""
    form: type[EntryForm] | None = None
    fields: tuple[str, ...] = ()
    write: Callable[..., Any] | None = None


SORTS = {
    "encounter": Sort("Contact", Encounter, ("kind", "done", "plan"), "record_encounter", CorrectEncounterForm,
                      ("done", "plan"), record.record_encounter),
    "condition": Sort("Problem", Condition, ("words", "status", "verification", "onset"), "record_condition", ConditionForm,
                      ("words", "status", "verification", "onset"), record.record_condition),
    "allergy": Sort("Allergies", AllergyIntolerance, ("said", "substance", "reaction", "criticality"), "ask_allergies",
                    AllergyForm, ("said", "substance", "reaction", "criticality"), record.ask_allergies),
    "flag": Sort("Flag", Flag, ("kind", "words", "ended"), "raise_flag", FlagForm, ("kind", "words"), record.raise_flag),
    "incident": Sort("Incident", Incident, ("kind", "words", "done", "harm"), "record_incident", IncidentForm,
                     ("kind", "words", "done", "harm"), record.record_incident),
    "warning": Sort("Warning", Warning, ("source", "words")),
    "immunization": Sort("Vaccination", Immunization, ("vaccine", "dose", "status", "details"), "record_immunization",
                         ImmunizationForm, ("dose", "vaccine", "status", "again", *Immunization.DETAILS),
                         record.record_immunization),
    "specimen": Sort("Sample", Specimen, ("panel", "method", "status", "details"), "record_specimen", SpecimenForm,
                     ("method", "panel", "status", *Specimen.DETAILS), record.record_specimen),
    "report": Sort("Result", DiagnosticReport, ("panel", "results", "status", "words"), "record_result", ReportForm,
                   ("status", "panel", "results", "words"), record.record_result),
    "communication": Sort("Told the person", Communication, ("panel", "status", "words"), "record_result", CommunicationForm,
                          ("status", "words"), record.tell_result),
}  # fmt: skip


def found(patient: Any, kind: str, key: UUID) -> Any:
    """One row of a patient opened by `patients.queries.opened`; 404 for another's, or a kind that has no page."""
    sort = SORTS.get(kind)
    row = sort.model.objects.filter(patient__in=patient.linked, id=key).first() if sort else None
    if row is None:
        raise Http404
    return row


def versions(row: Any) -> list[Any]:
    """Every version of an entry, the latest first."""
    older: list[Any] = [row]
    newer: list[Any] = []
    while older[-1].corrects_id:
        older.append(type(row).objects.get(id=older[-1].corrects_id))
    while (newer[-1] if newer else row).superseded_by:
        newer.append(type(row).objects.get(id=(newer[-1] if newer else row).superseded_by))
    return newer[::-1] + older


def line(kind: str, row: Any) -> Line:
    """A row as the timeline shows it."""
    own = [json.dumps(one) if isinstance(one, dict) else str(one) for one in (getattr(row, name) for name in SORTS[kind].columns)]
    a, b, c, d = ["true" if one == "True" else one for one in own] + [""] * (4 - len(own))
    return Line(
        kind, row.id, row.patient_id, row.happened_at, row.written_at, row.written_by_name, row.establishment, row.corrects_id,
        row.superseded_by, row.addendum, a, b, c, d,
    )  # fmt: skip


def can_correct(row: Any, kind: str, by: Actor) -> Verdict:
    """Whether this person puts right this entry: of a kind that their role writes, and a flag only while it stands."""
    sort = SORTS[kind]
    if sort.form is None:
        return deny("This was written by somebody outside and stays as it is. Write what you know better as a contact.")
    if getattr(row, "ended", False):
        return deny("This flag has ended. Put up a new one if it is needed again.")
    if getattr(row, "status", "") == IN_ERROR:
        return deny("This entry was withdrawn as a mistake. Write a new one if it did happen.")
    return record.can_record(by, row.kind) if kind == "encounter" else by.may(sort.may)


def as_typed(kind: str, row: Any) -> dict[str, Any]:
    """A row as its form would have been filled in."""
    return {name: getattr(row, name) for name in SORTS[kind].fields}
