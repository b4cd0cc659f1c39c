"""The page "Who he is", and what is compared before two records are joined."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from throughcare.access.acting import Actor
from throughcare.access.queries import names_of
from throughcare.chart import danger
from throughcare.core.addresses import of_person
from throughcare.core.shown import uk_date, uk_datetime
from throughcare.patients import identity, linked, naming
from throughcare.patients import queries as patients
from throughcare.patients.models import Merge, MergeProposal, Patient
from throughcare.patients.opened import NamedPatient, OpenedPatient
from throughcare.patients.rules import alike_in_any
from throughcare.record import queries as record
from throughcare.screening import merging as screens

CANDIDATES = 8


@dataclass(frozen=True)
class Line:
    """One thing that is known: what, said how, from where, with both times; `row` is corrected at `edit`."""

    key: str
    value: str
    source: str
    happened: str
    written: str
    by: str
    edit: str
    past: bool = False


@dataclass(frozen=True)
class Part:
    """One part of the page."""

    title: str
    lines: list[Line]
    nothing: str
    add: str
    adds: str


def parts(patient: OpenedPatient) -> list[Part]:
    """Everything known of who somebody is, under any of their records."""
    said = identity.said_of(patient.id)
    everything: list[Any] = [*said.names, *said.numbers, *said.characteristics, *said.needs, *said.contacts]
    who = _names_of_writers(row.written_by for row in everything)
    base = of_person(patient.id, "identity/")

    def part(title: str, noun: str, rows: Iterable[Any], told: Any, nothing: str, adds: str) -> Part:
        lines = [_line(row, told(row), who, f"{base}{noun}/?row={row.id}") for row in rows]
        return Part(title, lines, nothing, f"{base}{noun}/", adds)

    return [
        part("Names", "names", said.names, _name, "No name is written.", "Add a name"),
        part("Numbers", "numbers", said.numbers, lambda row: (row.get_system_display(), row.value, row.until),
             "No number is written.", "Add a number"),
        part("What he needs", "needs", said.needs, _need, "Nobody has written a need.", "Add a need"),
        part("What he says of himself", "characteristics", said.characteristics,
             lambda row: (row.get_kind_display(), row.words, None), "Nobody has asked.", "Add an answer"),
        part("People who matter", "contacts", said.contacts, _contact, "Nobody is written.", "Add somebody"),
    ]  # fmt: skip


def candidates(patient: OpenedPatient, actor: Actor) -> list[tuple[NamedPatient, str]]:
    """Other records in the reader's sight that may be the same person, the likest first, each with why."""
    mine = naming.known(patient.names, patient.date_of_birth)
    keys = {row.patient_id for row in naming.candidates(mine)[:200]} - set(patient.linked)
    rows = [NamedPatient.of(row) for row in _named(actor).filter(id__in=keys)]
    found = [(row, alike_in_any(mine, naming.known(row.names, row.date_of_birth))) for row in rows]
    return sorted(((row, why) for row, why in found if why), key=lambda pair: naming.rank(pair[1]))[:CANDIDATES]


def compared(one: NamedPatient, other: NamedPatient) -> list[tuple[str, str, str]]:
    """Two records side by side: what, on this one, on that one."""
    return [(title, said(one), said(other)) for title, said in COMPARED.items()]


def conflicts(one: NamedPatient, other: NamedPatient) -> list[str]:
    """What two people must look at before they say that these are one person."""
    found = []
    if one.nhs_number and other.nhs_number and one.nhs_number != other.nhs_number:
        found.append("Two different NHS numbers: ask the NHS spine which is right before you go on.")
    if one.place and other.place and one.place.establishment != other.place.establishment:
        found.append("Both are in custody now, in two prisons. Either one is somebody else, or a booking is wrong.")
    if one.date_of_birth and other.date_of_birth and one.date_of_birth != other.date_of_birth:
        found.append("Two dates of birth.")
    if len(screens.open_screens([*one.linked, *other.linked])) > 1:
        found.append(screens.TwoOpenScreens.message)
    return found + _clinical(one, other)


def waiting(patient: OpenedPatient) -> list[MergeProposal]:
    """Proposals about somebody that wait for a second person."""
    return linked.proposals_about(patient.id)


def merges(patient: OpenedPatient) -> list[Merge]:
    """What was joined to this record."""
    return linked.merges_into(patient.id)


def record_of(key: UUID, actor: Actor) -> NamedPatient | None:
    """One record with its own names, whether it was joined or not; None when it is out of reach."""
    row = _named(actor).filter(id=key).first()
    return NamedPatient.of(row) if row else None


def _named(actor: Actor) -> QuerySet[Any]:
    return patients.with_custody(Patient.objects.seen_by(actor)).annotate(names=naming.names_of())


def _clinical(one: NamedPatient, other: NamedPatient) -> list[str]:
    allergies = record.allergies_of([one.id, other.id])
    said = {row.said for row in allergies.values()}
    found = ["They say different things about allergies: the graver is shown from now on."] if len(said) > 1 else []
    if set(danger.risks_of([one.id, other.id])) == {one.id, other.id}:
        found.append("Both hold warnings of what could kill: all of them are shown from now on.")
    return found


def _line(row: Any, told: tuple[str, str, Any], who: dict[str, str], edit: str) -> Line:
    key, value, until = told
    return Line(
        key, f"{value} (until {uk_date(until)})" if until else value, row.source, uk_datetime(row.happened_at),
        uk_datetime(row.written_at), who.get(row.written_by, row.written_by), edit, bool(until),
    )  # fmt: skip


def _names_of_writers(keys: Iterable[str]) -> dict[str, str]:
    written = set(keys)
    return dict.fromkeys(written, "Throughcare") | names_of(written)


def _name(row: Any) -> tuple[str, str, Any]:
    born = f", born {uk_date(row.date_of_birth)}" if row.date_of_birth else ""
    return row.get_use_display(), f"{row}{born}", row.until


def _need(row: Any) -> tuple[str, str, Any]:
    kind = identity.needs().get(row.code)
    return kind.words if kind else row.code, row.detail or "Yes", None


def _contact(row: Any) -> tuple[str, str, Any]:
    told = f". May be told: {row.may_be_told}" if row.may_be_told else ". Nothing was said about what may be told"
    return row.get_relation_display(), ", ".join(filter(None, [row.name, row.phone, row.address])) + told, None


def _spoken(patient: NamedPatient) -> str:
    return patient.spoken_name


def _born(patient: NamedPatient) -> str:
    return uk_date(patient.date_of_birth) if patient.date_of_birth else "Not known"


def _place(patient: NamedPatient) -> str:
    found = patient.place
    return f"{found.establishment} {found.words}" if found else "Not in a prison of ours"


def _aliases(patient: NamedPatient) -> str:
    names = {f"{one['given']} {one['family']}".strip() for one in patient.names} - {patient.spoken_name}
    return ", ".join(sorted(names)) or "No other name"


COMPARED: dict[str, Callable[[NamedPatient], str]] = {
    "Name": _spoken,
    "Born": _born,
    "Prison numbers": lambda patient: ", ".join(patient.numbers) or "None",
    "NHS number": lambda patient: patient.nhs or "Not known",
    "Sex": lambda patient: patient.sex or "Not known",
    "Where": _place,
    "Also known as": _aliases,
}
