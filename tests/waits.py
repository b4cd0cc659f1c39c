"""Waiting for the thing itself, in tests of two sessions at once."""

from __future__ import annotations

from threading import Event
from time import monotonic

from django.db import connection

AT_MOST = 10.0  # seconds, for a very busy machine
WAITED_FOR = "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"


def until_somebody_waits() -> None:
    """Hold the transaction of this thread open until another session waits for it. Raises TimeoutError when nobody does."""
    never, gives_up = Event(), monotonic() + AT_MOST
    with connection.cursor() as cursor:
        while monotonic() < gives_up:
            cursor.execute(WAITED_FOR)
            if cursor.fetchone()[0]:
                return
            never.wait(0.01)
    raise TimeoutError("Nobody waited for what this session holds.")
