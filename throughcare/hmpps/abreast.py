"""A long file is taken by several processes side by side: a day's messages after the feed was down."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import reduce
from multiprocessing import get_context

from django.db import connections

from throughcare.core.refusals import Refused
from throughcare.hmpps import actions, translate
from throughcare.hmpps.actions import Tally
from throughcare.hmpps.search import Search, Source, chosen


def take_lines(lines: Iterable[str], *, workers: int, search: Search | Source | None = None) -> Tally:
    """Take every line, those about one person in their order. Raises NoSearch. Call it outside any transaction."""
    connections.close_all()  # a connection cannot be shared between processes
    with ProcessPoolExecutor(workers, get_context("fork"), _ask, (chosen(search),)) as pool:
        tally = Tally()
        for part in pool.map(_take, shares(lines, workers)):
            tally.add(part)
        return tally


_source: Source | None = None  # of a worker: asked where the messages say too little


def _ask(source: Source) -> None:
    global _source
    _source = source


def _take(lines: Sequence[str]) -> Tally:
    return actions.take_lines(lines, search=_source)


def shares(lines: Iterable[str], many: int) -> list[list[str]]:
    """The lines in `many` parts about as long as each other. Whatever is about one person, or about people whom some line
    names together, is in one part and in its order; what cannot be read is in the first."""
    met: dict[str, set[str]] = {}  # a number, and all that it was named with
    named = [(line, _numbers(line)) for line in lines]
    for _, numbers in named:
        group: set[str] = reduce(set.union, (met.get(one, {one}) for one in numbers), set())
        met |= dict.fromkeys(group, group)
    parts: list[list[str]] = [[] for _ in range(many)]
    whose: dict[int, list[str]] = {}
    for line, numbers in named:
        group = met[numbers[0]] if numbers else set()
        key = id(group) if numbers else 0
        if key not in whose:
            whose[key] = min(parts, key=len) if numbers else parts[0]
        whose[key].append(line)
    return parts


def _numbers(line: str) -> list[str]:
    try:
        event = translate.event(line.strip())
    except Refused:
        return []
    return [one for one in (event.prison_number, event.other_number) if one]
