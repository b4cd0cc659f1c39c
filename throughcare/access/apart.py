"""One statement that stands whatever becomes of the request's transaction.

A refusal undoes everything the request wrote; that somebody tried is not to be undone with it, and not to be written
later either, when others have tried meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import psycopg
from django.db import connection

Row = tuple[Any, ...] | None
Run = Callable[[str, Sequence[Any]], Row]


def here(statement: str, values: Sequence[Any]) -> Row:
    """Run a statement on the request's own connection; returns its row."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        row: Row = cursor.fetchone()
    return row


def beside(statement: str, values: Sequence[Any]) -> Row:
    """Run a statement on a connection of its own, committed when this returns; returns its row."""
    # Not one of the pool: every request could hold one and wait for a second.
    with psycopg.connect(**{**connection.get_connection_params(), "autocommit": True}) as own:
        row: Row = own.execute(statement, values).fetchone()
    return row
