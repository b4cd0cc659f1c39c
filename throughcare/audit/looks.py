"""Writes the access row of a response (L10)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from throughcare.audit.models import Access
from throughcare.core import clock, ids


def write(
    *, actor: str, name: str, role: str, establishment: str, purpose: str, page: str, method: str, status: int,
    patients: Iterable[UUID],
) -> None:  # fmt: skip
    """One row a response: who saw whom."""
    Access.objects.create(
        id=ids.new(), actor=actor, actor_name=name, role=role, establishment=establishment, purpose=purpose, page=page,
        method=method, status=status, patients=sorted(patients), at=clock.now(), day=clock.now().date(),
    )  # fmt: skip


HOUR = timedelta(hours=1)
COUNTED = """
WITH kept AS (
    INSERT INTO audit_access
        (id, actor, actor_name, role, establishment, purpose, page, method, status, patients, at, day)
    VALUES (%(id)s, %(actor)s, %(name)s, %(role)s, %(establishment)s, %(purpose)s, %(page)s, %(method)s, %(status)s,
            %(patients)s, %(at)s, %(day)s)
)
SELECT count(DISTINCT patient) FROM (
    SELECT unnest(%(patients)s::uuid[]) AS patient UNION ALL
    SELECT unnest(patients) FROM audit_access
    WHERE actor = %(actor)s AND at >= %(since)s AND day >= %(since_day)s AND page = ANY (%(pages)s)
) opened
"""


def write_counted(*, pages: tuple[str, ...], patients: Iterable[UUID], **look: Any) -> int:
    """The same, and how many different people this actor has opened within the hour on these pages, this one among them."""
    now = clock.now()
    when = {"at": now, "day": now.date(), "since": now - HOUR, "since_day": (now - HOUR).date()}
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, {**look, **when, "id": ids.new(), "patients": sorted(patients), "pages": list(pages)})
        opened: int = cursor.fetchone()[0]
    return opened
