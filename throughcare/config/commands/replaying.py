"""How long a day of the estate's movements takes: invented people through the real feed, everything that follows included."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from throughcare.core import clock
from throughcare.hmpps import actions
from throughcare.hmpps.search import Source

HOLD = 60.0  # seconds for 2,000 movements
MEN, MOVING_ON = 250, 125  # six movements each, and four more for those who are transferred instead of released
PLACES = ("LEI", "MDI", "WWI", "HLI")
DAY = (
    ("received", "NEW_ADMISSION"), ("bed", ""), ("released", "SENT_TO_COURT"), ("received", "RETURN_FROM_COURT"), ("bed", ""),
)  # fmt: skip
STAYS_ON = (("released", "RELEASED"),)
MOVES_ON = (
    ("released", "TRANSFERRED"), ("received", "TRANSFERRED"), ("released", "SENT_TO_COURT"), ("received", "RETURN_FROM_COURT"),
    ("released", "RELEASED"),
)  # fmt: skip


def day(men: int = MEN, moving_on: int = MOVING_ON) -> tuple[list[str], Source]:
    """The lines of a day in the order in which they happened, and what the prison's search says of everybody."""
    began = clock.now().replace(microsecond=0) - timedelta(hours=20)
    told = sorted(line for number in range(men) for line in _told(number, began, moves_on=number < moving_on))
    found = {_number(n): _described(n) for n in range(men)}
    return [line for _, line in told], Source(person=found.get)


def replay(men: int = MEN, moving_on: int = MOVING_ON) -> tuple[int, float]:
    """Take a day's lines, and undo it; how many were taken, and the seconds it took."""
    lines, source = day(men, moving_on)
    with transaction.atomic():
        began = time.perf_counter()
        tally = actions.take_lines(lines, search=source)
        spent = time.perf_counter() - began
        transaction.set_rollback(True)
    return tally.taken, spent


def line_of() -> str:
    """The figure as a sentence of the page."""
    taken, spent = replay()
    held = "held" if spent <= HOLD * taken / 2000 else "**not held**"
    each = 1000 * spent / max(taken, 1)
    return f"A day of the estate's movements: {taken} taken in {spent:.0f} s ({each:.0f} ms each); hold 60 s: {held}."


def _told(number: int, began: datetime, *, moves_on: bool) -> Iterator[tuple[datetime, str]]:
    home, other = PLACES[number % 4], PLACES[(number + 1) % 4]
    steps = DAY + (MOVES_ON if moves_on else STAYS_ON)
    for place, (kind, reason) in enumerate(steps):
        at = began + timedelta(minutes=90 * place, seconds=number)
        yield at, _line(number, kind, reason, home if place <= len(DAY) else other, at)


def _line(number: int, kind: str, reason: str, prison: str, at: datetime) -> str:
    told: dict[str, Any] = {"nomsNumber": _number(number), "reason": reason, "prisonId": prison}
    if kind == "bed":
        kind, told = "updated", {"nomsNumber": _number(number), "categoriesChanged": ["LOCATION"]}
    said = {
        "eventType": f"prisoner-offender-search.prisoner.{kind}", "occurredAt": at.isoformat(), "additionalInformation": told,
    }  # fmt: skip
    return json.dumps(said)


def _number(number: int) -> str:
    return f"Z{number:04d}QZ"


def _described(number: int) -> dict[str, Any]:
    letters = chr(97 + number % 26) + chr(97 + number // 26 % 26)
    return {
        "prisonerNumber": _number(number), "bookingId": str(7_000_000 + number), "firstName": f"Given{letters}",
        "lastName": f"Bench{letters}", "dateOfBirth": f"19{60 + number % 40}-0{1 + number % 9}-1{number % 9}", "gender": "Male",
        "legalStatus": "REMAND", "status": "ACTIVE IN", "prisonId": PLACES[number % 4],
        "cellLocation": f"B-{1 + number % 3}-{1 + number % 40:03d}", "alerts": [],
    }  # fmt: skip
