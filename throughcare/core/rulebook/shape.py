"""Parsed data into frozen dataclasses: unknown and missing keys are refused by name, values of another type too."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date, datetime, time
from decimal import Decimal
from types import UnionType
from typing import Any, Protocol, TypeVar, Union, get_args, get_origin, get_type_hints

from throughcare.core.rulebook.entry import IDENTITY, RulebookError

T = TypeVar("T")
WORDS = {
    int: "a whole number", str: "a text", bool: "true or false", Decimal: "a number", dict: "a table", list: "a list",
    date: "a day such as 2026-04-01", time: "a time such as 08:00:00", datetime: "a moment",
}  # fmt: skip


class HasId(Protocol):
    """A row with a code of its own."""

    @property
    def id(self) -> str: ...


Row = TypeVar("Row", bound=HasId)


def shaped(kind: type[T], data: Mapping[str, Any], where: str, **ready: Any) -> T:
    """A frozen dataclass from one table: unknown and missing keys are refused by name, lists become tuples."""
    known: Any = fields(kind)  # type: ignore[arg-type]
    if not isinstance(data, Mapping):
        raise RulebookError(f"{where}: a table is expected here.")
    if unknown := sorted(set(data) - {part.name for part in known}):
        raise RulebookError(f"{where}: the key {unknown[0]!r} is not known. Check the spelling.")
    values = {key: tuple(value) if isinstance(value, list) else value for key, value in data.items()} | ready
    needed = [part.name for part in known if part.default is MISSING and part.default_factory is MISSING]
    if missing := [name for name in needed if name not in values]:
        raise RulebookError(f"{where}: the key {missing[0]!r} is missing.")
    return kind(**values)


def typed(kind: type[T], data: Mapping[str, Any], where: str) -> T:
    """As `shaped`, with every value held to its annotation: tables within become dataclasses, lists tuples or frozensets."""
    if not isinstance(data, Mapping):
        raise RulebookError(f"{where}: a table is expected here.")
    hints = get_type_hints(kind)
    ready = {key: _value(hints[key], value, f"{where}: {key}") for key, value in data.items() if key in hints}
    return shaped(kind, data, where, **ready)


def whole(kind: type[T]) -> Callable[[Mapping[str, Any]], T]:
    """A builder of entries: all of a file but its identity, as `typed`."""
    return lambda data: typed(kind, body(data), "the file")


def body(data: Mapping[str, Any]) -> dict[str, Any]:
    """What a file says beside its identity."""
    return {key: value for key, value in data.items() if key not in IDENTITY}


def only(data: Mapping[str, Any], *known: str) -> None:
    """Raise RulebookError for a key of a file that is neither identity nor known."""
    if unknown := sorted(set(data) - {*IDENTITY, *known}):
        raise RulebookError(f"the key {unknown[0]!r} is not known. Check the spelling.")


def by_id(rows: Iterable[Row]) -> dict[str, Row]:
    """Rows by their code, in the order of the file; raises RulebookError for a code that is there twice."""
    found: dict[str, Row] = {}
    for row in rows:
        if found.setdefault(row.id, row) is not row:
            raise RulebookError(f"{row.id} is there twice. Give one of them another id.")
    return found


def _value(hint: Any, value: Any, where: str) -> Any:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return _value(next(one for one in inner if one is not type(None)), value, where)
    if isinstance(hint, type) and is_dataclass(hint):
        return typed(hint, value, where)
    if origin in (tuple, frozenset):
        return origin(_value(inner[0], one, f"{where} {number}") for number, one in enumerate(_held(list, value, where), 1))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {key: _value(inner[1], one, f"{where}.{key}") for key, one in _held(dict, value, where).items()}
    return value if hint is Any else _held(hint, value, where)


def _held(kind: type, value: Any, where: str) -> Any:
    """The value, when it is exactly of that type: a whole number will do for a number, true is no number."""
    if type(value) is kind or (kind is Decimal and type(value) is int):
        return value
    raise RulebookError(f"{where}: {WORDS.get(kind, kind.__name__)} is expected here.")
