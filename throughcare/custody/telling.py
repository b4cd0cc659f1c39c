"""Keeps the mirror rows and the sight rows in step with the story that the movements tell."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from throughcare.core import clock, ids
from throughcare.custody import rules
from throughcare.custody.models import BedStay, CustodyPeriod, Movement, Prisoner, Sight
from throughcare.custody.rules import Move, Span, Story, Whereabouts

Ends = dict[str, datetime | None]  # a prison, and until when it sees


def moves_of(prisoners: Iterable[UUID]) -> list[Move]:
    """Every movement told of somebody, under whichever of their numbers."""
    return [move_of(row) for row in Movement.objects.filter(prisoner__in=list(prisoners))]


def move_of(row: Movement) -> Move:
    """A row as the rules read it."""
    return Move(row.happened_at, row.message, row.kind, row.reason, row.establishment_id, row.booking, row.location)


def tell(prisoner: Prisoner, story: Story, also: Ends | None = None) -> Whereabouts:
    """Bring periods, stays and sight in line with a story; returns where the prisoner now is.

    `also` are prisons that do not hold him and see him for a while: he is expected, or their message was about him.
    """
    _mirror(CustodyPeriod, prisoner, [({"booking": span.name}, {}, span) for span in story.periods])
    tell_stays(prisoner, story)
    _see(prisoner.id, _ends(story), also or {}, story.now.establishment)
    return story.now


def tell_stays(prisoner: Prisoner, story: Story) -> None:
    """Bring the stays alone in line: where he sleeps, and whether he is out."""
    out = story.now.status == "ACTIVE OUT"
    _mirror(BedStay, prisoner, [
        ({"establishment_id": span.name, "location": span.location}, {"out": out and not span.until}, span)
        for span in story.stays
    ])  # fmt: skip


def open_sight(prisoner: UUID, establishment: str) -> None:
    """Let an establishment see this prisoner, for now without an end: the row itself is only visible through it."""
    Sight.objects.create(id=ids.new(), prisoner_id=prisoner, scope=f"establishment:{establishment}")


def show_until(prisoner: UUID, establishment: str, until: datetime) -> None:
    """Let a prison that does not hold him see him for a while, because he is expected there."""
    held = BedStay.objects.open().filter(prisoner=prisoner).values_list("establishment", flat=True).first()
    _see(prisoner, {}, {establishment: until}, held or "")


def see_alike(removed: Iterable[UUID], story: Story) -> None:
    """Whoever sees somebody sees as long, and no longer, what was told under numbers that are no more."""
    for one in removed:
        _see(one, _ends(story), {}, story.now.establishment)


def _mirror(
    model: type[CustodyPeriod | BedStay], prisoner: Prisoner, told: list[tuple[dict[str, Any], dict[str, Any], Span]]
) -> None:
    """Set aside rows that the story no longer tells, change those that ended or went out, write those that are new."""
    rows = {_key(row): row for row in model.objects.current().filter(prisoner=prisoner)}
    wanted = {(*what.values(), span.since): (what, {"until": span.until, **how}, span) for what, how, span in told}
    for key in rows.keys() - wanted.keys():
        model.objects.filter(id=rows[key].id).update(superseded_at=clock.now())
    for key in rows.keys() & wanted.keys():
        how = wanted[key][1]
        if any(getattr(rows[key], name) != value for name, value in how.items()):
            model.objects.filter(id=rows[key].id).update(**how)
    for key in wanted.keys() - rows.keys():
        what, how, span = wanted[key]
        model.objects.create(id=ids.new(), prisoner=prisoner, since=span.since, **what, **how)


def _key(row: CustodyPeriod | BedStay) -> tuple[Any, ...]:
    if isinstance(row, CustodyPeriod):
        return (row.booking, row.since)
    return (row.establishment_id, row.location, row.since)


def _ends(story: Story) -> Ends:
    """A prison that he has left reads on for a while; the one that holds him reads and writes."""
    ends: Ends = {}
    for establishment in sorted({span.name for span in story.stays}):
        ended = max((span.until for span in story.stays if span.name == establishment and span.until), default=None)
        gone = story.now.establishment != establishment and ended is not None
        ends[establishment] = ended + rules.AFTER_LEAVING if gone and ended else None
    return ends


def _see(prisoner: UUID, ends: Ends, also: Ends, held_by: str) -> None:
    """Write the sight rows that are to be other than they are, in one read."""
    rows = {row.scope: row for row in Sight.objects.filter(prisoner=prisoner)}
    wanted = {f"establishment:{place}": until for place, until in ends.items()}
    for place, until in also.items():
        scope = f"establishment:{place}"
        if place == held_by or place in ends or until is None:
            continue  # where he was held the story says until when, whatever was believed on the way to it
        known = rows[scope].until if scope in rows else None
        wanted[scope] = max(until, known) if known else until
    for scope, until in wanted.items():
        if scope not in rows:
            Sight.objects.create(id=ids.new(), prisoner_id=prisoner, scope=scope, until=until, writes=until is None)
        elif (rows[scope].until, rows[scope].writes) != (until, until is None):
            Sight.objects.filter(id=rows[scope].id).update(until=until, writes=until is None)
