"""What is due, and on which pathway somebody is; a file a subject."""

from throughcare.pathways.models.enrolments import Enrolment
from throughcare.pathways.models.tasks import ClockStart, Happening, Task, TaskQuerySet

__all__ = ["ClockStart", "Enrolment", "Happening", "Task", "TaskQuerySet"]
