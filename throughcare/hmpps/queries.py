"""How the feed stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q

from throughcare.custody.models import BedStay, Prisoner
from throughcare.hmpps import book
from throughcare.hmpps.models import FeedMessage, RollAnswer, RollCheck, RollDifference
from throughcare.hmpps.roll import Line
from throughcare.patients.models import Match, Patient, Reach


@dataclass(frozen=True)
class Lag:
    """When the last message came, and how many were taken and parked."""

    last_at: datetime | None
    taken: int
    parked: int
    not_taken: int = 0


def parked(establishment: str) -> list[FeedMessage]:
    """Messages that could not be taken: those of this prison and those that name none of ours, latest first."""
    rows = FeedMessage.objects.filter(status=FeedMessage.Status.PARKED)
    return list(rows.filter(establishment__in=["", establishment]).order_by("-received_at")[:200])


def lag() -> Lag:
    """How far the feed has come."""
    found = FeedMessage.objects.aggregate(
        last_at=Max("received_at"),
        taken=Count("id", filter=Q(status="taken")),
        parked=Count("id", filter=Q(status="parked")),
        not_taken=Count("id", filter=Q(status="not taken")),
    )
    return Lag(**found)


@dataclass(frozen=True)
class NotTaken:
    """A type of message that is nothing to health care: how many came, and why nothing is done with it."""

    event_type: str
    reason: str
    count: int


def not_taken() -> list[NotTaken]:
    """What came and was not taken, the most frequent type first."""
    rows = FeedMessage.objects.filter(status="not taken").values("event_type", "reason").annotate(count=Count("id"))
    return [NotTaken(**row) for row in rows.order_by("-count", "event_type")]


def here(establishment: str) -> list[Line]:
    """Everybody whom we have here: by the prison's movements, and those whom only healthcare has here, without a booking."""
    stays = BedStay.objects.open().filter(establishment=establishment).select_related("prisoner")
    patients = dict(
        Match.objects.filter(prisoner__in=stays.values("prisoner"), superseded_by=None).values_list("prisoner", "patient")
    )
    booked = [
        Line(stay.prisoner.prison_number, name_of(stay.prisoner), stay.location, stay.out, patients.get(stay.prisoner_id))
        for stay in stays
    ]
    return booked + [Line("", row.name, patient=row.id) for row in _without_booking(establishment)]


def name_of(prisoner: Prisoner) -> str:
    """FAMILY, Given: as the roll office reads lists."""
    return f"{prisoner.family_name.upper()}, {prisoner.given_names}"


def _without_booking(establishment: str) -> list[Patient]:
    reached = Reach.objects.live().filter(scope=f"establishment:{establishment}", kind="here")
    matched = Match.objects.filter(superseded_by=None).values("patient")
    found: list[Patient] = list(
        Patient.objects.filter(id__in=reached.values("patient"), provisional=True).exclude(id__in=matched)
    )
    return found


@dataclass(frozen=True)
class Report:
    """How a prison's roll and our list stand: the last comparison, what waits for a person, and what was answered."""

    last: RollCheck | None
    waiting: list[RollDifference]
    answered: list[RollAnswer]


def roll_report(establishment: str, shown: int = 200) -> Report:
    """The differences of the last comparison and the departures that were held, each until somebody answers it."""
    last = RollCheck.objects.filter(establishment=establishment).order_by("-at").first()
    rows = RollDifference.objects.filter(Q(check_row=last) | Q(check_row=None), establishment=establishment, rollanswer=None)
    waiting = sorted(rows[:shown], key=lambda row: (list(book.differences()).index(row.kind), row.name))
    answered = RollAnswer.objects.filter(establishment=establishment).select_related("difference").order_by("-at")
    return Report(last, waiting, list(answered[:20]))
