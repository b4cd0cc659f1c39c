"""Background work of the feed: the queue each minute, where there is one, and the roll each night."""

from __future__ import annotations

import logging

from django.conf import settings
from procrastinate.contrib.django import app

from throughcare.access.acting import Actor, acting
from throughcare.access.models import Membership
from throughcare.core import clock
from throughcare.core.refusals import Refused
from throughcare.hmpps import actions
from throughcare.hmpps.queue import Queue

log = logging.getLogger(__name__)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="hmpps_queue", lock="hmpps_queue", pass_context=False)
def take_from_queue(timestamp: int) -> str:
    """Take what waits on the queue. `throughcare feed sqs` takes it sooner; both together do no harm."""
    return Queue().drain().words if settings.SQS_QUEUE else "No queue is set."


@app.periodic(cron="15 3 * * *")
@app.task(queueing_lock="hmpps_rolls", pass_context=False)
def compare_rolls(timestamp: int) -> str:
    """Compare the roll of every prison where somebody of ours works; departures are asked again where there is none."""
    if not settings.PRISONER_SEARCH:
        asked = sum(actions.ask_unsettled(establishment=code) for code in staffed())
        return f"No prisoner search is set. {asked} departures to settle."
    return "; ".join(f"{code}: {compared(code)}" for code in staffed())


def compared(code: str) -> str:
    """What became of one prison's roll, in a few words; a prison whose list cannot be had spoils no other."""
    try:
        return f"{actions.compare_roll(establishment=code).differences} differences"
    except Refused as refusal:
        log.warning("%s", refusal)
        actions.ask_unsettled(establishment=code)
        return str(refusal)


def staffed() -> list[str]:
    """The prisons where somebody of ours works today."""
    with acting(Actor.system("roll")):
        held = Membership.objects.at(clock.now())
        return sorted(set(held.values_list("establishment", flat=True)))
