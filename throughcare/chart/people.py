"""The patient banner: who this is, where, allergies and what could kill. On every page about a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from throughcare.chart import danger
from throughcare.chart.danger import Risk
from throughcare.core import clock
from throughcare.core.shown import uk_date
from throughcare.custody.queries import Place
from throughcare.patients import queries as patients
from throughcare.patients.models import Patient
from throughcare.record import queries as record
from throughcare.record.models import AllergyIntolerance

FLAGS_SHOWN = 6  # a banner that lists everything warns of nothing; the page has them all


@dataclass(frozen=True)
class Banner:
    """Plain values for the banner component; no slot of it is ever blank."""

    patient: Patient
    place: str
    allergies: dict[str, str]
    risks: tuple[Risk, ...]
    same_name: str
    prison_number: str
    interpreter: str

    @property
    def initials(self) -> str:
        return (self.patient.given_names[:1] + self.patient.family_name[:1]).upper() or "?"

    @property
    def born(self) -> str:
        return uk_date(self.patient.date_of_birth) if self.patient.date_of_birth else "Not known"

    @property
    def age(self) -> str:
        born = self.patient.date_of_birth
        return f"{clock.age(born, clock.now())}" if born else "age not known"

    @property
    def flags(self) -> list[dict[str, str]]:
        first = [{"strength": "urgent", "text": f"Interpreter: {self.interpreter}"}] if self.interpreter else []
        return first + [{"strength": "urgent", "text": risk.text} for risk in self.risks[:FLAGS_SHOWN]]


def banner(patient: Any) -> Banner:
    """The banner of a patient opened by `patients.queries.opened`, in two statements."""
    return Banner(
        patient=patient, place=_place(patient, patients.place_of(patient)),
        allergies=_allergies(record.allergies_of([patient.id]).get(patient.id)),
        risks=danger.risks_of([patient.id]).get(patient.id, ()), same_name=_same_name(patient.same_name),
        prison_number=", ".join(patient.numbers) or "None yet",
        interpreter="" if patient.interpreter is None else patient.interpreter or "language not known",
    )  # fmt: skip


def _place(patient: Patient, place: Place | None) -> str:
    if place is None:
        return "Here, no booking yet" if patient.provisional else "Not in a prison of ours"
    return f"{place.establishment} {place.words}"


def _allergies(asked: AllergyIntolerance | None) -> dict[str, str]:
    if asked is None:
        return {"state": "not-asked", "text": "Not asked yet"}
    when = f"asked {uk_date(asked.happened_at)}"
    if asked.said == AllergyIntolerance.Said.PRESENT:
        return {"state": "recorded", "text": f"{asked.substance or 'Yes, substance not written'} ({when})"}
    if asked.said == AllergyIntolerance.Said.NONE_KNOWN:
        return {"state": "none-known", "text": f"None known, {when}"}
    return {"state": "not-asked", "text": f"Could not be asked, {when.removeprefix('asked ')}"}


def _same_name(others: list[dict[str, str | None]]) -> str:
    if not others:
        return ""
    who = "; ".join(f"{one['given']} {one['family']}, born {_born(one['born'])}" for one in others)
    return f"Also here: {who}. Check the date of birth."


def _born(day: str | None) -> str:
    return uk_date(date.fromisoformat(day)) if day else "not known"
