"""Tell the person once what became of a referral, and write whether they came."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from throughcare.access.acting import Actor
from throughcare.audit.facts import keep
from throughcare.core import clock
from throughcare.core.paper import unfit_for_paper
from throughcare.core.refusals import require
from throughcare.core.shown import uk_datetime, uk_time
from throughcare.core.writing import all_or_nothing
from throughcare.patients import queries as patients
from throughcare.patients.linked import everything_of, in_turn
from throughcare.patients.models import Patient
from throughcare.patients.opened import PlacedPatient
from throughcare.record.actions.entry import entry, fact, fitting
from throughcare.referrals import facts, queries, rules
from throughcare.referrals.actions.refusals import (
    AlreadyTold,
    BeforeAsked,
    NoSuchReason,
    NothingToTell,
    NotOnPaper,
    NoWay,
    NoWords,
    StillOpen,
)
from throughcare.referrals.actions.requests import alive, book, told
from throughcare.referrals.models import PatientReply, ReferralAttendance, ServiceRequest

MOST_REPLY, MOST_WORDS = 1200, 400  # characters


@all_or_nothing
def reply_to_patient(*, patient: UUID, requisition: UUID, words: str, how: str, at: datetime, by: Actor) -> PatientReply:
    """Tell the person, once, when every service has answered. What goes on paper names no service, drug or illness.

    Raises StillOpen, AlreadyTold, NoWords, NoWay, NotOnPaper, NothingToTell or HasDied, changing nothing.
    """
    require(by.may("reply_to_patient"))
    in_turn(patient)
    first = _answered_all(patient, requisition)
    alive(patient)
    said = fitting(words, MOST_REPLY)
    if not said:
        raise NoWords()
    if how not in PatientReply.How.values:
        raise NoWay()
    if how == PatientReply.How.SLIP:
        _fit_for_paper(said, first.patient_id)
    made = PatientReply.objects.create(
        **entry(first.patient_id, at, by), requisition=requisition, request=first, words=said, how=how
    )
    left = len(queries.untold(patient))
    keep(facts.ReferralReplied(**fact(first.patient_id, at, by), requisition=requisition, untold_left=left))
    return made


@all_or_nothing
def print_reply(*, reply: PatientReply, at: datetime, by: Actor) -> None:
    """The reply goes on paper, for the person to keep. Raises NotOnPaper for one that was told and would shame in print."""
    require(by.may("reply_to_patient"))
    _fit_for_paper(reply.words, reply.patient_id)
    fields = ("first name", "reply")
    keep(facts.ReferralReplyPrinted(**fact(reply.patient_id, at, by), requisition=reply.requisition, fields=fields))


@all_or_nothing
def record_attendance(
    *, request: ServiceRequest, attended: bool, reason: str = "", words: str = "", at: datetime, by: Actor
) -> ReferralAttendance:  # fmt: skip
    """Write that the person came, or why not: the list says on which side the reason lies. Raises BeforeAsked or NoSuchReason."""
    require(by.may("record_encounter"))
    # A form tells minutes: whoever came in the very minute of the referral came after it.
    if at < request.happened_at.replace(second=0, microsecond=0):
        raise BeforeAsked(made=uk_datetime(request.happened_at))
    known = {one.code: one.side for one in rules.reasons_on(clock.prison_day(clock.now()))}
    if not attended and reason not in known:
        raise NoSuchReason()
    why = {"reason": "", "side": ""} if attended else {"reason": reason, "side": known[reason]}
    row = {**entry(request.patient_id, at, by), "request": request, "attended": attended, **why}
    made = ReferralAttendance.objects.create(**row, words=fitting(words, MOST_WORDS))
    keep(facts.ReferralAttended(**told(request, by, at), attended=attended, side=why["side"]))
    return made


def _answered_all(patient: UUID, requisition: UUID) -> ServiceRequest:
    """Any row of the decision, once all of it is answered and nobody has told the person."""
    rows = list(
        ServiceRequest.objects.filter(requisition=requisition, patient__one_of=everything_of(patient)).select_related("answer")
    )
    if not rows:
        raise NothingToTell()
    if before := PatientReply.objects.filter(requisition=requisition).first():
        raise AlreadyTold(name=before.written_by_name, at=uk_time(before.written_at))
    if left := [one.get_service_display() for one in rows if not hasattr(one, "answer")]:
        raise StillOpen(services=" and ".join(left))
    return rows[0]


def _fit_for_paper(said: str, patient: UUID) -> None:
    """First name only, and nothing that shames or could be traded."""
    row = patients.with_custody(Patient.objects.filter(id=patient)).first()
    found = PlacedPatient.of(row) if row else None
    first = found.given_names.split()[:1] if found else []  # on paper he is called by it, whatever his family is called
    names = [name for name in found.family_name.split() if name not in first] if found else []
    ours, numbers = book(), found.numbers if found else ()
    if word := unfit_for_paper(said, [*ours.reply.not_on_paper, *numbers], names, ours.own_words):
        raise NotOnPaper(word=word)
