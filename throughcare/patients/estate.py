"""Looking across the estate: few, masked, traced; and only the one who looked may say that a hit stands here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from django.db import connection

from throughcare.access.acting import Actor
from throughcare.audit.models import Access
from throughcare.core import clock, ids
from throughcare.core.identifiers import sort_key, sounds_like
from throughcare.core.refusals import Refused, require
from throughcare.core.rulebook import Book, whole
from throughcare.patients.identity import number_key
from throughcare.patients.rules import folded


@dataclass(frozen=True)
class Measures:
    """How many are found, for how long a hit may be claimed, and by when somebody on the way is due."""

    at_most: int
    claim_minutes: int
    expected_hours: int


BOOK = Book(Path(__file__).parent / "rulebook", whole(Measures), only=("estate-search",))
_SEARCH = BOOK.current()  # read once, at the start
AT_MOST = _SEARCH.at_most
CLAIM = timedelta(minutes=_SEARCH.claim_minutes)
EXPECTED = timedelta(hours=_SEARCH.expected_hours)
PAGE = "estate-search:"  # how the trace of such a look begins
SEARCH = "SELECT * FROM patients_estate_search(%s, %s, %s, %s, %s, %s, %s, %s, %s)"
SHORTEST_NUMBER, SHORTEST_NAME = 6, 2  # the database holds the same by itself


class AskForMore(Refused):
    """Too little to look for one person rather than leaf through the estate."""

    status = 422
    message = "Enter a whole number, or a family name and a date of birth. The estate is not searched for less."


@dataclass(frozen=True)
class Hit:
    """Somebody, masked: enough to tell whether it can be the man who stands here, and no more."""

    patient: UUID
    initials: str
    born_year: int | None
    last_prison: str
    last_three: str


def search(
    *, by: Actor, family: str = "", given: str = "", born: date | None = None, number: str = "",
) -> list[Hit]:  # fmt: skip
    """At most five people, anywhere, with exactly this number, or this name (or one that sounds so) and date of birth.

    The look is kept by the database in the same statement, whoever is found. Raises AskForMore.
    """
    require(by.may("estate_search"))
    family_key, key = sort_key(family)[:80], number_key(number)
    if len(key) < SHORTEST_NUMBER and not (born and len(family_key) >= SHORTEST_NAME):
        raise AskForMore()
    asked = [family_key, sort_key(given)[:80], sounds_like(folded(family))[:80], born, key]
    with connection.cursor() as cursor:
        cursor.execute(SEARCH, [ids.new(), by.name, by.role.id if by.role else "", by.establishment, *asked])
        return list(_hits(cursor.fetchall()))


def found_lately(patient: UUID, by: Actor) -> bool:
    """Whether this person's own estate search found that patient a short while ago."""
    since = clock.now() - CLAIM
    looks = Access.objects.filter(actor=by.id, establishment=by.establishment, page__startswith=PAGE)
    return bool(looks.filter(patients__contains=[patient], at__gte=since).exists())


def _hits(rows: list[tuple[UUID, str, str, int | None, str, str]]) -> Iterator[Hit]:
    for patient, given, family, year, prison, three in rows:
        yield Hit(patient, "".join(f"{letter}." for letter in (given, family) if letter) or "?", year, prison, three)
