"""Everything that happened to somebody, latest first, a page at a time: the lines of the record and the prison's movements.

Two statements a page, however long the record and however many kinds: the lines, and the rows behind them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, TextField, UUIDField, Value
from django.db.models.functions import Concat

from throughcare.chart.entry import Entry, entry_of, joined, moment_of, move_of
from throughcare.core import clock
from throughcare.core.kinds import kinds
from throughcare.custody.models import Movement
from throughcare.patients.opened import PlacedPatient
from throughcare.record.lines import lines_of, rows_of
from throughcare.record.models import Line

PAGE, SHORT = 50, 12
MANY = 4  # lines read for one of the short list: the measurements of a screen are many lines and one entry
CUSTODY = "custody"
FEED = "the prison's feed"
HOUSE = "Throughcare"  # how the name of a job begins, as `Actor.system` makes it
COLUMNS = (
    "id", "patient_id", "kind", "happened_at", "written_at", "by", "establishment", "corrects", "superseded_by", "addendum",
    "code", "words", "plans",
)  # fmt: skip
MOVED = (
    "id", "m_patient", "m_kind", "happened_at", "written_at", "m_by", "establishment_id", "m_corrects", "m_superseded_by",
    "m_addendum", "m_code", "m_none", "m_none",
)  # fmt: skip


@dataclass(frozen=True)
class Stay:
    """One stay in one prison."""

    establishment: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Filters:
    """What of it to show. `words` finds what anybody wrote, pages of papers too."""

    kind: str = ""
    author: str = ""
    words: str = ""
    since: datetime | None = None
    until: datetime | None = None
    corrected: bool = False
    stay: Stay | None = None

    @property
    def any(self) -> bool:
        return bool(self.kind or self.author or self.words or self.since or self.until or self.corrected or self.stay)


@dataclass(frozen=True)
class Page:
    """A page of the timeline, and the key after which the next one begins, blank at the end."""

    lines: tuple[Entry, ...]
    next: str = ""


def timeline(patient: PlacedPatient, filters: Filters | None = None, begins: tuple[datetime, UUID] | None = None) -> Page:
    """A page of the entries of a patient opened by `patients.queries.opened`, all linked records."""
    asked = filters or Filters()
    found = _read(patient, asked, PAGE + 1, begins)
    cut = _cut(found)
    return Page(shown(patient, found[:cut]), _key(found[cut - 1]) if len(found) > cut else "")


def latest(patient: PlacedPatient) -> list[Line]:
    """The lines of the last few entries as they now stand; `shown` makes entries of them."""
    found = _read(patient, Filters(), SHORT * MANY, None, current=True)
    wanted = set(list(dict.fromkeys(moment_of(line) for line in found))[:SHORT])
    return [line for line in found if moment_of(line) in wanted]


def shown(patient: PlacedPatient, lines: Iterable[Line], behind: Mapping[UUID, Any] | None = None) -> tuple[Entry, ...]:
    """Lines as they are shown, those of one moment in one entry; `behind`: their rows, where they have been read."""
    several = list(lines)
    rows = rows_of(several) if behind is None else behind
    made = [
        move_of(line) if line.kind == CUSTODY else entry_of(line, rows[line.id], patient.id)
        for line in several
        if line.kind == CUSTODY or line.id in rows
    ]
    return joined(made)


def labels() -> dict[str, str]:
    """The kinds that can be asked for, with their words, in alphabetical order."""
    named = {kind.id: kind.label for kind in kinds().values()} | {CUSTODY: "Custody"}
    return dict(sorted(named.items(), key=lambda pair: pair[1]))


def stays(rows: Sequence[Any]) -> list[Stay]:
    """The stays from bed stays, latest first: cells of one prison that follow each other are one stay."""
    found: list[Stay] = []
    for bed in sorted(rows, key=lambda row: row.since):
        last = found[-1] if found else None
        if last and last.establishment == bed.establishment_id and last.until == bed.since:
            found[-1] = Stay(last.establishment, last.since, bed.until)
        else:
            found.append(Stay(bed.establishment_id, bed.since, bed.until))
    return found[::-1]


def _read(patient: PlacedPatient, asked: Filters, many: int, after: Any, *, current: bool = False) -> list[Line]:
    return [Line(*row) for row in statement(patient, asked, many, after, current=current)]


def statement(patient: PlacedPatient, asked: Filters, many: int, after: Any = None, *, current: bool = False) -> QuerySet[Any]:
    """Lines, and movements as lines, in one order, the latest first: the columns of a Line."""
    lines = _page(_lines(patient, asked, current), asked, many, after).values_list(*COLUMNS)
    if not _wants_moves(asked):
        return lines
    moves = _page(_moves(patient), asked, many, after).values_list(*MOVED)
    return moves if asked.kind == CUSTODY else lines.union(moves, all=True).order_by("-happened_at", "-id")[:many]


def _wants_moves(asked: Filters) -> bool:
    by_feed = not asked.author or asked.author.lower() in FEED
    return asked.kind in ("", CUSTODY) and by_feed and not (asked.corrected or asked.words)


def _lines(patient: PlacedPatient, asked: Filters, current: bool) -> QuerySet[Line]:
    rows = lines_of(patient.linked)
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    elif not asked.words:
        rows = rows.exclude(kind__in=[kind.id for kind in kinds().values() if not kind.lists])
    if asked.words:
        rows = rows.filter(Q(words__icontains=asked.words) | Q(plans__icontains=asked.words))
    if asked.author:
        rows = rows.filter(by__icontains=asked.author)
    if asked.corrected:
        rows = rows.filter(Q(corrects__isnull=False) | Q(superseded_by__isnull=False))
    return rows.filter(superseded_by=None).exclude(by__startswith=HOUSE) if current else rows


def _moves(patient: PlacedPatient) -> QuerySet[Any]:
    """The prison's movements with the columns of a line; `code` is what moved, and why."""
    nothing: dict[str, Any] = {name: Value(None, UUIDField()) for name in ("m_corrects", "m_superseded_by")}
    return Movement.objects.filter(prisoner__in=list(patient.prisoners)).annotate(
        **nothing, m_patient=Value(patient.id, UUIDField()), m_kind=Value(CUSTODY, TextField()), m_by=Value(FEED, TextField()),
        m_addendum=Value(False), m_code=Concat("kind", Value(" "), "reason"), m_none=Value("", TextField()),
    )  # fmt: skip


def _page(rows: QuerySet[Any], asked: Filters, many: int, after: Any) -> QuerySet[Any]:
    """Filtered by time, and cut after the last entry of the page before: what is added meanwhile moves nothing."""
    if asked.since:
        rows = rows.filter(happened_at__gte=asked.since)
    if asked.until:
        rows = rows.filter(happened_at__lt=asked.until)
    if asked.stay:
        rows = rows.filter(happened_at__gte=asked.stay.since, **_until(asked.stay))
    if after:
        rows = rows.filter(Q(happened_at__lt=after[0]) | Q(happened_at=after[0], id__lt=after[1]))
    return rows.order_by("-happened_at", "-id")[:many]


def _until(stay: Stay) -> dict[str, datetime]:
    return {"happened_at__lte": stay.until} if stay.until else {}


def _cut(found: Sequence[Line]) -> int:
    """How many rows make the page: a moment that does not end on it goes to the next whole, unless it is all there is."""
    if len(found) <= PAGE:
        return len(found)
    moments = [moment_of(row) for row in found]
    return moments.index(moments[PAGE]) or PAGE


def after(key: str) -> tuple[datetime, UUID] | None:
    """Where a page begins, from its address; None for the first page, and for an address that nobody made."""
    moment, _, row = key.partition("_")
    try:
        return clock.aware(datetime.fromisoformat(moment)), UUID(row)
    except (ValueError, OverflowError):  # no calendar has the moment
        return None


def _key(row: Line) -> str:
    """Where a line stands in the order, for the address of the next page."""
    return f"{row.happened_at.isoformat()}_{row.id}"
