"""What officers get on paper: a closed list of operational facts about the people of one wing, and nothing else.

Each line is made of values from closed lists or of times. There is no slot for words: a diagnosis, a drug, a clinic or a
note has nowhere to stand (T4).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from throughcare.access.acting import Actor
from throughcare.custody.models import BedStay
from throughcare.patients import actions as patients
from throughcare.patients import consent
from throughcare.patients.linked import Linked, Survivor
from throughcare.patients.models import Match, Patient
from throughcare.screening.models import Advice

FIT = ("", "yes", "no")
LONGEST_CELL = 40  # characters: all that a bed's location holds, because half a cell is a wrong cell


class NotOnTheClosedList(ValueError):
    """Something was to be told to officers that is not on the list."""


@dataclass(frozen=True, slots=True)
class WingLine:
    """One person as the wing knows them: cell and initials, and operational facts. Blank is a fact that nobody gave."""

    cell: str
    initials: str
    prison_number: str
    codes: tuple[str, ...] | None = None  # None: nobody has given advice yet; empty: advice was given, nothing special
    fit_for_transfer: str = ""
    fit_until: date | None = None
    dose_times: tuple[time, ...] = ()
    appointments: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """The lines of one wing by person, in cell order, and how many more sleep there whom the sheet does not name."""

    lines: dict[UUID, WingLine]
    more: int


def serialised(line: WingLine) -> dict[str, Any]:
    """The line as plain values. Raises NotOnTheClosedList for a subclass with more, and for words outside the lists."""
    if type(line) is not WingLine:
        raise NotOnTheClosedList(f"{type(line).__name__} is not a line that officers get.")
    told = {one.name: getattr(line, one.name) for one in fields(line)}
    _check(told)
    return told


def wing_line(told: Mapping[str, Any]) -> WingLine:
    """A line from plain values; any other key is refused. Raises NotOnTheClosedList."""
    if strays := sorted(set(told) - {one.name for one in fields(WingLine)}):
        raise NotOnTheClosedList(f"Officers are not told {strays[0]!r}.")
    _check(told)
    return WingLine(**told)


def wings(establishment: str) -> list[tuple[str, int]]:
    """The wings of a prison and how many sleep there."""
    counts: dict[str, int] = {}
    for stay in BedStay.objects.open().filter(establishment=establishment):
        counts[_wing(stay)] = counts.get(_wing(stay), 0) + 1
    return sorted(counts.items())


def sheet(establishment: str, wing: str, actor: Actor) -> Sheet:
    """Everybody of a wing whose record is ours to see, by cell; four statements however many.

    A booking that was matched to a record which was joined to another is that other person's.
    """
    stays = [stay for stay in BedStay.objects.open().filter(establishment=establishment) if _wing(stay) == wing]
    booked = Match.objects.filter(superseded_by=None, prisoner__in=[stay.prisoner_id for stay in stays])
    rows = booked.annotate(person=Survivor("patient_id"), every=Linked("patient_id")).select_related("prisoner")
    who = {row.prisoner_id: row for row in rows}
    seen = Patient.objects.seen_by(actor).in_bulk([row.person for row in who.values()])
    advised = _advised(who.values(), establishment)
    told = [(who[stay.prisoner_id], stay) for stay in stays if stay.prisoner_id in who and who[stay.prisoner_id].person in seen]
    lines = {row.person: _line(stay, row, seen[row.person], advised) for row, stay in told}
    return Sheet(dict(sorted(lines.items(), key=lambda pair: pair[1].cell)), len(stays) - len(told))


def told(lines: Mapping[UUID, WingLine], *, wing: str, at: datetime, by: Actor) -> None:
    """Keep what the sheet says of whom, as a disclosure each."""
    shown = {patient: _said(line) for patient, line in lines.items()}
    if shown:
        patients.disclose_all(
            told=shown, document="wing_sheet", recipient=f"Officers of {wing}", basis="agreed_list", at=at, by=by
        )


def words(codes: Iterable[str]) -> list[str]:
    """The codes in the words of the wing sheet."""
    said = {one.code: one.words for one in consent.today().wing_codes}
    return [said[code] for code in codes]


def _said(line: WingLine) -> list[str]:
    """The facts that the sheet gives of somebody: advice without a code says something too."""
    return [name for name, value in serialised(line).items() if value or (name == "codes" and value is not None)]


def _line(stay: BedStay, row: Any, man: Patient, advised: Mapping[UUID, tuple[str, ...]]) -> WingLine:
    initials = "".join(name[:1] for name in (man.given_names, man.family_name) if name[:1].isalpha()).upper()
    known = {one.code for one in consent.today().wing_codes}
    codes = tuple(code for code in advised[man.id] if code in known) if man.id in advised else None
    cell = "Reception" if _wing(stay) == "Reception" else stay.location.removeprefix(f"{stay.establishment_id}-")
    return wing_line({"cell": cell, "initials": initials or "?", "prison_number": row.prisoner.prison_number, "codes": codes})


def _advised(rows: Iterable[Any], establishment: str) -> dict[UUID, tuple[str, ...]]:
    """The latest advice of each person here, under whichever of their records it was given."""
    person = {key: row.person for row in rows for key in row.every}
    given = Advice.objects.filter(patient__in=list(person), screen__establishment=establishment).order_by("written_at")
    return {person[row.patient_id]: tuple(row.codes) for row in given}


def _wing(stay: BedStay) -> str:
    path = stay.location.removeprefix(f"{stay.establishment_id}-")
    return path.split("-")[0] if "-" in path else "Reception"


def _check(told: Mapping[str, Any]) -> None:
    """Every value is from a closed list, a time, or the person's cell, initials and number."""
    if set(told.get("codes") or ()) - {one.code for one in consent.today().wing_codes}:
        raise NotOnTheClosedList("A code is not on the list that was agreed with the prison.")
    if told.get("fit_for_transfer", "") not in FIT:
        raise NotOnTheClosedList("Only the agreed words may be said about transfer.")
    if any(not isinstance(one, time) for one in told.get("dose_times", ())):
        raise NotOnTheClosedList("Only times may stand here.")
    if any(not isinstance(one, datetime) for one in told.get("appointments", ())):
        raise NotOnTheClosedList("Only times may stand here.")
    longest = {"initials": 4, "prison_number": 7, "cell": LONGEST_CELL}
    if any(len(str(told.get(name, ""))) > length for name, length in longest.items()):
        raise NotOnTheClosedList("Cell, initials and number only.")
