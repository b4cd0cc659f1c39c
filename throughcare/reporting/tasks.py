"""Background work of packs."""

from __future__ import annotations

from uuid import UUID

from procrastinate.contrib.django import app

from throughcare.reporting import building


@app.task(queue="packs")
def build_pack(request: str, establishment: str, asked_by: str) -> str:
    """Build one approved pack; returns the state it ended in."""
    return building.build(UUID(request), establishment, asked_by)
