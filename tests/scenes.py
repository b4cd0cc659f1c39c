"""Scenes for tests: two prisons with their staff, men who came in and were screened. Reached by real actions only.

Import scenes from here, people from `throughcare.demo.people`. Nothing here writes a row by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from throughcare.access import actions as access
from throughcare.access.acting import Actor, acting
from throughcare.access.models import Membership
from throughcare.core import clock
from throughcare.custody import actions as custody
from throughcare.custody.actions import Person
from throughcare.custody.models import ExpectedArrival
from throughcare.demo import emulator, estate
from throughcare.demo.people import Character
from throughcare.hmpps import actions as hmpps
from throughcare.hmpps import translate
from throughcare.hmpps.actions import Tally
from throughcare.patients import actions as patients
from throughcare.patients.models import Patient
from throughcare.screening import queries as screens
from throughcare.screening.models import Screen

LEI, MDI = "LEI", "MDI"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LONG_AGO = date(2024, 1, 1)
EVENING = datetime(2027, 3, 2, 20, 10, tzinfo=UTC)  # a Tuesday, winter time: the van comes in

# Of another prison: the same family name as Amir Khan, so that only the law keeps them apart.
OMAR = Character("A9001MD", "Khan", "Omar", date(1990, 3, 3), legal_status="SENTENCED")


class House:
    """The staff of both prisons, by "LEI reception_nurse" and the like; each starts work when first asked for."""

    def __init__(self) -> None:
        self._held: dict[str, Membership] = {}

    def member(self, who: str) -> Membership:
        """The membership of somebody."""
        if who not in self._held:
            self._held[who] = _starts(who)
        return self._held[who]

    def __getitem__(self, who: str) -> Actor:
        return Actor.of(self.member(who))

    @property
    def nurse(self) -> Actor:
        """A reception nurse at Leeds."""
        return self["LEI reception_nurse"]

    @property
    def other(self) -> Actor:
        """A reception nurse at Moorland."""
        return self["MDI reception_nurse"]

    def sign_in(self, client: Any, who: str) -> Any:
        """The client with a session of that person."""
        held = self.member(who)
        client.force_login(held.user)
        session = client.session
        session["membership"] = str(held.id)
        session.save()
        return client


def _starts(who: str) -> Membership:
    prison, role = who.split()
    with acting(Actor.system("set up")) as system:
        return access.add_staff(
            username=f"{role}.{prison}", name=f"{role.replace('_', ' ').title()} {prison}", organisation="Aire Valley",
            establishment=prison, role=role, since=LONG_AGO, by=system.id,
        )  # fmt: skip


def house() -> House:
    """Two prisons, with a nurse at each."""
    made = House()
    assert made.nurse and made.other
    return made


def feed(prison: str) -> Actor:
    """The custody feed, as it takes a message of one prison."""
    return Actor.system("custody feed", establishments=(prison,))


def moved(man: Character, kind: str, reason: str, at: datetime, prison: str = LEI, search: hmpps.Search | None = None) -> Tally:
    """The prison says that somebody moved."""
    line = emulator.event(man, kind=kind, reason=reason, at=at, prison=prison)
    return hmpps.take_lines([line], search=search or _knows(man))


def _knows(man: Character) -> hmpps.Search:
    """A prisoner search that knows the cast, and this man."""
    described = emulator._described(man, None)
    return lambda number: described if number == man.prison_number else emulator.prisoner(number)


def received(man: Character, at: datetime | None = None, prison: str = LEI, reason: str = "NEW_ADMISSION") -> Patient:
    """He comes in, an hour ago unless said otherwise."""
    moved(man, "received", reason, at or clock.now() - HOUR, prison)
    return patient_of(man, prison)


def released(man: Character, at: datetime | None = None, prison: str = LEI, reason: str = "RELEASED") -> Tally:
    """He goes out, now unless said otherwise."""
    return moved(man, "released", reason, at or clock.now(), prison)


def person(man: Character) -> Person:
    """The man as custody knows a person."""
    return translate.person(emulator._described(man, None))


def expected(man: Character, *, by: Actor, prison: str = LEI, due_at: datetime | None = None) -> ExpectedArrival:
    """He is on tonight's list. Call it while the feed acts."""
    return custody.expect_arrival(
        person=person(man), establishment=prison, came_from=man.came_from,
        due_at=due_at or clock.now() + 2 * HOUR, by=by.id,
    )  # fmt: skip


def patient_of(man: Character, prison: str = LEI) -> Patient:
    """The patient of one of the cast, read as somebody of that prison."""
    with acting(feed(prison)):
        found: Patient = Patient.objects.get(match__prisoner__prison_number=man.prison_number, match__superseded_by=None)
        return found


def screen_of(patient: Patient, prison: str = LEI) -> Screen:
    """The screen of his latest arrival. Call it while somebody acts."""
    found = screens.current_of(patient.id, prison)
    assert found
    return found


def screened(man: Character, by: Actor, *, sign: bool = True, says: Mapping[str, Any] | None = None) -> Patient:
    """He came in and was asked everything; `by` signs unless told not to."""
    patient = received(man, prison=by.establishment)
    with acting(by):
        estate.screen_whole(man, man.says if says is None else says, by, clock.now(), sign=sign)
    return patient


def joined(house: House, alias: Patient, survivor: Patient, prison: str = LEI) -> None:
    """Two people of that prison say that two records are one person."""
    with acting(house[f"{prison} nurse_in_charge"]) as first:
        why = "Same face, same tattoo, says so himself."
        asked = patients.propose_merge(patient=alias.id, survivor=survivor.id, why=why, at=clock.now(), by=first)
    with acting(house[f"{prison} administrator"]) as second:
        patients.merge(proposal=asked, at=clock.now(), by=second)


def plain(number: int, prison: str = LEI) -> Character:
    """One of many untroubled men."""
    born = date(1980, 1, 1 + number % 28)
    return Character(f"B{number:04d}{prison[0]}A", f"Family{chr(97 + number % 26)}", f"Given{number}", born)


def crowd(count: int, prison: str = LEI) -> list[UUID]:
    """Many men come in, one after another."""
    arrived = clock.now() - 2 * HOUR
    return [received(plain(n, prison), arrived + timedelta(minutes=n), prison).id for n in range(count)]


def renamed(man: Character, **changes: Any) -> Character:
    """The same man with something else about him."""
    return replace(man, **changes)
