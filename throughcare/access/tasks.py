"""Background work of signing in."""

from __future__ import annotations

from procrastinate.contrib.django import app

from throughcare.access import lockout
from throughcare.core import clock


@app.periodic(cron="20 * * * *")
@app.task(queueing_lock="access_prune", pass_context=False)
def prune(timestamp: int) -> int:
    """Remove counts of failed sign-ins that count no more; returns how many."""
    return lockout.prune(clock.now())
