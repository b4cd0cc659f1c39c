"""Who will be here for long, and from which day on they are to be offered a physical health check."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from throughcare.core.rulebook import Book, whole


@dataclass(frozen=True)
class LongStay:
    """The years to serve, and the ages between which a check is offered; both ages belong to it."""

    years_to_serve: int
    from_age: int
    to_age: int

    def check_from(self, born: date | None, said_on: date, release: date) -> date | None:
        """From which day on a check is offered to somebody whose release day was said on `said_on`; None: not at all.

        Somebody too young becomes old enough while they are here, or does not. Without a date of birth they are offered it.
        """
        if release < birthday(said_on, self.years_to_serve):
            return None
        if born is None:
            return said_on
        first, last = max(said_on, birthday(born, self.from_age)), birthday(born, self.to_age + 1)
        return first if first < min(last, release) else None


BOOK = Book(Path(__file__).parent / "rulebook", whole(LongStay), only=("long-stay",))


def birthday(day: date, years: int) -> date:
    """The same day so many years on; of 29 February in a common year 1 March."""
    year = day.year + years
    return day.replace(year=year) if (day.month, day.day) != (2, 29) or _is_leap(year) else date(year, 3, 1)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
