"""Pathways as data, and the pure functions that start, finish, time and tell them. No database, no present moment.

The files are in `rulebook/` beside this package, one pathway a file in `rulebook/pathways/`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from throughcare.core.rulebook import Book, Inactive, Rulebook, once, only, shaped
from throughcare.pathways.rules.calendar import CALENDAR, Calendar, Calendars, Regime, build_calendar, build_regime
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
    times_from,
    waiting,
    warn_at,
)
from throughcare.pathways.rules.plan import Claim, Happening, Item, Plan, Start, Stay
from throughcare.pathways.rules.reading import build
from throughcare.pathways.rules.telling import STRUCTURE, tell
from throughcare.pathways.rules.windows import On, Window

RULEBOOK = Path(__file__).parent.parent / "rulebook"
PATHWAYS = RULEBOOK / "pathways"
REGIMES = RULEBOOK / "regimes"


@dataclass(frozen=True)
class Reason:
    """Why a person may cancel a task."""

    code: str
    words: str


def pathways() -> Rulebook[Pathway]:
    """Every version of every pathway; a file is one pathway. Whether they can run, `register` checks."""
    return PATHWAY_BOOK.all()


@once
def calendars() -> Calendars:
    """The calendar of each prison on each day."""
    return Calendars(CALENDAR_BOOK.all(), REGIME_BOOK.all())


def reasons() -> Rulebook[tuple[Reason, ...]]:
    """Every version of the reasons for which a person may cancel a task."""
    return REASON_BOOK.all()


def _build_reasons(data: Mapping[str, Any]) -> tuple[Reason, ...]:
    only(data, "reasons")
    return tuple(shaped(Reason, row, "reasons") for row in data["reasons"])


PATHWAY_BOOK = Book(PATHWAYS, build, inactive=Inactive.KEPT)  # people are in the middle of it: no date takes their clocks away
CALENDAR_BOOK = Book(RULEBOOK, build_calendar, only=(CALENDAR,))
REGIME_BOOK = Book(REGIMES, build_regime)  # one file a prison, named and known by its code
REASON_BOOK = Book(RULEBOOK, _build_reasons, only=("task-reasons",))


__all__ = [
    "CALENDAR_BOOK", "PATHWAYS", "REGIMES", "REGIME_BOOK", "RULEBOOK", "STRUCTURE", "Calendar", "Calendars", "Claim",
    "Definitions", "Happening", "Item", "Known", "On", "Pathway", "Plan", "Reason", "Regime", "Register", "Rung", "Stage",
    "Standing", "Start", "Stay", "Step", "Times", "Window", "build", "build_calendar", "build_regime", "calendars", "due_at",
    "pathways", "problems", "reasons", "standing", "tell", "times", "times_from", "waiting", "warn_at",
]  # fmt: skip
