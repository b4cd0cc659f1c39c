"""Take a message: translate, fetch the person again, and do what custody does. Whatever cannot be taken is parked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import DataError, transaction
from django.utils.module_loading import import_string

from throughcare.access.acting import Actor, acting
from throughcare.audit.facts import keep
from throughcare.core import clock, ids
from throughcare.core.refusals import Refused
from throughcare.custody import actions as custody
from throughcare.hmpps import facts, translate
from throughcare.hmpps.models import FeedMessage
from throughcare.hmpps.search import NoSearch
from throughcare.hmpps.translate import Event, Unreadable
from throughcare.places import queries as places

Search = Callable[[str], "dict[str, Any] | None"]

TAKEN, REPEATED, PARKED = "taken", "repeated", "parked"


@dataclass
class Tally:
    """What became of a batch."""

    taken: int = 0
    repeated: int = 0
    parked: int = 0

    def count(self, outcome: str) -> None:
        setattr(self, outcome, getattr(self, outcome) + 1)


def take_lines(lines: Iterable[str], *, behalf: str = "", search: Search | None = None) -> Tally:
    """Take every line, each in its own transaction, so that a bad one spoils no other."""
    tally = Tally()
    for line in lines:
        if line.strip():
            tally.count(take_message(line.strip(), behalf=behalf, search=search or _search()))
    return tally


def take_message(line: str, *, search: Search, behalf: str = "") -> str:
    """Take one message: taken, repeated (nothing changed), or parked with the reason."""
    try:
        with acting(_feed(line, behalf)) as actor:
            return _take(line, search, actor)
    except (Refused, DataError, UnicodeEncodeError) as refusal:
        why = str(refusal) if isinstance(refusal, Refused) else "It holds characters or values that cannot be stored."
        with acting(Actor.system("custody feed", behalf=behalf)) as actor:
            return park_message(line, why, actor)


def park_message(line: str, why: str, by: Actor) -> str:
    """Keep a message that cannot be taken, with the reason, once however often it comes."""
    new = _keep(line, FeedMessage.Status.PARKED, why)
    if new:
        keep(facts.MessageParked(
            by=by.id, at=clock.now(), establishment=new.establishment, message=new.message_id, reason=why
        ))  # fmt: skip
    return PARKED if new else REPEATED


def _take(line: str, search: Search, actor: Actor) -> str:
    event = translate.event(line)
    if _seen(event, line):
        return REPEATED
    found = search(event.prison_number)
    if found is None:
        raise Unreadable(why=f"The prisoner search does not know {event.prison_number}.")
    moved = custody.record_movement(
        person=translate.person(found), kind=event.kind, reason=event.reason, establishment=event.establishment,
        at=event.at, message=translate.content_hash(line), by=actor.id, booking=str(found.get("bookingId") or "")[:20],
        location=translate.bed(found, event.establishment),
    )  # fmt: skip
    if moved is None:
        return REPEATED
    _keep(line, FeedMessage.Status.TAKEN, "")
    keep(facts.MessageTaken(by=actor.id, at=event.at, establishment=event.establishment, message=event.message_id))
    return TAKEN


def _seen(event: Event, line: str) -> bool:
    """Whether this very message was taken. Raises Unreadable when the id was taken with other content."""
    taken = FeedMessage.objects.filter(message_id=event.message_id, status=FeedMessage.Status.TAKEN)
    hashes = set(taken.values_list("content_hash", flat=True))
    if hashes and translate.content_hash(line) not in hashes:
        raise Unreadable(why="A message with this id was taken before and said something else. Ask the prison which is right.")
    return bool(hashes)


def _keep(line: str, status: str, reason: str) -> FeedMessage | None:
    body = translate.storable(line)[:20_000]  # the key is of the whole line, however much of it is kept
    key = {"message_id": translate.message_id(line), "content_hash": translate.content_hash(line), "status": status}
    with transaction.atomic():
        row, new = FeedMessage.objects.get_or_create(
            **key, defaults={
                "id": ids.new(), "body": body, "received_at": clock.now(), "reason": reason[:400], **_told(line),
            },
        )  # fmt: skip
    return row if new else None


def _told(line: str) -> dict[str, str]:
    try:
        event = translate.event(line)
    except Refused:
        return {}
    # A prison that is not on our list has no administrator: such a message is everybody's.
    place = event.establishment if places.is_known(event.establishment) else ""
    return {"event_type": event.event_type, "establishment": place}


def _feed(line: str, behalf: str) -> Actor:
    place = _told(line).get("establishment", "")
    return Actor.system("custody feed", establishments=(place,) if place else (), behalf=behalf)


def _search() -> Search:
    if not settings.PRISONER_SEARCH:
        raise NoSearch("No prisoner search is set: give THROUGHCARE_PRISONER_SEARCH, or --prisoners FILE.")
    found: Search = import_string(settings.PRISONER_SEARCH)
    return found
