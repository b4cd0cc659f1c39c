"""Totals and bands, derived from the answers each time, so that a stored score can always be checked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from throughcare.instruments.rules.asking import asked, chosen, number
from throughcare.instruments.rules.questionnaire import Answers, Band, Item, Questionnaire, Subscale, Value


@dataclass(frozen=True)
class Score:
    """A total, what each question added, and the band it falls in."""

    total: int
    parts: tuple[tuple[str, int], ...]
    band: Band | None


def score(questionnaire: Questionnaire, answers: Answers) -> Score | None:
    """The total, or None when the questionnaire has none or too few questions are answered to trust one."""
    if questionnaire.scoring.method != "sum":
        return None
    open_items = asked(questionnaire, answers)
    found = _parts(open_items, answers)
    if not _complete(questionnaire, open_items, found):
        return None
    total = sum(found.values())
    return Score(total, tuple(found.items()), band(questionnaire, total))


def subscores(questionnaire: Questionnaire, answers: Answers) -> dict[str, Score]:
    """The total of each subscale by its id; one with an unanswered question has none."""
    if not questionnaire.subscales:
        return {}
    open_items = asked(questionnaire, answers)
    found, open_ids = _parts(open_items, answers), {item.id for item in open_items}
    made = {one.id: _subscore(one, found, open_ids) for one in questionnaire.subscales}
    return {id: score for id, score in made.items() if score is not None}


def _subscore(subscale: Subscale, found: dict[str, int], open_ids: set[str]) -> Score | None:
    needed = [id for id in subscale.items if id in open_ids]
    if not needed or not all(id in found for id in needed):
        return None
    total = sum(found[id] for id in needed)
    return Score(total, tuple((id, found[id]) for id in needed), _band_of(subscale.bands, total))


def parts(questionnaire: Questionnaire, answers: Answers) -> dict[str, int]:
    """What each scored question asked and answered adds, by question."""
    return _parts(asked(questionnaire, answers), answers)


def _parts(open_items: Iterable[Item], answers: Answers) -> dict[str, int]:
    found = {item.id: points(item, answers.get(item.id)) for item in open_items if item.scored}
    return {id: added for id, added in found.items() if added is not None}


def points(item: Item, value: Value) -> int | None:
    """The points of one answer: of its option, of the range its number falls in, or a scored whole number itself."""
    if item.ranges:
        count = number(value)
        return next((part.score for part in item.ranges if count is not None and part.min <= count <= part.max), None)
    if item.type == "integer":
        return value if type(value) is int and _in_bounds(item, value) else None
    return next((option.score for option in chosen(item, value)), None)


def band(questionnaire: Questionnaire, total: int) -> Band | None:
    """The band a total falls in; None when the questionnaire has no bands."""
    return _band_of(questionnaire.bands, total)


def _band_of(bands: tuple[Band, ...], total: int) -> Band | None:
    return next((one for one in bands if one.min <= total <= one.max), None)


def _in_bounds(item: Item, value: int) -> bool:
    return (item.low is None or value >= item.low) and (item.high is None or value <= item.high)


def _complete(questionnaire: Questionnaire, open_items: Iterable[Item], found: dict[str, int]) -> bool:
    one_of = questionnaire.scoring.exactly_one
    needed = [item.id for item in open_items if item.scored and item.id not in one_of]
    return all(id in found for id in needed) and (not one_of or sum(id in found for id in one_of) == 1)
