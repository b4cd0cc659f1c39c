"""Tasks from before happenings were kept get the anchor of their start; each open one is taken over by one happening."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import migrations

TAKES_OVER = "pathways.TaskAdopted"


def fill(apps: Any, editor: Any) -> None:
    """The plan, told again from nothing, would otherwise cancel what was due already."""
    here = editor.connection.alias
    start, task, happening = (
        apps.get_model("pathways", model).objects.using(here) for model in ("ClockStart", "Task", "Happening")
    )
    for row in start.filter(task__isnull=False, task__anchor="").select_related("task").iterator():
        task.filter(id=row.task_id).update(anchor=row.anchor)
        if row.task.status == "open":
            happening.create(
                id=uuid.uuid4(), patient_id=row.patient_id, establishment=row.task.establishment, fact=uuid.uuid4(),
                name=TAKES_OVER, told={"clock": row.clock, "anchor": row.anchor, "alert": row.task.why}, at=row.started_at,
                heard_at=row.started_at, by="system:migration", by_name="Throughcare", anchor=f"taken over {row.id}",
            )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("pathways", "0004_referrals")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
