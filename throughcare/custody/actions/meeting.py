"""Find or make a prisoner by a number, whichever of their numbers it is, one message at a time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from throughcare.core import ids
from throughcare.core.identifiers import PrisonNumber
from throughcare.custody import telling
from throughcare.custody.models import Prisoner


@dataclass(frozen=True)
class Person:
    """A prisoner as the prison's search describes them."""

    prison_number: PrisonNumber
    family_name: str
    given_names: str
    date_of_birth: date | None = None
    sex: str = ""
    interpreter_language: str = ""
    legal_status: str = ""


@dataclass(frozen=True)
class Met:
    """A prisoner, the keys of those whose numbers were joined to theirs, and whether a message was written before."""

    prisoner: Prisoner
    absorbed: tuple[UUID, ...] = ()
    written: bool = False

    @property
    def every(self) -> tuple[UUID, ...]:
        return (self.prisoner.id, *self.absorbed)


# All that a message needs to know, in one statement: it is asked once or twice of every one of them.
ASKED = """
WITH named AS (
  SELECT coalesce(joined.prisoner_id, named.id) AS id
    FROM custody_prisoner named LEFT JOIN custody_alias joined ON joined.removed_id = named.id
   WHERE named.prison_number = %(number)s
  UNION ALL
  SELECT prisoner_id FROM custody_alias WHERE number = %(number)s
   LIMIT 1)
SELECT id, prison_number, family_name, given_names, date_of_birth, sex, interpreter_language, legal_status,
       ARRAY(SELECT removed_id FROM custody_alias a WHERE a.prisoner_id = prisoner.id AND removed_id IS NOT NULL) AS absorbed,
       EXISTS (SELECT FROM custody_movement WHERE message = %(message)s) AS written
  FROM custody_prisoner prisoner JOIN named USING (id)
"""
_MIRRORED = ("family_name", "given_names", "date_of_birth", "sex", "interpreter_language", "legal_status")


def meet(person: Person, establishment: str) -> Prisoner:
    """Find or make the prisoner, and take over what the prison now says. Locks: one message about somebody at a time."""
    take_turns(person.prison_number)
    met = find(person.prison_number)
    return take_over(met.prisoner, person) if met else make(person, establishment)


def known(person: Person) -> Prisoner | None:
    """The prisoner, when somebody of that number ever came to a prison of ours, with what the prison now says of them."""
    take_turns(person.prison_number)
    met = find(person.prison_number)
    return take_over(met.prisoner, person) if met else None


def take_turns(*numbers: str) -> None:
    """Two messages about one person at once are written one after the other; of two numbers the lower waits first."""
    with connection.cursor() as cursor:
        for number in sorted(set(numbers)):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [number])


def find(number: str, message: str = "") -> Met | None:
    """The prisoner of a number, or of the number it was joined to."""
    row: Any
    for row in Prisoner.objects.raw(ASKED, {"number": number, "message": message}):
        if row.prison_number != number:
            take_turns(row.prison_number)
        return Met(row, tuple(row.absorbed), row.written)
    return None


def take_over(prisoner: Prisoner, person: Person) -> Prisoner:
    """What the prison now says of somebody, where it says something else than before."""
    said = _said(person)
    changed = {field: value for field, value in said.items() if getattr(prisoner, field) != value}
    if changed:
        Prisoner.objects.filter(id=prisoner.id).update(**changed)
        for field, value in changed.items():
            setattr(prisoner, field, value)
    return prisoner


def make(person: Person, establishment: str) -> Prisoner:
    """Somebody new. Sight first: the row itself is only visible through it."""
    key = ids.new()
    if establishment:
        telling.open_sight(key, establishment)
    return Prisoner.objects.create(id=key, prison_number=person.prison_number, **_said(person))


def _said(person: Person) -> dict[str, Any]:
    return {field: getattr(person, field) for field in _MIRRORED}
