"""Reads of what is due and of what was asked; a file a subject."""

from throughcare.pathways.queries.enrolments import OnPathway, enrolments_here, many_here
from throughcare.pathways.queries.referrals import (
    came,
    inbox,
    open_of,
    replies_of,
    requests_of,
    takers,
    untold,
    waiting_by_service,
)
from throughcare.pathways.queries.tasks import due_for_patients, due_for_role, roles_of

__all__ = [
    "OnPathway",
    "came",
    "due_for_patients",
    "due_for_role",
    "enrolments_here",
    "inbox",
    "many_here",
    "open_of",
    "replies_of",
    "requests_of",
    "roles_of",
    "takers",
    "untold",
    "waiting_by_service",
]
