"""The clock that a test stands at: this process's, that of every process it starts, and that of its databases.

A module of tests begins at one moment, whenever it is run (`chosen`); from there on time passes, so that what came first
stays first. What is measured as an age on both sides by the machine's clock (a signed cookie, a one-time code) is left to it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path

from django.utils import timezone

from throughcare.core import clock
from throughcare.core.tests import databases

CHOICE = "THROUGHCARE_TEST_CLOCK"
SHIFT = "THROUGHCARE_TEST_SHIFT"  # seconds, for processes that a test starts
FOR_CHILDREN = Path(__file__).parent / "child_clock"
# A weekday's afternoon, late evening and night, and both nights on which clocks change. The first is what `make test` runs at.
# In London: in March 01:30 is the half hour that the clocks skip; in October it comes twice, and this is the first one.
HOURS = ("2026-11-18T15:00", "2026-11-18T23:30", "2026-11-18T02:30", "2026-03-29T01:30", "2026-10-25T01:30")
SECOND_TIME = "2026-10-25T01:30+00:00"  # the same again, an hour later


def moment(said: str) -> datetime:
    """The moment of `2026-03-29T01:30`, in London unless it says otherwise; raises ValueError for anything else."""
    found = datetime.fromisoformat(said)
    return (found if found.tzinfo else found.replace(tzinfo=clock.LONDON)).astimezone(UTC)


def chosen() -> datetime:
    """The moment at which this run begins every module: THROUGHCARE_TEST_CLOCK, else the first of HOURS."""
    return moment(os.environ.get(CHOICE) or HOURS[0])


def stand_at(when: datetime) -> None:
    """From now on it is `when`, and time goes on from there: here, in processes started from here, in the run's databases."""
    _shift_by(ceil((when - datetime.now(UTC)).total_seconds()))


@contextmanager
def standing_at(when: datetime) -> Iterator[None]:
    """The same until the end of the block."""
    before = databases.seconds_ahead
    stand_at(when)
    try:
        yield
    finally:
        _shift_by(before)


def _shift_by(seconds: int) -> None:
    ahead = timedelta(seconds=seconds)
    clock.machine = timezone.now = lambda: datetime.now(UTC) + ahead  # Django asks its own for the end of a session
    os.environ[SHIFT] = str(seconds)
    _for_children()
    databases.set_clocks(seconds)


def _for_children() -> None:
    known = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    for folder in (str(FOR_CHILDREN.parent.parent), str(FOR_CHILDREN)):
        if folder not in known:
            known.insert(0, folder)
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, known))


if __name__ == "__main__":
    print(*HOURS, sep="\n")  # for make test-hours
