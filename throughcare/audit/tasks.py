"""Background work of the audit trail."""

from __future__ import annotations

from django.db import connection
from procrastinate.contrib.django import app

from throughcare.core import clock

AHEAD = 3  # months of partitions that stand ready


@app.periodic(cron="10 1 * * *")
@app.task(queueing_lock="audit_make_months", pass_context=False)
def make_months(timestamp: int) -> int:
    """Make the partitions of the coming months; returns how many were new."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT audit_make_months(%s, %s)", [clock.prison_day(clock.now()), AHEAD])
        made: int = cursor.fetchone()[0]
    return made
