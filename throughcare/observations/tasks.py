"""Background work: gaps in planned observations are found by the clock, not by somebody looking."""

from __future__ import annotations

from procrastinate.contrib.django import app

from throughcare.observations import actions
from throughcare.places import queries as places


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="observation_gaps", pass_context=False, aliases=["throughcare.pathways.tasks.find_gaps"])
def find_gaps(timestamp: int) -> int:
    """Find the sets that nobody took, in every prison; returns how many gaps were new."""
    return sum(actions.find_gaps(code) for code in places.names())
