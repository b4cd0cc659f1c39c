"""Lets the n-th statement of a block fail, to see that nothing half-done remains."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

OF_THE_TRANSACTION = ("SAVEPOINT", "RELEASE", "ROLLBACK")


class Broken(Exception):
    """The statement that was made to fail."""


@contextmanager
def break_at(connection: Any, number: int) -> Iterator[None]:
    """The `number`-th statement is not run; transaction control is not counted, and always works."""
    counted = 0

    def run(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal counted
        if not str(sql).startswith(OF_THE_TRANSACTION):
            counted += 1
            if counted == number:
                raise Broken(f"{number}: {sql}")
        return execute(sql, params, many, context)

    with connection.execute_wrapper(run):
        yield
