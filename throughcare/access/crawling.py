"""How many people's records somebody opens in an hour, and what happens to the one too many (T25).

Counts opened records, not lines of a list. The trace of the look and the count are one statement.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from throughcare.access.acting import Actor, acting
from throughcare.access.facts import TooManyRecords
from throughcare.audit.facts import keep
from throughcare.core import clock
from throughcare.core.refusals import Refused


class OpensTooMany(Refused):
    """More people's records in an hour than anybody who gives care opens."""

    status = 429
    message = (
        "You have opened {opened} people’s records in the last hour, more than your role opens. Wait, or ask the nurse in "
        "charge; your information governance lead has been told."
    )


def check(actor: Actor, opened: int) -> None:
    """Raises OpensTooMany when `opened`, the records of the last hour with this one, is beyond what the role opens."""
    if actor.role and opened > actor.role.opens_an_hour:
        raise OpensTooMany(opened=opened)


def tell(actor: Actor, refusal: OpensTooMany) -> None:
    """The page was undone; that it was asked for stands, in a transaction of its own."""
    opened = int(str(refusal.details["opened"]))
    with acting(actor):
        keep(TooManyRecords(by=actor.id, at=clock.now(), establishment=actor.establishment, opened=opened))


@cache
def pages() -> tuple[str, ...]:
    """The names of the pages that open one person's record."""
    return tuple(sorted({str(one.name) for one in _patterns(get_resolver()) if _opens(one)}))


def _patterns(resolver: URLResolver) -> Iterator[URLPattern]:
    for one in resolver.url_patterns:
        yield from _patterns(one) if isinstance(one, URLResolver) else (one,)


def _opens(one: Any) -> bool:
    sight = getattr(one.callback, "sight", None)
    return bool(sight and sight.kind == "patient" and "patient" in one.pattern.converters)
