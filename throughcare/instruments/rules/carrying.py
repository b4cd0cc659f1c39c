"""One answer fills every question that asks it: within one sitting by concept, between visits only for stable facts."""

from __future__ import annotations

from collections.abc import Mapping

from throughcare.instruments.rules.asking import answered, derived, kept, look
from throughcare.instruments.rules.questionnaire import Answers, FillFrom, Item, Questionnaire, Value


def concepts(questionnaire: Questionnaire, answers: Answers) -> dict[str, Value]:
    """The answers that stand, by concept: each question's and each field's of a card."""
    if not answers:
        return {}
    known = derived(questionnaire, kept(questionnaire, answers))
    told = ((concept, look(known, name)) for concept, name in questionnaire.concepts)
    return {concept: value for concept, value in told if answered(value)}


def filled(questionnaire: Questionnaire, by_concept: Mapping[str, Value]) -> dict[str, Value]:
    """The answers this questionnaire can take from ones already given; questions it does not ask are left out.

    A value that the question does not offer is not carried over: it is asked.
    """
    found = {item.id: _fill(item, by_concept) for item in questionnaire.fillable}
    return kept(questionnaire, {id: value for id, value in found.items() if value is not None})


def offered_again(questionnaire: Questionnaire, answers: Answers) -> dict[str, Value]:
    """Yesterday's answers that may be offered as "still true?": stable facts only. All else is asked afresh."""
    return {id: value for id, value in kept(questionnaire, answers).items() if questionnaire.item(id).stable}


def _fill(item: Item, by_concept: Mapping[str, Value]) -> Value:
    value = by_concept.get(item.concept) if item.concept else None
    if value is not None and _offered(item, value):
        return value
    return _settled(item, by_concept) or item.assumed or None


def _offered(item: Item, value: Value) -> bool:
    codes = value if isinstance(value, list) else [value]
    return not item.options or (isinstance(value, list) is (item.type == "multichoice") and _known(item, codes))


def _known(item: Item, codes: list[Value]) -> bool:
    offered = [option.code for option in item.options]
    return all(code in offered for code in codes)


def _settled(item: Item, by_concept: Mapping[str, Value]) -> str | None:
    """Yes as soon as one source says so; no only when all of them were answered; else a question still to ask."""
    said = {_says(source, by_concept.get(source.concept)) for source in item.fill_from}
    if "yes" in said:
        return "yes"
    return "no" if said == {"no"} else None


def _says(source: FillFrom, value: Value) -> str | None:
    if not answered(value):
        return None
    codes = value if isinstance(value, list) else [value]
    if any(code in source.yes for code in codes):
        return "yes"
    if source.only_yes or any(code in ("unable", "declined") or (source.no and code not in source.no) for code in codes):
        return None
    return "no"
