"""Search by name, any number, cell or date of birth, among the people this reader may see. Never picks one by itself."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from throughcare.access.acting import Actor
from throughcare.chart.today import short_place
from throughcare.core.identifiers import BadIdentifier, NHSNumber, PrisonNumber
from throughcare.patients import queries as patients
from throughcare.patients.models import Patient

AT_MOST = 50
CELL = re.compile(r"[A-Za-z]{1,2}(-?\d{1,2})?(-?\d{3})?")
DAY = re.compile(r"(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})")


@dataclass(frozen=True)
class Found:
    """One person, with what tells people of one name apart."""

    patient: Patient
    numbers: tuple[str, ...]
    place: str


def search(typed: str, actor: Actor) -> list[Found]:
    """Who fits what was typed, by name; nobody for a blank."""
    words = typed.strip()
    if not words:
        return []
    people = Patient.objects.seen_by(actor)
    rows: Any = patients.with_custody(people.filter(_fits(words)) if _is_code(words) else people.named(words))
    found = list(rows.order_by("family_key", "given_key", "date_of_birth").distinct()[:AT_MOST])
    return [Found(row, tuple(row.numbers), short_place(patients.place_of(row))) for row in found]


def _is_code(words: str) -> bool:
    return any(character.isdigit() for character in words)


def _fits(words: str) -> Q:
    """A number or a cell or a date, whichever it can be; something that can be none of them fits nobody."""
    fits = Q(pk=None)
    with suppress(BadIdentifier):
        fits |= Q(match__prisoner__prison_number=PrisonNumber(words), match__superseded_by=None)
    with suppress(BadIdentifier):
        fits |= Q(nhs_number=NHSNumber(words))
    return fits | _born(words) | _in_cell(words)


def _born(words: str) -> Q:
    try:
        day, month, year = (int(part) for part in DAY.fullmatch(words).groups())  # type: ignore[union-attr]
        return Q(date_of_birth=date(year, month, day))
    except (AttributeError, ValueError):
        return Q(pk=None)


def _in_cell(words: str) -> Q:
    if not CELL.fullmatch(words):
        return Q(pk=None)
    stay = "match__prisoner__bedstay"
    return Q(**{
        f"{stay}__location__contains": f"-{words.upper()}", f"{stay}__until": None, f"{stay}__superseded_at": None,
        "match__superseded_by": None,
    })  # fmt: skip
