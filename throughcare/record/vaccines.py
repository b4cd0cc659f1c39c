"""The vaccines, where they are given and why one was not, from the rulebook."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from throughcare.core.rulebook import shaped

BOOK = Path(__file__).parent / "rulebook" / "vaccines.toml"


@dataclass(frozen=True)
class Vaccine:
    """One vaccine; `course_days` are the days of its course, counted from the first dose, where one is followed up here."""

    id: str
    title: str
    course_days: tuple[int, ...] = ()


@cache
def vaccines() -> Mapping[str, Vaccine]:
    """Every vaccine by its code, in the order of the file."""
    return {row["id"]: shaped(Vaccine, row, f"vaccines, {row['id']}") for row in _book()["vaccines"]}


@cache
def sites() -> Mapping[str, str]:
    """Code -> words of each part of the body."""
    return {row["id"]: row["title"] for row in _book()["sites"]}


@cache
def reasons() -> Mapping[str, str]:
    """Code -> words of each reason for which a dose was not given."""
    return {row["id"]: row["title"] for row in _book()["reasons"]}


def most_doses() -> int:
    """The highest number that a dose may have: what is typed beyond it is a year or a batch number, and no dose."""
    most: int = _book()["most_doses"]
    return most


def vaccine_title(code: str) -> str:
    """The words of a vaccine, or its code where the file does not know it."""
    return vaccines()[code].title if code in vaccines() else code


@cache
def _book() -> Mapping[str, Any]:
    return tomllib.loads(BOOK.read_text(encoding="utf-8"))
