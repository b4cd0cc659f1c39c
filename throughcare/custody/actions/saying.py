"""What the prison says of somebody beside where he is: alerts, key dates, whom to keep apart. Asked again, never added up:
each call brings the whole list, and what is not on it any more has ended."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from throughcare.audit.facts import keep
from throughcare.core import clock, ids
from throughcare.core.writing import all_or_nothing
from throughcare.custody.facts import AlertChanged, KeyDatesChanged, NonAssociationChanged
from throughcare.custody.models import Alert, KeyDate, NonAssociation, Prisoner


@dataclass(frozen=True)
class ToldAlert:
    """One alert as the prison lists it."""

    uuid: UUID
    code: str
    type: str
    since: date | None = None
    until: date | None = None
    active: bool = True


@dataclass(frozen=True)
class ToldDate:
    """One date as the prison lists it; the lowest trust of a kind is believed."""

    source: str
    kind: str
    certainty: str
    trust: int
    date: date | None = None


@dataclass(frozen=True)
class ToldApart:
    """One person to keep apart from, as the prison lists it."""

    reference: str
    other_number: str
    restriction: str
    open: bool


@all_or_nothing
def take_alerts(
    *, prisoner: Prisoner, alerts: Sequence[ToldAlert], at: datetime, by: str, establishment: str = "", whole: bool = True,
) -> int:  # fmt: skip
    """The alerts of somebody, as they now are; how many codes went on or off. `whole`: what is not among them has ended.

    What is told is the code, once: one that is on under another key is on. An ACCT that was entered again has not ended.
    """
    rows = {row.uuid: row for row in Alert.objects.filter(prisoner=prisoner)}
    before, told = _on(rows.values()), {one.uuid: one for one in alerts}
    for one in told.values():
        rows[one.uuid] = _write_alert(prisoner, rows.get(one.uuid), one)
    for row in rows.values():
        if whole and row.uuid not in told and row.active:
            _end_alert(row, at)
    after = _on(rows.values())
    changed = sorted(before.keys() ^ after.keys(), key=lambda code: (code in after, code))  # what ended first
    for code in changed:
        keep(AlertChanged(by=by, at=at, establishment=establishment, prisoner=prisoner.id, code=code, active=code in after,
                          alert=(after if code in after else before)[code]))  # fmt: skip
    return len(changed)


@all_or_nothing
def take_key_dates(*, prisoner: Prisoner, dates: Sequence[ToldDate], at: datetime, by: str, establishment: str = "") -> int:
    """The key dates of somebody, as they now are; how many kinds are believed differently."""
    rows = {row.source: row for row in KeyDate.objects.filter(prisoner=prisoner, superseded_at=None)}
    told = {one.source: one for one in dates}
    before = _believed(rows.values())
    for source in rows.keys() | told.keys():
        _write_date(prisoner, rows.get(source), told.get(source))
    after = _believed(told.values())
    changed = [kind for kind in sorted(before.keys() | after.keys()) if before.get(kind) != after.get(kind)]
    for kind in changed:
        certainty, day = after.get(kind, (KeyDate.Certainty.UNKNOWN, None))
        keep(KeyDatesChanged(by=by, at=at, establishment=establishment, prisoner=prisoner.id, kind=kind, certainty=str(certainty),
                             day=day))  # fmt: skip
    return len(changed)


@all_or_nothing
def take_non_associations(
    *, prisoner: Prisoner, apart: Sequence[ToldApart], at: datetime, by: str, establishment: str = ""
) -> int:
    """Whom to keep somebody apart from, as it now is; how many changed. What is not listed any more is over."""
    rows = {row.reference: row for row in NonAssociation.objects.filter(prisoner=prisoner)}
    told = {one.reference: one for one in apart}
    changed = [_write_apart(prisoner, rows.get(reference), one) for reference, one in told.items()]
    for reference, row in rows.items():
        if reference not in told and row.open:
            NonAssociation.objects.filter(id=row.id).update(open=False, told_at=clock.now())
            row.open = False
            changed.append(row)
    for row in filter(None, changed):
        keep(NonAssociationChanged(by=by, at=at, establishment=establishment, prisoner=prisoner.id, reference=row.reference,
                                   open=row.open))  # fmt: skip
    return sum(row is not None for row in changed)


def _on(rows: Iterable[Alert]) -> dict[str, UUID]:
    """The codes that are on, each with the key of an alert that says so."""
    return {row.code: row.uuid for row in rows if row.active}


def _write_alert(prisoner: Prisoner, row: Alert | None, told: ToldAlert) -> Alert:
    said: dict[str, Any] = {"code": told.code, "type": told.type, "since": told.since, "until": told.until, "active": told.active}
    if row is None:
        new: Alert = Alert.objects.create(id=ids.new(), prisoner=prisoner, uuid=told.uuid, told_at=clock.now(), **said)
        return new
    _change(row, said)
    return row


def _end_alert(row: Alert, at: datetime) -> None:
    _change(row, {"active": False, "until": row.until or clock.prison_day(at)})


def _write_date(prisoner: Prisoner, row: KeyDate | None, told: ToldDate | None) -> None:
    said = {"kind": told.kind, "certainty": told.certainty, "date": told.date, "trust": told.trust} if told else None
    if row and said and all(getattr(row, name) == value for name, value in said.items()):
        return
    if row:
        KeyDate.objects.filter(id=row.id).update(superseded_at=clock.now())
    if told and said:
        KeyDate.objects.create(id=ids.new(), prisoner=prisoner, source=told.source, told_at=clock.now(), **said)


def _believed(dates: Any) -> dict[str, tuple[str, date | None]]:
    """Of each kind the date with the lowest trust: how sure, and when."""
    return {one.kind: (str(one.certainty), one.date) for one in sorted(dates, key=lambda one: -one.trust)}


def _write_apart(prisoner: Prisoner, row: NonAssociation | None, told: ToldApart) -> NonAssociation | None:
    said = {"other_number": told.other_number, "restriction": told.restriction, "open": told.open}
    if row is None:
        made: NonAssociation = NonAssociation.objects.create(
            id=ids.new(), prisoner=prisoner, reference=told.reference, told_at=clock.now(), **said
        )
        return made
    return row if _change(row, said) else None


def _change(row: Any, said: dict[str, Any]) -> bool:
    changed = {name: value for name, value in said.items() if getattr(row, name) != value}
    if not changed:
        return False
    type(row).objects.filter(id=row.id).update(**changed, told_at=clock.now())
    for name, value in changed.items():
        setattr(row, name, value)
    return True
