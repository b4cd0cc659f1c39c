"""Written rules that any invented prison is held to, as stored rows: who is where, what was asked, what is due."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db import connection

from throughcare.access.acting import Actor, acting
from throughcare.demo.plausibility_book import Rule, rules
from throughcare.places import queries as places

SHOWN = 5


@dataclass(frozen=True)
class Broken:
    """A rule that does not hold, for how many, and a few of them."""

    rule: Rule
    count: int
    some: tuple[str, ...]


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
