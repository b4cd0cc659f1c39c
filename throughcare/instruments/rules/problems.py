"""What is wrong with a questionnaire: the promises every rulebook file of questions must keep."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from throughcare.instruments.rules.questionnaire import SEVERITIES, TYPES, Condition, Item, Questionnaire, Range

_ONE = Decimal(1)


def problems(questionnaire: Questionnaire) -> list[str]:
    """A sentence for each broken promise; an empty list when the questionnaire can be used."""
    checks = (_repeats, _unknown_types, _dangling, _codes, _loops, _gaps, _band_gaps, _reach, _alerts)
    return [f"{questionnaire.id}: {sentence}" for check in checks for sentence in check(questionnaire)]


def conditions(condition: Condition | None) -> Iterator[Condition]:
    """Every single comparison inside a condition."""
    if condition is not None:
        if condition.item:
            yield condition
        for part in (*condition.all, *condition.any):
            yield from conditions(part)


def _repeats(book: Questionnaire) -> Iterator[str]:
    for id in _twice([*(item.id for item in book.items), *(rule.id for rule in book.alerts)]):
        yield f"the id {id} is used twice."
    for item in book.items:
        for code in _twice(option.code for option in item.options):
            yield f"{item.id} has the option {code} twice."
        for code in _twice(field.id for field in item.fields):
            yield f"{item.id} has the field {code} twice."


def _unknown_types(book: Questionnaire) -> Iterator[str]:
    for item in book.items:
        if item.type not in TYPES:
            yield f"{item.id} has the unknown type {item.type}."
        if item.type in ("choice", "multichoice") and not item.options:
            yield f"{item.id} has nothing to choose from."
        if item.type in ("vitals", "repeating", "drawing") and not item.fields:
            yield f"{item.id} has no fields."
    for rule in book.alerts:
        if rule.severity not in SEVERITIES:
            yield f"{rule.id} has the unknown severity {rule.severity}."


def _dangling(book: Questionnaire) -> Iterator[str]:
    names = {item.id for item in book.items} | {f"{item.id}.{field.id}" for item in book.items for field in item.fields}
    for owner, one in _all_conditions(book):
        if one.item not in names:
            yield f"{owner} names {one.item}, which does not exist."
    for item in book.items:
        if item.type == "derived" and item.sum_of not in names:
            yield f"{item.id} is worked out from {item.sum_of or 'nothing'}, which does not exist."
    for id in book.scoring.exactly_one:
        if id not in names:
            yield f"scoring names {id}, which does not exist."


def _codes(book: Questionnaire) -> Iterator[str]:
    offered = {item.id: {option.code for option in item.options} for item in book.items if item.options}
    for item in book.items:
        offered |= {f"{item.id}.{field.id}": {option.code for option in field.options} for field in item.fields if field.options}
    for owner, one in _all_conditions(book):
        values = one.value if isinstance(one.value, list | tuple) else [one.value]
        strays = [code for code in values if one.item in offered and one.op != "answered" and code not in offered[one.item]]
        yield from (f"{owner} waits for {code}, which {one.item} does not offer." for code in strays)


def _loops(book: Questionnaire) -> Iterator[str]:
    """A question may depend only on questions above it: then there can be no loop, and the form reads downwards."""
    order = [item.id for item in book.items]
    for item in book.items:
        for one in conditions(item.enable_when):
            name = one.item.partition(".")[0]
            if name in order and order.index(name) >= order.index(item.id):
                yield f"{item.id} depends on {name}, which is not asked before it."


def _gaps(book: Questionnaire) -> Iterator[str]:
    for item in book.items:
        if item.ranges and not _tiles(item.ranges, item.low, item.high, item.step or _ONE):
            yield f"the ranges of {item.id} leave a gap or overlap between {item.low} and {item.high}."


def _band_gaps(book: Questionnaire) -> Iterator[str]:
    spans = [Range(Decimal(band.min), Decimal(band.max), 0) for band in book.bands]
    least, most = book.scoring.min, book.scoring.max
    if spans and (least is None or most is None or not _tiles(spans, Decimal(least), Decimal(most), _ONE)):
        yield "the bands leave a gap or overlap."


def _reach(book: Questionnaire) -> Iterator[str]:
    if book.scoring.method != "sum":
        return
    always = [_points(item) for item in book.items if item.scored and item.id not in book.scoring.exactly_one]
    one_of = [_points(item) for item in book.items if item.id in book.scoring.exactly_one]
    least = sum(map(min, always)) + min((min(one) for one in one_of), default=0)
    most = sum(map(max, always)) + max((max(one) for one in one_of), default=0)
    if (least, most) != (book.scoring.min, book.scoring.max):
        yield f"totals from {least} to {most} can be reached, but {book.scoring.min} to {book.scoring.max} is promised."


def _alerts(book: Questionnaire) -> Iterator[str]:
    names, people = {item.id for item in book.items}, {person.code for person in book.people}
    for rule in book.alerts:
        if rule.item.partition(".")[0] not in names | {"total", "any_scored_item"}:
            yield f"{rule.id} names {rule.item}, which does not exist."
        if rule.severity == "stop" and not (2 <= len(rule.actions) <= 4 and rule.told and rule.holding_plan):
            yield f"{rule.id} stops but does not say what satisfies it: two to four actions, who may be told, a holding plan."
        if rule.severity != "info" and not (rule.fires and rule.silent):
            yield f"{rule.id} needs two worked examples: one that sets it off and one that does not."
        yield from (f"{rule.id} tells {code}, who is not among the people." for code in rule.told if code not in people)


def _all_conditions(book: Questionnaire) -> Iterator[tuple[str, Condition]]:
    for item in book.items:
        yield from ((item.id, one) for one in conditions(item.enable_when))
    for rule in book.alerts:
        yield from ((rule.id, one) for one in conditions(rule.when))
        if rule.op and rule.item not in ("total", "any_scored_item"):
            yield rule.id, Condition(rule.item, rule.op, rule.value)


def _points(item: Item) -> list[int]:
    return [part.score for part in item.ranges] or [option.score for option in item.options] or [0]


def _tiles(spans: Sequence[Range], low: Any, high: Any, step: Decimal) -> bool:
    edges = [(span.min, span.max) for span in spans]
    joined = all(left[1] + step == right[0] for left, right in pairwise(edges))
    return joined and edges[0][0] == low and edges[-1][1] == high and all(low <= high for low, high in edges)


def _twice(ids: Iterable[str]) -> list[str]:
    return [id for id, count in Counter(ids).items() if count > 1]
