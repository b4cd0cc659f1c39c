"""What is due and who asked for what; a file a subject."""

from throughcare.pathways.models.tasks import ClockStart, Task, TaskQuerySet

__all__ = ["ClockStart", "Task", "TaskQuerySet"]
