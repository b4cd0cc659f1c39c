"""How dates, times and lengths of time are written for people: Europe/London, 24-hour clock, plain words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from throughcare.core import clock

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def uk_date(when: date | datetime) -> str:
    """A date or a moment's local date: "3 May 2026"."""
    day = clock.local(when).date() if isinstance(when, datetime) else when
    return f"{day.day} {day:%B %Y}"


def uk_time(when: datetime) -> str:
    """A moment as the clock on the wing shows it: "20:41"; "01:30 GMT" in the hour that comes twice in October."""
    wall = clock.local(when)
    twice = wall.replace(fold=0).utcoffset() != wall.replace(fold=1).utcoffset()
    return f"{wall:%H:%M %Z}" if twice else f"{wall:%H:%M}"


def uk_datetime(when: datetime) -> str:
    """A moment with its local date: "3 May 2026, 20:41"."""
    return f"{uk_date(when)}, {uk_time(when)}"


def duration(length: timedelta) -> str:
    """A length of time: "40 min", "2 h 10 min", "3 days 4 h". Its sign is dropped: say "late by" or "due in"."""
    length = abs(length)
    if length < MINUTE:
        return "less than a minute"
    if length < DAY:
        return _two(length // HOUR, "h", length % HOUR // MINUTE, "min")
    days = length // DAY
    return _two(days, "day" if days == 1 else "days", length % DAY // HOUR, "h")


def since(when: datetime, at: datetime | None = None) -> str:
    """How long ago a moment was, or how long until it is, counted in elapsed time: "2 h 10 min"."""
    return duration((at or clock.now()) - clock.aware(when))


def sentence(words: str) -> str:
    """The words with a capital first letter; the rest, such as ACCT, stays as it is."""
    return words[:1].upper() + words[1:]


def options(choices: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """Choices of a model or form as the controls take them; the empty one is left out."""
    return [{"value": value, "text": str(text)} for value, text in choices if value]


def _two(large: int, large_unit: str, small: int, small_unit: str) -> str:
    parts = [(large, large_unit), (small, small_unit)]
    return " ".join(f"{count} {unit}" for count, unit in parts if count)


FILTERS: dict[str, Callable[..., Any]] = {
    "uk_date": uk_date,
    "uk_time": uk_time,
    "uk_datetime": uk_datetime,
    "duration": duration,
    "since": since,
    "sentence": sentence,
    "options": options,
}
