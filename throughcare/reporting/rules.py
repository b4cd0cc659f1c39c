"""How rows, times and looks become a pack: pure functions of plain values."""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from throughcare.audit.rules import node

# The states of a request; a step leads from one to the next. A failed build may be tried again.
NEXT: dict[str, frozenset[str]] = {
    "asked": frozenset({"approved", "declined"}),
    "approved": frozenset({"building"}),
    "building": frozenset({"ready", "failed"}),
    "failed": frozenset({"building"}),
    "declined": frozenset(),
    "ready": frozenset(),
}


def paths_of(leaves: Sequence[bytes], places: Iterable[int]) -> dict[int, list[str]]:
    """The audit paths of several leaves of one tree, every level worked out once; the same as `path_of` of each."""
    wanted = sorted(set(places))
    level, found, at = list(leaves), {place: [] for place in wanted}, {place: place for place in wanted}  # type: ignore[var-annotated]
    while len(level) > 1:
        for place in wanted:
            if (beside := at[place] ^ 1) < len(level):
                found[place].append(level[beside].hex())
            at[place] >>= 1
        pairs = (level[n : n + 2] for n in range(0, len(level), 2))
        level = [node(*pair) if len(pair) == 2 else pair[0] for pair in pairs]
    return found


def in_period(moments: Iterable[datetime], since: datetime, until: datetime, *, stands: bool) -> bool:
    """Whether a row belongs to the period: one of its moments lies in it; `stands` also takes what began before.

    A row without a moment belongs to every period.
    """
    known = list(moments)
    if not known:
        return True
    return min(known) < until if stands else any(since <= moment < until for moment in known)


def is_late(happened_at: datetime, written_at: datetime, late: timedelta) -> bool:
    """Written so long after it happened that a reader must know."""
    return written_at - happened_at > late


def silences(moments: Iterable[datetime], since: datetime, until: datetime, quiet: timedelta) -> list[tuple[datetime, datetime]]:
    """The stretches between two entries, or before the first and after the last, that are longer than `quiet`."""
    points = [since, *sorted(moment for moment in moments if since <= moment < until), until]
    return [(one, other) for one, other in pairwise(points) if other - one > quiet]


@dataclass(frozen=True)
class Shown:
    """Somebody was sent a page at a moment."""

    at: datetime
    actor: str
    name: str
    role: str
    page: str


class Knowing:
    """Who had been shown what by when: pages that show a kind of entry, after the entry was written."""

    def __init__(self, looks: Iterable[Shown], shows: Mapping[str, frozenset[str]]) -> None:
        self._by_table: dict[str, dict[str, list[Shown]]] = {}
        for look in sorted(looks, key=lambda one: one.at):
            for table in shows.get(look.page, ()):
                self._by_table.setdefault(table, {}).setdefault(look.actor, []).append(look)

    def of(self, table: str, written_at: datetime, author: str) -> list[Shown]:
        """For each member of staff but the author, the first page after the writing that shows this kind of entry."""
        found = []
        for actor, looks in self._by_table.get(table, {}).items():
            place = bisect.bisect_left(looks, written_at, key=lambda one: one.at)
            if actor != author and place < len(looks):
                found.append(looks[place])
        return sorted(found, key=lambda one: (one.at, one.name))
