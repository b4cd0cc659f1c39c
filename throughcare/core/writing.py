"""How an action writes: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import transaction

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
