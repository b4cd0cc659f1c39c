"""Reads of what is due and of what was asked; a file a subject."""

from throughcare.pathways.queries.tasks import due_for_patients, due_for_role, ended_for

__all__ = ["due_for_patients", "due_for_role", "ended_for"]
