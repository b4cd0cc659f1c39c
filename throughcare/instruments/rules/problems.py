"""What is wrong with a questionnaire: the promises every rulebook file of questions must keep."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from throughcare.instruments.rules.answers import NUMBERS
from throughcare.instruments.rules.promises import scored_badly
from throughcare.instruments.rules.questionnaire import OPS, SEVERITIES, TYPES, Condition, Field, Item, Questionnaire

OUTCOMES = frozenset({"total", "band", "subscales", "raises", "no_total"})  # what a worked example asserts
MODES = frozenset({"full", "form", "score_entry"})
WORDINGS = frozenset({"verbatim", "paraphrase", "thresholds", "original", "none"})
LICENCES = frozenset({"free", "clinical-copy", "unverified-free", "conflicting", "free-of-charge-terms-unclear", "restricted",
                      "original"})  # fmt: skip


def problems(questionnaire: Questionnaire) -> list[str]:
    """A sentence for each broken promise; an empty list when the questionnaire can be used."""
    checks = (_repeats, _unknown_types, _bounds, _dangling, _codes, _loops, _alerts, _example_answers, _rights, scored_badly)
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
        if rule.when is None and rule.op not in OPS | {"fall_ge"}:
            yield f"{rule.id} has the unknown comparison {rule.op or 'none at all'}."


def _bounds(book: Questionnaire) -> Iterator[str]:
    every: list[Item | Field] = [*book.items, *(field for item in book.items for field in item.fields)]
    for part in every:
        if part.type in NUMBERS and part.low is not None and part.high is not None and part.low > part.high:
            yield f"{part.id} runs from {part.low} to {part.high}, which is backwards."


def _dangling(book: Questionnaire) -> Iterator[str]:
    names = {item.id for item in book.items} | {f"{item.id}.{field.id}" for item in book.items for field in item.fields}
    for owner, one in _all_conditions(book):
        if one.item not in names:
            yield f"{owner} names {one.item}, which does not exist."
    for item in book.items:
        for name in (item.yes_if_any or (item.sum_of or "nothing",)) if item.type == "derived" else ():
            if name not in names:
                yield f"{item.id} is worked out from {name}, which does not exist."
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


def _example_answers(book: Questionnaire) -> Iterator[str]:
    """Worked examples use questions that exist and answers that are offered."""
    shown = [("an example", example.get("answers", {})) for example in book.examples]
    shown += [(rule.id, answers) for rule in book.alerts for answers in (*rule.fires, *rule.silent)]
    for owner, answers in shown:
        for id, value in {**answers, **answers.get("before", {})}.items():
            if id != "before":
                yield from (f"{owner} shows {sentence}" for sentence in _not_offered(book, id, value))
    for example in book.examples:
        strays = [id for id in example.get("raises", ()) if id not in {rule.id for rule in book.alerts}]
        yield from (f"an example raises {id}, which does not exist." for id in strays)
        yield from _asserts(example)


def _asserts(example: Mapping[str, Any]) -> Iterator[str]:
    """A worked example that says nothing of what comes of it would be passed by any change."""
    if unknown := sorted(set(example) - {"says", "answers"} - OUTCOMES):
        yield f"an example has the key {unknown[0]!r}, which is not known. Check the spelling."
    if not OUTCOMES & set(example):
        yield f"the example “{example.get('says', '')}” asserts nothing: give its total, subscales, what it raises, or no_total."
    if "no_total" in example and (example["no_total"] is not True or {"total", "band"} & set(example)):
        yield f"the example “{example.get('says', '')}” has a total or none: say one of them."


def _not_offered(book: Questionnaire, id: str, value: Any) -> Iterator[str]:
    item = next((one for one in book.items if one.id == id), None)
    if item is None:
        yield f"{id}, which does not exist."
    elif item.options:
        codes = value if isinstance(value, list) else [value]
        yield from (f"{code}, which {id} does not offer." for code in codes if code not in {one.code for one in item.options})
    elif isinstance(value, Mapping):
        yield from (f"{id}.{name}, which does not exist." for name in value if name not in {field.id for field in item.fields})


def _rights(book: Questionnaire) -> Iterator[str]:
    """Somebody's words are never shipped without saying by which right, and from where."""
    for key, value, known in (("mode", book.mode, MODES), ("wording", book.wording, WORDINGS),
                              ("licence_status", book.licence_status, LICENCES)):  # fmt: skip
        if value not in known:
            yield f"{key} must be one of {', '.join(sorted(known))}."
    if not book.licence or not book.source.title:
        yield "the licence and the title of the source must be written down."
    if book.wording == "verbatim" and book.licence_status not in ("free", "clinical-copy"):
        yield "an owner's own words need a licence that allows them; keep the total only, or write your own."


def _loops(book: Questionnaire) -> Iterator[str]:
    """A question may depend only on questions above it: then there can be no loop, and the form reads downwards."""
    order = [item.id for item in book.items]
    for item in book.items:
        for one in conditions(item.enable_when):
            name = one.item.partition(".")[0]
            if name in order and order.index(name) >= order.index(item.id):
                yield f"{item.id} depends on {name}, which is not asked before it."


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


def _twice(ids: Iterable[str]) -> list[str]:
    return [id for id, count in Counter(ids).items() if count > 1]
