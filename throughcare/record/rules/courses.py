"""Which dose of a course comes next. Pure: the days of the course and the doses that were given, wherever that was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Next:
    """The next dose of a course; `due_on` is None where no course is followed up."""

    dose: int
    due_on: date | None = None


def next_dose(course_days: Sequence[int], given: Mapping[int, date]) -> Next | None:
    """What follows the doses given (number -> day); None once the course is complete.

    An interrupted course goes on, however long ago: it is never begun again. Days count from dose 1; where that dose is not on
    the record, from the earliest that is: later than need be, never sooner.
    """
    dose = max(given, default=0) + 1
    if not course_days:
        return Next(dose)
    if dose > len(course_days):
        return None
    first = given.get(1) or min(given.values(), default=None)
    return Next(dose, first + timedelta(days=course_days[dose - 1]) if first else None)
