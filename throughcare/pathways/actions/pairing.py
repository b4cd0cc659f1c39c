"""Pairs what a plan says with the rows that are stored, and saves the rows that are to stand otherwise."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from django.db import models

Changes = list[tuple[Any, dict[str, Any]]]  # a row, and the columns that are to be otherwise
Pairs = list[tuple[Any, Any]]  # a thing of the plan, and its row or None


def paired(things: Iterable[Any], rows: Iterable[Any], key: str) -> tuple[Pairs, list[Any]]:
    """Each thing with its row or None, and the rows that are left over; `key` is the column that names the kind of thing.

    A row belongs to what it was started by; failing that, to what that start joined: so a task keeps its key, its claim and
    its history while the story behind it changes. Of two rows with one start, the later of `rows` counts.
    """
    by_start: dict[tuple[str, str], Any] = {}
    aside = []
    for row in rows:
        start = getattr(row, key), row.anchor
        aside += [by_start[start]] if start in by_start else []
        by_start[start] = row
    own = [(thing, by_start.pop((thing.key, thing.anchor), None)) for thing in things]
    return [(thing, row or _joined(thing, by_start)) for thing, row in own], [*aside, *by_start.values()]


def _joined(thing: Any, rows: dict[tuple[str, str], Any]) -> Any:
    return next((rows.pop((thing.key, anchor)) for anchor in thing.joined if (thing.key, anchor) in rows), None)


def differing(row: Any, columns: dict[str, Any]) -> dict[str, Any]:
    """The columns in which a row stands otherwise."""
    return {name: value for name, value in columns.items() if getattr(row, name) != value}


def save(model: type[models.Model], changes: Changes, is_open: Callable[[Any], bool]) -> None:
    """Write changed rows: those that end first, so that what opens in their place finds it free. Rows that change alike,
    such as all that somebody's release cancels, change in one statement."""
    for row, said in changes:
        for name, value in said.items():
            setattr(row, name, value)
    for way in (False, True):
        alike: dict[str, tuple[dict[str, Any], list[Any]]] = {}
        for row, said in changes:
            if said and is_open(row) is way:
                alike.setdefault(repr(sorted(said.items())), (said, []))[1].append(row.pk)
        for said, keys in alike.values():
            model._default_manager.filter(pk__in=keys).update(**said)
