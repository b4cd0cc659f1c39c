"""The rulebook of the feed: what each of the prison service's words means here, or why it means nothing. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from throughcare.core.rulebook import Book, RulebookError, by_id, only, shaped, whole
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
FOR_THE_READER = ("label", "active", "health_meaning", "basis")  # columns of the table of movement reasons
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
class _Roll:
    kinds: tuple[Difference, ...]


@dataclass(frozen=True)
class Door:
    """What the signed door takes: how old, how large, behind how long a secret."""

    window_minutes: int
    largest_bytes: int
    secret_letters: int

    @property
    def window(self) -> timedelta:
        return timedelta(minutes=self.window_minutes)

    @property
    def largest(self) -> int:
        return self.largest_bytes


@dataclass(frozen=True)
class Queue:
    """How the queue is asked, in seconds, and how often a message is tried."""

    wait_seconds: int
    hidden_seconds: int
    tries: int
    drain_seconds: int


@dataclass(frozen=True)
class Reading:
    """Everything of one version of the book that is not a table."""

    changes_nothing: frozenset[str]
    moves_bed: str
    door: Door
    queue: Queue


@dataclass(frozen=True)
class Reasons:
    """Every reason code, by movement type and code; and those that say that somebody died."""

    by_code: dict[tuple[str, str], MovementReason]
    deaths: frozenset[str]


def reading() -> Reading:
    """How words are read: the highest version."""
    return READING.all().in_use()[-1].value


def door() -> Door:
    """The measures of the signed door."""
    return reading().door


def queue() -> Queue:
    """The measures of the queue."""
    return reading().queue


def differences() -> dict[str, Difference]:
    """The kinds of difference, by their key."""
    return ROLL.all().in_use()[-1].value


def event_types() -> dict[str, EventType]:
    """Every type of message that the prison service is known to send."""
    return EVENT_TYPES.current()


def movement_reasons() -> dict[tuple[str, str], MovementReason]:
    """Every reason code, by movement type and code."""
    return MOVEMENT_REASONS.current().by_code


def deaths() -> frozenset[str]:
    """The codes that say that somebody died, whatever else a message calls it."""
    return MOVEMENT_REASONS.current().deaths


def date_types() -> tuple[DateType, ...]:
    """Every date that is taken."""
    return KEY_DATES.current()


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


def _event_types(data: dict[str, Any]) -> dict[str, EventType]:
    only(data, "rows")
    return {row["event_type"]: shaped(EventType, row, row["event_type"]) for row in data["rows"]}


def _reasons(data: dict[str, Any]) -> Reasons:
    only(data, "rows")
    rows = [_reason(row) for row in data["rows"]]
    return Reasons({(row.type, row.code): row for row in rows}, frozenset(one.code for one in rows if one.becomes == rules.DIED))


def _reason(row: dict[str, str]) -> MovementReason:
    if unknown := sorted(set(row) - {"type", "code", "becomes", "absence", *FOR_THE_READER}):
        raise RulebookError(f"the column {unknown[0]!r} is not known. Check the spelling.")
    return shaped(MovementReason, {key: value for key, value in row.items() if key not in FOR_THE_READER}, row["code"])


def _date_types(data: dict[str, Any]) -> tuple[DateType, ...]:
    only(data, "rows")
    taken = [{**row, "trust": int(row["trust"])} for row in data["rows"] if not row["why_not"]]
    return tuple(shaped(DateType, row, row["code"]) for row in taken)


READING = Book(FOLDER, whole(Reading), only=("hmpps-reading",))
ROLL = Book(FOLDER, lambda data: by_id(whole(_Roll)(data).kinds), only=("hmpps-roll",))
EVENT_TYPES = Book(FOLDER, _event_types, only=("event-types",))
MOVEMENT_REASONS = Book(FOLDER, _reasons, only=("movement-reasons",))
KEY_DATES = Book(FOLDER, _date_types, only=("key-dates",))
