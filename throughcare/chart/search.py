"""Search by name, any number, cell or date of birth, among the people this reader may see. Never picks one by itself.

At most five statements: numbers or names, cells, names that only sound so when few fit, and the people found. Each
compares stored keys with bounds, so that an index serves under row security.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Coalesce

from throughcare.access.acting import Actor
from throughcare.chart.today import short_place
from throughcare.chart.typed import Typed, starts, taken_apart
from throughcare.core import clock
from throughcare.core.identifiers import sounds_like
from throughcare.custody.models import BedStay
from throughcare.patients import naming
from throughcare.patients import queries as patients
from throughcare.patients.linked import Survivor
from throughcare.patients.models import Identifier, Match, Name, Patient
from throughcare.patients.opened import PlacedPatient
from throughcare.patients.rules import folded

AT_MOST = 50
FEW = 4  # so few exact hits that names which only sound so are worth showing
SOUNDS = "sounds like"
Hits = dict[UUID, str]


@dataclass(frozen=True)
class Found:
    """One person, with what tells people of one name apart, and why they were found."""

    patient: PlacedPatient
    numbers: tuple[str, ...]
    place: str
    why: str = ""
    alike: str = ""


def search(typed: str, actor: Actor) -> list[Found]:
    """Who fits what was typed; nobody for a blank. Exact and beginning first, then what only sounds so."""
    asked = taken_apart(typed, clock.prison_day(clock.now()))
    hits = _numbered(asked) | _in_cell(asked, actor.establishment) | _named(asked)
    if asked.words and len(hits) < FEW:
        hits = _sounding(asked) | hits
    return _shown(hits, actor) if hits else []


def _shown(hits: Hits, actor: Actor) -> list[Found]:
    rows: Any = patients.with_custody(Patient.objects.seen_by(actor).filter(id__in=list(hits)))
    people = [PlacedPatient.of(row) for row in rows.order_by("family_key", "given_key", "date_of_birth")[:AT_MOST]]
    alike = naming.alike_among(people)
    found = [Found(one, one.numbers, short_place(one.place), hits[one.id], alike.get(one.id, "")) for one in people]
    return sorted(found, key=lambda one: one.why.startswith(SOUNDS))


def _named(asked: Typed) -> Hits:
    """Whose name, in any of the names they go by, starts so, and who was born then."""
    born = _born(asked)
    if not asked.words and not born:
        return {}
    fits = Q()
    for family, given in asked.splits if asked.words else ():
        fits |= _starting("family_key", family) & _starting("given_key", given)
    rows = _names().filter(fits)
    return _why(_when(rows, born) if born else rows)


def _sounding(asked: Typed) -> Hits:
    """Whose family name sounds like one of the words, and whose given name has the first letter of another, if there is one."""
    fits = Q(pk=None)
    for word in asked.words:
        others = [one for one in asked.words if one != word]
        given = _starting("given_key", others[0][0]) if others else Q()
        if heard := sounds_like(folded(word)):
            fits |= Q(family_sound=heard) & given
    born = _born(asked)
    rows = _names().filter(fits)
    return _why(_when(rows, born) if born else rows, sounds=True)


def _numbered(asked: Typed) -> Hits:
    """Who has a number that starts so, in whatever system."""
    if not asked.number:
        return {}
    low, high = starts(asked.number)
    rows = Identifier.objects.filter(superseded_by=None, key__gte=low, key__lt=high).annotate(whom=Survivor("patient_id"))
    return {row.whom: f"{Identifier.System(row.system).label} {row.value}" for row in rows[:AT_MOST]}


def _in_cell(asked: Typed, establishment: str) -> Hits:
    """Who sleeps there tonight, in the reader's own prison."""
    if not asked.cell:
        return {}
    low, high = starts(f"{establishment}-{asked.cell}")
    there = BedStay.objects.open().filter(establishment=establishment, location__gte=low, location__lt=high)
    rows = Match.objects.filter(superseded_by=None, prisoner__in=there.values("prisoner")).annotate(whom=Survivor("patient_id"))
    return {row.whom: f"cell {asked.cell}" for row in rows[: AT_MOST + 1]}


def _names() -> Any:
    return Name.objects.filter(superseded_by=None).annotate(
        whom=Survivor("patient_id"), birth=Coalesce("date_of_birth", "patient__date_of_birth")
    )


def _starting(key: str, word: str) -> Q:
    low, high = starts(word)
    return Q(**{f"{key}__gte": low, f"{key}__lt": high}) if word else Q()


def _born(asked: Typed) -> tuple[date, date] | None:
    """The first and the last day of birth that fit."""
    if asked.born:
        return asked.born, asked.born
    return (date(asked.year, 1, 1), date(asked.year, 12, 31)) if asked.year else None


def _when(rows: Any, born: tuple[date, date]) -> Any:
    """Born between two days. The plain column comes first, because an index serves it; official names always have it."""
    return rows.filter(Q(date_of_birth__range=born) | Q(date_of_birth=None, patient__date_of_birth__range=born))


def _why(rows: Iterable[Any], *, sounds: bool = False) -> Hits:
    """Patient and why: nothing to say for the recorded name, else which name it was."""
    found: Hits = {}
    for row in rows[: AT_MOST + 1]:  # type: ignore[index]
        name = str(row) if row.use == Name.Use.OFFICIAL else f"{Name.Use(row.use).label.lower()}: {row}"
        why = f"{SOUNDS} {name}" if sounds else "" if row.use == Name.Use.OFFICIAL else name
        found[row.whom] = min(found.get(row.whom, why), why, key=len)
    return found
