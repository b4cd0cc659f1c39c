"""What the consent pages show, and the letters that may leave: each field by name, its words from the record."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from throughcare.chart import danger, people
from throughcare.chart.digest import digest
from throughcare.core.identifiers import NHSNumber
from throughcare.core.refusals import Refused
from throughcare.core.shown import uk_date
from throughcare.patients import consent
from throughcare.patients.actions import NoBasis
from throughcare.patients.models import Disclosure
from throughcare.patients.opened import OpenedPatient
from throughcare.record import queries as record
from throughcare.record.kinds import kinds

LABELS = {
    "name": "Name", "date_of_birth": "Date of birth", "nhs_number": "NHS number", "prison_number": "Prison number",
    "allergies": "Allergies", "interpreter": "Interpreter", "dangers": "What could kill", "contacts": "Care given here",
}  # fmt: skip


class Changed(Refused):
    """The record says something else than when the letter was written."""

    message = (
        "The record has changed since this was told, so this is no longer what was sent. Write a new letter if one is needed."
    )


@dataclass(frozen=True)
class Letter:
    """One letter: to whom, why it may leave, and its fields in words."""

    title: str
    recipient: str
    lines: tuple[tuple[str, tuple[str, ...]], ...]

    @property
    def text(self) -> str:
        """The whole letter as plain text: what is hashed when it leaves."""
        return "\n".join([self.title, self.recipient, *(f"{label}: {'; '.join(words)}" for label, words in self.lines)])


def letter(patient: OpenedPatient, document: str, recipient: str, fields: Collection[str]) -> Letter:
    """The letter as the record stands now, in the order of the closed list; nothing outside it can be asked for.

    `patient` is one opened by `patients.queries.opened`: the letter speaks of all linked records, as the pages do.
    """
    paper = consent.today().paper(document)
    listed = [field for field in (paper.fields if paper else ()) if field in fields and field in _WORDS]
    words = tuple((LABELS[field], tuple(_WORDS[field](patient)) or ("Nothing written",)) for field in listed)
    return Letter(paper.title if paper else "", recipient, words)


def reopened(patient: OpenedPatient, told: Disclosure, at: datetime) -> Letter:
    """A letter that was allowed, opened again. Raises NoBasis once agreement ended, Changed when the record says more by now."""
    if not consent.still_stands(told, at):
        raise NoBasis(why=f"the agreement that this rested on has ended ({told.recipient})")
    written = letter(patient, told.document, told.recipient, told.fields)
    if hashlib.sha256(written.text.encode()).hexdigest() != told.document_sha256:
        raise Changed()
    return written


def fields_of(document: str) -> list[dict[str, str]]:
    """The closed list of a letter, as boxes to tick."""
    paper = consent.today().paper(document)
    return [{"value": field, "text": LABELS[field]} for field in (paper.fields if paper and paper.letter else ())]


def bases_of(document: str) -> list[dict[str, str]]:
    """On which grounds this letter may leave."""
    paper = consent.today().paper(document)
    return [{"value": code, "text": str(Disclosure.Basis(code).label)} for code in (paper.bases if paper else ())]


def _dangers(patient: OpenedPatient) -> list[str]:
    """What the page "What could kill" lists, without the words of the notes: the latest place, then what is only mentioned."""
    found = digest(patient.linked, danger.said_of(patient.linked))
    sure = [f"{group.words}, {group.latest.when}" for group in found.groups]
    return sure + [f"{group.words}, mentioned {group.latest.when}, not certain" for group in found.mentioned]


def _contacts(patient: OpenedPatient) -> list[str]:
    known = kinds()
    return [
        f"{known[row.kind].title if row.kind in known else 'Contact'}, {uk_date(row.happened_at)}"
        for row in record.encounters_of(patient.linked)
    ]


def _allergies(patient: OpenedPatient) -> list[str]:
    return [people.allergies(record.allergies_known(patient.linked))["text"]]


_WORDS: dict[str, Callable[[OpenedPatient], list[str]]] = {
    "name": lambda patient: [patient.name],
    "date_of_birth": lambda patient: [uk_date(patient.date_of_birth)] if patient.date_of_birth else [],
    "nhs_number": lambda patient: [NHSNumber(patient.held_nhs).spaced] if patient.held_nhs else [],
    "prison_number": lambda patient: list(patient.numbers),
    "allergies": _allergies,
    "interpreter": lambda patient: [] if patient.interpreter is None else [patient.interpreter or "Language not known"],
    "dangers": _dangers,
    "contacts": _contacts,
}
