"""What is written on visits, as entries: the steps, what was done about stops, what became of carried actions."""

from __future__ import annotations

from typing import Any

from throughcare.core.kinds import Kind
from throughcare.core.shown import sentence
from throughcare.screening import rules
from throughcare.screening.models import ActionCarried, Step, StopAction


def _page(row: Any) -> str:
    return f"screens/{row.screen_id}/"


def _step(row: Step) -> str:
    kind = Step.Kind(row.kind).label if row.kind in Step.Kind.values else row.kind
    return f"{rules.title(row.screen.definition)}: {kind.lower()}"


def _carried(row: ActionCarried) -> str:
    state = ActionCarried.State(row.state).label if row.state in ActionCarried.State.values else row.state
    return f"Carried from an earlier visit: {state.lower()}"


KINDS = (
    Kind(Step, "Screen", "Screens", _step, lambda row: (("Why", row.detail),), page=_page),
    Kind(
        StopAction, "Stop", "Stops", lambda row: "Stop acted on",
        lambda row: (("Done", sentence(row.action.replace("_", " "))), ("Plan", f"{row.plan}\nTold: {row.told}")), page=_page,
    ),
    Kind(ActionCarried, "Carried action", "Carried actions", _carried, lambda row: (("Why", row.why),), page=_page),
)  # fmt: skip
