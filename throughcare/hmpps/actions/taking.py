"""Take a message: translate, ask the prison again, and do what custody does. Whatever cannot be taken is parked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass

from django.db import DataError
from django.db.models import Q

from throughcare.access.acting import Actor, acting
from throughcare.audit.facts import keep
from throughcare.core import clock, ids
from throughcare.core.refusals import Refused
from throughcare.core.writing import all_or_nothing
from throughcare.hmpps import facts, translate
from throughcare.hmpps.actions import doing
from throughcare.hmpps.actions.doing import Job, Nothing
from throughcare.hmpps.models import FeedMessage
from throughcare.hmpps.search import Search, Source, chosen
from throughcare.hmpps.translate import Event, Unreadable
from throughcare.places import queries as places

TAKEN, REPEATED, PARKED, NOT_TAKEN = "taken", "repeated", "parked", "not_taken"
Status = FeedMessage.Status


@dataclass
class Tally:
    """What became of a batch."""

    taken: int = 0
    repeated: int = 0
    parked: int = 0
    not_taken: int = 0

    def count(self, outcome: str) -> None:
        setattr(self, outcome, getattr(self, outcome) + 1)

    def add(self, other: Tally) -> None:
        """Both together."""
        for name, count in asdict(other).items():
            setattr(self, name, getattr(self, name) + count)

    @property
    def words(self) -> str:
        more = f", {self.not_taken} not for health care" if self.not_taken else ""
        return f"{self.taken} taken, {self.repeated} repeated, {self.parked} parked{more}."


def take_lines(lines: Iterable[str], *, behalf: str = "", search: Search | Source | None = None) -> Tally:
    """Take every line, each in its own transaction, so that a bad one spoils no other. Raises NoSearch."""
    tally, source = Tally(), chosen(search)
    for line in lines:
        if line.strip():
            tally.count(take_message(line.strip(), behalf=behalf, search=source))
    return tally


def take_message(line: str, *, search: Search | Source, behalf: str = "") -> str:
    """Take one message: taken, repeated (nothing changed), not taken (nothing to us), or parked with the reason."""
    try:
        event, why = translate.event(line), ""
    except Refused as refusal:
        event, why = None, str(refusal)
    if event is None:
        return _park(line, why, None, behalf)
    try:
        with acting(_feed(event, behalf)) as actor:
            return _take(event, line, chosen(search), actor)
    except (Refused, DataError, UnicodeEncodeError) as refusal:
        why = str(refusal) if isinstance(refusal, Refused) else "It holds characters or values that cannot be stored."
        return _park(line, why, event, behalf)


def park_message(line: str, why: str, by: Actor, event: Event | None = None) -> str:
    """Keep a message that cannot be taken, with the reason, once however often it comes."""
    new = _keep(line, event, Status.PARKED, why)
    if new:
        keep(facts.MessageParked(
            by=by.id, at=clock.now(), establishment=new.establishment, message=new.message_id, reason=why
        ))  # fmt: skip
    return PARKED if new else REPEATED


@all_or_nothing
def _take(event: Event, line: str, source: Source, actor: Actor) -> str:
    if event.why_not:
        return _leave(event, line, event.why_not, actor)
    if _seen(event, line):
        return REPEATED
    job = Job(event, translate.content_hash(line), source, actor)
    try:
        if not doing.do(job):
            return REPEATED
    except Nothing as nothing:
        return _leave(event, line, str(nothing), actor)
    _keep(line, event, Status.TAKEN, "")
    if job.remarks:
        park_message(line, "Taken, but not all of it: " + " ".join(job.remarks), actor, event)
    keep(facts.MessageTaken(by=actor.id, at=event.at, establishment=_place(event), message=event.message_id))
    return TAKEN


def _leave(event: Event, line: str, why: str, actor: Actor) -> str:
    """Nothing to us: the type is counted, the content is not kept."""
    new = _keep(line, event, Status.NOT_TAKEN, why)
    if new:
        keep(facts.MessageNotTaken(by=actor.id, at=clock.now(), message=event.message_id, event_type=event.event_type))
    return NOT_TAKEN if new else REPEATED


def _seen(event: Event, line: str) -> bool:
    """Whether this very message was taken. Raises Unreadable when the id was taken with other content."""
    said = translate.content_hash(line)
    taken = FeedMessage.objects.filter(Q(message_id=event.message_id) | Q(content_hash=said), status=Status.TAKEN)
    hashes = set(taken.values_list("content_hash", flat=True))
    if hashes and said not in hashes:
        raise Unreadable(why="A message with this id was taken before and said something else. Ask the prison which is right.")
    return bool(hashes)


def _park(line: str, why: str, event: Event | None, behalf: str) -> str:
    with acting(Actor.system("custody feed", behalf=behalf)) as actor:
        return park_message(line, why, actor, event)


def _keep(line: str, event: Event | None, status: str, reason: str) -> FeedMessage | None:
    # The key is of the whole line, however much of it is kept.
    body = "" if status == Status.NOT_TAKEN else translate.storable(line)[:20_000]
    key = {"message_id": translate.message_id(line), "content_hash": translate.content_hash(line), "status": status}
    if status != Status.TAKEN and FeedMessage.objects.filter(**key).exists():
        return None  # of one that is taken now we know that it was not before
    # Two at once: one of them finds the key taken, and is undone with its transaction to be tried again.
    return FeedMessage.objects.create(
        id=ids.new(), **key, body=body, received_at=clock.now(), reason=reason[:400],
        event_type=translate.storable(event.event_type) if event else "", establishment=_place(event),
    )  # fmt: skip


def _place(event: Event | None) -> str:
    """A prison that is not on our list has no administrator: such a message is everybody's."""
    return event.establishment if event and event.establishment and places.is_known(event.establishment) else ""


def _feed(event: Event, behalf: str) -> Actor:
    place = _place(event)
    return Actor.system("custody feed", establishments=(place,) if place else (), behalf=behalf)
