"""Background work of what is due: gaps in planned observations are found by the clock, not by somebody looking."""

from __future__ import annotations

from procrastinate.contrib.django import app

from throughcare.pathways.actions import observing
from throughcare.places import queries as places


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="pathways_gaps", pass_context=False)
def find_gaps(timestamp: int) -> int:
    """Find the sets that nobody took, in every prison; returns how many gaps were new."""
    return sum(observing.find_gaps(code) for code in places.names())
