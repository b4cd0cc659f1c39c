"""Departures that nobody has settled: the record is open here, and no prison's movement says that they are here.

Somebody seen after the prison says they left stays open until a person has looked (DepartureHeld). That person may be wrong,
and whoever was here yesterday may leave today without a message that anything follows, so each is asked again every night:
a prison sees and writes of those who are there, and of nobody else (L9).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from throughcare.core.shown import uk_datetime
from throughcare.custody.models import Alias, BedStay
from throughcare.hmpps.models import RollAnswer, RollDifference
from throughcare.hmpps.queries import name_of
from throughcare.hmpps.roll import NOT_THERE, Differs
from throughcare.patients.linked import Survivor
from throughcare.patients.models import Match, Reach

KIND = "seen_after_leaving"


@dataclass(frozen=True)
class Told:
    """What was said of a departure before: by the prison, and by the last person who answered."""

    left: str = "transfer"  # of one that nobody told: what is due is not ended, and the record closes here all the same
    left_at: datetime | None = None
    ours: str = "the record is open"
    theirs: str = NOT_THERE
    waits: bool = False  # a question of it stands until somebody answers, or until the next comparison
    check: bool = True  # the last question of it came from a comparison


def departures(establishment: str) -> list[Differs]:
    """Everybody whose record is open here without a stay, for a comparison whose questions take the place of those of the last
    one: all but those of whom a question stands that a message raised."""
    return [_differs(row, known) for row, known in _found(establishment) if known.check or not known.waits]


def not_asked(establishment: str) -> list[Differs]:
    """Those of them of whom no question stands at all, for a night without a comparison."""
    return [_differs(row, known) for row, known in _found(establishment) if not known.waits]


def _found(establishment: str) -> list[tuple[Any, Told]]:
    told = {row.person: _told(row) for row in _rows(establishment)}
    return [(row, told.get(row.person, Told())) for row in _without_stay(establishment)]


def _differs(row: Any, known: Told) -> Differs:
    who, said = row.prisoner, (known.ours, known.theirs)
    return Differs(KIND, who.prison_number, name_of(who), *said, row.person, known.left, known.left_at)


def _without_stay(establishment: str) -> list[Any]:
    """Of each person whose record is open here and whom no booking has here the latest match."""
    reached = Reach.objects.live().filter(scope=f"establishment:{establishment}", kind="here").values("patient")
    matched = Match.objects.filter(patient__in=reached, superseded_by=None).annotate(person=Survivor("patient"))
    rows: list[Any] = list(matched.select_related("prisoner").order_by("made_at"))
    held = _held(establishment)
    here = {row.person for row in rows if row.prisoner_id in held}
    return [row for row in {row.person: row for row in rows}.values() if row.person not in here]


def _held(establishment: str) -> set[UUID]:
    """The prisoners who are here, and those whose number the prison joined to one of theirs."""
    held = set(BedStay.objects.open().filter(establishment=establishment).values_list("prisoner", flat=True))
    return held | set(Alias.objects.filter(prisoner__in=held, removed__isnull=False).values_list("removed", flat=True))


def _rows(establishment: str) -> QuerySet[Any]:
    """What was asked here about departures, the latest last."""
    rows: QuerySet[Any] = RollDifference.objects.filter(establishment=establishment, kind=KIND, patient__isnull=False)
    return rows.annotate(person=Survivor("patient")).select_related("check_row", "rollanswer").order_by("found_at", "id")


def _told(row: RollDifference) -> Told:
    answer: RollAnswer | None = getattr(row, "rollanswer", None)
    if answer is None:
        return Told(row.departure, row.happened_at, row.ours, row.theirs, waits=True, check=row.check_row is not None)
    # Who was here when somebody looked left later than the prison says; a death is when it was.
    later = row.departure != "died" and answer.at > row.happened_at
    return Told(row.departure, answer.at if later else row.happened_at, f"said to be here {uk_datetime(answer.at)}", row.theirs)
