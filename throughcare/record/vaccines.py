"""The vaccines, where they are given and why one was not, from the rulebook."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from throughcare.core.rulebook import Book, by_id, whole


@dataclass(frozen=True)
class Vaccine:
    """One vaccine; `course_days` are the days of its course, counted from the first dose, where one is followed up here."""

    id: str
    title: str
    course_days: tuple[int, ...] = ()


@dataclass(frozen=True)
class Coded:
    """A code, and its words."""

    id: str
    title: str


@dataclass(frozen=True)
class Vaccines:
    """The vaccines, the parts of the body, and the reasons for which a dose was not given."""

    vaccines: tuple[Vaccine, ...]
    sites: tuple[Coded, ...]
    reasons: tuple[Coded, ...]
    most_doses: int


BOOK = Book(Path(__file__).parent / "rulebook", whole(Vaccines), only=("vaccines",))


def vaccines() -> Mapping[str, Vaccine]:
    """Every vaccine by its code, in the order of the file."""
    return by_id(BOOK.current().vaccines)


def sites() -> Mapping[str, str]:
    """Code -> words of each part of the body."""
    return {row.id: row.title for row in BOOK.current().sites}


def reasons() -> Mapping[str, str]:
    """Code -> words of each reason for which a dose was not given."""
    return {row.id: row.title for row in BOOK.current().reasons}


def most_doses() -> int:
    """The highest number that a dose may have: what is typed beyond it is a year or a batch number, and no dose."""
    return BOOK.current().most_doses


def vaccine_title(code: str) -> str:
    """The words of a vaccine, or its code where the file does not know it."""
    return vaccines()[code].title if code in vaccines() else code
