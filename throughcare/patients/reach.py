"""Who may see whom: rows opened and closed as people come and go, for every record of a person alike."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from throughcare.core import ids
from throughcare.custody.rules import COMES_BACK, DIED, MOVES_ON, Whereabouts
from throughcare.patients.linked import linked
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


def keep_open(patient: UUID, establishment: str, *, at: datetime) -> None:
    """He died: the prison that held him reads on without an end and writes addenda, for the inquest."""
    _set(patient, establishment, kind="left", since=at, until=None, writes=True)


def was_here(patient: UUID, establishment: str, *, before: datetime) -> bool:
    """Whether the prison has had him here since before a moment, as far as healthcare knows."""
    rows = Reach.objects.live().filter(patient=patient, scope=_scope(establishment), kind="here", since__lt=before)
    return rows.exists()


def arrival(before: Whereabouts, after: Whereabouts, reason: str) -> str:
    """What kind of arrival this change is, or blank when nobody came in."""
    same = before.establishment == after.establishment
    if not after.is_here or (before.is_here and same):
        return ""
    if same and (reason in COMES_BACK or not reason):
        return "court_return"
    # Somebody back from a court that we never saw him go to was never received here: he is new, and is screened.
    from_elsewhere = before.establishment and (reason in COMES_BACK or not reason)
    return "transfer" if reason in MOVES_ON or from_elsewhere else "new"


def departure(before: Whereabouts, after: Whereabouts, reason: str) -> str:
    """What kind of departure this change is, or blank when nobody went out."""
    if not before.establishment:
        return ""
    if after.establishment == before.establishment:
        return "court" if before.is_here and not after.is_here else ""
    if reason == DIED:
        return "died"
    if reason == "RELEASED_TO_HOSPITAL":
        return "hospital"
    return "transfer" if reason in MOVES_ON else "released"


STRONGEST_FIRST = ("here", "inbound", "referral", "break_glass", "left")


def share(patients: tuple[UUID, ...]) -> None:
    """Records were joined: who reached one of them reaches them all, in the stronger way. Call it while the system acts."""
    best: dict[str, Reach] = {}
    for row in Reach.objects.live().filter(patient__in=patients):
        kept = best.setdefault(row.scope, row)
        if _strength(row) < _strength(kept):
            best[row.scope] = row
    for scope, row in best.items():
        what = {name: getattr(row, name) for name in ("kind", "since", "until", "writes", "over_bar")}
        for patient in patients:
            _put(patient, scope, **what)


def _strength(row: Reach) -> tuple[int, float]:
    lasts = row.until.timestamp() if row.until else float("inf")
    return STRONGEST_FIRST.index(row.kind), -lasts


def _set(patient: UUID, establishment: str, **what: object) -> None:
    """On every record of the person, so that none of them is left behind."""
    for one in linked(patient):
        _put(one, _scope(establishment), **what)


def _put(patient: UUID, scope: str, **what: object) -> None:
    if not Reach.objects.filter(patient=patient, scope=scope).update(**what):
        Reach.objects.create(id=ids.new(), patient_id=patient, scope=scope, **what)


def _scope(establishment: str) -> str:
    return f"establishment:{establishment}"
