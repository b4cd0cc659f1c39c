"""Reads of consent and disclosure: how each purpose stands, what was said before, what was told to whom.

Every read is of all records of a person. Where two of them answer one question differently, a no outweighs a yes, until they
are asked again; `patients_outweighed` (migration 0013) keeps the same for what is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, F, Func, QuerySet, Subquery, UUIDField, Value

from throughcare.core import clock
from throughcare.patients.consent_book import Book, Purpose, book
from throughcare.patients.linked import Survivor, everything_of
from throughcare.patients.models import Capacity, Consent, Disclosure, DisclosureRequest, Merge

# Label and colour of each state: one row of one table.
STATES = {
    "not_asked": ("Nobody has asked", "grey"),
    "given": ("Agreed", "green"),
    "expired": ("Agreed once, now out of date: ask again", "orange"),
    "refused": ("Said no", "red"),
    "withdrawn": ("Took it back", "red"),
    "lacks_capacity": ("Could not decide", "orange"),
}


@dataclass(frozen=True)
class Line:
    """How one purpose stands for one recipient; without a row, nobody has asked."""

    purpose: Purpose
    recipient: str
    row: Consent | None
    state: str

    @property
    def words(self) -> tuple[str, str]:
        """Label and colour."""
        return STATES[self.state]


def today() -> Book:
    """The rulebook that applies today."""
    return book(clock.prison_day(clock.now()))


def lines(patient: UUID, at: datetime) -> list[Line]:
    """Every purpose, one line a recipient, in the order of the rulebook; one statement."""
    said: dict[str, dict[str, list[Any]]] = {}
    for row in _answers(patient).order_by("recipient"):
        said.setdefault(row.purpose, {}).setdefault(row.recipient, []).append(row)
    rows = {purpose: [_that_counts(each) for each in whom.values()] for purpose, whom in said.items()}
    return [line for purpose in today().purposes for line in _lines(purpose, rows.get(purpose.code, []), at)]


def history(patient: UUID) -> list[Consent]:
    """Every answer ever given, latest first, with the assessment that a "could not decide" rests on."""
    rows = Consent.objects.filter(patient__one_of=everything_of(patient)).select_related("capacity")
    return list(rows.order_by("-happened_at", "-written_at"))


def capacities(patient: UUID) -> list[Capacity]:
    """Every assessment, latest first; none is for good."""
    return list(Capacity.objects.current().filter(patient__one_of=everything_of(patient)).order_by("-happened_at"))


def standing(patient: UUID, purpose: str, recipient: str) -> Consent | None:
    """The answer that counts now for one purpose and recipient; None when nobody has asked."""
    rows = list(_answers(patient).filter(purpose=purpose, recipient=recipient))
    return _that_counts(rows) if rows else None


def on_this_record(patient: UUID, purpose: str, recipient: str) -> Consent | None:
    """The answer under one record alone: what a new one on that record takes the place of."""
    return Consent.objects.current().filter(patient=patient, purpose=purpose, recipient=recipient).first()


def live(patient: UUID, purpose: str, recipient: str, at: datetime) -> Consent | None:
    """Agreement that holds at a moment: given, not taken back, not out of date."""
    row = standing(patient, purpose, recipient)
    return row if row and state_of(row, at) == "given" else None


def state_of(row: Consent | None, at: datetime) -> str:
    """The one word for how an answer stands."""
    if row is None:
        return "not_asked"
    if row.status == Consent.Status.GIVEN and row.expires_at and row.expires_at <= at:
        return "expired"
    return str(row.status)


def told(patient: UUID) -> list[Disclosure]:
    """Everything that was told about somebody, latest first, with the agreement it rests on."""
    rows = Disclosure.objects.current().filter(patient__one_of=everything_of(patient)).select_related("consent")
    outweighed = Func(F("consent_id"), function="patients_outweighed", output_field=BooleanField())
    return list(rows.annotate(outweighed=outweighed).order_by("-happened_at"))


def asked(patient: UUID) -> list[DisclosureRequest]:
    """Requests to tell without consent that nobody has answered, oldest first."""
    rows = DisclosureRequest.objects.current().filter(patient__one_of=everything_of(patient))
    return list(rows.filter(declined="", disclosure=None).order_by("happened_at"))


def still_stands(disclosure: Any, at: datetime) -> bool:
    """Whether what was allowed then may be opened again now: agreement that was taken back or outweighed ends it.

    A row read by `told` needs no statement more.
    """
    agreed = disclosure.consent
    if disclosure.basis != Disclosure.Basis.CONSENT or agreed is None:
        return True
    if agreed.superseded_by is not None or state_of(agreed, at) != "given":
        return False
    if not hasattr(disclosure, "outweighed"):
        return live(agreed.patient_id, agreed.purpose, agreed.recipient, at) is not None
    return not disclosure.outweighed


def _answers(patient: UUID) -> QuerySet[Any]:
    """Answers under any record of somebody that no later one on the same record has replaced, with when records were joined."""
    joined = Merge.objects.filter(survivor=Survivor(Value(patient, UUIDField())), superseded_by=None, undone=False)
    latest = Subquery(joined.order_by("-written_at").values("written_at")[:1])
    return Consent.objects.current().filter(patient__one_of=everything_of(patient)).annotate(joined_at=latest)


def _that_counts(rows: list[Any]) -> Consent:
    """Of the answers of joined records to one question: the latest, if they were asked since; else a no before any yes."""
    latest: Consent = max(rows, key=lambda row: row.written_at)
    if rows[0].joined_at and latest.written_at > rows[0].joined_at:
        return latest
    noes = [row for row in rows if row.status != Consent.Status.GIVEN]
    return max(noes or rows, key=lambda row: row.written_at)


def _lines(purpose: Purpose, rows: list[Consent], at: datetime) -> list[Line]:
    said = [Line(purpose, row.recipient, row, state_of(row, at)) for row in rows]
    return said or [Line(purpose, purpose.recipient, None, "not_asked")]
