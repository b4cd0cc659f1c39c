"""Lines of the record and the rows behind them: however many kinds stand on a page, their rows come in one statement."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models import QuerySet

from throughcare.core import laws
from throughcare.core.kinds import Kind, kinds
from throughcare.record.models import Line

ROWS = "SELECT of_kind, of_row::text FROM record_rows(%s, %s)"


def lines_of(patients: Sequence[UUID]) -> QuerySet[Line]:
    """The lines of linked records. One record is compared by `=`, so that its index gives them in order."""
    if len(patients) == 1:
        return Line.objects.filter(patient_id=patients[0])
    return Line.objects.filter(patient_id__in=list(patients))


def rows_of(lines: Iterable[Line]) -> dict[UUID, Any]:
    """The row behind each line, as an instance of its model without its files; one statement. Row security is asked again."""
    wanted = {line.id: line.kind for line in lines if line.kind in kinds()}
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(ROWS, [sorted(set(wanted.values())), list(wanted)])
        found = [_row(kinds()[kind], json.loads(said, parse_float=Decimal)) for kind, said in cursor.fetchall()]
    return {row.pk: row for row in found}


def _row(kind: Kind, said: Mapping[str, Any]) -> Any:
    """An instance from what the database says of it, with the rows beside it that its title needs."""
    row = _instance(kind.model, said)
    law = laws.law_of(kind.model)
    for name in law.spine.beside if law.spine else ():
        target = kind.model._meta.get_field(name).related_model
        if said.get(name) and isinstance(target, type):
            setattr(row, name, _instance(target, said[name]))
    return row


def _instance(model: type[models.Model], said: Mapping[str, Any]) -> models.Model:
    columns = _columns(model)
    return model.from_db(connection.alias, [name for name, _, _ in columns], [read(said[column]) for _, column, read in columns])


@cache
def _columns(model: type[models.Model]) -> list[tuple[str, str, Callable[[Any], Any]]]:
    """attribute, column, and how its value is read, of every column that is not a file."""
    return [
        (field.attname, str(field.column), _reader(field))
        for field in model._meta.concrete_fields
        if not isinstance(field, models.BinaryField)
    ]


def _reader(field: Any) -> Callable[[Any], Any]:
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    for kind, read in _READ:
        if isinstance(field, kind):
            return lambda value: value if value is None else read(value)
    return lambda value: value


_READ: tuple[tuple[type[models.Field[Any, Any]], Callable[[Any], Any]], ...] = (
    (models.DateTimeField, datetime.fromisoformat),
    (models.DateField, date.fromisoformat),
    (models.UUIDField, UUID),
    (models.DecimalField, Decimal),
)
