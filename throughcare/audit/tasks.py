"""Background work of the audit trail."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connection
from procrastinate.contrib.django import app
from psycopg import Connection

from throughcare.audit import sealing
from throughcare.audit.facts import Fact
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


@app.periodic(cron="5 * * * *")
@app.task(queueing_lock="audit_seal", pass_context=False)
def seal(timestamp: int) -> int:
    """Seal the last hour and anchor it; returns how many seals were made. Fails, to be seen, when the anchor cannot be used."""
    return sealing.seal(_driver(), settings.ANCHOR).made


@app.periodic(cron="35 2 * * *")
@app.task(queueing_lock="audit_seal_everything", pass_context=False)
def seal_everything(timestamp: int) -> int:
    """The same over every row ever written: a transaction that took more than a day to commit is found here."""
    return sealing.seal(_driver(), settings.ANCHOR, everything=True).made


def _driver() -> Connection[Any]:
    """The psycopg connection under Django's own: the sealing is shared with commands that have no Django connection."""
    connection.ensure_connection()
    found: Connection[Any] = connection.connection
    return found


def seal_soon(fact: Fact) -> None:
    """After a death nobody waits for the hour: queued in the transaction of the fact, so that both stand or neither."""
    seal.configure(queueing_lock=f"audit_seal_{fact.id}").defer(timestamp=int(fact.at.timestamp()))
