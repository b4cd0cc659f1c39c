"""Their messages into ours: an SNS envelope or a bare domain event becomes one Event.

Shapes: HMPPS domain events (envelope Type, MessageId, Message). Pure.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from throughcare.core.identifiers import BadIdentifier, PrisonNumber
from throughcare.custody import rules
from throughcare.hmpps import book
from throughcare.hmpps.answers import Unreadable, bed, moment, person

__all__ = ["Event", "Unreadable", "bed", "content_hash", "event", "meaning", "message_id", "person", "storable"]

SAYS_PRISON = frozenset({book.RECEIVED, book.RELEASED})
OTHERS = {book.MERGED: "removedNomsNumber", book.APART: "nsPrisonerNumber2", book.BOOKING_MOVED: "movedFromNomsNumber"}

NOBODY = PrisonNumber("A0000AA")  # of a message that is not taken


@dataclass(frozen=True)
class Event:
    """One message in our words. `does` says what it makes us do; `why_not` that nothing is done with it, and why."""

    message_id: str
    event_type: str
    does: str = ""
    why_not: str = ""
    reason: str = ""
    code: str = ""  # the prison's own code for why somebody moved
    prison_number: PrisonNumber = NOBODY
    other_number: PrisonNumber | None = None
    establishment: str = ""
    booking: str = ""
    categories: frozenset[str] = frozenset()
    at: datetime = datetime.min  # noqa: DTZ901


def event(line: str) -> Event:
    """Read one line. Raises Unreadable with the reason."""
    envelope = _object(line, "The line")
    inner = _object(envelope["Message"], "Its Message") if "Message" in envelope else envelope
    told, event_type = inner.get("additionalInformation"), str(inner.get("eventType", ""))[:80]
    known = book.event_types().get(event_type)
    if known and known.why_not:
        return Event(message_id(line), event_type, why_not=known.why_not)
    if not isinstance(told, dict):
        raise Unreadable(why="The message has no additionalInformation.")
    if known is None:
        raise Unreadable(why=f"Messages of the type {event_type!r} are not on our list. Tell your administrator.")
    return Event(
        message_id(line), event_type, known.does, reason=_reason(told, known.does),
        code=str(told.get("nomisMovementReasonCode") or "")[:12], prison_number=_number(_said_number(inner, told, known.number)),
        other_number=_other(told, known.does), booking=str(told.get("bookingId") or "")[:20],
        establishment=_prison(told.get("prisonId")) if known.does in SAYS_PRISON else "",
        categories=_categories(told), at=moment(inner.get("occurredAt")),
    )  # fmt: skip


def message_id(line: str) -> str:
    """The envelope's MessageId, else the hash of the line: a bare event has no id of its own."""
    try:
        given = json.loads(line).get("MessageId")
    except (ValueError, AttributeError, RecursionError):
        given = None
    return storable(str(given))[:80] if given else content_hash(line)


def storable(text: str) -> str:
    """The text without what no table can hold: NUL, and halves of characters."""
    return text.replace("\x00", "\\0").encode("utf-8", "replace").decode()


def content_hash(line: str) -> str:
    """SHA-256 of what the message says, however it is spaced and whenever it was sent on."""
    try:
        said = json.loads(line)
        said = json.loads(said["Message"]) if "Message" in said else said
        line = json.dumps(said, sort_keys=True)
    except (ValueError, TypeError, KeyError, RecursionError):
        pass  # an unreadable line is hashed as it stands
    return hashlib.sha256(line.strip().encode("utf-8", "replace")).hexdigest()


def meaning(does: str, reason: str, code: str) -> tuple[str, str]:
    """What a movement is, from the message's reason and the prison's code: a reason of ours, and for what somebody is out.

    The message's reason stands, except where the code says more: a death, a hospital for good, a number that ends, a court
    seen by video from the prison, a transfer that an older message calls an admission.
    """
    if does == book.RELEASED and code in book.deaths():
        return rules.DIED, ""
    found = book.reason_of(does, reason, code)
    if found is None or found.becomes == book.UNASSIGNED:
        return reason, book.ABSENCES.get(reason, "")
    more = found.becomes in (rules.DIED, "RELEASED_TO_HOSPITAL", book.NUMBER_ENDS, book.STAYS)
    transfer = found.becomes == "TRANSFERRED" and reason == "ADMISSION"
    became = found.becomes if more or transfer else reason
    return became, found.absence if became in book.ABSENCES else ""


def _reason(told: dict[str, Any], does: str) -> str:
    """A release with the code of a death is one, whatever else it is called."""
    dead = does == book.RELEASED and str(told.get("nomisMovementReasonCode")) in book.deaths()
    return rules.DIED if dead else str(told.get("reason") or "")


def _said_number(inner: dict[str, Any], told: dict[str, Any], field: str) -> object:
    if field != "personReference":
        return told.get(field)
    reference = inner.get("personReference")
    named = reference.get("identifiers") if isinstance(reference, dict) else None
    rows = [one for one in named if isinstance(one, dict)] if isinstance(named, list) else []
    return next((one.get("value") for one in rows if one.get("type") == "NOMS"), None)


def _other(told: dict[str, Any], does: str) -> PrisonNumber | None:
    field = OTHERS.get(does)
    return _number(told[field]) if field and told.get(field) else None


def _categories(told: dict[str, Any]) -> frozenset[str]:
    named = told.get("categoriesChanged")
    return frozenset(str(one) for one in named) if isinstance(named, list) else frozenset()


def _object(text: object, what: str) -> dict[str, Any]:
    try:
        found = json.loads(str(text))
    except (ValueError, RecursionError) as error:
        raise Unreadable(why=f"{what} is not JSON.") from error
    if not isinstance(found, dict):
        raise Unreadable(why=f"{what} is not a JSON object.")
    return found


def _number(typed: object) -> PrisonNumber:
    try:
        return PrisonNumber(str(typed or ""))
    except BadIdentifier as error:
        raise Unreadable(why=f"The message has no prison number that can be read: {str(typed)[:20]!r}.") from error


def _prison(code: object) -> str:
    if not isinstance(code, str) or len(code) != 3 or not (code.isascii() and code.isalnum()):
        raise Unreadable(why="The message names no prison.")
    return code
