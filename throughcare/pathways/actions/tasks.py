"""What people do about a task: claim it, give it back, cover for a colleague, cancel it, accept a colleague's work.

Each leaves a fact, and the plan, told again, says how the task then stands.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from throughcare.access.acting import Actor
from throughcare.access.models import Competence
from throughcare.audit.facts import keep
from throughcare.core import clock
from throughcare.core.refusals import Refused, require
from throughcare.core.writing import all_or_nothing
from throughcare.pathways import facts, rules
from throughcare.pathways.models import Task
from throughcare.patients.linked import in_turn
from throughcare.record.actions.entry import fitting

MOST = 200  # characters of a reason with its words
SAYS_ENOUGH = 5  # letters: "x" explains nothing to the one who looks for it


class NotDueAnyMore(Refused):
    """Somebody did it, or it was cancelled, in the meantime."""

    message = "This is not due any more: it was done or cancelled. Reload the page to see by whom."


class ClaimedByAnother(Refused):
    """A colleague has said that they will do it."""

    message = "{name} has claimed this. Ask them to give it back, or cover for them and say why."


class ClaimedByNobody(Refused):
    """There is no claim to give back or to cover."""

    message = "Nobody has claimed this. Claim it yourself if you will do it."


class NotYourClaim(Refused):
    """Giving back what a colleague claimed."""

    message = "{name} claimed this, not you. Cover for them instead, and say why."


class OwedByOthers(Refused):
    """The task is owed by another role, and has not come up to this one."""

    message = "This is owed by the {owner}. Tell them, or open the record and write what you did."


class NotCompetent(Refused):
    """The step asks for a competence that the person does not hold."""

    message = "This asks for a competence that you do not hold today. Ask somebody who does, or the nurse in charge."


class SayWhy(Refused):
    """A reason is missing, or is none of the list."""

    message = "Choose a reason, and say in a few words why. Somebody may ask for it later."


class NothingToAccept(Refused):
    """No colleague's work waits for being accepted."""

    message = "There is nothing here that waits to be accepted. Reload the page to see how it stands."


@all_or_nothing
def claim(*, task: UUID, at: datetime, by: Actor) -> Task:
    """Say that one will do a task. Raises NotDueAnyMore, ClaimedByAnother, OwedByOthers or NotCompetent."""
    require(by.may("claim_task"))
    row = _open(task)
    if row.claimed_by == by.id:
        return row
    if row.claimed_by:
        raise ClaimedByAnother(name=row.claimed_by_name)
    _may_do(row, by)
    keep(facts.TaskClaimed(**_about(row, at, by)))
    return _again(task)


@all_or_nothing
def give_back(*, task: UUID, at: datetime, by: Actor) -> Task:
    """Give a claimed task back to the role that owes it. Raises NotDueAnyMore, ClaimedByNobody or NotYourClaim."""
    require(by.may("claim_task"))
    row = _open(task)
    if not row.claimed_by:
        raise ClaimedByNobody()
    if row.claimed_by != by.id:
        raise NotYourClaim(name=row.claimed_by_name)
    keep(facts.TaskReleased(**_about(row, at, by)))
    return _again(task)


@all_or_nothing
def cover(*, task: UUID, why: str, at: datetime, by: Actor) -> Task:
    """Take over what a colleague claimed, because they cannot. Raises as `claim`, SayWhy and TooLong."""
    require(by.may("cover_task"))
    row = _open(task)
    if not row.claimed_by or row.claimed_by == by.id:
        raise ClaimedByNobody()
    if len(why.strip()) < SAYS_ENOUGH:
        raise SayWhy()
    _may_do(row, by)
    keep(facts.TaskCovered(**_about(row, at, by), why=fitting(why, MOST)))
    return _again(task)


@all_or_nothing
def cancel(*, task: UUID, reason: str, words: str, at: datetime, by: Actor) -> Task:
    """Say that a task is not needed, for a reason of the rulebook and in words. Raises NotDueAnyMore, SayWhy or TooLong."""
    require(by.may("cancel_task"))
    row = _open(task)
    known = {one.code: one.words for one in reasons()}
    if reason not in known or len(words.strip()) < SAYS_ENOUGH:
        raise SayWhy()
    said = f"{known[reason]}. "
    because = said + fitting(words, MOST - len(said))
    keep(facts.TaskCancelled(**_about(row, at, by), reason=reason, because=known[reason], words=because))
    return _again(task)


@all_or_nothing
def accept(*, task: UUID, at: datetime, by: Actor) -> Task:
    """Accept what a colleague without the competence did: it is done by it. Raises NotDueAnyMore, NothingToAccept or
    NotCompetent."""
    require(by.may("claim_task"))
    row = _open(task)
    if row.noted is None:
        raise NothingToAccept()
    if not _holds(by, row.competence):
        raise NotCompetent()
    keep(facts.EvidenceAccepted(**_about(row, at, by), evidence=row.noted))
    return _again(task)


def reasons() -> tuple[rules.Reason, ...]:
    """The reasons for which a person may cancel a task today."""
    return rules.reasons().on("task-reasons", clock.prison_day(clock.now())).value


def _open(task: UUID) -> Task:
    """The task as it stands once it is our turn: whoever was faster about this person is done by then."""
    if seen := Task.objects.filter(id=task).values_list("patient", flat=True).first():
        in_turn(seen)
    row = Task.objects.open().filter(id=task).first()
    if row is None:
        raise NotDueAnyMore()
    found: Task = row
    return found


def _again(task: UUID) -> Task:
    found: Task = Task.objects.get(id=task)
    return found


def _may_do(row: Task, by: Actor) -> None:
    """The role that owes it, or one it has come up to by now; with the competence it asks for."""
    role = by.role.id if by.role else ""
    up = {rung["to"] for rung in row.ladder if datetime.fromisoformat(rung["at"]) <= clock.now()}
    if role != row.owner_role and role not in up:
        raise OwedByOthers(owner=row.owner_role.replace("_", " "))
    if not _holds(by, row.competence):
        raise NotCompetent()


def _holds(by: Actor, competence: str) -> bool:
    if not competence:
        return True
    held = Competence.objects.on(clock.prison_day(clock.now())).filter(user=by.user_id, code=competence)
    return held.exists()


def _about(row: Task, at: datetime, by: Actor) -> dict[str, Any]:
    return {
        "by": by.id, "at": at, "patient": row.patient_id, "establishment": by.establishment, "task": row.id,
        "clock": row.clock, "anchor": row.anchor,
    }  # fmt: skip
