"""What becomes of what is due and of what was asked; a file a subject."""

from throughcare.pathways.facts.tasks import ClockStarted, TaskCancelled, TaskDone, TasksTravelled

__all__ = ["ClockStarted", "TaskCancelled", "TaskDone", "TasksTravelled"]
