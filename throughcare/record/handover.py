"""Write and read the pages that go with somebody on the way, and tell the prison what they warn of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from throughcare.access.acting import Actor, acting
from throughcare.audit.facts import Fact, keep
from throughcare.core import clock, ids
from throughcare.core.refusals import NotAllowed, Refused, require
from throughcare.core.writing import all_or_nothing
from throughcare.patients import actions as patients
from throughcare.record.actions.contacts import WARNING_WORDS
from throughcare.record.actions.entry import entry, fitting
from throughcare.record.facts import WarningWritten
from throughcare.record.handover_book import Book, Kind, book
from throughcare.record.models import Handover, Warning

FREE = WARNING_WORDS  # characters of the one free line, which lands on the record as a warning


@dataclass(frozen=True, kw_only=True)
class HandoverWritten(Fact):
    """A page for the way was written: in or out, from or for whom."""

    handover: UUID
    direction: str
    kind: str


@dataclass(frozen=True)
class Traveller:
    """Somebody on the way: all that those who bring them see before they write."""

    id: UUID
    family_name: str
    given_names: str
    date_of_birth: date | None
    prison_number: str

    @property
    def name(self) -> str:
        """FAMILY, Given."""
        return f"{self.family_name.upper()}, {self.given_names}".rstrip(", ")


class NothingToHandOver(Refused):
    """The page is empty."""

    message = "Write at least one thing, or tick “nothing known” by writing it in the last line. Nothing was saved."
    status = 422


class NotOnTheWay(NotAllowed):
    """Somebody who is not expected here."""

    message = "Nobody of that name is expected here now. Ring the prison's healthcare: nothing was saved."

    def __init__(self) -> None:
        super().__init__(why=self.message)


def today() -> Book:
    """The closed list that applies today."""
    return book(clock.prison_day(clock.now()))


def expected(by: Actor) -> list[Traveller]:
    """Whom a handover role may write about: those expected at its prison, as the database tells it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM record_handover_people(%s)", [by.establishment])
        rows = cursor.fetchall()
    return [Traveller(key, family, given, born, number or "") for key, family, given, born, number in rows]


def kind_of(by: Actor) -> Kind | None:
    """The kind of page that this role writes and reads; None for the prison's own staff."""
    return today().kind_of(by.role.id) if by.role else None


def shown_to(by: Actor) -> list[Handover]:
    """The pages somebody sees: the prison all of the last day's; those on the way their own, and those made for them."""
    rows = Handover.objects.current().filter(establishment=by.establishment, shown_until__gt=clock.now()).order_by("-written_at")
    mine = kind_of(by)
    if mine is None:
        return list(rows)
    return [row for row in rows if row.written_by == by.id or (row.direction == "out" and row.kind == mine.code)]


@all_or_nothing
def write_in(*, person: Traveller, content: Mapping[str, Any], keep_safe: str, at: datetime, by: Actor) -> Handover:
    """Police, court or escort tell the prison. What warns lands on the record, a line each, to be read and signed there.

    Raises NotOnTheWay, NothingToHandOver, TooLong for the last line, or Unwritable for anything outside the closed list.
    """
    require(by.may("write_handover"))
    kind = kind_of(by)
    if kind is None or person.id not in {one.id for one in expected(by)}:
        raise NotOnTheWay()
    made = _written(person, "in", kind.code, content, keep_safe, at, by)
    lines = today().warnings(kind.code, made.content) + [made.keep_safe] * bool(made.keep_safe)
    with acting(Actor.system("handover", establishments=(by.establishment,), behalf=by.id)):
        _warn(made, kind, lines)
    return made


@all_or_nothing
def write_out(*, person: Traveller, kind: str, content: Mapping[str, Any], keep_safe: str, at: datetime, by: Actor) -> Handover:
    """The prison tells those who take somebody along; what was told is kept as a disclosure.

    Raises NotOnTheWay for an unknown reader, NothingToHandOver, TooLong or Unwritable.
    """
    require(by.may("make_handover"))
    reader = today().kind(kind)
    if reader is None:
        raise NotOnTheWay()
    made = _written(person, "out", kind, content, keep_safe, at, by)
    fields = {"name", "date_of_birth", "prison_number", *made.content, *(["keep_safe"] if made.keep_safe else [])}
    patients.disclose(
        patient=person.id, document="handover_out", recipient=reader.words, basis="direct_care", fields=fields, at=at, by=by
    )
    return made


def lines(row: Handover) -> list[tuple[str, list[str]]]:
    """A page in words, field by field, in the order of the list; nothing outside it is ever shown."""
    known = today().fields_of(row.kind)
    said = [(one.text, one.words_of(row.content[one.code])) for one in known if one.code in row.content]
    return said + ([("What keeps him safe on the way", [row.keep_safe])] if row.keep_safe else [])


def _written(
    person: Traveller, direction: str, kind: str, content: Mapping[str, Any], keep_safe: str, at: datetime, by: Actor
) -> Handover:
    kept, said = today().checked(kind, content), fitting(" ".join(keep_safe.split()), FREE)
    if not kept and not said:
        raise NothingToHandOver()
    row = entry(person.id, at, by)
    made = Handover.objects.create(
        **row, direction=direction, kind=kind, name=person.name[:200], date_of_birth=person.date_of_birth,
        prison_number=person.prison_number, content=kept, keep_safe=said, shown_until=row["written_at"] + today().shown_for,
    )  # fmt: skip
    keep(HandoverWritten(
        by=by.id, at=at, patient=person.id, establishment=by.establishment, handover=made.id, direction=direction, kind=kind
    ))  # fmt: skip
    return made


def _warn(page: Handover, kind: Kind, said: list[str]) -> None:
    """One line each, in the name of who wrote the page: those who are on the way reach no record themselves."""
    for words in said:
        row = Warning.objects.create(
            id=ids.new(), patient_id=page.patient_id, establishment=page.establishment, happened_at=page.happened_at,
            written_at=clock.now(), written_by=page.written_by, written_by_name=page.written_by_name,
            source=kind.warns_as, words=words,
        )  # fmt: skip
        keep(WarningWritten(
            by=page.written_by, at=page.happened_at, patient=page.patient_id, establishment=page.establishment, warning=row.id,
            source=kind.warns_as,
        ))  # fmt: skip
