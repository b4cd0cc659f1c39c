"""Reads of what is due and of who is on which pathway; a file a subject."""

from throughcare.pathways.queries.enrolments import OnPathway, enrolments_here, many_here
from throughcare.pathways.queries.tasks import due_for_patients, due_for_role, roles_of

__all__ = ["OnPathway", "due_for_patients", "due_for_role", "enrolments_here", "many_here", "roles_of"]
