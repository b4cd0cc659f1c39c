"""The rulebook of what must be true of any prison that was invented. Pure: it reads the file and no stored row."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from throughcare.core.rulebook import IDENTITY, Rulebook, RulebookError, load, shaped

RULEBOOK = Path(__file__).parent / "rulebook"


@dataclass(frozen=True)
class Rule:
    """A sentence that must be true, the query that finds those of whom it is not, and what spoils a row for its test."""

    id: str
    says: str
    finds: str
    breaks: str


@cache
def plausibility() -> Rulebook[tuple[Rule, ...]]:
    """Every version of the rules."""
    return load(RULEBOOK, _build, only=("plausibility",))


def rules() -> tuple[Rule, ...]:
    """The rules in force: those of the newest file."""
    return next(reversed(list(plausibility()))).value


def _build(data: dict[str, Any]) -> tuple[Rule, ...]:
    if unknown := sorted(set(data) - {*IDENTITY, "rules"}):
        raise RulebookError(f"the key {unknown[0]!r} is not known. Check the spelling.")
    return tuple(shaped(Rule, row, f"rules, {row.get('id', 'one without an id')}") for row in data.get("rules", ()))
