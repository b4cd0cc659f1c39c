"""How an action writes: all of it, or nothing; and many rows at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextvars import ContextVar
from functools import cache, wraps
from typing import Any, ParamSpec, TypeVar

from django.db import connection, models, transaction

P = ParamSpec("P")
T = TypeVar("T")
_inside: ContextVar[bool] = ContextVar("inside an action", default=False)


def all_or_nothing(action: Callable[P, T]) -> Callable[P, T]:
    """An action whose writes stand together, whoever catches what it raises.

    The outermost one takes a savepoint, so that a page can say the refusal in the same transaction. An action that another
    calls, or that follows a fact, is part of that one and takes none: a savepoint costs as much as a small read, and one
    movement used to take ten. Whoever wants to go on after a part has failed writes `with transaction.atomic()` round it.
    """

    @wraps(action)
    def acted(*args: P.args, **kwargs: P.kwargs) -> T:
        with one_block():
            token = _inside.set(True)
            try:
                return action(*args, **kwargs)
            finally:
                _inside.reset(token)

    return acted


def one_block() -> Any:
    """A block of the database: a savepoint, or nothing more than a mark inside an action, which is undone as one."""
    return transaction.atomic(savepoint=not _inside.get())


def insert(rows: Sequence[models.Model]) -> None:
    """Write new rows of one model in one statement; none is no statement.

    As `bulk_create`, which builds its statement anew each time: for what every action writes that costs more than the writing.
    """
    if not rows:
        return
    model = type(rows[0])
    values = [
        field.get_db_prep_save(field.pre_save(row, add=True), connection) for row in rows for field in model._meta.concrete_fields
    ]
    with connection.cursor() as cursor:
        cursor.execute(_statement(model, len(rows)), values)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


@cache
def _statement(model: type[models.Model], many: int) -> str:
    columns = [f'"{field.column}"' for field in model._meta.concrete_fields]
    rows = [f"({', '.join(['%s'] * len(columns))})"] * many
    return f'INSERT INTO "{model._meta.db_table}" ({", ".join(columns)}) VALUES {", ".join(rows)}'
