"""Reads of consent and disclosure: how each purpose stands, what was said before, what was told to whom."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from throughcare.core import clock
from throughcare.patients.consent_book import Book, Purpose, book
from throughcare.patients.models import Capacity, Consent, Disclosure, DisclosureRequest

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
    rows: dict[str, list[Consent]] = {}
    for row in Consent.objects.current().filter(patient=patient).order_by("recipient"):
        rows.setdefault(row.purpose, []).append(row)
    return [line for purpose in today().purposes for line in _lines(purpose, rows.get(purpose.code, []), at)]


def history(patient: UUID) -> list[Consent]:
    """Every answer ever given, latest first, with the assessment that a "could not decide" rests on."""
    return list(Consent.objects.filter(patient=patient).select_related("capacity").order_by("-happened_at", "-written_at"))


def capacities(patient: UUID) -> list[Capacity]:
    """Every assessment, latest first; none is for good."""
    return list(Capacity.objects.current().filter(patient=patient).order_by("-happened_at"))


def standing(patient: UUID, purpose: str, recipient: str) -> Consent | None:
    """The answer that counts now for one purpose and recipient; None when nobody has asked."""
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
    return list(Disclosure.objects.current().filter(patient=patient).select_related("consent").order_by("-happened_at"))


def asked(patient: UUID) -> list[DisclosureRequest]:
    """Requests to tell without consent that nobody has answered, oldest first."""
    open_ = DisclosureRequest.objects.current().filter(patient=patient, declined="", disclosure=None)
    return list(open_.order_by("happened_at"))


def still_stands(disclosure: Disclosure, at: datetime) -> bool:
    """Whether what was allowed then may be opened again now: agreement that was taken back ends it."""
    if disclosure.basis != Disclosure.Basis.CONSENT or disclosure.consent is None:
        return True
    return disclosure.consent.superseded_by is None and state_of(disclosure.consent, at) == "given"


def _lines(purpose: Purpose, rows: list[Consent], at: datetime) -> list[Line]:
    said = [Line(purpose, row.recipient, row, state_of(row, at)) for row in rows]
    return said or [Line(purpose, purpose.recipient, None, "not_asked")]
