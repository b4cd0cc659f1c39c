"""The rulebook of the feed: what each of the prison service's words means here, or why it means nothing. Pure."""

from __future__ import annotations

import csv
from dataclasses import dataclass, fields
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from throughcare.core.rulebook import Rulebook, load
from throughcare.custody import rules

FOLDER = Path(__file__).parent / "rulebook"
RECEIVED, RELEASED = rules.RECEIVED, rules.RELEASED
BED, UPDATED, ASKED_AGAIN, APART, MERGED, BOOKING_MOVED = "bed", "updated", "asked-again", "apart", "merged", "booking-moved"
DOES = frozenset({RECEIVED, RELEASED, BED, UPDATED, ASKED_AGAIN, APART, MERGED, BOOKING_MOVED})

# What a movement reason may become beside the words of the feed itself.
STAYS, NUMBER_ENDS, UNASSIGNED = "STAYS", "MERGED", "PARKED"

# Under which movement types the code beside a reason of the feed is to be found.
_TYPES: dict[tuple[str, str], tuple[str, ...]] = {
    (RECEIVED, "RETURN_FROM_COURT"): ("CRT", "ADM"),
    (RECEIVED, "TEMPORARY_ABSENCE_RETURN"): ("TAP", "ADM"),
    (RECEIVED, "TRANSFERRED"): ("ADM", "TRN"),
    (RELEASED, "SENT_TO_COURT"): ("CRT",),
    (RELEASED, "TEMPORARY_ABSENCE_RELEASE"): ("TAP",),
    (RELEASED, "TRANSFERRED"): ("TRN",),
}
ABSENCES = {"SENT_TO_COURT": "court", "TEMPORARY_ABSENCE_RELEASE": "other"}


@dataclass(frozen=True)
class EventType:
    """One type of message: what it makes us do, in which field the prison number stands, or why it is not taken."""

    event_type: str
    does: str
    number: str
    why_not: str
    basis: str


@dataclass(frozen=True)
class MovementReason:
    """One code of the prison's for why somebody moved, and what it becomes in the words of the feed. The other columns of
    the table are for whoever reads it."""

    type: str
    code: str
    becomes: str
    absence: str


@dataclass(frozen=True)
class DateType:
    """One of the prison's dates: in which field it comes, which kind it is here, how sure and how far it is trusted."""

    code: str
    name: str
    field: str
    kind: str
    certainty: str
    trust: int
    why_not: str
    basis: str


@dataclass(frozen=True)
class Difference:
    """A kind of difference from the roll, and the sentence that says what to do."""

    id: str
    title: str
    do: str


@dataclass(frozen=True)
class Door:
    """What the signed door takes: how old, how large, behind how long a secret."""

    window: timedelta
    largest: int
    secret_letters: int


@dataclass(frozen=True)
class Queue:
    """How the queue is asked, in seconds, and how often a message is tried."""

    wait: int
    hidden: int
    tries: int
    drain: int


@dataclass(frozen=True)
class Reading:
    """Everything of one version of the book that is not a table."""

    changes_nothing: frozenset[str] = frozenset()
    moves_bed: str = ""
    door: Door | None = None
    queue: Queue | None = None
    kinds: tuple[Difference, ...] = ()


def books() -> Rulebook[Reading]:
    """Every version of both entries, read anew."""
    return load(FOLDER, _built, only=("hmpps-reading", "hmpps-roll"))


@cache
def reading() -> Reading:
    """How words are read: the highest version, kept in memory."""
    return books().entries[[entry.id for entry in books()].index("hmpps-reading")].value


def door() -> Door:
    """The measures of the signed door."""
    found = reading().door
    assert found
    return found


def queue() -> Queue:
    """The measures of the queue."""
    found = reading().queue
    assert found
    return found


@cache
def differences() -> dict[str, Difference]:
    """The kinds of difference, by their key."""
    entry = next(entry for entry in books() if entry.id == "hmpps-roll")
    return {kind.id: kind for kind in entry.value.kinds}


@cache
def event_types() -> dict[str, EventType]:
    """Every type of message that the prison service is known to send."""
    return {row["event_type"]: EventType(**row) for row in _rows("event-types.csv")}


@cache
def movement_reasons() -> dict[tuple[str, str], MovementReason]:
    """Every reason code, by movement type and code."""
    columns = [field.name for field in fields(MovementReason)]
    rows = [MovementReason(**{name: row[name] for name in columns}) for row in _rows("movement-reasons.csv")]
    return {(row.type, row.code): row for row in rows}


@cache
def deaths() -> frozenset[str]:
    """The codes that say that somebody died, whatever else a message calls it."""
    return frozenset(one.code for one in movement_reasons().values() if one.becomes == rules.DIED)


@cache
def date_types() -> tuple[DateType, ...]:
    """Every date that is taken."""
    taken: list[dict[str, Any]] = [{**row, "trust": int(row["trust"])} for row in _rows("key-dates.csv") if not row["why_not"]]
    return tuple(DateType(**row) for row in taken)


def reason_of(does: str, reason: str, code: str) -> MovementReason | None:
    """The line of a movement's code, where the code is one of those that go with the reason of the message."""
    found = (movement_reasons().get((kind, code)) for kind in types_of(does, reason))
    return next(filter(None, found), None)


def became(kind: str, code: str) -> str:
    """What the last movement that the search knows comes to in the words of the feed: as the line of its code says, or, of a
    code without a line, as all lines of its type say; blank where they do not agree."""
    found = movement_reasons().get((kind, code))
    words = {found.becomes} if found else {one.becomes for one in movement_reasons().values() if one.type == kind}
    return words.pop() if len(words) == 1 else ""


def types_of(does: str, reason: str) -> tuple[str, ...]:
    """The movement types that go with the reason of a message."""
    return _TYPES.get((does, reason), ("ADM",) if does == RECEIVED else ("REL",))


def problems() -> list[str]:
    """What is wrong with the tables, each as a sentence; empty when nothing is."""
    types = [f"{one.event_type} neither does something nor says why not." for one in event_types().values()
             if bool(one.does in DOES) == bool(one.why_not)]  # fmt: skip
    words = set().union(*rules.REASONS.values()) | {STAYS, NUMBER_ENDS, UNASSIGNED}
    odd = [one for one in movement_reasons().values() if one.becomes not in words]
    reasons = [f"{one.type} {one.code} becomes {one.becomes!r}, which is no word of the feed." for one in odd]
    return types + reasons


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def _built(data: dict[str, Any]) -> Reading:
    door, queue = data.get("door"), data.get("queue")
    return Reading(
        changes_nothing=frozenset(data.get("changes_nothing", ())), moves_bed=data.get("moves_bed", ""),
        door=Door(timedelta(minutes=door["window_minutes"]), door["largest_bytes"], door["secret_letters"]) if door else None,
        queue=Queue(queue["wait_seconds"], queue["hidden_seconds"], queue["tries"], queue["drain_seconds"]) if queue else None,
        kinds=tuple(Difference(**kind) for kind in data.get("kinds", ())),
    )  # fmt: skip
