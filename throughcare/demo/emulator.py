"""Stands in for HMPPS: domain events and prisoner-search answers about the invented cast, in their shapes.

Emulated because nobody outside can reach the real service; the shapes are those of the service's own examples.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from throughcare.access.acting import Actor, acting
from throughcare.core import clock
from throughcare.core.identifiers import PrisonNumber
from throughcare.custody import actions as custody
from throughcare.custody.actions import Person
from throughcare.custody.models import BedStay, Movement
from throughcare.demo import besides, people
from throughcare.demo.people import Character
from throughcare.demo.staff import HOME
from throughcare.hmpps import actions as hmpps
from throughcare.hmpps import translate
from throughcare.hmpps.search import Source

WINGS = ("B", "C", "D")


def prisoner(number: str) -> dict[str, Any] | None:
    """The prisoner-search answer about one of the cast, or None."""
    found = _everybody().get(number)
    return _described(*found) | besides.days_of(found[0]) if found else None


def alerts(number: str) -> dict[str, Any]:
    """The whole page of the alerts API about one of the cast."""
    today = clock.prison_day(clock.now())
    told = [(code, kind, (today - timedelta(days=ago)).isoformat()) for code, kind, ago in besides.alerts_of(number)]
    return {"content": [alert(number, code, kind=kind, since=since) for code, kind, since in told], "last": True}


def apart(number: str) -> dict[str, Any]:
    """The non-associations of one of the cast; each pair has one reference, whoever asks."""
    pairs = [(n, pair) for n, pair in enumerate(besides.pairs()) if number in pair[:2]]
    return {"nonAssociations": [{
        "id": 8800 + n, "role": "NOT_RELEVANT", "reason": "OTHER", "restrictionType": far, "isOpen": True,
        "otherPrisonerDetails": {"prisonerNumber": other if one == number else one},
    } for n, (one, other, far) in pairs]}  # fmt: skip


def _everybody() -> dict[str, tuple[Character, str | None]]:
    residents = {man.prison_number: (man, cell(place)) for place, man in enumerate(people.residents())}
    return {**residents, **{man.prison_number: (man, None) for man in people.VAN}}


def cell(place: int) -> str:
    """The cell of the n-th resident: B-2-014 and on."""
    return f"{WINGS[place // 16 % 3]}-{1 + place // 8 % 2}-{1 + place % 8:03d}"


def _described(man: Character, where: str | None) -> dict[str, Any]:
    return {
        "prisonerNumber": man.prison_number, "bookingId": str(2_000_000 + int(man.prison_number[1:5])),
        "firstName": man.given_names.upper(), "lastName": man.family_name.upper(), "dateOfBirth": man.born.isoformat(),
        "gender": "Male", "legalStatus": man.legal_status, "status": "ACTIVE IN", "inOutStatus": "IN", "prisonId": HOME,
        "prisonName": "Leeds (HMP)", "cellLocation": where or "RECP",
        "languages": [{"code": man.language, "interpreterRequired": True}] if man.language else [],
    }  # fmt: skip


def event(man: Character, *, kind: str, reason: str, at: datetime, prison: str = HOME) -> str:
    """One domain event in its SNS envelope, as a line. The same movement always has the same id."""
    said = {
        "eventType": f"prisoner-offender-search.prisoner.{kind}", "version": 1, "occurredAt": at.isoformat(),
        "publishedAt": (at + timedelta(seconds=30)).isoformat(), "description": f"A prisoner has been {kind}",
        "personReference": {"identifiers": [{"type": "NOMS", "value": man.prison_number}]},
        "additionalInformation": {"nomsNumber": man.prison_number, "reason": reason, "prisonId": prison},
    }  # fmt: skip
    return json.dumps({
        "Type": "Notification", "MessageId": f"{man.prison_number}-{kind}-{int(at.timestamp())}",
        "TopicArn": "arn:aws:sns:eu-west-2:000000000000:demo-domain-events", "Message": json.dumps(said),
        "Timestamp": at.isoformat(), "MessageAttributes": {"eventType": {"Type": "String", "Value": said["eventType"]}},
    })  # fmt: skip


def alert(number: str, code: str, *, kind: str, active: bool = True, since: str = "2026-02-03") -> dict[str, Any]:
    """One alert as the alerts API lists it."""
    return {
        "alertUuid": str(uuid5(NAMESPACE_OID, f"{number}{code}")), "prisonNumber": number, "activeFrom": since, "activeTo": None,
        "alertCode": {"alertTypeCode": kind, "code": code}, "isActive": active,
    }  # fmt: skip


def message(event_type: str, at: datetime, **told: Any) -> str:
    """Any domain event, bare, as a line; `number` puts somebody into its personReference."""
    number = told.pop("number", None)
    who = [{"type": "NOMS", "value": number}] if number else []
    return json.dumps({
        "eventType": event_type, "version": 1, "occurredAt": at.isoformat(), "description": event_type,
        "publishedAt": (at + timedelta(seconds=30)).isoformat(), "personReference": {"identifiers": who},
        "additionalInformation": told,
    })  # fmt: skip


def roll(code: str) -> list[dict[str, Any]]:
    """The prison's list of tonight: everybody of the cast who lives there, and of the van whoever has come."""
    return [
        found
        for man, _ in _everybody().values()
        if (found := prisoner(man.prison_number)) and found["prisonId"] == code and _came(man)
    ]


def _came(man: Character) -> bool:
    with acting(Actor.system("demo", establishments=(HOME,))):
        return BedStay.objects.open().filter(prisoner__prison_number=man.prison_number).exists()


def expect_van(due_at: datetime, *, behalf: str = "") -> None:
    """Put the booked men of the van on tonight's list, as the court list does at 19:30."""
    with acting(Actor.system("custody feed", establishments=(HOME,), behalf=behalf)) as actor:
        for man in people.BOOKED:
            custody.expect_arrival(person=person(man), establishment=HOME, came_from=man.came_from, due_at=due_at, by=actor.id)
    tell_the_rest(behalf=behalf)


def tell_the_rest(*, behalf: str = "") -> None:
    """What the prison says of those who live here beside movements: alerts, court days, and whom to keep apart."""
    now = clock.now().replace(microsecond=0)
    lines = [message("person.alert.created", now, number=man.prison_number) for man in besides.those_with_alerts()]
    lines += [
        message("non-associations.created", now, nsPrisonerNumber1=one, nsPrisonerNumber2=other, id=str(8800 + n))
        for n, (one, other, _) in enumerate(besides.pairs())
    ]
    hmpps.take_lines(lines, behalf=behalf, search=PRISON)


def send_van(*, behalf: str = "", at: datetime | None = None) -> str:
    """The van is here: one event a booked man, a minute apart, ending now. Pressed twice, nobody arrives twice."""
    if van_is_in():
        return "The van is in already."
    arrived = at or clock.now().replace(microsecond=0)
    lines = [
        event(man, kind="received", reason="NEW_ADMISSION", at=arrived - timedelta(seconds=10 * place))
        for place, man in enumerate(reversed(people.BOOKED))
    ]
    tally = hmpps.take_lines(lines, behalf=behalf, search=PRISON)
    return f"The van is in: {tally.taken} men booked. One more man has no booking."


def van_is_in() -> bool:
    """Whether the first man of the van has arrived this evening."""
    with acting(Actor.system("demo", establishments=(HOME,))):
        since = clock.now() - timedelta(hours=18)
        return Movement.objects.filter(prisoner__prison_number=people.AMIR.prison_number, happened_at__gte=since).exists()


def person(man: Character) -> Person:
    """One of the cast as custody knows a person."""
    found = prisoner(PrisonNumber(man.prison_number))
    assert found
    return translate.person(found)


PRISON = Source(person=prisoner, alerts=alerts, apart=apart, schedule=besides.diary_of, roll=roll)
