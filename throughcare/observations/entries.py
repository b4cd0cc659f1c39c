"""Planned observations begun and ended, and the sets that were not taken, as entries."""

from __future__ import annotations

from typing import Any

from throughcare.core.kinds import Kind
from throughcare.core.shown import uk_date
from throughcare.observations.models import ObservationGap, ObservationMissed, ObservationPlan, ObservationPlanEnded
from throughcare.observations.queries import book_of


def _title(plan: ObservationPlan) -> str:
    return book_of(plan).plan(plan.plan).title


def _set(row: ObservationMissed | ObservationGap) -> str:
    return f"{_title(row.of)}, {uk_date(row.day)} {row.slot.replace('_', ' ')}"


def _reason(row: ObservationMissed) -> str:
    known = {reason.code: reason.words for reason in book_of(row.of).reasons}
    return known.get(row.reason, row.reason)


def _page(row: Any) -> str:
    return "observations/"


KINDS = (
    Kind(
        ObservationPlan, "Observation plan", "Observation plans", lambda row: f"Observations begun: {_title(row)}",
        lambda row: (("Why", row.why),), page=_page,
    ),
    Kind(
        ObservationPlanEnded, "Observation plan ended", "Observation plans ended",
        lambda row: f"Observations ended: {_title(row.of)}", lambda row: (("Why", row.why),), page=_page,
    ),
    Kind(
        ObservationMissed, "Observations not taken", "Observations not taken", lambda row: f"Observations not taken: {_set(row)}",
        lambda row: (("Why", _reason(row)), ("Words", row.words)), page=_page,
    ),
    Kind(
        ObservationGap, "Gap in observations", "Gaps in observations", lambda row: f"Nobody took or explained: {_set(row)}",
        page=_page,
    ),
)  # fmt: skip
