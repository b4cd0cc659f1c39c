"""Which questions are asked, which are still open, and what the answers amount to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from throughcare.instruments.rules.questionnaire import (
    Answers,
    Condition,
    Item,
    Option,
    Questionnaire,
    Value,
)

_DIGIT = re.compile(r"\d")


def asked(questionnaire: Questionnaire, answers: Answers) -> tuple[Item, ...]:
    """The questions to put, in order: follow-up questions only where the answer before calls for them."""
    known = derived(questionnaire, answers)
    open_items: dict[str, Item] = {}
    for item in questionnaire.items:
        if item.type == "derived":
            continue
        if item.enable_when is None or holds(item.enable_when, known):
            open_items[item.id] = item
        elif item.id in known:
            # An answer left behind counts for nothing, nor does what was worked out from it.
            known = derived(questionnaire, {key: value for key, value in known.items() if key != item.id})
    return tuple(open_items.values())


def missing(questionnaire: Questionnaire, answers: Answers) -> tuple[Item, ...]:
    """The required questions still without an answer, or with part of a card that counts only whole."""
    return tuple(item for item in asked(questionnaire, answers) if item.required and not complete(item, answers.get(item.id)))


def not_asked(questionnaire: Questionnaire, answers: Answers) -> tuple[Item, ...]:
    """The questions that could not be asked, or were not answered, and must be put again."""
    return tuple(item for item in asked(questionnaire, answers) if any(one.again for one in chosen(item, answers.get(item.id))))


def kept(questionnaire: Questionnaire, answers: Answers) -> dict[str, Value]:
    """The answers that stand: those to questions that are asked."""
    if not answers:
        return {}
    return {item.id: answers[item.id] for item in asked(questionnaire, answers) if answered(answers.get(item.id))}


def derived(questionnaire: Questionnaire, answers: Answers) -> dict[str, Value]:
    """The answers with every derived one worked out, totals as strings of decimals; a derived value is never typed."""
    known = dict(answers)
    for item in questionnaire.worked_out:
        found = _any_yes(item, known) if item.yes_if_any else _total(questionnaire.item(item.sum_of), known)
        known.pop(item.id, None)
        known |= {} if found is None else {item.id: found}
    return known


def _total(item: Item, known: Answers) -> str | None:
    total = weighed(item, known.get(item.id))
    return None if total is None else str(total)


def _any_yes(item: Item, known: Answers) -> str | None:
    """Yes as soon as one says so; no only when all of them do; else nothing is known."""
    said = {known.get(id) for id in item.yes_if_any}
    return "yes" if "yes" in said else "no" if said == {"no"} else None


def weighed(item: Item, value: Value) -> Decimal | None:
    """The total of a card whose fields carry weights, such as units of alcohol from drinks; None when left blank.

    On a `whole` card every number counts once, and there is no total while one is missing: part of a sum is no sum.
    """
    if not isinstance(value, Mapping) or not value:
        return None
    counts = [(number(value.get(field.id)), field.weight) for field in item.fields if field.weight is not None]
    if item.whole:
        counts = [(number(value.get(field.id)), Decimal(1)) for field in item.fields if not field.instead]
        if any(count is None for count, _ in counts):
            return None
    return sum((count * weight for count, weight in counts if count is not None and weight is not None), start=Decimal(0))


def chosen(item: Item, value: Value) -> tuple[Option, ...]:
    """The options behind an answer, in the order they were written."""
    codes = value if isinstance(value, list) else [value]
    return tuple(option for option in item.options if option.code in codes)


def answered(value: Value) -> bool:
    """Whether there is an answer at all: no blank, no empty list or card. Zero is an answer."""
    return value is not None and value not in ("", [], {})


def complete(item: Item, value: Value) -> bool:
    """Whether an answer is all there: a `whole` card needs every number on it, or the field that stands instead."""
    if not item.whole or not isinstance(value, Mapping):
        return answered(value)
    instead = any(answered(value.get(field.id)) for field in item.fields if field.instead)
    return instead or all(answered(value.get(field.id)) for field in item.fields if not field.instead)


def holds(condition: Condition, answers: Answers) -> bool:
    """Whether the answers meet a condition. A question without an answer meets nothing but `answered = false`."""
    if condition.all:
        return all(holds(part, answers) for part in condition.all)
    if condition.any:
        return any(holds(part, answers) for part in condition.any)
    return compare(look(answers, condition.item), condition.op, condition.value)


def look(answers: Answers, name: str) -> Value:
    """The answer called `item`, or the field called `item.field` of a card."""
    item, _, field = name.partition(".")
    value = answers.get(item)
    return (value.get(field) if isinstance(value, Mapping) else None) if field else value


def compare(value: Value, op: str, against: Any) -> bool:
    """One comparison: codes for equality and membership, decimals for order."""
    if op == "answered":
        return answered(value) is (against is not False)
    if not answered(value):
        return False
    if op in ("ge", "gt", "le", "lt"):
        return _ordered(number(value), op, number(against))
    wanted = against if isinstance(against, list | tuple) else [against]
    return _belongs(value, wanted) is (op in ("eq", "any_of"))


def number(value: Value) -> Decimal | None:
    """The decimal behind an answer, or None when it is not a number."""
    if isinstance(value, str) and not _DIGIT.search(value):
        return None  # a code or a word, as nearly every answer is: no need to fail at it
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def _belongs(value: Value, wanted: Any) -> bool:
    values = value if isinstance(value, list) else [value]
    return any(one == other or (number(one) is not None and number(one) == number(other)) for one in values for other in wanted)


def _ordered(value: Decimal | None, op: str, against: Decimal | None) -> bool:
    if value is None or against is None:
        return False
    return {"ge": value >= against, "gt": value > against, "le": value <= against, "lt": value < against}[op]
