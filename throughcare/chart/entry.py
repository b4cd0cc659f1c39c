"""One entry as a page shows it: a line of the record with its row, or a movement of the prison's."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from throughcare.core.addresses import of_person
from throughcare.core.kinds import Kind, kinds
from throughcare.custody.rules import BED
from throughcare.record.models import Line

LATE = timedelta(hours=1)  # an entry written this long after it happened is shown as late; a matter of looks, not of care
MOVED = {
    "NEW_ADMISSION": "Came in", "READMISSION": "Came back in", "ADMISSION": "Came in", "TRANSFERRED": "Transferred",
    "RETURN_FROM_COURT": "Back from court", "TEMPORARY_ABSENCE_RETURN": "Back from temporary absence",
    "SENT_TO_COURT": "Out to court", "RELEASED": "Released", "RELEASED_TO_HOSPITAL": "Released to hospital",
    "TEMPORARY_ABSENCE_RELEASE": "Out on temporary absence",
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """What a page shows of one entry. `rows`: of measurements all that were taken at that moment, this one too."""

    kind: str
    id: UUID
    patient: UUID
    happened_at: datetime
    written_at: datetime
    by: str
    place: str
    label: str
    title: str
    body: tuple[tuple[str, str], ...] = ()
    href: str = ""
    newer: str = ""
    earlier: str = ""
    addendum: bool = False
    moment: Hashable = None
    rows: tuple[Any, ...] = ()

    @property
    def late(self) -> bool:
        return self.written_at - self.happened_at > LATE

    @property
    def anchor(self) -> str:
        return f"{self.kind}-{self.id}"

    @property
    def superseded(self) -> bool:
        return bool(self.newer)


def entry_of(line: Line, row: Any, patient: UUID) -> Entry:
    """A line and the row behind it, on the page of `patient`."""
    kind = kinds()[line.kind]
    return Entry(
        line.kind, line.id, line.patient_id, line.happened_at, line.written_at, line.by, line.establishment, kind.label,
        kind.titled([row]), tuple(kind.parts(row)), kind.address(row, patient), newer=_version(kind, line.superseded_by, patient),
        earlier=_version(kind, line.corrects, patient), addendum=line.addendum, moment=moment_of(line), rows=(row,),
    )  # fmt: skip


def move_of(line: Line) -> Entry:
    """A movement of the prison's, which has no row in the record."""
    moved, _, reason = line.code.partition(" ")
    words = "Moved cell" if moved == BED else MOVED.get(reason, "Moved")
    return Entry(
        line.kind, line.id, line.patient_id, line.happened_at, line.written_at, line.by, line.establishment, "Custody",
        f"{words}: {line.establishment}", moment=moment_of(line),
    )  # fmt: skip


def moment_of(line: Line) -> Hashable:
    """What lines of one entry have in common; a corrected one, like every other entry, stands alone."""
    kind = kinds().get(line.kind)
    joins = kind is not None and kind.joins and not (line.corrects or line.superseded_by)
    return (line.kind, line.patient_id, line.happened_at, line.by, line.establishment) if joins else line.id


def joined(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """The entries with those of one moment in one, where the first of them stood."""
    groups: dict[Hashable, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(entry.moment, []).append(entry)
    return tuple(group[0] if len(group) == 1 else _one(group) for group in groups.values())


def _one(group: Sequence[Entry]) -> Entry:
    kind = kinds()[group[0].kind]
    rows = sorted((row for entry in group for row in entry.rows), key=kind.order)
    return replace(group[0], title=kind.titled(rows), rows=tuple(rows))


def _version(kind: Kind, key: UUID | None, patient: UUID) -> str:
    """Where another version of an entry stands: on its own page, or further along the timeline."""
    if key is None:
        return ""
    return f"#{kind.id}-{key}" if kind.page else of_person(patient, f"entries/{kind.id}/{key}/")
