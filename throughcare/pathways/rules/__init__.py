"""Clocks as data, and the pure functions that start, finish and time them. No database, no present moment.

The files are in `rulebook/` beside this package.
"""

from functools import cache
from pathlib import Path

from throughcare.core.rulebook import Rulebook, RulebookError, load
from throughcare.pathways.rules.calendar import Calendar, build_calendar
from throughcare.pathways.rules.clocks import (
    FACTS,
    ROLES,
    Clock,
    On,
    Standing,
    Times,
    Window,
    build,
    due_at,
    finished_by,
    problems,
    standing,
    started_by,
    times,
    waiting,
    warn_at,
)

RULEBOOK = Path(__file__).parent.parent / "rulebook"


@cache
def registers(overlay: Path | None = None) -> Rulebook[tuple[Clock, ...]]:
    """Every version of the register of clocks; raises RulebookError when a clock cannot run as written."""
    loaded = load(RULEBOOK, build, overlay, only=("clocks",))
    for entry in loaded:
        if found := problems(entry.value):
            raise RulebookError(f"{entry.file}: {found[0]}")
    return loaded


@cache
def calendars(overlay: Path | None = None) -> Rulebook[Calendar]:
    """Every version of the prison's calendar."""
    return load(RULEBOOK, build_calendar, overlay, only=("calendar",))


__all__ = [
    "FACTS", "ROLES", "Calendar", "Clock", "On", "Standing", "Times", "Window", "build", "build_calendar", "calendars", "due_at",
    "finished_by", "problems", "registers", "standing", "started_by", "times", "waiting", "warn_at",
]  # fmt: skip
