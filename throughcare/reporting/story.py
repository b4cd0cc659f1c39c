"""The record for a reader who is no clinician: entries with both times, earlier versions, and who had been shown them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db import models

from throughcare.access.roles import roles
from throughcare.core.laws import PATIENT, PRISONER
from throughcare.core.shown import sentence, uk_date, uk_datetime
from throughcare.instruments import rules as instruments
from throughcare.reporting.about import Row, Table
from throughcare.reporting.book import Packs
from throughcare.reporting.gathering import Gathered
from throughcare.reporting.rules import Knowing, Shown, is_late

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
SILENT = {
    "id", "happened_at", "written_at", "written_by", "written_by_name", "superseded_by", "addendum", "content_hash", "family_key",
    "concept", "item", "given_key", "family_sound", "given_sound", "key", "sha256", "seq",
}  # fmt: skip
AUTHORS = ("written_by", "made_by", "actor", "proposed_by")


@dataclass(frozen=True)
class Entry:
    """One entry as the story prints it."""

    key: str
    title: str
    happened_at: datetime
    written_at: datetime | None  # None where the table keeps no time of writing apart
    by: str
    late: bool
    addendum: bool
    sealed: bool
    body: tuple[tuple[str, str], ...]
    corrects: str
    corrected_by: str
    shown: tuple[Shown, ...] = field(default=())


def entries(gathered: Gathered, book: Packs) -> list[Entry]:
    """Every entry about the person, in the order in which things happened."""
    told = [table for table in gathered.tables if table.law.seen_by in (PATIENT, PRISONER) and not table.law.gate]
    knowing = Knowing(gathered.looks, book.shows(tuple(table.name for table in told)))
    made = [entry for table in told for entry in _of(table, gathered, book, knowing)]
    return sorted(made, key=lambda entry: (entry.happened_at, entry.written_at or entry.happened_at, entry.key))


def standing(gathered: Gathered) -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    """What has no moment of its own: who the person is in both systems."""
    told = [table for table in gathered.tables if table.law.seen_by in (PATIENT, PRISONER) and not table.law.gate]
    rows = [(table, row) for table in told for row in gathered.of(table.name)]
    return [(_title(table, row), _body(table, row)) for table, row in rows if not row.moments or table.name == "patients_patient"]


def _of(table: Table, gathered: Gathered, book: Packs, knowing: Knowing) -> Iterator[Entry]:
    rows = gathered.of(table.name)
    later = {row.said["corrects_id"]: str(row.key) for row in rows if row.said.get("corrects_id")}
    for row in rows:
        if row.moments and table.name != "patients_patient":
            yield _entry(table, row, gathered, book, knowing, later.get(str(row.key), ""))


def _entry(table: Table, row: Row, gathered: Gathered, book: Packs, knowing: Knowing, corrected_by: str) -> Entry:
    said, happened, written = row.said, row.moments[0], row.moment("written_at")
    author = next((str(said[name]) for name in AUTHORS if said.get(name)), "")
    by = said.get("written_by_name") or gathered.staff.get(author) or author or said.get("source") or "the system"
    late = written is not None and is_late(happened, written, book.late)
    return Entry(
        str(row.key), _title(table, row), happened, written, str(by), late,
        bool(said.get("addendum")), row.seal is not None, _body(table, row), said.get("corrects_id") or "", corrected_by,
        tuple(knowing.of(table.name, written or happened, author)),
    )  # fmt: skip


def _title(table: Table, row: Row) -> str:
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", table.model.__name__)
    if table.name == "instruments_answer" and (item := _items().get(row.said["item"])):
        return f"Answer: {item.text}"
    kind = row.said.get("kind") or row.said.get("code") or row.said.get("title")
    return sentence(words.lower()) + (f": {str(kind).replace('_', ' ')}" if kind else "")


def _body(table: Table, row: Row) -> tuple[tuple[str, str], ...]:
    """Every field that says something, in words; keys and what is printed elsewhere left out."""
    fields = {one.column: one for one in table.model._meta.concrete_fields}
    item = _items().get(row.said.get("item", "")) if table.name == "instruments_answer" else None
    shown = []
    for name, value in row.said.items():
        if value in (None, "", [], {}) or name in SILENT or name.endswith("_id"):
            continue
        words = _answer(item, value) if item and name == "value" else _words(fields.get(name), value)
        shown.append((sentence(name.replace("_", " ")), words))
    return tuple(shown)


def _answer(item: Any, value: Any) -> str:
    try:
        return instruments.words(item, value)
    except Exception:  # an answer of an earlier version, in the words that were kept
        return str(value)


def _words(column: Any, value: Any) -> str:
    if isinstance(column, models.BinaryField):
        return f"a file of {len(str(value)) // 2 - 1:,} bytes; it is in record.json"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if column is not None and column.choices and isinstance(value, str):
        return str(dict(column.flatchoices).get(value, value))
    if isinstance(value, dict):
        return "; ".join(f"{str(key).replace('_', ' ')}: {_words(None, part)}" for key, part in value.items())
    if isinstance(value, list):
        return ", ".join(_words(None, part) for part in value)
    return _time(str(value)) if MOMENT.match(str(value)) else _day(column, str(value))


def _time(value: str) -> str:
    try:
        return uk_datetime(datetime.fromisoformat(value))
    except ValueError:
        return value


def _day(column: Any, value: str) -> str:
    return uk_date(date.fromisoformat(value)) if isinstance(column, models.DateField) else value


@cache
def _items() -> dict[str, Any]:
    """Every question by its id; the newest version's words."""
    return {item.id: item for entry in instruments.book() for item in entry.value.items}


def role_title(code: str) -> str:
    """A role in words, also one that the rulebook no longer has."""
    return roles()[code].title.lower() if code in roles() else code.replace("_", " ")
