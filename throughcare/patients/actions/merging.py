"""Two records turn out to be one person, or one person's records turn out to be two: one proposes, another answers.

Nothing is moved or copied: rows keep their patient, and every reader reads all linked records.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from throughcare.access.acting import Actor, acting
from throughcare.audit.facts import keep
from throughcare.audit.models import Fact
from throughcare.core import clock, ids, laws
from throughcare.core.laws import PATIENT
from throughcare.core.refusals import Refused, require
from throughcare.core.writing import all_or_nothing
from throughcare.patients import facts, queries, reach
from throughcare.patients.linked import linked, survivor_of
from throughcare.patients.models import Match, Merge, MergeProposal, Reach

SAYS_ENOUGH = 10  # letters: "same" explains nothing to the one who answers
MERGE, UNMERGE = MergeProposal.Kind.MERGE, MergeProposal.Kind.UNMERGE


class SaysTooLittle(Refused):
    """No reason, or none that a second person could judge."""

    message = "Say in a few words how you know. A second person will judge by it."


class SameRecord(Refused):
    """A record and itself."""

    message = "That is the same record. Choose the other one."


class AlreadyJoined(Refused):
    """One of the two was joined to another record before."""

    message = "One of these records is joined to another already. Open that one, or undo the earlier merge first."


class AlreadyProposed(Refused):
    """Somebody proposed about this record before, and nobody has answered."""

    message = "Somebody has proposed this already. Open “Who he is” and answer that proposal."


class AskedByYourself(Refused):
    """The one who proposed wants to say yes too."""

    message = "You proposed this yourself. Somebody else who may merge records must look and say yes."


class AnsweredBefore(Refused):
    """Two people answered at once."""

    message = "Somebody has answered this already. Open “Who he is” to see what was said."


class NotMerged(Refused):
    """There is nothing to undo."""

    message = "These records are not joined any more. Open “Who he is” to see how they stand."


@dataclass(frozen=True)
class Written:
    """A row about the survivor, for a person to say whose it is."""

    table: str
    id: UUID
    at: datetime
    by: str


@all_or_nothing
def propose_merge(*, patient: UUID, survivor: UUID, why: str, at: datetime, by: Actor) -> MergeProposal:
    """Say that `patient` is the person of `survivor`; nothing changes until somebody else says yes.

    Raises SaysTooLittle, SameRecord, AlreadyJoined or AlreadyProposed.
    """
    require(by.may("merge_patients"))
    if patient == survivor:
        raise SameRecord()
    if len(linked(patient)) > 1 or survivor_of(survivor) != survivor:
        raise AlreadyJoined()
    return _propose(MERGE, patient, survivor, why, at, by)


@all_or_nothing
def propose_unmerge(*, merge: Merge, why: str, at: datetime, by: Actor) -> MergeProposal:
    """Say that two joined records are two people after all. Raises SaysTooLittle, NotMerged or AlreadyProposed."""
    require(by.may("merge_patients"))
    if not _standing(merge.patient_id, merge.survivor_id):
        raise NotMerged()
    return _propose(UNMERGE, merge.patient_id, merge.survivor_id, why, at, by)


@all_or_nothing
def merge(*, proposal: MergeProposal, at: datetime, by: Actor) -> Merge:
    """Say yes to a merge, as the second person. Reach of both is shared, and bars of either hold for both.

    Raises AskedByYourself, AnsweredBefore or AlreadyJoined; a follower may refuse, and then nothing is changed.
    """
    row = _carry_out(proposal, MERGE, at, by)
    every = linked(row.survivor_id)
    with acting(Actor.system("merge", behalf=by.id)):
        reach.share(every)
        places = queries.other_places(row.survivor_id)
    shared: dict[str, Any] = {"by": by.id, "at": at, "establishment": by.establishment}
    keep(facts.RecordsMerged(**shared, patient=row.patient_id, merge=row.id, survivor=row.survivor_id, linked=every))
    if len(places) > 1:
        keep(facts.SamePersonInTwoPlaces(**shared, patient=row.survivor_id, places=tuple(sorted(places))))
    return row


@all_or_nothing
def unmerge(*, proposal: MergeProposal, at: datetime, by: Actor) -> Merge:
    """Say yes to undoing a merge, as the second person; what was written since stays where it was written."""
    standing = _standing(proposal.patient_id, proposal.survivor_id)
    if not standing:
        raise NotMerged()
    row = _carry_out(proposal, UNMERGE, at, by, undone=True, corrects=standing)
    met = {one: _met_by(one) for one in (row.patient_id, row.survivor_id)}
    with acting(Actor.system("merge", behalf=by.id)):
        for one, places in met.items():
            _give_back(one, places, at)
    keep(facts.RecordsUnmerged(
        by=by.id, at=at, establishment=by.establishment, patient=row.patient_id, merge=row.id, survivor=row.survivor_id
    ))  # fmt: skip
    return row


@all_or_nothing
def turn_down(*, proposal: MergeProposal, at: datetime, by: Actor) -> MergeProposal:
    """Say no to a proposal, or take one's own back. Raises AnsweredBefore."""
    require(by.may("merge_patients"))
    answered = _answer(proposal, MergeProposal.Answer.TURNED_DOWN, at, by)
    keep(facts.MergeTurnedDown(**_about(answered, by, at)))
    return answered


def written_since(merge: Merge) -> list[Written]:
    """Everything written about the survivor since a merge that the reader may see, the latest first."""
    return sorted(_rows_since(merge), key=lambda row: row.at, reverse=True)


def _propose(kind: str, patient: UUID, survivor: UUID, why: str, at: datetime, by: Actor) -> MergeProposal:
    if len(why.strip()) < SAYS_ENOUGH:
        raise SaysTooLittle()
    try:
        with transaction.atomic():
            made = MergeProposal.objects.create(
                id=ids.new(), patient_id=patient, survivor_id=survivor, kind=kind, why=why.strip(), proposed_by=by.id,
                proposed_by_name=by.name, happened_at=at, written_at=clock.now(),
            )  # fmt: skip
    except IntegrityError as clash:
        raise AlreadyProposed() from clash
    keep(facts.MergeProposed(**_about(made, by, at)))
    return made


def _carry_out(proposal: MergeProposal, kind: str, at: datetime, by: Actor, **what: Any) -> Merge:
    """Answer yes, and write the row of the merge under the key of that answer."""
    require(by.may("merge_patients"))
    if proposal.proposed_by == by.id:
        raise AskedByYourself()
    if proposal.kind != kind:
        raise NotMerged()
    answered = _answer(proposal, MergeProposal.Answer.DONE, at, by)
    try:
        with transaction.atomic():
            return Merge.objects.create(
                id=answered.id, patient_id=answered.patient_id, survivor_id=answered.survivor_id, why=answered.why,
                proposed_by=answered.proposed_by, confirmed_by=by.id, happened_at=at, written_at=clock.now(), **what,
            )  # fmt: skip
    except IntegrityError as clash:
        raise AlreadyJoined() from clash


def _answer(proposal: MergeProposal, answer: str, at: datetime, by: Actor) -> MergeProposal:
    kept = ("patient_id", "survivor_id", "kind", "why", "proposed_by", "proposed_by_name")
    asked = {name: getattr(proposal, name) for name in kept}
    try:
        with transaction.atomic():
            return MergeProposal.objects.create(
                id=ids.new(), **asked, answer=answer, answered_by=by.id, answered_by_name=by.name, happened_at=at,
                written_at=clock.now(), corrects=proposal,
            )  # fmt: skip
    except IntegrityError as clash:
        raise AnsweredBefore() from clash


def _standing(patient: UUID, survivor: UUID) -> Merge | None:
    return Merge.objects.filter(patient=patient, survivor=survivor, superseded_by=None, undone=False).first()


def _give_back(patient: UUID, met: set[str], at: datetime) -> None:
    """A prison that does not hold this record's own booking reads it on for a while, and writes no more.

    Without a booking, only the prison that met him knows where he is.
    """
    matched = Match.objects.filter(patient=patient, superseded_by=None).exists()
    held = {f"establishment:{place}" for place in (queries.other_places(patient) if matched else met)}
    for row in Reach.objects.live().filter(patient=patient, kind="here").exclude(scope__in=held):
        reach.close(patient, row.scope.removeprefix("establishment:"), at=at)


def _met_by(patient: UUID) -> set[str]:
    """The prison that made a record."""
    made = Fact.objects.filter(kind="patients.PatientMade", patient_id=patient)
    return set(made.values_list("establishment", flat=True))


def _about(row: MergeProposal, by: Actor, at: datetime) -> dict[str, Any]:
    return {
        "by": by.id, "at": at, "establishment": by.establishment, "patient": row.patient_id, "proposal": row.id,
        "survivor": row.survivor_id, "kind": row.kind,
    }  # fmt: skip


def _rows_since(merge: Merge) -> Iterator[Written]:
    for model, law in laws.tables():
        names = {field.name for field in model._meta.concrete_fields}
        if law.seen_by != PATIENT or law.gate or not {"patient", "written_at"} <= names or model in (Merge, MergeProposal):
            continue
        who = next((name for name in ("written_by_name", "written_by", "made_by") if name in names), "id")
        rows: Any = model._default_manager.filter(patient=merge.survivor_id, written_at__gte=merge.written_at)
        for key, at, by in rows.values_list("id", "written_at", who):
            yield Written(str(model._meta.verbose_name), key, at, str(by))
