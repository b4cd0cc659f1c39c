"""Keeps the mirror rows and the sight rows in step with the story that the movements tell."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from throughcare.core import clock, ids
from throughcare.custody import rules
from throughcare.custody.models import BedStay, CustodyPeriod, Movement, Prisoner, Sight
from throughcare.custody.rules import Move, Span, Story, Whereabouts


def whereabouts(prisoner: Prisoner) -> Whereabouts:
    """Where the prisoner is, from every movement known so far."""
    return _story(prisoner).now


def tell_again(prisoner: Prisoner) -> Whereabouts:
    """Bring periods, stays and sight in line with the movements; returns where the prisoner now is."""
    story = _story(prisoner)
    _mirror(CustodyPeriod, prisoner, [({"booking": span.name}, span) for span in story.periods])
    _mirror(BedStay, prisoner, [
        ({"establishment_id": span.name, "location": span.location}, span) for span in story.stays
    ])  # fmt: skip
    BedStay.objects.open().filter(prisoner=prisoner).update(out=story.now.status == "ACTIVE OUT")
    _close_sights(prisoner, story)
    return story.now


def open_sight(prisoner: UUID, establishment: str, until: datetime | None = None) -> None:
    """Let an establishment see this prisoner, for now without an end."""
    scope = f"establishment:{establishment}"
    Sight.objects.update_or_create(
        prisoner_id=prisoner, scope=scope, defaults={"until": until, "writes": until is None}, create_defaults={
            "id": ids.new(), "until": until, "writes": until is None,
        },
    )  # fmt: skip


def show_until(prisoner: Prisoner, establishment: str, until: datetime) -> None:
    """Let a prison that does not hold him see him for a while: he is expected, or its message was about him."""
    if whereabouts(prisoner).establishment == establishment:
        return
    held = Sight.objects.filter(prisoner=prisoner, scope=f"establishment:{establishment}").first()
    open_sight(prisoner.id, establishment, max(until, held.until) if held and held.until else until)


def _story(prisoner: Prisoner) -> Story:
    rows = Movement.objects.filter(prisoner=prisoner)
    return rules.story(
        Move(row.happened_at, row.message, row.kind, row.reason, row.establishment_id, row.booking, row.location) for row in rows
    )


def _mirror(model: type[CustodyPeriod | BedStay], prisoner: Prisoner, told: list[tuple[dict[str, Any], Span]]) -> None:
    """Set aside rows that the story no longer tells, end those that ended, write those that are new."""
    rows = {_key(row): row for row in model.objects.current().filter(prisoner=prisoner)}
    wanted = {(*what.values(), span.since): (what, span) for what, span in told}
    for key in rows.keys() - wanted.keys():
        model.objects.filter(id=rows[key].id).update(superseded_at=clock.now())
    for key in rows.keys() & wanted.keys():
        if rows[key].until != wanted[key][1].until:
            model.objects.filter(id=rows[key].id).update(until=wanted[key][1].until)
    for key in wanted.keys() - rows.keys():
        what, span = wanted[key]
        model.objects.create(id=ids.new(), prisoner=prisoner, since=span.since, until=span.until, **what)


def _key(row: CustodyPeriod | BedStay) -> tuple[Any, ...]:
    if isinstance(row, CustodyPeriod):
        return (row.booking, row.since)
    return (row.establishment_id, row.location, row.since)


def _close_sights(prisoner: Prisoner, story: Story) -> None:
    """A prison that he has left reads on for a while; the one that holds him reads and writes."""
    for establishment in {span.name for span in story.stays}:
        ended = max((span.until for span in story.stays if span.name == establishment and span.until), default=None)
        gone = story.now.establishment != establishment and ended is not None
        open_sight(prisoner.id, establishment, ended + rules.AFTER_LEAVING if gone and ended else None)
