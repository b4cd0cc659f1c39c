"""Facts as a rulebook names them, and lengths of time. Every moment is an argument."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from throughcare.core.rulebook import RulebookError, shaped
from throughcare.pathways.rules.calendar import Calendar

_AT: Mapping[str, Callable[[Calendar, datetime], datetime]] = {
    "same_evening": Calendar.same_evening,
    "lock_up": Calendar.lock_up_or_noon,
    "next_noon": Calendar.next_noon,
}


@dataclass(frozen=True)
class On:
    """A fact by name; `where` says which values of its fields count (one, or any of several)."""

    fact: str
    where: Mapping[str, Any] | None = None

    def matches(self, fact: str, told: Mapping[str, Any]) -> bool:
        """Whether a recorded fact is this one. A field that tells several values counts by any of them."""
        return fact == self.fact and all(_meets(told.get(key), asked) for key, asked in self._asked)

    @cached_property
    def _asked(self) -> tuple[tuple[str, tuple[Any, ...]], ...]:
        """Each field with the values of which one must be told: worked out once, because a plan asks it thousands of times."""
        return tuple((key, tuple(several(value))) for key, value in (self.where or {}).items())


@dataclass(frozen=True)
class Window:
    """A length of time: elapsed minutes or hours, local days, working days, or a moment of the prison day. Exactly one."""

    minutes: int | None = None
    hours: int | None = None
    days: int | None = None
    working_days: int | None = None
    at: str = ""

    def after(self, anchor: datetime, calendar: Calendar) -> datetime:
        """The end of the window that begins at `anchor`."""
        if self.at:
            return _AT[self.at](calendar, anchor)
        if self.working_days is not None:
            return calendar.office_close(anchor, self.working_days)
        if self.days is not None:
            return calendar.end_of_day(anchor, self.days)
        return anchor + timedelta(hours=self.hours or 0, minutes=self.minutes or 0)

    @property
    def length(self) -> timedelta:
        """About how long it is, to put windows in order; a moment of the prison day counts as none."""
        days = (self.days or 0) + (self.working_days or 0)
        return timedelta(days=days, hours=self.hours or 0, minutes=self.minutes or 0)


def window(row: Mapping[str, Any], where: str) -> Window:
    """A window from its table; raises RulebookError unless it says exactly one length."""
    if len(row) != 1 or row.get("at", "same_evening") not in _AT:
        raise RulebookError(f"{where}: a window is one of minutes, hours, days, working_days or at ({', '.join(_AT)}).")
    return shaped(Window, row, where)


def any_matches(named: Iterable[On], fact: str, told: Mapping[str, Any]) -> bool:
    """Whether a recorded fact is one of those named."""
    return any(one.fact == fact and one.matches(fact, told) for one in named)


def _meets(said: Any, asked: tuple[Any, ...]) -> bool:
    return any(one in asked for one in said) if isinstance(said, list | tuple) else said in asked


def several(value: Any) -> list[Any] | tuple[Any, ...]:
    """A value that may be one or many, as many."""
    return value if isinstance(value, list | tuple) else [value]
