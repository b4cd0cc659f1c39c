"""Being on a pathway, and what somebody wrote on a task, as entries."""

from __future__ import annotations

from throughcare.core.kinds import Kind
from throughcare.core.shown import uk_date
from throughcare.pathways import register
from throughcare.pathways.models import Enrolment, Task


def _enrolled(row: Enrolment) -> str:
    titles = {pathway.id: pathway.title for pathway in register.newest()}
    return f"On a pathway: {titles.get(row.pathway, row.pathway)}" + (f", until {uk_date(row.left_at)}" if row.left_at else "")


def _task(row: Task) -> str:
    state = "Task cancelled" if row.status == Task.Status.CANCELLED else "Written on a task"
    return f"{state}: {register.step_title(row.clock)}"


KINDS = (
    Kind(
        Enrolment, "Pathway", "Pathways", _enrolled, lambda row: (("Why it ended", row.left_because.replace("_", " ")),),
        page=lambda row: "tasks/",
    ),
    Kind(
        Task, "Task", "Tasks", _task, lambda row: (("Note", row.note), ("Why cancelled", row.cancelled_because)),
        page=lambda row: f"tasks/{row.id}/",
    ),
)  # fmt: skip
