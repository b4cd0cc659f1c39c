"""How long a day of the estate's movements takes: invented people through the real feed, everything that follows included."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from throughcare.config.commands import scratch
from throughcare.config.commands.problem import Problem
from throughcare.core import clock, database
from throughcare.core.cluster import Cluster
from throughcare.places import reference

HOLD = 60.0  # seconds for 2,000 movements
WORKERS = 2  # the cores that an estate has
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


def day(men: int = MEN, moving_on: int = MOVING_ON) -> tuple[list[str], list[dict[str, Any]]]:
    """The lines of a day in the order in which they happened, and what the prison's search says of everybody."""
    began = clock.now().replace(microsecond=0) - timedelta(hours=20)
    told = sorted(line for number in range(men) for line in _told(number, began, moves_on=number < moving_on))
    return [line for _, line in told], [_described(number) for number in range(men)]


def replay(men: int = MEN, moving_on: int = MOVING_ON, *, durable: bool = True) -> tuple[str, float]:
    """Take a day's lines by the command that takes them after the feed was down, on a server of its own; what the command
    said, and the seconds it took, its start and every commit included."""
    with scratch.server(durable=durable) as server, tempfile.TemporaryDirectory() as folder:
        database.migrate(server.dsn("owner"))
        reference.load(server.dsn("owner"))
        lines, found = day(men, moving_on)
        events = _file(Path(folder) / "events.jsonl", lines)
        people = _file(Path(folder) / "people.jsonl", map(json.dumps, found))
        began = time.perf_counter()
        said = _feed(server, events, people)
        return said, time.perf_counter() - began


def line_of() -> str:
    """The figure as a sentence of the page."""
    said, spent = replay()
    held = "held" if spent <= HOLD else "**not held**"
    return f"A day of the estate's movements, {WORKERS} at a time: {said} In {spent:.0f} s; hold {HOLD:.0f} s: {held}."


def _feed(server: Cluster, events: Path, people: Path) -> str:
    where = {"DATABASE_URL": server.dsn("app"), "DATABASE_OWNER_URL": server.dsn("owner")}
    done = subprocess.run(
        [sys.executable, "-m", "throughcare.config", "feed", events, "--prisoners", people, "--workers", str(WORKERS)],
        env=os.environ | where, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise Problem(f"The day could not be taken: {done.stderr[-400:]}")
    return done.stdout.strip()


def _file(file: Path, lines: Iterable[str]) -> Path:
    file.write_text("\n".join(lines), encoding="utf-8")
    return file


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
