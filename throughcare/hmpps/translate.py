"""Their words into ours: an SNS envelope or a bare domain event becomes one Event, a search answer one Person.

Shapes: HMPPS domain events (envelope Type, MessageId, Message) and prisoner-offender-search. Pure.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from throughcare.core import clock
from throughcare.core.identifiers import BadIdentifier, PrisonNumber
from throughcare.core.refusals import Refused
from throughcare.custody import rules
from throughcare.custody.actions import Person

KINDS = {"received": rules.RECEIVED, "released": rules.RELEASED}
SOURCES = ("prisoner-offender-search.prisoner.", "prison-offender-events.prisoner.")


class Unreadable(Refused):
    """A message that cannot be taken; the sentence is the reason an administrator reads."""

    message = "{why}"


@dataclass(frozen=True)
class Event:
    """One movement message in our words."""

    message_id: str
    event_type: str
    kind: str
    reason: str
    prison_number: PrisonNumber
    establishment: str
    at: datetime


def event(line: str) -> Event:
    """Read one line. Raises Unreadable with the reason."""
    envelope = _object(line, "The line")
    inner = _object(envelope["Message"], "Its Message") if "Message" in envelope else envelope
    told = inner.get("additionalInformation")
    if not isinstance(told, dict):
        raise Unreadable(why="The message has no additionalInformation.")
    event_type = str(inner.get("eventType", ""))
    return Event(
        message_id=message_id(line), event_type=event_type, kind=_kind(event_type), reason=_reason(told),
        prison_number=_number(told.get("nomsNumber")), establishment=_prison(told.get("prisonId")),
        at=_moment(inner.get("occurredAt")),
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


def person(found: dict[str, Any]) -> Person:
    """A prisoner-search answer in our words. Raises Unreadable when the least is missing."""
    try:
        return Person(
            prison_number=PrisonNumber(found["prisonerNumber"]), family_name=_name(found["lastName"]),
            given_names=_name(" ".join(filter(None, [found["firstName"], found.get("middleNames")]))),
            date_of_birth=date.fromisoformat(found["dateOfBirth"]) if found.get("dateOfBirth") else None,
            sex=str(found.get("gender", ""))[:20], interpreter_language=_language(found),
            legal_status=str(found.get("legalStatus", ""))[:30],
        )  # fmt: skip
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unreadable(why=f"The prisoner search gave an answer that cannot be read: {error}.") from error


def bed(found: dict[str, Any], establishment: str) -> str:
    """The cell path with its prison in front, or blank when the answer is about another prison or has no cell."""
    cell = found.get("cellLocation")
    if not cell or found.get("prisonId") != establishment:
        return ""
    return str(cell)[:36] if cell in (rules.RECEPTION, "COURT", "TAP", "CSWAP") else f"{establishment}-{cell}"[:40]


def _object(text: object, what: str) -> dict[str, Any]:
    try:
        found = json.loads(str(text))
    except (ValueError, RecursionError) as error:
        raise Unreadable(why=f"{what} is not JSON.") from error
    if not isinstance(found, dict):
        raise Unreadable(why=f"{what} is not a JSON object.")
    return found


def _kind(event_type: str) -> str:
    source = next((source for source in SOURCES if event_type.startswith(source)), None)
    kind = KINDS.get(event_type.removeprefix(source)) if source else None
    if kind is None:
        raise Unreadable(why=f"Messages of the type {event_type[:80]!r} are not taken yet.")
    return kind


def _reason(told: dict[str, Any]) -> str:
    """Why, in the feed's words; a release with the movement reason DEC is a death, whatever else it is called."""
    return rules.DIED if told.get("nomisMovementReasonCode") == "DEC" else str(told.get("reason", ""))


def _number(typed: object) -> PrisonNumber:
    try:
        return PrisonNumber(str(typed or ""))
    except BadIdentifier as error:
        raise Unreadable(why=f"The message has no prison number that can be read: {str(typed)[:20]!r}.") from error


def _prison(code: object) -> str:
    if not isinstance(code, str) or len(code) != 3 or not (code.isascii() and code.isalnum()):
        raise Unreadable(why="The message names no prison.")
    return code


def _moment(text: object) -> datetime:
    """With a zone it is that moment; without one it is wall time in London, as the prison's screens show it."""
    try:
        moment = datetime.fromisoformat(str(text))
        return clock.aware(moment if moment.tzinfo else moment.replace(tzinfo=clock.LONDON))
    except (ValueError, OverflowError) as error:
        raise Unreadable(why="The message does not say when it happened.") from error


def _name(text: str) -> str:
    """FENWICK-O'NEIL is how the prison writes it; people write Fenwick-O'Neil."""
    return text.strip().title()[:80] if text.isupper() else text.strip()[:80]


def _language(found: dict[str, Any]) -> str:
    needed = [one for one in found.get("languages") or [] if one.get("interpreterRequired")]
    return str(needed[0].get("code", ""))[:60] if needed else ""
