"""The demo's evening: the van comes by itself some minutes after the start, if nobody pressed the button."""

from __future__ import annotations

from contextlib import suppress

from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from throughcare.access.signing_in import is_demo
from throughcare.demo import emulator

MINUTES_UNTIL_THE_VAN = 15


@app.task(queueing_lock="demo_van")
def evening_van() -> str:
    """Send the van, unless it has come."""
    if not is_demo() or emulator.van_is_in():
        return "Nothing to send."
    return emulator.send_van(behalf="the demo's clock")


def plan_the_van() -> None:
    """Ask the worker for the van in a while; asking twice plans one."""
    with suppress(AlreadyEnqueued):
        evening_van.configure(schedule_in={"minutes": MINUTES_UNTIL_THE_VAN}).defer()
