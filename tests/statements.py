"""What a page asks the database: its own statements, and those that the house asks around every page."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

# The house's own, each once around a page: session, user, membership, who acts, the access row. A second one is the page's.
HOUSE = (
    'SELECT "django_session"', 'SELECT "access_user"."password"', 'SELECT "access_membership"', "SELECT set_config('app.user'",
    "audit_access",
)  # fmt: skip


def statements(client: Any, address: str) -> tuple[list[str], list[str]]:
    """What the view of an address asks, and what the house asks around it.

    The test's own transaction makes the house read who acted before and set it again: that is left out, with savepoints.
    """
    client.get(address)  # a first look fills what is loaded once
    with CaptureQueriesContext(connection) as seen:
        assert client.get(address).status_code == 200
    said = [query["sql"] for query in seen.captured_queries if "SAVEPOINT" not in query["sql"]]
    nested = next(sql for sql in said if "coalesce(current_setting" in sql)
    again = [sql for sql in said if "set_config" in sql][-1]
    said.remove(nested)
    said.remove(again)
    house = [next(place for place, sql in enumerate(said) if words in sql) for words in HOUSE]
    return [sql for place, sql in enumerate(said) if place not in house], [said[place] for place in house]
