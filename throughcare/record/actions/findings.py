"""Problems, allergies and measurements."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from throughcare.access.acting import Actor
from throughcare.audit.facts import keep
from throughcare.core.refusals import Refused, require
from throughcare.core.writing import all_or_nothing, insert
from throughcare.record import facts
from throughcare.record.actions.entry import entry, fact, fitted, write
from throughcare.record.models import AllergyIntolerance, Condition, Observation

AND_MORE = "; and more: read all of them in the answers of the screen"


class NameTheProblem(Refused):
    """A problem without words, or with a status that is not one."""

    message = "Write the problem in a few words, and say how it stands and how sure that is."


class NameTheSubstance(Refused):
    """An allergy to nothing."""

    message = "Write what the person is allergic to. If they do not know, write Unknown and what happened."


class SayWhatWasAnswered(Refused):
    """Allergies were asked, and no answer was chosen."""

    message = "Say whether there is an allergy, none is known, or the person could not be asked."


@all_or_nothing
def record_condition(
    *, patient: UUID, words: str, status: str, verification: str, onset: str, at: datetime, by: Actor,
    code: str = "", source: UUID | None = None, corrects: Condition | None = None,
) -> Condition:  # fmt: skip
    """Add a problem; with `corrects`, change how it stands or put right what was written: the earlier version stays.

    Raises NameTheProblem, TooLong, InTheFuture or AlreadyCorrected, changing nothing.
    """
    require(by.may("record_condition"))
    if not words.strip() or status not in Condition.Status.values or verification not in Condition.Sure.values:
        raise NameTheProblem()
    written: Condition = write(
        Condition, patient=patient, at=at, by=by, corrects=corrects, status=status, verification=verification, code=code,
        source=source, **fitted(Condition, words=words, onset=onset),
    )  # fmt: skip
    keep(facts.ConditionRecorded(**fact(patient, at, by), condition=written.id, status=status))
    return written


@all_or_nothing
def ask_allergies(
    *, patient: UUID, said: str, at: datetime, by: Actor, substance: str = "", reaction: str = "", criticality: str = "",
    corrects: AllergyIntolerance | None = None,
) -> AllergyIntolerance:  # fmt: skip
    """Write what was said when allergies were asked, one substance a row. Raises a Refused that says what is missing."""
    require(by.may("ask_allergies"))
    if said not in AllergyIntolerance.Said.values or criticality not in ("", *AllergyIntolerance.Criticality.values):
        raise SayWhatWasAnswered()
    present = said == AllergyIntolerance.Said.PRESENT
    if present and not substance.strip():
        raise NameTheSubstance()
    written: AllergyIntolerance = write(
        AllergyIntolerance, patient=patient, at=at, by=by, corrects=corrects, said=said,
        criticality=criticality if present else "",
        **fitted(AllergyIntolerance, substance=substance if present else "", reaction=reaction if present else ""),
    )  # fmt: skip
    keep(facts.AllergiesAsked(**fact(patient, at, by), entry=written.id))
    return written


def listed(substance: str) -> str:
    """Allergies of a screen as their row holds them: whole ones, and where the rest is when they do not all fit."""
    most = AllergyIntolerance._meta.get_field("substance").max_length or 0
    if len(substance) <= most:
        return substance
    room = most - len(AND_MORE)
    whole, parted, _ = substance[: room + 1].rpartition("; ")
    return (whole if parted else substance[:room]) + AND_MORE


@all_or_nothing
def record_allergies(*, patient: UUID, said: str, substance: str, source: UUID, at: datetime, by: Actor) -> AllergyIntolerance:
    """Write what the answers of a screen say about allergies; of more than fit, that there are more and where they stand."""
    written = AllergyIntolerance.objects.create(**entry(patient, at, by), said=said, substance=listed(substance), source=source)
    keep(facts.AllergiesAsked(**fact(patient, at, by), entry=written.id))
    return written


@all_or_nothing
def record_observations(
    *, patient: UUID, taken: Iterable[tuple[str, str, str]], source: UUID, at: datetime, by: Actor
) -> list[Observation]:
    """Write measurements given as (code, value, unit)."""
    written = [
        Observation(**entry(patient, at, by), code=code, value=value, unit=unit, source=source) for code, value, unit in taken
    ]
    if written:
        insert(written)
        keep(facts.ObservationsTaken(**fact(patient, at, by), entries=tuple(str(row.id) for row in written)))
    return written
