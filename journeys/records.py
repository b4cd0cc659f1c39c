"""What the database holds, read as a member of staff may read it."""

from __future__ import annotations

from typing import Any

from throughcare.access.acting import acting
from throughcare.demo.estate import actor
from throughcare.demo.people import Character
from throughcare.instruments import queries as instruments
from throughcare.instruments.models import Answer
from throughcare.patients.models import Patient
from throughcare.screening.models import Screen


def answers_about(man: Character) -> dict[str, Any]:
    """The latest answer to every question of a man's latest screen here."""
    with acting(actor("asha")):
        screen = _screens(man).latest("arrived_at")
        rows = instruments.answers_on([screen.id]).get(screen.id, {})
        return {item: row.value for items in rows.values() for item, row in items.items()}


def every_answer_about(man: Character) -> set[tuple[str, str]]:
    """(question, answer) for every answer ever written about a man, superseded ones too."""
    with acting(actor("asha")):
        return {(row.item, spelt(row.value)) for row in Answer.objects.filter(patient__in=_patients(man))}


def key_of(man: Character) -> str:
    """The key of his record, as it stands in addresses."""
    with acting(actor("asha")):
        return str(_patients(man).get().id)


def arrivals_of(man: Character) -> int:
    """How many screens his arrivals here opened."""
    with acting(actor("asha")):
        return _screens(man).count()


def spelt(value: Any) -> str:
    """An answer as one string: codes in order."""
    return ",".join(sorted(value)) if isinstance(value, list) else str(value)


def _patients(man: Character) -> Any:
    return Patient.objects.filter(family_name=man.family_name, given_names=man.given_names)


def _screens(man: Character) -> Any:
    return Screen.objects.filter(patient__in=_patients(man))
