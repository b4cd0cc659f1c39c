"""Flags and incidents: what everybody must know, and what went wrong."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from throughcare.access.acting import Actor
from throughcare.audit.facts import keep
from throughcare.core.refusals import Refused, require
from throughcare.core.writing import all_or_nothing
from throughcare.record import facts
from throughcare.record.actions.entry import AlreadyCorrected, fact, fitting, write
from throughcare.record.dangers import FLAG_WORDS, flag_kinds, incident_kinds
from throughcare.record.models import Flag, Incident


class SayWhatToKnow(Refused):
    """A flag without words, or of a kind that is not known."""

    message = "Choose what the flag is about, and write in a few words what everybody must know."


class SayWhyItEnds(Refused):
    """A flag was ended without a reason."""

    message = "Write why the flag ends: who decided, and what has changed."


class SayWhatHappened(Refused):
    """An incident without words, kind or harm."""

    message = "Choose what kind of incident it was and the harm, and write what happened."


@all_or_nothing
def raise_flag(
    *, patient: UUID, kind: str, words: str, at: datetime, by: Actor, source: UUID | None = None, corrects: Flag | None = None
) -> Flag:
    """Put up a flag, or put right what one says. It stands until somebody ends it with a reason.

    Raises SayWhatToKnow, TooLong, InTheFuture or AlreadyCorrected, changing nothing.
    """
    require(by.may("raise_flag"))
    if kind not in flag_kinds() or not words.strip():
        raise SayWhatToKnow()
    written: Flag = write(
        Flag, patient=patient, at=at, by=by, corrects=corrects, kind=kind, words=fitting(words, FLAG_WORDS), source=source
    )
    keep(facts.FlagRaised(**fact(patient, at, by), flag=written.id, kind=kind))
    return written


@all_or_nothing
def end_flag(*, flag: Flag, why: str, at: datetime, by: Actor) -> Flag:
    """Take a flag down, with the reason; that it stood is never lost. Raises SayWhyItEnds, TooLong or AlreadyCorrected."""
    require(by.may("raise_flag"))
    if not why.strip():
        raise SayWhyItEnds()
    if flag.ended:
        raise AlreadyCorrected()
    room = (Flag._meta.get_field("words").max_length or 0) - len(f"{flag.words} (ended: )")
    words = f"{flag.words} (ended: {fitting(why, room)})"
    ended: Flag = write(
        Flag, patient=flag.patient_id, at=at, by=by, corrects=flag, kind=flag.kind, words=words, ended=True, source=flag.source
    )
    keep(facts.FlagEnded(**fact(flag.patient_id, at, by), flag=ended.id, kind=flag.kind))
    return ended


@all_or_nothing
def record_incident(
    *, patient: UUID, kind: str, harm: str, words: str, done: str, at: datetime, by: Actor, corrects: Incident | None = None
) -> Incident:
    """Write what went wrong. What really happened is never refused; only a time in the future is, and a blank."""
    require(by.may("record_incident"))
    if kind not in incident_kinds() or harm not in Incident.Harm.values or not words.strip():
        raise SayWhatHappened()
    written: Incident = write(
        Incident, patient=patient, at=at, by=by, corrects=corrects, kind=kind, harm=harm, words=words.strip(), done=done.strip()
    )
    keep(facts.IncidentRecorded(**fact(patient, at, by), incident=written.id, kind=kind, harm=harm))
    return written
