"""The arrivals board: who is expected, who is here and how far the screen is, the most endangered first.

Five statements however many people: screens, expected, earlier stays, answers, unmatched bookings (and one more when
there are any).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, Subquery

from throughcare.access.acting import Actor
from throughcare.chart import danger
from throughcare.chart.danger import Risk
from throughcare.core import clock
from throughcare.core.addresses import of_person
from throughcare.core.shown import duration, uk_date
from throughcare.custody import queries as custody
from throughcare.custody.models import BedStay, Prisoner
from throughcare.pathways.models import Task
from throughcare.patients import queries as patients
from throughcare.patients.models import Patient
from throughcare.patients.opened import PlacedPatient
from throughcare.screening import queries as screens

AN_EVENING = timedelta(hours=12)  # how far back an arrival still belongs to the board once it is done
OUR_CLOCKS = ("first_stage_screen", "screen_rest", "ask_again")

WORDS = {
    "waiting": ("Waiting", "red", "Start screen"),
    "asking": ("Being asked", "orange", "Go on"),
    "observed": ("Observed only", "orange", "Ask again"),
    "core_done": ("Core done", "blue", "Ask the rest"),
    "to_supervise": ("To countersign", "purple", "Countersign"),
    "done": ("Done", "green", "Open screen"),
    "expected": ("Expected", "white", "Open record"),
}


@dataclass(frozen=True)
class ExpectedPatient(PlacedPatient):
    """Somebody on tonight's list: when they are due, and where they come from."""

    at: datetime
    came_from: str


@dataclass(frozen=True)
class Arrival:
    """One line of the board."""

    patient: Patient | PlacedPatient
    state: str
    at: datetime
    numbers: tuple[str, ...] = ()
    came_from: str = ""
    interpreter: str = ""
    due_at: datetime | None = None
    core_done_at: datetime | None = None
    open_stops: int = 0
    risks: tuple[Risk, ...] = ()
    last_stay: tuple[str, ...] = ()

    @property
    def weight(self) -> int:
        return sum(risk.weight for risk in self.risks)

    @property
    def words(self) -> tuple[str, str, str]:
        """Label, colour and what to do next: one row of one table."""
        return WORDS[self.state]

    @property
    def age(self) -> str:
        born = self.patient.date_of_birth
        return str(clock.age(born, clock.now())) if born else "age not known"

    @property
    def href(self) -> str:
        """Where the next step is."""
        page = "" if self.state == "expected" else "first-night/"
        return of_person(self.patient.id, page)

    @property
    def clock(self) -> dict[str, str] | None:
        """How the screen's clock stands, in words."""
        if self.due_at is None:
            return None
        late = self.due_at < clock.now()
        words = f"late by {duration(clock.now() - self.due_at)}" if late else f"due in {duration(self.due_at - clock.now())}"
        return {"text": words, "state": "late" if late else "soon" if self.due_at - clock.now() < timedelta(hours=1) else "due"}


@dataclass(frozen=True)
class Board:
    """Everything the board shows."""

    here: list[Arrival]
    core_done: list[Arrival]
    expected: list[Arrival]
    done: list[Arrival]
    unmatched: list[tuple[Prisoner, list[Patient]]] = field(default_factory=list)

    @property
    def lines(self) -> list[Arrival]:
        return [*self.here, *self.core_done, *self.expected, *self.done]

    @property
    def patients(self) -> set[UUID]:
        """Whom the board shows, for the trace."""
        candidates = {patient.id for _, similar in self.unmatched for patient in similar}
        return {line.patient.id for line in self.lines} | candidates

    @property
    def summary(self) -> str:
        """The evening in a line: 11 expected; 4 known to us; 2 on substitution; 1 fits."""
        waiting = [*self.expected, *self.here]
        known = sum(1 for line in waiting if line.last_stay)
        parts = [f"{len(self.expected)} expected", f"{len(self.here)} to screen", f"{known} known to us"]
        return "; ".join(parts + danger.counted(line.risks for line in waiting))


def board(actor: Actor) -> Board:
    """The board of the actor's prison, now."""
    since = clock.now() - AN_EVENING
    here = [screens.row(screen) for screen in _screens(actor, since)]
    coming = _expected(actor, since, {row.screen.patient_id for row in here if row.screen.arrived_at >= since})
    people: list[Any] = [*(row.screen for row in here), *coming]
    risks = danger.risks_of([getattr(one, "patient_id", one.id) for one in people])
    stays = _last_stays({prisoner for one in people for prisoner in one.prisoners})
    lines = [_screened(row, risks, stays) for row in here] + [_coming(one, risks, stays) for one in coming]
    return Board(
        here=_sorted(lines, "waiting", "asking", "observed"), core_done=_sorted(lines, "core_done", "to_supervise"),
        expected=_sorted(lines, "expected"), done=_sorted(lines, "done"), unmatched=_unmatched(actor),
    )  # fmt: skip


def _screens(actor: Actor, since: datetime) -> Iterable[Any]:
    due = Task.objects.open().filter(patient=OuterRef("patient"), clock__in=OUR_CLOCKS).order_by("due_at")
    rows = screens.wanted_at(actor.establishment, since).filter(patient__in=Patient.objects.seen_by(actor))
    return patients.with_custody(rows, "patient").annotate(due_at=Subquery(due.values("due_at")[:1]))


def _expected(actor: Actor, since: datetime, here: set[UUID]) -> list[ExpectedPatient]:
    """Patients on tonight's list who have not come yet."""
    listed = Patient.objects.seen_by(actor).filter(
        match__superseded_by=None, match__prisoner__expectedarrival__establishment=actor.establishment,
        match__prisoner__expectedarrival__due_at__gte=since,
    )  # fmt: skip
    told = listed.annotate(
        at=F("match__prisoner__expectedarrival__due_at"), came_from=F("match__prisoner__expectedarrival__came_from")
    )
    return [ExpectedPatient.of(row) for row in patients.with_custody(told) if row.id not in here]


def _last_stays(prisoners: Iterable[UUID]) -> dict[UUID, BedStay]:
    """The last stay that ended, of each prisoner who had one."""
    found: dict[UUID, BedStay] = {}
    for stay in custody.stays_of(prisoners):
        if stay.until:
            found.setdefault(stay.prisoner_id, stay)
    return found


def _screened(row: screens.Row, risks: Mapping[UUID, Any], stays: Mapping[UUID, BedStay]) -> Arrival:
    screen: Any = row.screen
    return Arrival(
        patient=screen.patient, state=row.state, at=screen.arrived_at, numbers=tuple(screen.numbers),
        interpreter=_interpreter(screen), due_at=screen.due_at, core_done_at=row.core_done_at, open_stops=row.open_stops,
        risks=risks.get(screen.patient_id, ()), last_stay=_stay_words(screen, stays),
        came_from="No booking yet" if screen.patient.provisional else "",
    )  # fmt: skip


def _coming(patient: ExpectedPatient, risks: Mapping[UUID, Any], stays: Mapping[UUID, BedStay]) -> Arrival:
    return Arrival(
        patient=patient, state="expected", at=patient.at, numbers=patient.numbers, came_from=patient.came_from,
        interpreter=_interpreter(patient), risks=risks.get(patient.id, ()), last_stay=_stay_words(patient, stays),
    )  # fmt: skip


def _interpreter(row: Any) -> str:
    return "" if row.interpreter is None else row.interpreter or "language not known"


def _stay_words(row: Any, stays: Mapping[UUID, BedStay]) -> tuple[str, ...]:
    """The last stay in two lines: where and when it ended; how long it was and how long ago."""
    stay = next((stays[prisoner] for prisoner in row.prisoners if prisoner in stays), None)
    if stay is None or stay.until is None:
        return ()
    length, ago = (stay.until - stay.since).days, (clock.now() - stay.until).days
    return (f"Left {stay.establishment} {uk_date(stay.until)}", f"{ago} days ago, after {length} days there")


def _sorted(lines: Iterable[Arrival], *states: str) -> list[Arrival]:
    """Open stops first, then by danger, then who has waited longest."""
    return sorted((one for one in lines if one.state in states), key=lambda one: (-one.open_stops, -one.weight, one.at))


def _unmatched(actor: Actor) -> list[tuple[Prisoner, list[Patient]]]:
    """Bookings that nobody has yet said belong to a provisional man, with the men they may belong to."""
    bookings = patients.unmatched_here(actor.establishment)
    return [(one, list(patients.provisional_like(one, actor.establishment))) for one in bookings]
