"""Fixtures of the laws."""

from collections.abc import Iterator

import pytest
from django.db import connection, connections


@pytest.fixture
def pooled(committing_db: object, house: object) -> Iterator[None]:
    """Connections from one small pool, as behind a pooler in transaction mode."""
    chosen = connections.settings["default"]
    before = dict(chosen)
    connection.close()
    chosen.update({"CONN_MAX_AGE": 0, "OPTIONS": {"pool": {"min_size": 1, "max_size": 3, "timeout": 120}}})
    yield
    connections["default"].close()
    connection.close_pool()  # type: ignore[attr-defined]
    chosen.clear()
    chosen.update(before)
