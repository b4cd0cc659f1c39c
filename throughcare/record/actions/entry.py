"""What every action on the record does alike: both times, the correction that lands once, and what is refused."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from throughcare.access.acting import Actor
from throughcare.core import clock
from throughcare.core.refusals import Refused
from throughcare.patients.models.written import written_now
from throughcare.record.models import Entry


class NothingWritten(Refused):
    """The note is empty."""

    message = "Write what was done before you save it."


class InTheFuture(Refused):
    """The contact is said to have happened later than now."""

    message = "The time is in the future. Give the time at which it happened."


class AlreadyCorrected(Refused):
    """Somebody corrected this version a moment ago, or it was never the latest."""

    message = "This entry was corrected in the meantime. Open the person's timeline and correct the latest version."


class TooLong(Refused):
    """More words than the place for them holds. Nothing is ever cut off: what would be lost may be the danger."""

    status = 422
    message = "This has {length:,} characters, and {most:,} fit here. Shorten it: nothing was lost."


def fitting(words: str, most: int) -> str:
    """The words without blank ends. Raises TooLong when they have more than `most` characters."""
    said = words.strip()
    if len(said) > most:
        raise TooLong(length=len(said), most=most)
    return said


def fitted(model: type[Any], **said: str) -> dict[str, str]:
    """Words by column, without blank ends. Raises TooLong for the first that its column does not hold."""
    return {name: fitting(words, model._meta.get_field(name).max_length or 0) for name, words in said.items()}


def write(model: type[Any], *, patient: UUID, at: datetime, by: Actor, corrects: Entry | None = None, **fields: Any) -> Any:
    """Insert one row, or the corrected version of one. Raises InTheFuture or AlreadyCorrected, changing nothing."""
    row = entry(patient, at, by)
    if corrects is not None and corrects.superseded_by:
        raise AlreadyCorrected()
    try:
        with transaction.atomic():
            return model.objects.create(**row, corrects=corrects, **fields)
    except IntegrityError as refusal:
        if "already corrected" in str(refusal):
            raise AlreadyCorrected() from refusal
        raise


def entry(patient: UUID, at: datetime, by: Actor) -> dict[str, Any]:
    """The fields that every row has. Raises InTheFuture: the record is of what happened."""
    if at > clock.now():
        raise InTheFuture()
    return written_now(patient, at, by)


def fact(patient: UUID, at: datetime, by: Actor) -> dict[str, Any]:
    """The fields that every fact has."""
    return {"by": by.id, "at": at, "patient": patient, "establishment": by.establishment}
