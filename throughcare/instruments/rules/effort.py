"""How much a screen asks of the people at it: questions met, taps and typed fields. Counted, so that it can be held."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from throughcare.instruments.rules.asking import answered
from throughcare.instruments.rules.questionnaire import Answers, Field, Item, Value


@dataclass(frozen=True)
class Effort:
    """Questions put, options tapped, fields typed."""

    questions: int = 0
    taps: int = 0
    typed: int = 0

    def __add__(self, other: Effort) -> Effort:
        return Effort(self.questions + other.questions, self.taps + other.taps, self.typed + other.typed)


def effort(items: Iterable[Item], answers: Answers) -> Effort:
    """What putting these questions and entering these answers takes."""
    total = Effort()
    for item in items:
        total += Effort(questions=1) + _entered(item, answers.get(item.id))
    return total


def _entered(item: Item | Field, value: Value) -> Effort:
    if not answered(value):
        return Effort()
    if isinstance(item, Item) and item.fields:
        cards = [value] if isinstance(value, Mapping) else value
        return sum((_entered(field, card.get(field.id)) for card in cards for field in item.fields), start=Effort())
    taps: Any = len(value) if isinstance(value, list) else 1
    return Effort(taps=taps) if item.options else Effort(typed=1)
