"""Everything that happened to somebody, as entries with both times, latest first; a page of it in one statement."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db import connection
from django.db.models import BooleanField, CharField, F, OuterRef, Q, QuerySet, Subquery, TextField, UUIDField, Value
from django.db.models.functions import Cast, Concat, JSONObject

from throughcare.chart import wording
from throughcare.custody.models import Movement
from throughcare.pathways.models import PatientReply, ServiceRequest, ServiceRequestAnswer
from throughcare.record.models import (
    AllergyIntolerance,
    Communication,
    Condition,
    DiagnosticReport,
    Document,
    Encounter,
    EpisodeOfCare,
    Flag,
    Immunization,
    Incident,
    Observation,
    Specimen,
    Warning,
    WarningRead,
)
from throughcare.screening.models import Step, StopAction

LATE = timedelta(hours=1)  # an entry written this long after it happened is shown as late; a matter of looks, not of care
PAGE, SHORT = 50, 12
MANY = 4  # rows read for a line of the short list: the measurements of a screen are many rows and one line
NONE = Value("", TextField())
NOBODY: Any = Cast(Value(None), UUIDField())


@dataclass(frozen=True)
class Line:
    """One entry of the timeline. `a` to `d` are its own fields, as its kind knows them."""

    kind: str
    id: UUID
    patient: UUID
    happened_at: datetime
    written_at: datetime
    by: str
    place: str
    corrects: UUID | None
    superseded_by: UUID | None
    addendum: bool
    a: str
    b: str
    c: str
    d: str
    together: tuple[Line, ...] = ()  # of measurements: all that were taken at that moment, this one too

    @property
    def late(self) -> bool:
        return self.written_at - self.happened_at > LATE

    @property
    def title(self) -> str:
        return wording.title(self)

    @property
    def body(self) -> list[tuple[str, str]]:
        return wording.body(self)

    @property
    def label(self) -> str:
        return wording.LABELS[self.kind]

    @property
    def anchor(self) -> str:
        return f"{self.kind}-{self.id}"

    @property
    def key(self) -> str:
        """Where this entry stands in the order, for the address of the next page."""
        return f"{self.happened_at.isoformat()}_{self.id}"


@dataclass(frozen=True)
class Stay:
    """One stay in one prison."""

    establishment: str
    since: datetime
    until: datetime | None


@dataclass(frozen=True)
class Filters:
    """What of it to show."""

    kind: str = ""
    author: str = ""
    since: datetime | None = None
    until: datetime | None = None
    corrected: bool = False
    stay: Stay | None = None

    @property
    def any(self) -> bool:
        return bool(self.kind or self.author or self.since or self.until or self.corrected or self.stay)


@dataclass(frozen=True)
class Page:
    """A page of the timeline, and the key after which the next one begins, blank at the end."""

    lines: tuple[Line, ...]
    next: str = ""


def timeline(patient: Any, filters: Filters | None = None, after: tuple[datetime, UUID] | None = None) -> Page:
    """A page of the entries of a patient opened by `patients.queries.opened`, all linked records; one statement."""
    found = _read(patient, filters or Filters(), PAGE + 1, after)
    cut = _cut(found)
    return Page(tuple(_together(found[:cut])), found[cut - 1].key if len(found) > cut else "")


def latest(patient: Any) -> list[Line]:
    """The last few entries as they now stand; one statement."""
    statement, values = _of_latest()
    with connection.cursor() as cursor:
        cursor.execute(statement, [value(patient) if callable(value) else value for value in values])
        return _together([Line(*row) for row in cursor.fetchall()])[:SHORT]


@dataclass(frozen=True)
class _Anybody:
    """Whoever is opened: the keys that stand for theirs in a statement that is built once."""

    linked: tuple[UUID, ...] = (UUID(int=1),)
    prisoners: tuple[UUID, ...] = (UUID(int=2),)


@cache
def _of_latest() -> tuple[str, tuple[Any, ...]]:
    """The statement of `latest` with its values, those that are of the person as questions to them. To build it out of twenty
    tables takes longer than to read them, and every page of a person needs it."""
    who = _Anybody()
    rows = _rows(who, Filters(), SHORT * MANY, None, current=True)
    assert rows is not None
    statement, values = rows.query.sql_with_params()
    of_them: dict[str, Callable[[Any], Any]] = {
        repr(list(who.linked)): lambda one: list(one.linked), repr(list(who.prisoners)): lambda one: list(one.prisoners),
        repr(who.linked[0]): lambda one: one.linked[0],
    }  # fmt: skip
    return statement, tuple(of_them.get(repr(value), value) for value in values)


def stays(rows: Sequence[Any]) -> list[Stay]:
    """The stays from bed stays, latest first: cells of one prison that follow each other are one stay."""
    told: list[Stay] = []
    for bed in sorted(rows, key=lambda row: row.since):
        last = told[-1] if told else None
        if last and last.establishment == bed.establishment_id and last.until == bed.since:
            told[-1] = Stay(last.establishment, last.since, bed.until)
        else:
            told.append(Stay(bed.establishment_id, bed.since, bed.until))
    return told[::-1]


def _moment(line: Line) -> Any:
    """What measurements of one moment have in common; a corrected one, like every other entry, stands alone."""
    alone = line.kind != "observation" or line.corrects or line.superseded_by
    return line.anchor if alone else (line.patient, line.happened_at, line.by, line.place)


def _together(lines: Sequence[Line]) -> list[Line]:
    """The lines with the measurements of one moment in one line, where the first of them stood."""
    groups: dict[Any, list[Line]] = {}
    for line in lines:
        groups.setdefault(_moment(line), []).append(line)
    return [
        replace(group[0], together=tuple(sorted(group, key=_place))) if len(group) > 1 else group[0] for group in groups.values()
    ]


def _place(line: Line) -> tuple[bool, str]:
    """Where a measurement stands in its line: totals first, and always in one order, so that two sets can be compared."""
    return not line.a.startswith("score:"), line.a


def _cut(found: Sequence[Line]) -> int:
    """How many rows make the page: a moment that does not end on it goes to the next whole, unless it is all there is."""
    if len(found) <= PAGE:
        return len(found)
    moments = [_moment(line) for line in found]
    return moments.index(moments[PAGE]) or PAGE


def _read(patient: Any, filters: Filters, many: int, after: Any) -> list[Line]:
    rows = _rows(patient, filters, many, after)
    return [] if rows is None else [Line(*row) for row in rows]


def _rows(patient: Any, filters: Filters, many: int, after: Any, *, current: bool = False) -> QuerySet[Any] | None:
    arms = [
        _page(_columns(kind, rows, corrected), filters, many, after, current and corrected)
        for kind, rows, corrected in _arms(patient)
        if filters.kind in ("", kind) and (corrected or not filters.corrected)
    ]
    if len(arms) < 2:
        return arms[0] if arms else None
    return arms[0].union(*arms[1:], all=True).order_by("-happened_at", "-id")[:many]


def _arms(patient: Any) -> Iterator[tuple[str, QuerySet[Any], bool]]:
    """kind, its rows with a to d, and whether they can be corrected."""
    about = {"patient__one_of": _any_of(patient.linked)}
    read = WarningRead.objects.filter(warning=OuterRef("id")).order_by("happened_at").values("written_by_name")[:1]
    ended = Cast("ended", TextField())
    for kind, rows in (
        ("encounter", _own(Encounter, "kind", "done", "plan")),
        ("warning", _own(Warning, "source", "words", Subquery(read))),
        ("condition", _own(Condition, "words", "status", "verification", "onset")),
        ("allergy", _own(AllergyIntolerance, "said", "substance", "reaction", "criticality")),
        ("flag", _own(Flag, "kind", "words", ended)),
        ("incident", _own(Incident, "kind", "words", "done", "harm")),
        ("document", _own(Document, "kind", "title", "origin")),
        ("episode", _own(EpisodeOfCare, "service", "status", "why")),
        ("observation", _own(Observation, "code", "value", "unit")),
        ("immunization", _own(Immunization, "vaccine", "dose", "status", _details(Immunization))),
        ("specimen", _own(Specimen, "panel", "method", "status", _details(Specimen))),
        ("report", _own(DiagnosticReport, "panel", "results", "status", "words")),
        ("communication", _own(Communication, "panel", "status", "words")),
    ):
        yield kind, rows.filter(**about), True
    screen = Cast("screen_id", TextField())
    told = Concat(F("plan"), Value("\nTold: "), F("told"), output_field=TextField())
    yield "step", _own(Step, "kind", "detail", "screen__definition", screen).filter(**about), False
    yield "stop", _own(StopAction, "alert", "action", told, screen).filter(**about), False
    yield "referral", _own(ServiceRequest, "service", "urgency", "reason").filter(redirects=0, **about), False
    what = Concat(F("instead"), F("to_service"), output_field=TextField())
    answer = _own(ServiceRequestAnswer, "request__service", "decision", what, Cast("request_id", TextField()))
    yield "answer", answer.filter(**about), False
    yield "reply", _own(PatientReply, "how", "words").filter(**about), False
    yield "custody", _moves(patient.prisoners, patient.linked[0]), False


def _own(model: Any, *columns: Any) -> QuerySet[Any]:
    """The rows of a table with its own fields as a to d."""
    padded = [F(one) if isinstance(one, str) else one for one in columns] + [NONE] * (4 - len(columns))
    named = {f"t_{name}": Cast(one, TextField()) for name, one in zip("abcd", padded, strict=True)}
    return model.objects.annotate(t_by=F("written_by_name"), t_patient=F("patient_id"), **named)


def _any_of(keys: Sequence[UUID]) -> Value:
    return Value(list(keys), ArrayField(UUIDField()))


def _details(model: Any) -> JSONObject:
    """The fields that stand under an entry, as one column."""
    return JSONObject(**{name: name for name in model.DETAILS})


def _moves(prisoners: Sequence[UUID], patient: UUID) -> QuerySet[Any]:
    named = {"t_a": F("kind"), "t_b": F("reason"), "t_c": F("location"), "t_d": F("came_from")}
    return Movement.objects.filter(prisoner__one_of=_any_of(prisoners)).annotate(
        t_by=Value("the prison's feed", TextField()), t_patient=Value(patient, UUIDField()),
        **{name: Cast(one, TextField()) for name, one in named.items()},
    )  # fmt: skip


def _columns(kind: str, rows: QuerySet[Any], corrected: bool) -> QuerySet[Any]:
    """The same columns whatever the table."""
    place = (
        F("establishment_id")
        if kind == "custody"
        else F("screen__establishment")
        if kind in ("step", "stop")
        else F("establishment")
    )
    return rows.order_by().annotate(
        t_kind=Value(kind, TextField()), t_place=Cast(place, CharField()),
        t_corrects=F("corrects_id") if corrected else NOBODY, t_superseded=F("superseded_by") if corrected else NOBODY,
        t_addendum=F("addendum") if corrected else Value(False, BooleanField()),
    ).values_list(
        "t_kind", "id", "t_patient", "happened_at", "written_at", "t_by", "t_place", "t_corrects", "t_superseded", "t_addendum",
        "t_a", "t_b", "t_c", "t_d",
    )  # fmt: skip


def _page(rows: QuerySet[Any], filters: Filters, many: int, after: Any, current: bool) -> QuerySet[Any]:
    """Filtered, and cut after the last entry of the page before: what is added meanwhile moves nothing."""
    if filters.author:
        rows = rows.filter(t_by__icontains=filters.author)
    if filters.since:
        rows = rows.filter(happened_at__gte=filters.since)
    if filters.until:
        rows = rows.filter(happened_at__lt=filters.until)
    if filters.stay:
        rows = rows.filter(happened_at__gte=filters.stay.since, **_until(filters.stay))
    if filters.corrected:
        rows = rows.filter(Q(corrects__isnull=False) | Q(superseded_by__isnull=False))
    if current:
        rows = rows.filter(superseded_by=None)
    if after:
        rows = rows.filter(Q(happened_at__lt=after[0]) | Q(happened_at=after[0], id__lt=after[1]))
    return rows.order_by("-happened_at", "-id")[:many]


def _until(stay: Stay) -> dict[str, datetime]:
    return {"happened_at__lte": stay.until} if stay.until else {}
