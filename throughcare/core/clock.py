"""Time: stored in UTC, shown and counted in Europe/London.

`now()` is the only place that asks what time it is; actions and rules are given the moment, and SQL asks `core_now()`. A
*prison day* is the local date on which something happens on the wing; a *stay day* counts from 0 on the day of arrival.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from typing import NewType
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

PrisonDay = NewType("PrisonDay", date)
StayDay = NewType("StayDay", int)

_frozen: ContextVar[datetime | None] = ContextVar("frozen", default=None)


def machine() -> datetime:
    """What the machine's clock shows, in UTC, whatever moment `at` has chosen. Tests replace it, and nothing else does."""
    return datetime.now(UTC)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _frozen.get() or machine()


@contextmanager
def at(moment: datetime) -> Iterator[datetime]:
    """Let `now()` answer `moment`: for tests and for the demo's history."""
    token = _frozen.set(aware(moment))
    try:
        yield aware(moment)
    finally:
        _frozen.reset(token)


def aware(moment: datetime) -> datetime:
    """The moment in UTC; raises ValueError for a time without a zone, because nobody knows when that was."""
    if moment.tzinfo is None:
        raise ValueError(f"{moment} has no time zone.")
    return moment.astimezone(UTC)


def local(moment: datetime) -> datetime:
    """The moment as a clock on the wing shows it."""
    return aware(moment).astimezone(LONDON)


def prison_day(moment: datetime) -> PrisonDay:
    """The local date of a moment."""
    return PrisonDay(local(moment).date())


def stay_day(arrived_at: datetime, moment: datetime) -> StayDay:
    """Whole local dates since arrival; 0 on the day of arrival."""
    return StayDay((prison_day(moment) - prison_day(arrived_at)).days)


def on(day: date, wall: time) -> datetime:
    """The moment at which clocks in London show `wall` on `day`, in UTC (the earlier one when it comes twice)."""
    return datetime.combine(day, wall, LONDON).astimezone(UTC)


def age(born: date, moment: datetime) -> int:
    """Completed years on the local date of `moment`."""
    today = prison_day(moment)
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
