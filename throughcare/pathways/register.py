"""The register of clocks that applies on a day, and its calendar."""

from __future__ import annotations

from datetime import date, datetime

from throughcare.core import clock
from throughcare.pathways import rules
from throughcare.pathways.rules import Clock, Times


def version(day: date) -> str:
    """The version of the register on a day."""
    return str(rules.registers().on("clocks", day).version)


def clocks(day: date) -> tuple[Clock, ...]:
    """Every clock of the register on a day."""
    return rules.registers().on("clocks", day).value


def clock_of(id: str, version: str) -> Clock:
    """The clock a task was made from; old versions of the register stay."""
    register = rules.registers().version("clocks", int(version)).value
    return next(one for one in register if one.id == id)


def times(due: Clock, anchor: datetime) -> Times:
    """When a clock warns and is due, counted from its anchor."""
    calendar = rules.calendars().on("calendar", clock.prison_day(clock.now())).value
    return rules.times(due, anchor, calendar)
