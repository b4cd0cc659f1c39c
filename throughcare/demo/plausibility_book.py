"""The rulebook of what must be true of any prison that was invented. Pure: it reads the file and no stored row."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from throughcare.core.rulebook import Book, Rulebook, by_id, whole

RULEBOOK = Path(__file__).parent / "rulebook"


@dataclass(frozen=True)
class Rule:
    """A sentence that must be true, the query that finds those of whom it is not, and what spoils a row for its test."""

    id: str
    says: str
    finds: str
    breaks: str


@dataclass(frozen=True)
class _File:
    rules: tuple[Rule, ...]


BOOK = Book(RULEBOOK, lambda data: tuple(by_id(whole(_File)(data).rules).values()), only=("plausibility",))


def plausibility() -> Rulebook[tuple[Rule, ...]]:
    """Every version of the rules."""
    return BOOK.all()


def rules() -> tuple[Rule, ...]:
    """The rules in force: those of the newest file."""
    return plausibility().in_use()[-1].value
