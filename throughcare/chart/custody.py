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
from throughcare.core.shown import uk_date, uk_time
from throughcare.custody.models import BedStay
from throughcare.patients import actions as patients
from throughcare.patients import consent
from throughcare.patients.models import Match, Patient
from throughcare.screening.models import Advice

FIT = ("yes", "no", "not said")


class NotOnTheClosedList(ValueError):
    """Something was to be told to officers that is not on the list."""


@dataclass(frozen=True, slots=True)
class WingLine:
    """One person as the wing knows them: cell and initials, and operational facts."""

    cell: str
    initials: str
    prison_number: str
    codes: tuple[str, ...] = ()
    fit_for_transfer: str = "not said"
    fit_until: date | None = None
    dose_times: tuple[time, ...] = ()
    appointments: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class AppointmentSlip:
    """Somebody is called: when and where to, and nothing else."""

    cell: str
    initials: str
    at: datetime
    place: str


def serialised(line: WingLine | AppointmentSlip) -> dict[str, Any]:
    """The line as plain values. Raises NotOnTheClosedList for a subclass with more, and for words outside the lists."""
    if type(line) not in (WingLine, AppointmentSlip):
        raise NotOnTheClosedList(f"{type(line).__name__} is not a line that officers get.")
    told = {one.name: getattr(line, one.name) for one in fields(line)}
    _check(told)
    return told


def wing_line(told: Mapping[str, Any]) -> WingLine:
    """A line from plain values; any other key is refused. Raises NotOnTheClosedList."""
    return _shaped(WingLine, told)


def slip_of(told: Mapping[str, Any]) -> AppointmentSlip:
    """A slip from a booking: of all that a booking says, only cell, initials, time and place are taken."""
    return _shaped(AppointmentSlip, {one.name: told[one.name] for one in fields(AppointmentSlip)})


def slip_text(slip: AppointmentSlip) -> str:
    """What the slip says, the same words for every clinic."""
    told = serialised(slip)
    return f"{told['cell']} {told['initials']}: come to {told['place']}, {uk_date(told['at'])} at {uk_time(told['at'])}."


def wings(establishment: str) -> list[tuple[str, int]]:
    """The wings of a prison and how many sleep there."""
    counts: dict[str, int] = {}
    for stay in BedStay.objects.open().filter(establishment=establishment):
        counts[_wing(stay)] = counts.get(_wing(stay), 0) + 1
    return sorted(counts.items())


def sheet(establishment: str, wing: str, actor: Actor) -> dict[UUID, WingLine]:
    """Everybody of a wing whose record is ours to see, by cell; three statements however many."""
    stays = [stay for stay in BedStay.objects.open().filter(establishment=establishment) if _wing(stay) == wing]
    seen = Match.objects.filter(
        superseded_by=None, prisoner__in=[stay.prisoner_id for stay in stays], patient__in=Patient.objects.seen_by(actor)
    )
    who = {row.prisoner_id: row for row in seen.select_related("patient", "prisoner")}
    advised = _advised([row.patient_id for row in who.values()], establishment)
    lines = {
        who[stay.prisoner_id].patient_id: _line(stay, who[stay.prisoner_id], advised) for stay in stays if stay.prisoner_id in who
    }
    return dict(sorted(lines.items(), key=lambda pair: pair[1].cell))


def told(lines: Mapping[UUID, WingLine], *, wing: str, at: datetime, by: Actor) -> None:
    """Keep what the sheet says of whom, as a disclosure each."""
    shown = {patient: [name for name, value in serialised(line).items() if value] for patient, line in lines.items()}
    if shown:
        patients.disclose_all(
            told=shown, document="movement_sheet", recipient=f"Officers of {wing}", basis="agreed_list", at=at, by=by
        )


def words(codes: Iterable[str]) -> list[str]:
    """The codes in the words of the wing sheet."""
    said = {one.code: one.words for one in consent.today().wing_codes}
    return [said[code] for code in codes]


def _line(stay: BedStay, row: Match, advised: Mapping[UUID, tuple[str, ...]]) -> WingLine:
    man = row.patient
    initials = "".join(name[:1] for name in (man.given_names, man.family_name) if name[:1].isalpha()).upper()
    known = {one.code for one in consent.today().wing_codes}
    codes = tuple(code for code in advised.get(man.id, ()) if code in known)
    cell = "Reception" if _wing(stay) == "Reception" else stay.location.removeprefix(f"{stay.establishment_id}-")
    return wing_line({"cell": cell, "initials": initials or "?", "prison_number": row.prisoner.prison_number, "codes": codes})


def _advised(people: list[UUID], establishment: str) -> dict[UUID, tuple[str, ...]]:
    """The latest advice of each person here."""
    rows = Advice.objects.filter(patient__in=people, screen__establishment=establishment).order_by("written_at")
    return {row.patient_id: tuple(row.codes) for row in rows}


def _wing(stay: BedStay) -> str:
    path = stay.location.removeprefix(f"{stay.establishment_id}-")
    return path.split("-")[0] if "-" in path else "Reception"


def _shaped(kind: Any, told: Mapping[str, Any]) -> Any:
    if strays := sorted(set(told) - {one.name for one in fields(kind)}):
        raise NotOnTheClosedList(f"Officers are not told {strays[0]!r}.")
    _check(told)
    return kind(**told)


def _check(told: Mapping[str, Any]) -> None:
    """Every value is from a closed list, a time, or the person's cell, initials and number."""
    book = consent.today()
    if set(told.get("codes", ())) - {one.code for one in book.wing_codes}:
        raise NotOnTheClosedList("A code is not on the list that was agreed with the prison.")
    if told.get("fit_for_transfer", "yes") not in FIT or told.get("place", book.movement.places[0]) not in book.movement.places:
        raise NotOnTheClosedList("Only the agreed words may be said about transfer and places.")
    if any(not isinstance(one, time) for one in told.get("dose_times", ())):
        raise NotOnTheClosedList("Only times may stand here.")
    if any(not isinstance(one, datetime) for one in told.get("appointments", ())):
        raise NotOnTheClosedList("Only times may stand here.")
    if len(str(told.get("initials", ""))) > 4 or len(str(told.get("prison_number", ""))) > 7 or len(str(told["cell"])) > 20:
        raise NotOnTheClosedList("Cell, initials and number only.")
