"""The prison's roll beside our list of who is here: what differs, person by person. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class Line:
    """One person of a list. Ours may have no number, when they came without a booking; theirs has no patient."""

    number: str
    name: str
    location: str = ""
    out: bool = False
    patient: UUID | None = None


@dataclass(frozen=True)
class Differs:
    """One person whom the lists do not agree on: what kind of difference, and what each says."""

    kind: str
    number: str
    name: str
    ours: str = ""
    theirs: str = ""
    patient: UUID | None = None
    left: str = ""  # of a departure that is not settled: how they left, and when
    left_at: datetime | None = None


NOT_THERE, NOT_COMPARED, OUT, IN = "not on the list", "not compared", "out", "in"


def compare(
    ours: Iterable[Line], theirs: Iterable[Line], unsettled: Iterable[Differs] = (), unread: Iterable[Differs] = ()
) -> list[Differs]:
    """Every difference, the gravest kind first: somebody nobody screened, somebody who may have gone, then cells.

    `unsettled` are departures that nobody has settled: they stand unless the roll has the person again. `unread` are lines of
    the roll that cannot be read: of whoever stands there nothing else is said.
    """
    mine = {line.number or f"?{place}": line for place, line in enumerate(ours)}
    roll = {line.number: line for line in theirs}
    found = [*_missing(mine, roll), *_extra(mine, roll), *_other(mine, roll)]
    found += [one for one in unsettled if one.number not in roll]
    unread = list(unread)
    spared = {one.number for one in unread} - {""}
    return sorted(
        [one for one in found if one.number not in spared] + unread, key=lambda one: (ORDER.index(one.kind), one.name, one.number)
    )


ORDER = ("not_here", "unreadable", "seen_after_leaving", "not_on_roll", "no_booking", "two_records", "in_or_out", "wrong_cell")


def _missing(mine: dict[str, Line], roll: dict[str, Line]) -> Iterator[Differs]:
    for number in roll.keys() - mine.keys():
        line = roll[number]
        yield Differs("not_here", number, line.name, NOT_THERE, OUT if line.out else line.location or IN)


def _extra(mine: dict[str, Line], roll: dict[str, Line]) -> Iterator[Differs]:
    for key in mine.keys() - roll.keys():
        line = mine[key]
        kind = "not_on_roll" if line.number else "no_booking"
        yield Differs(kind, line.number, line.name, OUT if line.out else line.location or IN, NOT_THERE, line.patient)


def _other(mine: dict[str, Line], roll: dict[str, Line]) -> Iterator[Differs]:
    for number in mine.keys() & roll.keys():
        line, told = mine[number], roll[number]
        if line.out != told.out:
            said = {True: OUT, False: IN}
            yield Differs("in_or_out", number, line.name, said[line.out], said[told.out], line.patient)
        elif told.location and not told.out and line.location != told.location:
            yield Differs("wrong_cell", number, line.name, line.location, told.location, line.patient)
