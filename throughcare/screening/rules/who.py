"""What holds for every visit: who asks and who signs alone, how it was answered, how long one is gone on with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from throughcare.core.rulebook import IDENTITY, shaped
from throughcare.instruments import rules as instruments
from throughcare.screening.rules.screen import Screen


@dataclass(frozen=True)
class Mode:
    """How a form was answered."""

    code: str
    text: str


@dataclass(frozen=True)
class Visits:
    """The rules of every visit. `countersigned` are the words of `administered_by` that do not sign alone."""

    modes: tuple[Mode, ...]
    domains: Mapping[str, str]
    continues_hours: int
    withdrawal_matters_in: tuple[str, ...]
    countersigned: tuple[str, ...]

    def alone(self, book: instruments.Questionnaire) -> frozenset[str]:
        """The roles whose signature under a form stands by itself."""
        words = tuple(word for word in book.administered_by if word not in self.countersigned)
        return instruments.may_administer(replace(book, administered_by=words))

    def continues(self, screen: Screen) -> timedelta:
        """How long after its opening an unsigned visit is gone on with, before asking again means a new one."""
        return timedelta(hours=screen.continues_hours or self.continues_hours)

    def withdrawal_matters(self, books: Iterable[instruments.Questionnaire]) -> bool:
        """Whether being in withdrawal would change what a score means, so that it has to be said at signing."""
        return any(book.scoring.method != "none" and book.domain in self.withdrawal_matters_in for book in books)


def build_visits(data: dict[str, Any]) -> Visits:
    """The rules of every visit, from their parsed file."""
    body = {key: value for key, value in data.items() if key not in IDENTITY}
    return shaped(Visits, body, "the file", modes=tuple(shaped(Mode, row, "modes") for row in data.get("modes", ())))
