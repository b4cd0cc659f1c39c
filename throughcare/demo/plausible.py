"""Written rules that any invented prison is held to, as stored rows: who is where, what was asked, what is due."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection

from throughcare.access.acting import Actor, acting
from throughcare.core.rulebook import IDENTITY, Rulebook, RulebookError, load, shaped
from throughcare.places import queries as places

RULEBOOK = Path(__file__).parent / "rulebook"
SHOWN = 5


@dataclass(frozen=True)
class Rule:
    """A sentence that must be true, the query that finds those of whom it is not, and what spoils a row for its test."""

    id: str
    says: str
    finds: str
    breaks: str


@dataclass(frozen=True)
class Broken:
    """A rule that does not hold, for how many, and a few of them."""

    rule: Rule
    count: int
    some: tuple[str, ...]


@cache
def plausibility() -> Rulebook[tuple[Rule, ...]]:
    """Every version of the rules."""
    return load(RULEBOOK, _build, only=("plausibility",))


def rules() -> tuple[Rule, ...]:
    """The rules in force: those of the newest file."""
    return next(reversed(list(plausibility()))).value


def broken() -> Iterator[Broken]:
    """Each rule that does not hold, read as the application reads: through row security, in every prison's name."""
    with acting(Actor.system("plausibility", establishments=tuple(places.names())), only_reads=True):
        for rule in rules():
            if found := offenders(rule):
                yield Broken(rule, len(found), tuple(found[:SHOWN]))


def offenders(rule: Rule) -> list[str]:
    """Those of whom one rule is not true. Call it while somebody acts."""
    with connection.cursor() as cursor:
        cursor.execute(rule.finds)
        return [str(row[0]) for row in cursor.fetchall()]


def _build(data: dict[str, Any]) -> tuple[Rule, ...]:
    if unknown := sorted(set(data) - {*IDENTITY, "rules"}):
        raise RulebookError(f"the key {unknown[0]!r} is not known. Check the spelling.")
    return tuple(shaped(Rule, row, f"rules, {row.get('id', 'one without an id')}") for row in data.get("rules", ()))
