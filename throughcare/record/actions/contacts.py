"""Contacts and warnings: what was done with the person, and what others wrote before he came."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from throughcare.access.acting import Actor
from throughcare.audit.facts import keep
from throughcare.core.refusals import Verdict, deny, require
from throughcare.core.writing import all_or_nothing
from throughcare.patients.linked import take_turns
from throughcare.record import facts
from throughcare.record.actions.entry import NothingWritten, entry, fact, fitting, write
from throughcare.record.kinds import kinds
from throughcare.record.models import Encounter, Warning, WarningRead

WARNING_WORDS = Warning._meta.get_field("words").max_length or 0  # of one line: whoever reads it signs for it


def can_record(by: Actor, kind: str) -> Verdict:
    """Whether this role writes this kind of contact."""
    if by.role and kind in kinds() and by.role.id in kinds()[kind].roles:
        return by.may("record_encounter")
    who = by.role.title.lower() if by.role else "the system"
    return deny(f"As {who} you cannot write this kind of entry. Ask the person whose task it is.")


@all_or_nothing
def record_encounter(
    *, patient: UUID, kind: str, done: str, plan: str, at: datetime, by: Actor, corrects: Encounter | None = None
) -> Encounter:
    """Write a contact, or the corrected version of one.

    Raises NothingWritten, InTheFuture or AlreadyCorrected, changing nothing.
    """
    require(can_record(by, kind))
    if not done.strip():
        raise NothingWritten()
    written: Encounter = write(
        Encounter, patient=patient, at=at, by=by, corrects=corrects, kind=kind, done=done.strip(), plan=plan.strip()
    )
    keep(facts.EncounterRecorded(**fact(patient, at, by), encounter=written.id, kind=kind))
    return written


@all_or_nothing
def write_warning(*, patient: UUID, source: str, words: str, at: datetime, by: Actor) -> Warning:
    """Write one line of warning from outside. Raises NothingWritten for a blank or an unknown source, or TooLong."""
    require(by.may("screen"))
    if not words.strip() or source not in Warning.Source.values:
        raise NothingWritten()
    written = Warning.objects.create(**entry(patient, at, by), source=source, words=fitting(words, WARNING_WORDS))
    keep(facts.WarningWritten(**fact(patient, at, by), warning=written.id, source=source))
    return written


@all_or_nothing
def sign_warning(*, warning: Warning, at: datetime, by: Actor) -> WarningRead:
    """I have read this warning. Signing twice is signing once."""
    require(by.may("screen"))
    take_turns(warning.patient_id)  # the same person on two screens
    read = WarningRead.objects.filter(warning=warning, written_by=by.id).first()
    if read is None:
        read = WarningRead.objects.create(**entry(warning.patient_id, at, by), warning=warning)
        keep(facts.WarningSigned(**fact(warning.patient_id, at, by), warning=warning.id))
    return read
