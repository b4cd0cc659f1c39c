"""Ask for a pack, approve or decline it, take it away. Nothing is built before a second person has allowed it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from throughcare.access.acting import Actor
from throughcare.audit.facts import keep
from throughcare.core import ids
from throughcare.core.refusals import NotAllowed, Refused, Verdict, deny, require
from throughcare.core.writing import all_or_nothing
from throughcare.patients import actions as patients
from throughcare.patients import seeing
from throughcare.patients.models import Disclosure
from throughcare.reporting import about, facts, queries, tasks
from throughcare.reporting.models import Pack, PackRequest, PackStep
from throughcare.reporting.rules import NEXT


class NoBasis(Refused):
    """A pack was asked for without a ground, a recipient, a reason or sensible dates."""

    message = (
        "No pack leaves without a basis: {why}. Choose the basis, say who receives it and why, whether the person was told, and "
        "between which dates; then ask again."
    )
    status = 422


class NotWithinReach(NotAllowed):
    """The person is not, or no longer, within the reach of this prison."""

    message = "This person is not within the reach of this prison. Ask the prison that holds the person to make the pack."


class SamePerson(NotAllowed):
    """The asker wants to approve."""

    message = "You asked for this pack yourself. Somebody else who may approve it has to look at it."


class AlreadyAnswered(Refused):
    """Somebody was faster."""

    message = "Somebody has answered this request already. Reload the page."


class NotReady(Refused):
    """There is no bundle yet."""

    message = "This pack is not ready. Reload the page in a minute; if it failed, the page says why."


def can_approve(by: Actor, asked: PackRequest) -> Verdict:
    """Whether somebody may answer a request: never the one who asked."""
    return deny(SamePerson.message) if by.id == asked.asked_by else by.may("approve_pack")


@all_or_nothing
def ask_for_pack(
    *, patient: UUID, basis: str, purpose: str, recipient: str, told_person: str, since: datetime, until: datetime, at: datetime,
    by: Actor,
) -> PackRequest:  # fmt: skip
    """Ask for everything about a person between two moments. Raises NoBasis or NotWithinReach."""
    require(by.may("make_pack"))
    if why := _lacking(basis, purpose, recipient, told_person, since, until):
        raise NoBasis(why=why)
    if not seeing.nameable(by).filter(id=patient).exists():
        raise NotWithinReach()
    asked = PackRequest.objects.create(
        id=ids.new(), patient_id=patient, establishment=by.establishment, basis=basis, purpose=purpose.strip()[:1000],
        recipient=recipient.strip()[:120], told_person=told_person.strip()[:400], since=since, until=until,
        tables=[table.name for table in about.tables()], asked_by=by.id, asked_by_name=by.name[:120], asked_at=at,
    )  # fmt: skip
    keep(facts.PackAsked(**_fact(asked, at, by), basis=basis))
    return asked


@all_or_nothing
def approve_pack(*, asked: PackRequest, at: datetime, by: Actor) -> PackStep:
    """A second person allows it: the disclosure is written into the record where it can be, and the worker starts to build."""
    require(can_approve(by, asked))
    _unanswered(asked)
    disclosure = _disclosed(asked, at, by)
    made = _answered(asked, PackStep.Kind.APPROVED, at, by, disclosure=disclosure.id if disclosure else None)
    keep(facts.PackApproved(**_fact(asked, at, by), basis=asked.basis))
    _start(asked)
    return made


@all_or_nothing
def decline_pack(*, asked: PackRequest, why: str, at: datetime, by: Actor) -> PackStep:
    """A second person says no, and why; nothing is built."""
    require(can_approve(by, asked))
    _unanswered(asked)
    if not why.strip():
        raise NoBasis(why="a no needs a few words that say why")
    made = _answered(asked, PackStep.Kind.DECLINED, at, by, why=why.strip()[:1000])
    keep(facts.PackDeclined(**_fact(asked, at, by)))
    return made


@all_or_nothing
def build_again(*, asked: PackRequest, at: datetime, by: Actor) -> None:
    """After a failure, or when nothing has moved for long: the approval still stands, so the worker tries once more."""
    require(by.may("make_pack"))
    if queries.state_of(asked) != "failed" and not queries.is_stuck(asked, at):
        raise NotReady()
    _start(asked)
    keep(facts.PackTriedAgain(**_fact(asked, at, by)))


@all_or_nothing
def take_away(*, asked: PackRequest, at: datetime, by: Actor) -> Pack:
    """The bundle leaves the house: each time is kept. Raises NotReady."""
    require(by.may("make_pack"))
    pack = Pack.objects.filter(request=asked).first()
    if pack is None:
        raise NotReady()
    keep(facts.PackDownloaded(**_fact(asked, at, by), sha256=pack.sha256))
    return pack


def _lacking(basis: str, purpose: str, recipient: str, told_person: str, since: datetime, until: datetime) -> str:
    if basis not in PackRequest.Basis.values:
        return "it does not say on which ground the record is disclosed"
    if not recipient.strip() or not purpose.strip() or not told_person.strip():
        return "the recipient, the purpose, or whether the person was told is missing"
    return "" if since < until else "it ends before it starts"


def _unanswered(asked: PackRequest) -> None:
    if "approved" not in NEXT[queries.state_of(asked)]:
        raise AlreadyAnswered()


def _answered(asked: PackRequest, kind: str, at: datetime, by: Actor, **more: Any) -> PackStep:
    return PackStep.objects.create(
        id=ids.new(), request=asked, establishment=asked.establishment, kind=kind, at=at, written_by=by.id,
        written_by_name=by.name[:120], **more,
    )  # fmt: skip


def _disclosed(asked: PackRequest, at: datetime, by: Actor) -> Disclosure | None:
    """The disclosure in the record; None where the prison only reads it, as after the person has gone."""
    return patients.disclose_pack(
        patient=asked.patient_id, recipient=asked.recipient, basis=asked.basis, tables=asked.tables, why=asked.purpose,
        told_person=asked.told_person, asked_by=asked.asked_by, asked_by_name=asked.asked_by_name, at=at, by=by,
    )  # fmt: skip


def _start(asked: PackRequest) -> None:
    tasks.build_pack.defer(request=str(asked.id), establishment=asked.establishment, asked_by=asked.asked_by)


def _fact(asked: PackRequest, at: datetime, by: Actor) -> dict[str, Any]:
    return {"by": by.id, "at": at, "patient": asked.patient_id, "establishment": asked.establishment, "request": asked.id}
