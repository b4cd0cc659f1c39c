"""What a person said about the roll, carried out: somebody is received or has left, in the way that the prison's search tells.

The roll is there for messages that were lost, and the person who answers knows only that somebody is here or is not: whether
they were released, transferred or taken to a hospital, or died, is asked of the prison, never supposed.
"""

from __future__ import annotations

from typing import Any

from throughcare.access.acting import Actor, acting
from throughcare.core import clock
from throughcare.core.refusals import Refused
from throughcare.custody import actions as custody
from throughcare.custody import rules
from throughcare.hmpps import answers, book
from throughcare.hmpps.answers import Unreadable
from throughcare.hmpps.models import RollAnswer, RollDifference
from throughcare.hmpps.search import Answer, chosen
from throughcare.patients import actions as patients

HERE, LEFT = RollAnswer.Says.HERE, RollAnswer.Says.LEFT


class HeldHereAgain(Refused):
    """Somebody is said to have left whom the prison's search has here now."""

    message = "The prison's search now says that {number} is held here, so nobody was moved. Look again, or ask the roll office."


class OnlyANumberEnded(Refused):
    """The last that the prison says of a number is that it was joined to another."""

    message = (
        "The prison ended only the number {number}, because it joined it to another, so nobody was moved. Ask the roll office "
        "which number they have now."
    )


def carry_out(row: RollDifference, says: str, by: Actor, search: Any) -> None:
    """Do what an answer means. Raises HeldHereAgain, OnlyANumberEnded, or what search, custody and patients refuse."""
    if row.kind == "not_here" and says == HERE:
        _move(row, rules.RECEIVED, by, search)
    elif row.kind == "not_on_roll" and says == LEFT:
        _move(row, rules.RELEASED, by, search)
    elif row.kind == "seen_after_leaving" and says == LEFT and row.patient:
        patients.settle_departure(patient=row.patient, kind=row.departure, left_at=row.happened_at, by=by)


def _move(row: RollDifference, kind: str, by: Actor, search: Any) -> None:
    found = chosen(search).person(row.prison_number)
    if found is None:
        raise Unreadable(why=f"The prisoner search does not know {row.prison_number}, so nobody was moved. Ask the roll office.")
    reason = _why_they_came(found) if kind == rules.RECEIVED else _why_they_left(found, row)
    with acting(Actor.system("roll", establishments=(row.establishment,), behalf=by.id)):
        custody.record_movement(
            person=answers.person(found), kind=kind, reason=reason, establishment=row.establishment, at=clock.now(),
            message=f"roll:{row.id}", by=by.id, location=answers.bed(found, row.establishment),
            booking=str(found.get("bookingId") or "")[:20],
        )  # fmt: skip


def _why_they_came(found: Answer) -> str:
    became = book.became(*answers.last_movement(found))
    return became if became in rules.MOVES_ON else "NEW_ADMISSION"


def _why_they_left(found: Answer, row: RollDifference) -> str:
    """Whoever is in custody elsewhere, or on the way, was transferred: what was due for them goes with them."""
    held, status = answers.prison(found), str(found.get("status", ""))
    if held == row.establishment and status.startswith("ACTIVE"):
        raise HeldHereAgain(number=row.prison_number)
    if status == "INACTIVE TRN" or (held and status.startswith("ACTIVE")):
        return "TRANSFERRED"
    became = book.became(*answers.last_movement(found))
    if became == book.NUMBER_ENDS:
        raise OnlyANumberEnded(number=row.prison_number)
    return became if became in rules.LEAVES | rules.MOVES_ON else "RELEASED"
