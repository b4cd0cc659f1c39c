"""Which rows of which tables are about a person, by their declared laws, with the exact text that each leaf was made from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connection, models
from psycopg.sql import SQL, Composed, Identifier

from throughcare.audit.proofs import SPELT
from throughcare.core import laws
from throughcare.core.laws import PATIENT, PRISONER, Law

LOOKS, VERSIONS, PACKS = "audit_access", "audit_rowversion", "reporting_pack"
STARTS = ("happened_at", "at", "changed_at", "since", "opened_at", "anchored_at", "started_at", "asked_at", "made_at")

ROWS = """
    SELECT {key}, CASE WHEN l.row_id IS NULL THEN to_jsonb(t)::text ELSE (to_jsonb(t) - coalesce(
               (SELECT array_agg(k) FROM jsonb_object_keys(to_jsonb(t)) k WHERE k <> ALL (s.columns)), '{{}}'))::text END,
           CASE WHEN l.row_id IS NOT NULL THEN (SELECT jsonb_object_agg(e.key, e.value)::text FROM jsonb_each(to_jsonb(t)) e
               WHERE e.key <> ALL (s.columns) AND e.value <> 'null') END,
           l.seal, l.position
    FROM {source} t
    LEFT JOIN (audit_leaf l JOIN audit_shape s ON s.id = l.shape AND s.table_name = {name}) ON l.row_id = {key}
    WHERE {about} ORDER BY t.id"""
KEYS = {True: SQL("lpad(to_hex(t.id), 32, '0')::uuid"), False: SQL("t.id")}


@dataclass(frozen=True)
class Row:
    """One row: the text under its leaf, or all of it where it has none; `beside` is what no leaf covers."""

    table: str
    key: UUID
    text: str
    beside: str | None
    seal: int | None
    place: int | None

    @cached_property
    def said(self) -> dict[str, Any]:
        """The row as values."""
        return json.loads(self.text) | (json.loads(self.beside) if self.beside else {})

    def moment(self, name: str) -> datetime | None:
        """One of its times."""
        value = self.said.get(name)
        return datetime.fromisoformat(value) if value else None

    @cached_property
    def moments(self) -> list[datetime]:
        """When it began or happened, and when it was written."""
        start = next((found for name in STARTS if (found := self.moment(name))), None)
        return [moment for moment in (start, self.moment("written_at")) if moment]


@dataclass(frozen=True)
class Table:
    """A table with rows about people, and how they name them."""

    model: type[models.Model]
    law: Law
    about: Composed | SQL = field(compare=False)

    @property
    def name(self) -> str:
        return self.model._meta.db_table

    @property
    def once(self) -> bool:
        """Its rows are written once, and so are sealed."""
        return self.law.once

    def rows(self, people: Sequence[UUID], prisoners: Sequence[UUID], keys: Sequence[UUID]) -> list[Row]:
        """Its rows about these people. `keys`: rows whose earlier versions are wanted. Row security says which come."""
        source = SQL("reporting_versions_of(%(keys)s)") if self.name == VERSIONS else Identifier(self.name)
        statement = SQL(ROWS).format(key=KEYS[self.name == VERSIONS], source=source, name=self.name, about=self.about)
        with connection.cursor() as cursor:
            cursor.execute(statement, {"people": list(people), "prisoners": list(prisoners), "keys": list(keys)})
            return [Row(self.name, *row) for row in cursor.fetchall()]


def spell() -> None:
    """Let PostgreSQL write values as the leaves have them, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {SPELT}")


def tables() -> list[Table]:
    """Every table with rows about a person; earlier versions of rows come last, because they ask for the keys of the others."""
    found = [Table(model, law, about) for model, law in laws.tables() if (about := _about(model, law)) is not None]
    return sorted(found, key=lambda table: (table.name == VERSIONS, table.name))


def left_out() -> list[str]:
    """Tables of ours that hold nothing about one person or are never in a pack."""
    ours = {model._meta.db_table for model in apps.get_models() if model.__module__.startswith("throughcare.")}
    return sorted(ours - {table.name for table in tables()})


def _about(model: type[models.Model], law: Law) -> Composed | SQL | None:
    name = model._meta.db_table
    columns = {column.column for column in model._meta.concrete_fields}
    if not model.__module__.startswith("throughcare.") or name == PACKS or law.derived:  # what is derived repeats its rows
        return None
    if law.seen_by in (PATIENT, PRISONER):
        whose = "people" if law.seen_by == PATIENT else "prisoners"
        return SQL("t.{} = ANY (%({})s)").format(Identifier(law.column), SQL(whose))
    if name == LOOKS:
        return SQL("t.patients && %(people)s")
    if name == VERSIONS:
        return SQL("true")
    if "patient_id" in columns:
        return SQL("t.patient_id = ANY (%(people)s)")
    return _by_another(model)


def _by_another(model: type[models.Model]) -> Composed | None:
    """A row that answers a row about a person, such as the review of an emergency look."""
    for column, other in _keys(model):
        law = laws.law_of(other)
        if law.own and "patient_id" in {one.column for one in other._meta.concrete_fields}:
            return SQL("t.{} IN (SELECT o.id FROM {} o WHERE o.patient_id = ANY (%(people)s))").format(
                Identifier(column), Identifier(other._meta.db_table)
            )
    return None


def _keys(model: type[models.Model]) -> Iterator[tuple[str, type[models.Model]]]:
    for one in model._meta.concrete_fields:
        target = one.related_model if isinstance(one, models.ForeignKey) else None
        if isinstance(target, type) and target is not model and target.__module__.startswith("throughcare."):
            yield str(one.column), target
