"""Pathways as data, and the pure functions that start, finish, time and tell them. No database, no present moment.

The files are in `rulebook/` beside this package, one pathway a file in `rulebook/pathways/`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from throughcare.core.rulebook import Book, Inactive, Rulebook, only, shaped
from throughcare.pathways.rules.calendar import Calendar, build_calendar
from throughcare.pathways.rules.checking import Known, problems
from throughcare.pathways.rules.pathways import (
    Definitions,
    Pathway,
    Register,
    Rung,
    Stage,
    Standing,
    Step,
    Times,
    due_at,
    standing,
    times,
    waiting,
    warn_at,
)
from throughcare.pathways.rules.plan import Claim, Happening, Item, Plan, Start, Stay
from throughcare.pathways.rules.reading import build
from throughcare.pathways.rules.telling import STRUCTURE, tell
from throughcare.pathways.rules.windows import On, Window

RULEBOOK = Path(__file__).parent.parent / "rulebook"
PATHWAYS = RULEBOOK / "pathways"


@dataclass(frozen=True)
class Reason:
    """Why a person may cancel a task."""

    code: str
    words: str


def pathways() -> Rulebook[Pathway]:
    """Every version of every pathway; a file is one pathway. Whether they can run, `register` checks."""
    return PATHWAY_BOOK.all()


def calendars() -> Rulebook[Calendar]:
    """Every version of the prison's calendar."""
    return CALENDAR_BOOK.all()


def reasons() -> Rulebook[tuple[Reason, ...]]:
    """Every version of the reasons for which a person may cancel a task."""
    return REASON_BOOK.all()


def _build_reasons(data: Mapping[str, Any]) -> tuple[Reason, ...]:
    only(data, "reasons")
    return tuple(shaped(Reason, row, "reasons") for row in data["reasons"])


PATHWAY_BOOK = Book(PATHWAYS, build, inactive=Inactive.KEPT)  # people are in the middle of it: no date takes their clocks away
CALENDAR_BOOK = Book(RULEBOOK, build_calendar, only=("calendar",))
REASON_BOOK = Book(RULEBOOK, _build_reasons, only=("task-reasons",))


__all__ = [
    "PATHWAYS", "RULEBOOK", "STRUCTURE", "Calendar", "Claim", "Definitions", "Happening", "Item", "Known", "On", "Pathway",
    "Plan", "Reason", "Register", "Rung", "Stage", "Standing", "Start", "Stay", "Step", "Times", "Window", "build",
    "build_calendar", "calendars", "due_at", "pathways", "problems", "reasons", "standing", "tell",
    "times", "waiting", "warn_at",
]  # fmt: skip
