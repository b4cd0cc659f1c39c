"""Who may see whom: rows opened and closed as people come and go."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from throughcare.core import ids
from throughcare.custody.rules import COMES_BACK, MOVES_ON, Whereabouts
from throughcare.patients.models import AFTER_LEAVING, WHILE_INBOUND, Reach


def open_here(patient: UUID, establishment: str, *, since: datetime) -> None:
    """He is here: the prison reads and writes, without an end."""
    _set(patient, establishment, kind="here", since=since, until=None, writes=True)


def open_inbound(patient: UUID, establishment: str, *, since: datetime, due_at: datetime) -> None:
    """He is expected: the prison prepares, until the arrival or a day later. Somebody already here stays here."""
    if not Reach.objects.live().filter(patient=patient, scope=_scope(establishment), kind="here").exists():
        _set(patient, establishment, kind="inbound", since=since, until=due_at + WHILE_INBOUND, writes=True)


def close(patient: UUID, establishment: str, *, at: datetime) -> None:
    """He has left: the prison reads on for a while and writes no more."""
    _set(patient, establishment, kind="left", since=at, until=at + AFTER_LEAVING, writes=False)


def arrival(before: Whereabouts, after: Whereabouts, reason: str) -> str:
    """What kind of arrival this change is, or blank when nobody came in."""
    if not after.is_here or (before.is_here and before.establishment == after.establishment):
        return ""
    if reason in COMES_BACK:
        return "court_return"
    return "transfer" if reason in MOVES_ON else "new"


def departure(before: Whereabouts, after: Whereabouts, reason: str) -> str:
    """What kind of departure this change is, or blank when nobody went out."""
    if not before.establishment:
        return ""
    if after.establishment == before.establishment:
        return "court" if before.is_here and not after.is_here else ""
    if reason == "RELEASED_TO_HOSPITAL":
        return "hospital"
    return "transfer" if reason in MOVES_ON else "released"


def _set(patient: UUID, establishment: str, **what: object) -> None:
    scope = _scope(establishment)
    if not Reach.objects.filter(patient=patient, scope=scope).update(**what):
        Reach.objects.create(id=ids.new(), patient_id=patient, scope=scope, **what)


def _scope(establishment: str) -> str:
    return f"establishment:{establishment}"
