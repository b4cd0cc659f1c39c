"""The prison's day and its working days: when an evening ends, when doors lock, when an office closes.

The calendar of the house holds for every prison; a prison's regime says what is otherwise there. Both are dated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar

from throughcare.core.clock import local, on
from throughcare.core.rulebook import Rulebook, RulebookError, body, typed

CALENDAR = "calendar"
ON_SITE = frozenset({"chest_xray"})  # what a step may need a prison to have
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKEND = (5, 6)
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """Local times of one prison, and the days on which offices are shut.

    `lock_up_on`: weekdays that lock at another time. `on_site`: what this prison has, that not every prison has.
    """

    day_starts: time
    noon: time
    office_closes: time
    evening_ends: time
    lock_up: time
    late_minutes: int
    lock_up_needs_minutes: int
    bank_holidays: tuple[date, ...]
    lock_up_on: Mapping[str, time] = field(default_factory=dict)
    on_site: tuple[str, ...] = ()

    def day_of(self, moment: datetime) -> date:
        """The day a moment belongs to: a night belongs to the day before until `day_starts`."""
        wall = local(moment)
        return wall.date() - _ONE_DAY if wall.time() < self.day_starts else wall.date()

    def is_working(self, day: date) -> bool:
        """Whether offices outside are open on a day."""
        return day.weekday() not in _WEEKEND and day not in self.bank_holidays

    def working_days_after(self, day: date, count: int) -> date:
        """The `count`th working day after `day`."""
        while count > 0:
            day += _ONE_DAY
            count -= self.is_working(day)
        return day

    def same_evening(self, moment: datetime) -> datetime:
        """The end of the evening the moment belongs to; a late start still gets `late_minutes`."""
        return max(on(self.day_of(moment), self.evening_ends), moment + timedelta(minutes=self.late_minutes))

    def lock_up_or_noon(self, moment: datetime) -> datetime:
        """Lock-up of the same day, or the next noon when too little time is left before it."""
        day = self.day_of(moment)
        doors = on(day, self.lock_up_on.get(WEEKDAYS[day.weekday()], self.lock_up))
        enough = moment + timedelta(minutes=self.lock_up_needs_minutes) <= doors
        return doors if enough else self.next_noon(moment)

    def next_noon(self, moment: datetime) -> datetime:
        """Noon of the day after the one the moment belongs to."""
        return on(self.day_of(moment) + _ONE_DAY, self.noon)

    def office_close(self, moment: datetime, count: int) -> datetime:
        """When offices close on the `count`th working day after the local date of the moment."""
        return on(self.working_days_after(local(moment).date(), count), self.office_closes)

    def end_of_day(self, moment: datetime, count: int) -> datetime:
        """The last minute of the local date `count` days on; the date of the moment is day 0."""
        return on(local(moment).date() + count * _ONE_DAY, time(23, 59))


@dataclass(frozen=True)
class Regime:
    """What one prison has otherwise; None: as the calendar of the house has it."""

    day_starts: time | None = None
    noon: time | None = None
    office_closes: time | None = None
    evening_ends: time | None = None
    lock_up: time | None = None
    late_minutes: int | None = None
    lock_up_needs_minutes: int | None = None
    lock_up_on: Mapping[str, time] | None = None
    on_site: tuple[str, ...] | None = None

    def over(self, calendar: Calendar) -> Calendar:
        """The calendar of this prison."""
        return replace(calendar, **{key: value for key, value in asdict(self).items() if value is not None})


class Calendars:
    """The calendar of each prison on each day."""

    def __init__(self, calendars: Rulebook[Calendar], regimes: Rulebook[Regime]) -> None:
        self._calendars, self._regimes = calendars, regimes
        self._made: dict[tuple[int, str, int], Calendar] = {}

    def of(self, establishment: str, day: date) -> Calendar:
        """The calendar of the house on a day, with what this prison's regime has otherwise by then. Raises RulebookError."""
        house = self._calendars.on(CALENDAR, day)
        own = self._regimes.on(establishment, day) if establishment in self._regimes.applying(day) else None
        if own is None:
            return house.value
        key = house.version, establishment, own.version
        return self._made.get(key) or self._made.setdefault(key, own.value.over(house.value))


Either = TypeVar("Either", Calendar, Regime)


def build_calendar(data: dict[str, Any]) -> Calendar:
    """A calendar from its parsed file."""
    return _checked(typed(Calendar, body(data), "the file"))


def build_regime(data: dict[str, Any]) -> Regime:
    """A prison's regime from its parsed file; its id is the prison's code."""
    return _checked(typed(Regime, body(data), "the file"))


def _checked(made: Either) -> Either:
    if strange := sorted(set(made.lock_up_on or ()) - set(WEEKDAYS)):
        raise RulebookError(f"lock_up_on names {strange[0]}, which is no weekday.")
    if strange := sorted(set(made.on_site or ()) - ON_SITE):
        raise RulebookError(f"on_site names {strange[0]}, which no step can need.")
    return made
