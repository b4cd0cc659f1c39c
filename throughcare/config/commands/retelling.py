"""How long it takes until a plan stands again: one more alert about each person of the demo, everything written."""

from __future__ import annotations

import time
from statistics import median
from uuid import UUID

from django.db import transaction
from django.db.models import Count

from throughcare.access.acting import Actor, acting
from throughcare.core import clock, ids
from throughcare.demo import estate
from throughcare.pathways import actions
from throughcare.pathways.models import Happening
from throughcare.screening.facts import AlertRaised

HOLD = 20.0  # milliseconds on the server for one person, the database's own time included
WARM = 8
ALERT = "fs_sh_now_stop"  # starts a task, whatever else is due


def line_of(username: str = "asha") -> str:
    """The figure as a sentence of the page. Everything happens in one transaction that is undone."""
    with acting(estate.actor(username)) as by:
        stories = Happening.objects.values_list("patient").annotate(told=Count("id")).order_by("patient")
        here = stories.filter(establishment=by.establishment)
        spent = [(told + 1, _once(patient, by)) for patient, told in here][WARM:]
        transaction.set_rollback(True)
    each, longest = median([one for _, one in spent]), max(spent)
    held = "held" if each <= HOLD else "**not held**"
    return (
        f"Telling a plan again after one more alert, what differs written, for each of {len(spent)} people: {each:.1f} ms "
        f"(median), {longest[1]:.1f} ms for the longest story ({longest[0]} happenings); hold {HOLD:.0f} ms: {held}."
    )


def _once(patient: UUID, by: Actor) -> float:
    """Milliseconds from one more alert to the plan that stands."""
    fact = AlertRaised(
        by=by.id, at=clock.now(), patient=patient, establishment=by.establishment, screen=ids.new(), change=ids.new(),
        alert=ALERT, severity="stop",
    )  # fmt: skip
    began = time.perf_counter()
    actions.follow(fact)
    return 1000 * (time.perf_counter() - began)
