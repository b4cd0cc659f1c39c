"""What the prison's systems answer when they are asked again, in our words. Pure.

Shapes: prisoner-offender-search, the alerts API's page, non-associations, scheduled events of prison-api.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from throughcare.core import clock
from throughcare.core.identifiers import PrisonNumber
from throughcare.core.refusals import Refused
from throughcare.custody import rules
from throughcare.custody.actions import Person, ToldAlert, ToldApart, ToldDate
from throughcare.hmpps import book

TEXTS = frozenset({rules.RECEPTION, rules.SWAP}) | rules.AWAY  # what stands where a cell would
OUTSIDE = frozenset({"OUT", "TRN"})
OURS = uuid.UUID("6f0c5b52-5c0e-4d3a-9d6a-2f1f5b0a7a10")  # for alerts to which the search gives no key
UNREAD = (KeyError, TypeError, ValueError, AttributeError)


class Unreadable(Refused):
    """A message that cannot be taken; the sentence is the reason an administrator reads."""

    message = "{why}"


def person(found: Mapping[str, Any]) -> Person:
    """A prisoner-search answer in our words. Raises Unreadable when the least is missing."""
    try:
        return Person(
            prison_number=PrisonNumber(found["prisonerNumber"]), family_name=_name(found["lastName"]),
            given_names=_name(" ".join(filter(None, [found["firstName"], found.get("middleNames")]))),
            date_of_birth=date.fromisoformat(found["dateOfBirth"]) if found.get("dateOfBirth") else None,
            sex=str(found.get("gender", ""))[:20], interpreter_language=_language(found),
            legal_status=str(found.get("legalStatus", ""))[:30],
        )  # fmt: skip
    except UNREAD as error:
        raise _cannot_be_read("The prisoner search gave an answer", error) from error


def prison(found: Mapping[str, Any]) -> str:
    """The code of the prison that the answer names, or blank: outside, or between prisons."""
    named = str(found.get("prisonId") or "")
    return named if len(named) == 3 and named.isascii() and named.isalnum() and named not in OUTSIDE else ""


def bed(found: Mapping[str, Any], establishment: str) -> str:
    """The cell path with its prison in front, or blank when the answer is about another prison or has no cell.

    Raises Unreadable.
    """
    cell = found.get("cellLocation")
    if not cell or found.get("prisonId") != establishment:
        return ""
    try:
        return str(cell) if cell in TEXTS else _stored(f"{establishment}-{cell}"[:40])
    except UNREAD as error:
        raise _cannot_be_read("The prison's cell was", error) from error


def alerts(found: Mapping[str, Any], page: Mapping[str, Any] | None) -> tuple[list[ToldAlert], bool]:
    """The alerts of somebody, and whether that is all of them. Raises Unreadable."""
    try:
        if page is not None:
            return [_alert(one) for one in page["content"]], bool(page.get("last", True))
        return list(_search_alerts(found)), "alerts" in found
    except UNREAD as error:
        raise _cannot_be_read("The prison's alerts were", error) from error


def key_dates(found: Mapping[str, Any], schedule: Iterable[Mapping[str, Any]] = ()) -> list[ToldDate]:
    """The key dates of somebody; a release of which nothing is known is said to be unknown. Raises Unreadable."""
    try:
        told = [
            ToldDate(one.code, one.kind, one.certainty, one.trust, date.fromisoformat(found[one.field][:10]))
            for one in book.date_types() if found.get(one.field)
        ]  # fmt: skip
        told += _court(schedule)
    except UNREAD as error:
        raise _cannot_be_read("The prison's dates were", error) from error
    known = any(one.kind == "release" for one in told)
    return told if known else [*told, ToldDate("none", "release", "unknown", 99)]


def apart(answer: Mapping[str, Any]) -> list[ToldApart]:
    """From whom to keep somebody apart: their number and how far; the reason is not read. Raises Unreadable."""
    try:
        return [
            ToldApart(
                _word(one["id"], 40), PrisonNumber(one["otherPrisonerDetails"]["prisonerNumber"]),
                _word(one.get("restrictionType", "")), bool(one["isOpen"]),
            )
            for one in answer["nonAssociations"]
        ]  # fmt: skip
    except UNREAD as error:
        raise _cannot_be_read("The prison's non-associations were", error) from error


def last_movement(found: Mapping[str, Any]) -> tuple[str, str]:
    """Type and reason code of the last movement that the search knows."""
    return str(found.get("lastMovementTypeCode") or ""), str(found.get("lastMovementReasonCode") or "")


def _alert(one: Mapping[str, Any]) -> ToldAlert:
    code = one["alertCode"]
    return ToldAlert(
        uuid.UUID(one["alertUuid"]), _word(code["code"]), _word(code.get("alertTypeCode", "")), _day(one.get("activeFrom")),
        _day(one.get("activeTo")), bool(one["isActive"]),
    )  # fmt: skip


def _search_alerts(found: Mapping[str, Any]) -> Iterable[ToldAlert]:
    """The search names a code once for each time it was set: it is on when one of them is."""
    told: dict[uuid.UUID, ToldAlert] = {}
    for one in found.get("alerts") or ():
        code, kind = _word(one["alertCode"]), _word(one.get("alertType", ""))
        key = uuid.uuid5(OURS, f"{found['prisonerNumber']}:{kind}:{code}")
        active = bool(one.get("active")) and not one.get("expired")
        told[key] = ToldAlert(key, code, kind, active=active or (key in told and told[key].active))
    return told.values()


def _court(schedule: Iterable[Mapping[str, Any]]) -> list[ToldDate]:
    """The next time in court that stands in the prison's diary."""
    today = clock.prison_day(clock.now())
    days = [date.fromisoformat(one["eventDate"]) for one in schedule
            if one.get("eventType") == "CRT" and one.get("eventStatus") == "SCH"]  # fmt: skip
    coming = sorted(day for day in days if day >= today)
    return [ToldDate("CRT", "court", "likely", 1, coming[0])] if coming else []


def _word(said: Any, at_most: int = 12) -> str:
    """A code that a table can hold. Raises ValueError for what is none."""
    word = str(said)
    if len(word) > at_most or not (word.isascii() and word.isprintable()):
        raise ValueError(f"{word[:20]!r} is no code")
    return word


def _day(text: Any) -> date | None:
    return date.fromisoformat(text[:10]) if text else None


def _cannot_be_read(what: str, error: Exception) -> Unreadable:
    return Unreadable(why=f"{what} that cannot be read: {error}."[:400])


def _name(text: str) -> str:
    """FENWICK-O'NEIL is how the prison writes it; people write Fenwick-O'Neil."""
    text = _stored(text.strip())
    return text.title()[:80] if text.isupper() else text[:80]


def _stored(text: str) -> str:
    """The text. Raises ValueError where no table can hold it: a NUL, or half of a character."""
    if b"\x00" in text.encode():  # which raises, in its turn, for half of a character
        raise ValueError("it holds a character that cannot be kept")
    return text


def _language(found: Mapping[str, Any]) -> str:
    needed = [one for one in found.get("languages") or [] if one.get("interpreterRequired") or one.get("interpreterRequested")]
    return str(needed[0].get("code", ""))[:60] if needed else ""


def moment(text: object) -> datetime:
    """With a zone it is that moment; without one it is wall time in London, as the prison's screens show it."""
    try:
        said = datetime.fromisoformat(str(text))
        return clock.aware(said if said.tzinfo else said.replace(tzinfo=clock.LONDON))
    except (ValueError, OverflowError) as error:
        raise Unreadable(why="The message does not say when it happened.") from error
