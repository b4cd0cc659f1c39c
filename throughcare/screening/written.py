"""What was written on visits beside the answers: steps, what was done about stops, advice. One statement for all three."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from throughcare.screening.models import Advice, Step, StopAction

# By hand, because no page and no action of a visit goes without it. Of stop actions those since their stop last rose, as
# StopActionQuerySet.standing has them.
WRITTEN = """
SELECT 'step', id, screen_id, patient_id, happened_at, written_at, written_by, written_by_name,
       kind, detail, NULL, NULL, NULL::timestamptz, NULL::jsonb
  FROM screening_step WHERE screen_id = ANY (%(screens)s::uuid[])
 UNION ALL
SELECT 'stop', id, screen_id, patient_id, happened_at, written_at, written_by, written_by_name,
       alert, action, told, plan, told_at, NULL
  FROM screening_stopaction met WHERE screen_id = ANY (%(screens)s::uuid[]) AND NOT EXISTS (
       SELECT FROM screening_alertchange again
        WHERE again.screen_id = met.screen_id AND again.alert = met.alert AND again.raised AND again.written_at > met.written_at)
 UNION ALL
SELECT 'advice', id, screen_id, patient_id, happened_at, written_at, written_by, written_by_name,
       NULL, NULL, NULL, NULL, NULL, codes
  FROM screening_advice WHERE screen_id = ANY (%(screens)s::uuid[])
 ORDER BY 6
"""
SHARED = ("id", "screen_id", "patient_id", "happened_at", "written_at", "written_by", "written_by_name")


@dataclass(frozen=True)
class Written:
    """What one visit holds, the steps latest first; of each alert what was last done about its stop."""

    steps: tuple[Step, ...] = ()
    stops_met: tuple[tuple[str, StopAction], ...] = ()
    advised: tuple[str, ...] | None = None


def on(screens: Iterable[UUID]) -> dict[UUID, Written]:
    """visit -> what was written on it."""
    wanted = list(screens)
    rows: dict[UUID, list[Any]] = {id: [] for id in wanted}
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN, {"screens": wanted})
        for what, *values in cursor.fetchall():
            rows[values[1]].append(_KINDS[what](dict(zip(SHARED, values[:7], strict=True)), *values[7:]))
    return {id: _sorted(some) for id, some in rows.items()}


def _sorted(rows: list[Any]) -> Written:
    advice = [row for row in rows if isinstance(row, Advice)]
    return Written(
        steps=tuple(row for row in reversed(rows) if isinstance(row, Step)),
        stops_met=tuple((row.alert, row) for row in rows if isinstance(row, StopAction)),
        advised=tuple(advice[-1].codes) if advice else None,
    )


def _step(shared: dict[str, Any], kind: str, detail: str, *_: Any) -> Step:
    return Step(**shared, kind=kind, detail=detail)


def _stop(shared: dict[str, Any], alert: str, action: str, told: str, plan: str, told_at: Any, *_: Any) -> StopAction:
    return StopAction(**shared, alert=alert, action=action, told=told, told_at=told_at, plan=plan)


def _advice(shared: dict[str, Any], *rest: Any) -> Advice:
    return Advice(**shared, codes=json.loads(rest[-1]))  # a cursor of the app hands JSON on as it is written


_KINDS: dict[str, Any] = {"step": _step, "stop": _stop, "advice": _advice}
