"""The prison's day and its working days: when an evening ends, when doors lock, when an office closes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from throughcare.core.clock import local, on
from throughcare.core.rulebook import IDENTITY, shaped

_WEEKEND = (5, 6)
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Calendar:
    """Local times of one prison and the days on which offices are shut."""

    day_starts: time
    noon: time
    office_closes: time
    evening_ends: time
    lock_up: time
    late_minutes: int
    lock_up_needs_minutes: int
    bank_holidays: tuple[date, ...]

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
        doors = on(self.day_of(moment), self.lock_up)
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


def build_calendar(data: dict[str, Any]) -> Calendar:
    """A calendar from its parsed file."""
    body: Mapping[str, Any] = {key: value for key, value in data.items() if key not in IDENTITY}
    return shaped(Calendar, body, "the file")
