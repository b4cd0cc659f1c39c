"""Writes the access row of a response (L10)."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

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
