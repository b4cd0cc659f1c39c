"""What the prison says of somebody, said as facts of the patient: when it changes, and when they come to where it matters.

Said is the difference between what is on, under whichever of their numbers, and what was last said of the person; so a thing
that ended while nobody held them is told on arrival, and one that stands under another number is not told as ended.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from throughcare.access.acting import Actor, acting, current
from throughcare.audit.facts import keep_all
from throughcare.audit.models import Fact
from throughcare.core import clock
from throughcare.core.laws import SYSTEM
from throughcare.custody import queries as custody
from throughcare.custody.models import Alert
from throughcare.patients import facts
from throughcare.patients.linked import everything_of
from throughcare.patients.long_stay import BOOK as LONG_STAY
from throughcare.patients.models import Match, Patient, Reach

ADDED, ENDED = facts.CustodyAlertAdded.name(), facts.CustodyAlertEnded.name()
DATED, LEFT = facts.KeyDateChanged.name(), facts.PatientLeft.name()
COMES_BACK = ("court", "transfer")  # who left in another way begins anew: what is on then is said again
Said = tuple[bool, datetime]  # whether a code was last said to be on, and as of when


def places_of(patient: UUID) -> tuple[str, ...]:
    """The prisons that may write about somebody now; of somebody whom nobody holds nothing can be begun or ended."""
    rows = Reach.objects.live().filter(patient=patient, writes=True, scope__startswith="establishment:")
    return tuple(sorted(scope.removeprefix("establishment:") for scope in rows.values_list("scope", flat=True)))


def say_alerts(patient: UUID, shared: dict[str, Any]) -> None:
    """Which of the prison's alerts were opened or ended, as far as it was not said."""
    keep_all(list(_alerts(patient, _trail(patient), shared)))


def say_unsaid(patient: UUID, prisoner: UUID, shared: dict[str, Any]) -> None:
    """What the prison said while nobody held him, or before anybody knew who he was, is said now: each thing once."""
    trail = _trail(patient)
    keep_all([*_alerts(patient, trail, shared), *_dates(prisoner, trail, shared)])


def _alerts(
    patient: UUID, trail: list[Fact], shared: dict[str, Any]
) -> Iterator[facts.CustodyAlertAdded | facts.CustodyAlertEnded]:
    on, said = _on(patient), _last_said(trail)
    for code in sorted(on | said.keys(), key=lambda code: (code in on, code)):  # what ended first
        was_on, when = said.get(code, (False, shared["at"]))
        if was_on != (code in on):
            # A message that comes late may not put the end of an alert before its beginning.
            at = shared["at"] if code not in said or when < shared["at"] else when + timedelta(microseconds=1)
            yield (facts.CustodyAlertAdded if code in on else facts.CustodyAlertEnded)(**{**shared, "at": at}, code=code)


def say_date(shared: dict[str, Any], kind: str, certainty: str, day: date | None) -> None:
    """The prison believes another day, or is surer of it; and what follows for somebody who will be here for long."""
    keep_all([*_dated(shared, {"kind": kind, "certainty": certainty}, day)])


def _dated(
    shared: dict[str, Any], known: dict[str, Any], day: date | None
) -> Iterator[facts.KeyDateChanged | facts.LongStayExpected]:
    yield facts.KeyDateChanged(**shared, **known, day=day)
    said_on = clock.prison_day(shared["at"])
    if day and known["kind"] == "release":
        born = Patient.objects.values_list("date_of_birth", flat=True).get(pk=shared["patient"])
        if check_from := LONG_STAY.on(said_on).check_from(born, said_on, day):
            yield facts.LongStayExpected(**shared, day=check_from)


def _dates(prisoner: UUID, trail: list[Fact], shared: dict[str, Any]) -> Iterator[facts.KeyDateChanged | facts.LongStayExpected]:
    for told in custody.key_dates_of([prisoner]).values():
        known: dict[str, Any] = {"kind": told.kind, "certainty": told.certainty}
        if not any(one.kind == DATED and one.written_at >= told.told_at and one.kept == known for one in trail):
            yield from _dated(shared, known, told.date)


def _on(patient: UUID) -> set[str]:
    """The codes that are on under any number of the person, one that can not be seen from here too."""
    numbers = Match.objects.filter(patient__one_of=everything_of(patient), superseded_by=None).values("prisoner")
    with nullcontext() if SYSTEM in current().scopes else acting(Actor.system("custody feed")):
        return set(Alert.objects.filter(prisoner__in=numbers, active=True).values_list("code", flat=True))


def _trail(patient: UUID) -> list[Fact]:
    """What was said of the person, and when they left for good, the earliest first."""
    for_good = Q(kind=LEFT) & ~Q(kept__kind__in=COMES_BACK)
    rows = Fact.objects.filter(Q(kind__in=(ADDED, ENDED, DATED)) | for_good, patient_id__one_of=everything_of(patient))
    return list(rows.order_by("happened_at", "written_at", "id"))


def _last_said(trail: list[Fact]) -> dict[str, Said]:
    said: dict[str, Said] = {}
    for one in trail:
        if one.kind == LEFT:
            said = {}
        elif one.kind in (ADDED, ENDED):
            said[one.kept["code"]] = (one.kind == ADDED, one.happened_at)
    return said
